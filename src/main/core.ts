import type { DoctorReport, WorkspaceInfo } from "../shared/app.ts";
import type { Announcement } from "../shared/contract.ts";
import type { Mode, SessionKind } from "../shared/events.ts";
import type { SessionId } from "../shared/ids.ts";
import type { Settings, SettingsPatch } from "../shared/settings.ts";
import type { UsageQuery, UsageReport } from "../shared/usage.ts";
import type { Budget } from "./agent/ports.ts";
import type { AgentSession } from "./agent/session.ts";
import { addRecentWorkspace, appFolders, recentWorkspaces } from "./app-files.ts";
import { createCatalogue } from "./catalogue/catalogue.ts";
import { createAnnouncer } from "./core/announcer.ts";
import { createDemo } from "./core/demo.ts";
import { createModelHub, type ModelHub } from "./core/model-hub.ts";
import { createSessionBuilder } from "./core/session-builder.ts";
import { createSessionHub, type SessionHub } from "./core/session-hub.ts";
import { createSettingsBox } from "./core/settings-box.ts";
import { createWorkspaceHub, type WorkspaceHub } from "./core/workspace-hub.ts";
import { openHistory } from "./history/open-history.ts";
import { createKeyStore } from "./keys/key-store.ts";
import { createRegions } from "./providers/regions.ts";
import { createCommandRunner } from "./shell/command-runner.ts";
import { createPricing } from "./usage/pricing.ts";
import { createUsagePort } from "./usage/usage-port.ts";
import { usageReport } from "./usage/usage-report.ts";

export interface CoreOptions {
  /** BELAY_HOME: moves all app data but the lock; null = the platform's place. */
  readonly home: string | null;
  readonly environment: NodeJS.ProcessEnv;
  readonly variant: "belay" | "belay-dev";
  readonly version: string;
  /** Whether a person is there to be asked. */
  readonly attended: boolean;
}

/** What a command line sets for this run only; it wins over the settings and is never saved. */
export interface RunOverrides {
  readonly budget?: Budget;
  readonly maxSteps?: number;
  readonly baseUrl?: string;
  readonly region?: string;
}

export interface NewSessionInput {
  readonly workspace: string;
  readonly kind: SessionKind;
  readonly mode: Mode;
  readonly model?: string | undefined;
}

/** The services that the window and the command line share. It knows neither. */
export interface Core {
  readonly warnings: readonly string[];
  readonly workspaces: WorkspaceHub;
  readonly sessions: SessionHub;
  readonly models: ModelHub;
  subscribe(listener: (announcement: Announcement) => void): () => void;
  override(overrides: RunOverrides): void;
  settings(): Settings;
  updateSettings(patch: SettingsPatch): Promise<Settings>;
  createSession(input: NewSessionInput): Promise<AgentSession>;
  openFolder(path: string, confirmed: boolean): Promise<WorkspaceInfo>;
  openDemo(): Promise<{ workspace: WorkspaceInfo; sessionId: SessionId; prompt: string }>;
  recent(): Promise<readonly { path: string; openedAt: string }[]>;
  usageReport(query: UsageQuery): Promise<UsageReport>;
  doctor(): Promise<DoctorReport>;
  /** Sessions with a running turn. */
  running(): readonly SessionId[];
  /** Whether a turn waits for an approval. */
  needsYou(): boolean;
  /** Stops turns and process trees, then makes everything durable. */
  close(): Promise<void>;
}

/** Opens everything a run needs. Nothing is asked of keychain, network or a workspace before it is used. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const folders = appFolders({
    ...(options.home === null ? {} : { home: options.home }),
    variant: options.variant,
    environment: options.environment,
    platform: process.platform,
  });
  const announcer = createAnnouncer();
  const settings = createSettingsBox(folders, options.environment);
  const regions = createRegions(options.environment);
  const catalogue = createCatalogue();
  const keys = createKeyStore({
    service: options.variant,
    environment: options.environment,
    takeEnvironment: !options.attended,
    memoryOnly: options.variant === "belay-dev",
    regionOf: (origin) => regions.byBaseUrl(origin)?.id ?? null,
  });
  const history = await openHistory({ file: folders.database, backups: folders.backups, secrets: () => keys.known() });
  const models = createModelHub({
    settings: () => settings.effective(),
    saveSettings: (patch) => saveSettings(patch),
    keys,
    regions,
    catalogue,
    userAgent: `Belay/${options.version}`,
    onKeyChange: () => void models.keyStatus().then((status) => announcer.announce({ topic: "key", status })),
  });
  const runner = createCommandRunner({ outputFolder: folders.outputs, environment: options.environment });
  const usage = createUsagePort({ ledger: history.ledger, pricing: createPricing() });
  const demo = createDemo(folders);
  const build = createSessionBuilder({
    workspaces: () => workspaces,
    models,
    usage,
    runner,
    demo,
    attended: options.attended,
    limits: () => settings.limits(),
  });
  const sessions = createSessionHub({
    history,
    build,
    publish: (event) => announcer.announce({ topic: "session", event }),
    onListChange: () => announcer.announce({ topic: "sessions-changed" }),
  });
  const workspaces = createWorkspaceHub({ storesFolder: folders.checkpoints, lockFolder: folders.locks, sessions: () => sessions });

  async function saveSettings(patch: SettingsPatch): Promise<Settings> {
    const saved = settings.save(patch);
    announcer.announce({ topic: "settings", settings: saved });
    return saved;
  }

  async function createSession(input: NewSessionInput): Promise<AgentSession> {
    const { info } = await workspaces.open(input.workspace, { confirmed: true });
    const wanted = input.kind === "quick" ? (settings.saved().quickAskModel ?? settings.saved().model) : settings.saved().model;
    return sessions.create({ workspace: info.path, kind: input.kind, mode: input.mode, model: input.model ?? wanted ?? "" });
  }

  return {
    warnings: [...settings.warnings, ...history.warnings],
    workspaces,
    sessions,
    models,
    subscribe: announcer.subscribe,
    override: settings.override,
    settings: settings.saved,
    updateSettings: saveSettings,
    createSession,
    async openFolder(path, confirmed) {
      const info = await workspaces.inspect(path, { confirmed });
      if (info.needsConfirmation !== null) return info;
      const opened = await workspaces.open(path, { confirmed });
      addRecentWorkspace(folders, opened.info.path);
      return opened.info;
    },
    async openDemo() {
      const path = await demo.project();
      const { info } = await workspaces.open(path, { confirmed: true });
      const session = await sessions.create({ workspace: info.path, kind: "demo", mode: "edit", model: demo.modelId });
      return { workspace: info, sessionId: session.log.state().sessionId, prompt: demo.prompt };
    },
    recent: async () => recentWorkspaces(folders),
    usageReport: (query) => usageReport(history.ledger, query),
    doctor: () => doctorReport({ options, folders, keys, history }),
    running: () => sessions.live().flatMap((session) => (session.running() ? [session.log.state().sessionId] : [])),
    needsYou: () => sessions.live().some((session) => session.needsYou()),
    async close() {
      await sessions.close();
      await runner.killAll();
      await workspaces.close();
      await history.close();
    },
  };
}
