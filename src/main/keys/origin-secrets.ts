import { messageOf } from "../../shared/errors.ts";
import type { KeychainPort } from "./keychain.ts";
import type { SavedKey } from "./key-store.ts";
import { createKeytarKeychain } from "./keytar-keychain.ts";
import { createPatientKeychain } from "./patient-keychain.ts";

export interface OriginSecretsOptions {
  /** Of its own in the keychain: what forgets or finds other secrets does not see these. */
  readonly service: string;
  /** Never touches the keychain: they live for this run. */
  readonly memoryOnly?: boolean;
  /** Instead of the system's, in tests. */
  readonly keychain?: KeychainPort;
}

export interface FoundSecret {
  readonly secret: string | null;
  readonly source: "keychain" | "memory" | "none";
  /** Why the keychain could not be asked; null when it was, or needed not. */
  readonly reason: string | null;
}

/** Secrets of one kind, one for each origin that they are bound to. */
export interface OriginSecrets {
  /** This run's own, before the keychain's. */
  inMemory(origin: string): string | null;
  find(origin: string): Promise<FoundSecret>;
  /** Falls back to this run's memory when the keychain fails. */
  save(origin: string, secret: string, persist: "keychain" | "memory"): Promise<SavedKey>;
  /** Throws unavailable when the keychain that it is in cannot be asked. */
  remove(origin: string): Promise<void>;
}

const memoryOnlyReason = "This run does not use the keychain.";

/** Opens nothing: the keychain is asked on first use. */
export function createOriginSecrets(options: OriginSecretsOptions): OriginSecrets {
  const chain = createPatientKeychain(options.keychain ?? createKeytarKeychain(options.service));
  const memoryOnly = options.memoryOnly === true;
  const memory = new Map<string, string>();
  /** Null when the keychain has it, else why not. */
  const putAway = async (account: string, secret: string): Promise<string | null> => {
    if (memoryOnly) return memoryOnlyReason;
    try {
      await chain.save({ account, secret });
      return null;
    } catch (error) {
      return messageOf(error);
    }
  };
  return {
    inMemory: (origin) => memory.get(origin) ?? null,
    find: async (origin) => {
      const own = memory.get(origin);
      if (own !== undefined) return { secret: own, source: "memory", reason: null };
      if (memoryOnly) return { secret: null, source: "none", reason: memoryOnlyReason };
      try {
        const entry = (await chain.list()).find(({ account }) => account === origin);
        if (entry === undefined) return { secret: null, source: "none", reason: null };
        return { secret: entry.secret, source: "keychain", reason: null };
      } catch (error) {
        return { secret: null, source: "none", reason: messageOf(error) };
      }
    },
    save: async (origin, secret, persist) => {
      const reason = persist === "memory" ? null : await putAway(origin, secret);
      const inChain = persist === "keychain" && reason === null;
      if (inChain) memory.delete(origin);
      else memory.set(origin, secret);
      return { kept: inChain ? "keychain" : "memory", reason };
    },
    remove: async (origin) => {
      const wasInMemory = memory.delete(origin);
      if (memoryOnly) return;
      try {
        await chain.remove(origin);
      } catch (error) {
        // It was never put into a keychain that cannot be asked.
        if (!wasInMemory) throw error;
      }
    },
  };
}
