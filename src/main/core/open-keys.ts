import { createAccessKeys, type AccessKeys } from "../monitoring/access-keys.ts";
import { createKeyStore, type KeyStore } from "../keys/key-store.ts";
import type { Regions } from "../providers/regions.ts";

export interface KeysPlace {
  readonly variant: "belay" | "belay-dev";
  readonly environment: NodeJS.ProcessEnv;
  readonly attended: boolean;
}

/** The person's secrets: keys for models, and AccessKeys for monitoring, under a name of their own in the keychain. */
export interface OpenedKeys {
  readonly keys: KeyStore;
  readonly accessKeys: AccessKeys;
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
  return { keys, accessKeys, secrets: () => [...keys.known(), ...accessKeys.known()] };
}
