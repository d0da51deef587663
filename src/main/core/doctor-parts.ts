import { checkWritable, type AppFolders } from "../app-files.ts";
import type { DoctorParts, RuntimeFacts } from "../doctor.ts";
import type { History } from "../history/history.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { ripgrepPath } from "../shell/ripgrep.ts";
import { programOutput } from "../shell/run-program.ts";
import type { Sandbox } from "../shell/sandbox/sandbox.ts";
import type { EndpointDesk } from "./endpoint-desk.ts";
import { probeAnywhere, toolchainsAnywhere, withLimits } from "./open-sandbox.ts";
import type { TelemetryDesk } from "../telemetry/telemetry-desk.ts";
import type { SettingsBox } from "./settings-box.ts";

export interface ExaminedServices {
  readonly runtime: RuntimeFacts;
  readonly sandbox: Sandbox;
  readonly keys: KeyStore;
  readonly history: History;
  readonly folders: AppFolders;
  readonly endpointDesk: EndpointDesk;
  readonly settings: Pick<SettingsBox, "commandLimits">;
  readonly telemetry: Pick<TelemetryDesk, "status">;
}

/** What the doctor examines: the services as they are. */
export function doctorParts(services: ExaminedServices): DoctorParts {
  const { runtime, sandbox, keys, history, folders, endpointDesk } = services;
  return {
    runtime,
    sandbox: async () => withLimits(await probeAnywhere(sandbox), services.settings),
    // Elsewhere there is no sandbox that it would be missing in.
    networkMissing: process.platform === "linux" ? sandbox.network.missing : null,
    toolchains: () => toolchainsAnywhere(sandbox),
    runProgram: programOutput,
    ripgrepPath,
    keyStatus: () => keys.status(),
    endpoint: () => endpointDesk.facts(),
    telemetry: () => services.telemetry.status(),
    checkDatabase: () => history.check(),
    databaseFile: folders.database,
    root: folders.root,
    checkWritable,
  };
}
