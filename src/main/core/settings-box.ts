import { AppError } from "../../shared/errors.ts";
import type { Protocol, SessionKind } from "../../shared/events.ts";
import { parseMoney } from "../../shared/money.ts";
import { settingsSchema, type Settings, type SettingsPatch } from "../../shared/settings.ts";
import type { StorageLimits } from "../checkpoints/storage.ts";
import type { Budget } from "../agent/ports.ts";
import { isLoopback } from "../egress/key-origin.ts";
import { mostMemory } from "../shell/sandbox/limits.ts";
import type { UsageLimits } from "../shell/watch-usage.ts";
import { readSettings, writeSettings, type AppFolders } from "../app-files.ts";

/** What a command line sets for this run only; it wins over the settings and is never saved. */
export interface RunOverrides {
  readonly budget?: Budget;
  readonly maxSteps?: number;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly protocol?: Protocol;
}

/** The settings file, and what this run's command line or environment puts over it. */
export interface SettingsBox {
  readonly warnings: readonly string[];
  /** As the person saved them. */
  saved(): Settings;
  /** With the overrides of this run. */
  effective(): Settings;
  save(patch: SettingsPatch): Settings;
  override(overrides: RunOverrides): void;
  /** What the checkpoints of a workspace may take. */
  storageLimits(): StorageLimits;
  /** What the processes of one command may come to together. */
  commandLimits(): UsageLimits;
  /** What a session of this kind may spend and do. */
  limits(kind: SessionKind): { readonly budget: Budget | null; readonly maxSteps: number };
  /** What all sessions together may spend. */
  standingLimits(): Readonly<Record<"workspace" | "day" | "month", Budget | null>>;
}

export function createSettingsBox(
  folders: AppFolders,
  environment: NodeJS.ProcessEnv,
): SettingsBox {
  const read = readSettings(folders);
  let settings = read.value;
  const fromEnvironment = environment["BELAY_BASE_URL"];
  let overrides: RunOverrides =
    fromEnvironment === undefined || fromEnvironment === "" ? {} : { baseUrl: fromEnvironment };
  return {
    warnings: read.warning === null ? [] : [read.warning],
    saved: () => settings,
    effective: () => ({
      ...settings,
      ...regionOverride(settings, overrides.region),
      ...endpointOverride(overrides),
      ...(overrides.protocol === undefined ? {} : { protocol: overrides.protocol }),
    }),
    save(patch) {
      // Whoever says something of the day's limit, it is settled then.
      const settled = patch.dayBudget === undefined ? {} : { dayBudgetSettled: true };
      const parsed = settingsSchema.parse({ ...settings, ...patch, ...settled });
      for (const name of budgetNames) assertAmount(parsed[name]);
      writeSettings(folders, parsed);
      settings = parsed;
      return settings;
    },
    override(next) {
      overrides = { ...overrides, ...next };
    },
    storageLimits: () => ({
      megabytes: settings.checkpointMegabytes,
      days: settings.checkpointDays,
    }),
    commandLimits: () => ({
      memoryBytes:
        settings.commandMegabytes === null ? mostMemory() : settings.commandMegabytes * 2 ** 20,
      cpuSeconds: settings.commandCpuMinutes * 60,
    }),
    limits(kind) {
      const { sessionBudget, quickAskBudget } = settings;
      const amount = kind === "quick" ? (quickAskBudget ?? sessionBudget) : sessionBudget;
      return {
        budget: overrides.budget ?? budgetOf(amount),
        maxSteps: overrides.maxSteps ?? settings.maxSteps,
      };
    },
    standingLimits: () => ({
      workspace: budgetOf(settings.projectBudget),
      day: budgetOf(settings.dayBudget),
      month: budgetOf(settings.monthBudget),
    }),
  };
}

const budgetNames = [
  "sessionBudget",
  "quickAskBudget",
  "projectBudget",
  "dayBudget",
  "monthBudget",
] as const;

const budgetOf = (amount: string | null): Budget | null =>
  amount === null ? null : (parseMoney(amount) ?? null);

function assertAmount(amount: string | null): void {
  if (amount === null || parseMoney(amount) !== undefined) return;
  throw new AppError("invalid-input", `"${amount}" is not an amount like 1.50USD or 10CNY`);
}

/**
 * Another's endpoint has not the prices, models and cache of the region in the settings, unless the command line says so. At a
 * server on this machine the region stays: its models have other names, and tests stand in for Model Studio there.
 */
function endpointOverride({ baseUrl, region }: RunOverrides): Partial<Settings> {
  if (baseUrl === undefined) return {};
  return region === undefined && !isLoopback(baseUrl) ? { baseUrl, region: "custom" } : { baseUrl };
}

/** A workspace's id belongs to the region it was saved with. */
function regionOverride(settings: Settings, region: string | undefined): Partial<Settings> {
  if (region === undefined) return {};
  const workspaceId = region === settings.region ? settings.workspaceId : null;
  return { region, baseUrl: null, workspaceId };
}
