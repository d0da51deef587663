import { createAccessKeys, type AccessKeys } from "../monitoring/access-keys.ts";
import { createKeyStore, type KeyStore } from "../keys/key-store.ts";
import { createHeaderKeys, type HeaderKeys } from "../telemetry/header-keys.ts";
import type { Regions } from "../providers/regions.ts";

export interface KeysPlace {
  readonly variant: "belay" | "belay-dev";
  readonly environment: NodeJS.ProcessEnv;
  readonly attended: boolean;
}

/** The person's secrets: keys for models, AccessKeys for monitoring and headers for collectors, each under a name of its own in the keychain. */
export interface OpenedKeys {
  readonly keys: KeyStore;
  readonly accessKeys: AccessKeys;
  readonly headerKeys: HeaderKeys;
  /** Every one that this run has seen: none of them may be in what is written. */
  readonly secrets: () => readonly string[];
}

export function openKeys(
  { variant, environment, attended }: KeysPlace,
  regions: Regions,
): OpenedKeys {
  const how = { environment, takeEnvironment: !attended, memoryOnly: variant === "belay-dev" };
  const keys = createKeyStore({
    ...how,
    service: variant,
    regionOf: (origin) => regions.byBaseUrl(origin)?.id ?? null,
  });
  const accessKeys = createAccessKeys({ ...how, service: `${variant}-monitoring` });
  const headerKeys = createHeaderKeys({ ...how, service: `${variant}-telemetry` });
  const all = [keys, accessKeys, headerKeys];
  return { keys, accessKeys, headerKeys, secrets: () => all.flatMap((one) => one.known()) };
}
