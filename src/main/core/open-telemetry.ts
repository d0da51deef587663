import { appendError } from "../app-files.ts";
import { createEgress } from "../egress/egress.ts";
import { systemNames } from "../telemetry/resource.ts";
import { createTelemetryDesk, type TelemetryDesk } from "../telemetry/telemetry-desk.ts";
import { createSettingsFile, createStateFile } from "../telemetry/telemetry-files.ts";
import type { BaseServices } from "./open-sessions.ts";

/** OpenTelemetry's usual one. */
const intervalMs = 60_000;

/** The export to a collector, which begins by itself where it is switched on. Asks neither keychain nor network before. */
export function openTelemetry(
  {
    folders,
    history,
    headerKeys,
    secrets,
  }: Pick<BaseServices, "folders" | "history" | "headerKeys" | "secrets">,
  { version, environment }: { readonly version: string; readonly environment: NodeJS.ProcessEnv },
): TelemetryDesk {
  const desk = createTelemetryDesk({
    settings: createSettingsFile(folders.telemetry),
    state: createStateFile(folders.telemetryState),
    lockFile: folders.telemetryLock,
    ledger: history.growth,
    headers: headerKeys,
    egress: createEgress({ userAgent: `Belay/${version}` }),
    version,
    names: systemNames,
    now: Date.now,
    intervalMs,
    environment,
    onTrouble: (error) => appendError(folders, error, secrets()),
  });
  desk.start();
  return desk;
}
