import type { RuntimeFacts } from "../doctor.ts";
import { usesRegistryElectron } from "../shell/launch-desktop.ts";

export interface RunningAs {
  readonly version: string;
  readonly variant: "belay" | "belay-dev";
  readonly environment: NodeJS.ProcessEnv;
}

/** What this process runs on. */
export function runtimeFacts({ version, variant, environment }: RunningAs): RuntimeFacts {
  return {
    belay: version,
    node: process.versions.node,
    electron: process.versions["electron"] ?? null,
    registryElectron: variant === "belay-dev" || usesRegistryElectron(environment),
  };
}
