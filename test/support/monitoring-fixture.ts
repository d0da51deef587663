import { join } from "node:path";
import { createEgress } from "../../src/main/egress/egress.ts";
import type { KeychainEntry, KeychainPort } from "../../src/main/keys/keychain.ts";
import { createAccessKeys, type AccessKeys } from "../../src/main/monitoring/access-keys.ts";
import {
  createMonitoringDesk,
  type MonitoringDesk,
  type MonitoringDeskOptions,
} from "../../src/main/monitoring/monitoring-desk.ts";
import { createSourcesFile } from "../../src/main/monitoring/sources-file.ts";

/** A keychain in memory. */
export function memoryKeychain(): KeychainPort & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const all = (): KeychainEntry[] => [...entries].map(([account, secret]) => ({ account, secret }));
  return {
    entries,
    list: async () => all(),
    save: async ({ account, secret }) => void entries.set(account, secret),
    remove: async (account) => void entries.delete(account),
  };
}

export interface DeskFixture {
  readonly desk: MonitoringDesk;
  readonly accessKeys: AccessKeys;
  readonly keychain: ReturnType<typeof memoryKeychain>;
  /** Milliseconds that were waited before another try. */
  readonly waits: number[];
}

/** The desk as the app has it, over a keychain in memory; waits are noted and not waited. */
export function openDesk(
  folder: string,
  options: Pick<MonitoringDeskOptions, "ownHours" | "now">,
): DeskFixture {
  const keychain = memoryKeychain();
  const accessKeys = createAccessKeys({ service: "belay-monitoring", environment: {}, keychain });
  const waits: number[] = [];
  const desk = createMonitoringDesk({
    ...options,
    sources: createSourcesFile(join(folder, "monitoring.json")),
    accessKeys,
    egress: createEgress({ userAgent: "belay-test/1" }),
    cacheFolder: join(folder, "monitoring"),
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
  });
  return { desk, accessKeys, keychain, waits };
}
