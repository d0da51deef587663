import { AppError, messageOf } from "../../shared/errors.ts";
import type { KeyStatus } from "../../shared/app.ts";
import type { KeychainEntry, KeychainPort } from "./keychain.ts";
import { createKeysAtHand, type FoundKey } from "./keys-at-hand.ts";
import { createKeytarKeychain } from "./keytar-keychain.ts";
import { createPatientKeychain } from "./patient-keychain.ts";

export interface KeyStoreOptions {
  readonly service: "belay" | "belay-dev";
  /** Read for DASHSCOPE_API_KEY only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True for headless commands: the environment's key is used unasked. Otherwise it is only offered. */
  readonly takeEnvironment?: boolean;
  /** Never touches the keychain: keys live for this run. */
  readonly memoryOnly?: boolean;
  /** Which region an origin belongs to, for showing. */
  readonly regionOf?: (origin: string) => string | null;
  /** Instead of the system's, in tests. */
  readonly keychain?: KeychainPort;
}

export interface KeyToSave {
  readonly key: string;
  /** A base URL or its origin: the key is sent nowhere else. */
  readonly origin: string;
  readonly persist: "keychain" | "memory";
}

/** Where a key ended up; `reason` says why not where it was wanted. */
export interface SavedKey {
  readonly kept: "keychain" | "memory";
  readonly reason: string | null;
}

/**
 * The person's keys. Each is bound to one origin and never given out for another. No file, no log and no error ever holds one.
 * A keychain that is missing, locked or silent never throws out of `status`, `get` and `save`: it is a reason in their answer.
 */
export interface KeyStore {
  /** Of the key for `origin`, or without it of any key there is. */
  status(origin?: string): Promise<KeyStatus>;
  /** The environment's key when it is taken, else the one of this run, else the keychain's; null when there is none. */
  get(origin: string): Promise<string | null>;
  /** Falls back to this run's memory when the keychain fails. Throws invalid-input for an empty or unprintable key. */
  save(key: KeyToSave): Promise<SavedKey>;
  /** Takes DASHSCOPE_API_KEY for this run and this origin; not-found when there is none. */
  useEnvironment(origin: string): void;
  /** The environment's key while it is not taken, for checking which host accepts it first. */
  offered(): string | null;
  /** Forgets every key of this service. Throws unavailable when the keychain cannot. */
  remove(): Promise<void>;
  /** Every key this run has seen, for taking them out of what is written. */
  readonly known: () => readonly string[];
}

interface KeychainLook {
  readonly entries: readonly KeychainEntry[];
  /** Why it could not be asked; null when it was. */
  readonly reason: string | null;
}

/** Opens nothing: the keychain is asked on first use. */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  const chain = createPatientKeychain(options.keychain ?? createKeytarKeychain(options.service));
  const memoryOnly = options.memoryOnly === true;
  const environmentKey = clean(options.environment["DASHSCOPE_API_KEY"]);
  const atHand = createKeysAtHand(environmentKey, options.takeEnvironment === true);
  const seen = new Set(environmentKey === null ? [] : [environmentKey]);

  async function look(): Promise<KeychainLook> {
    if (memoryOnly) return { entries: [], reason: memoryOnlyReason };
    try {
      const entries = await chain.list();
      for (const { secret } of entries) seen.add(secret);
      return { entries, reason: null };
    } catch (error) {
      return { entries: [], reason: messageOf(error) };
    }
  }
  return {
    save: async ({ key, origin: where, persist }) => {
      const origin = originOf(where);
      const secret = assertKey(key);
      seen.add(secret);
      const reason =
        persist === "memory" ? null : await putAway(memoryOnly ? null : chain, origin, secret);
      const inChain = persist === "keychain" && reason === null;
      if (inChain) atHand.forget(origin);
      else atHand.keep(origin, secret);
      return { kept: inChain ? "keychain" : "memory", reason };
    },
    status: async (where) => {
      const origin = where === undefined ? null : originOf(where);
      const { entries, reason } = await look();
      const found = atHand.find(origin) ?? inKeychain(entries, origin);
      return toStatus(found, {
        region: found?.origin == null ? null : (options.regionOf?.(found.origin) ?? null),
        reason,
        offered: atHand.offered() !== null,
      });
    },
    get: async (where) => {
      const origin = originOf(where);
      const near = atHand.use(origin);
      return near?.key ?? inKeychain((await look()).entries, origin)?.key ?? null;
    },
    useEnvironment: (where) => {
      if (!atHand.takeEnvironment(originOf(where)))
        throw new AppError("not-found", "DASHSCOPE_API_KEY holds no key in Belay's environment.");
    },
    offered: () => atHand.offered(),
    remove: async () => {
      atHand.forgetAll();
      if (memoryOnly) return;
      for (const { account } of await chain.list()) await chain.remove(account);
    },
    known: () => [...seen],
  };
}

/** Null when the keychain has it, else why not. */
async function putAway(
  chain: KeychainPort | null,
  account: string,
  secret: string,
): Promise<string | null> {
  if (chain === null) return memoryOnlyReason;
  try {
    await chain.save({ account, secret });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function toStatus(
  found: FoundKey | null,
  rest: {
    readonly region: string | null;
    readonly reason: string | null;
    readonly offered: boolean;
  },
): KeyStatus {
  return {
    present: found !== null,
    source: found?.source ?? "none",
    last4: found === null ? null : lastOf(found.key),
    region: rest.region,
    keychain: { available: rest.reason === null, reason: rest.reason },
    environmentOffered: rest.offered,
  };
}

const memoryOnlyReason = "This run does not use the keychain.";

function inKeychain(entries: readonly KeychainEntry[], origin: string | null): FoundKey | null {
  const entry = entries.find(({ account }) => origin === null || account === origin);
  return entry === undefined
    ? null
    : { key: entry.secret, origin: entry.account, source: "keychain" };
}

/** A key is printable ASCII without spaces; anything else is a slip of the clipboard, and would break a header. */
function clean(key: string | undefined): string | null {
  const trimmed = key?.trim() ?? "";
  return /^[\x21-\x7e]{8,512}$/.test(trimmed) ? trimmed : null;
}

function assertKey(key: string): string {
  const secret = clean(key);
  if (secret === null)
    throw new AppError("invalid-input", "That is no key: paste it again, without spaces in it.");
  return secret;
}

/** Of a short key four characters would be too much of it. */
function lastOf(key: string): string | null {
  return key.length >= 16 ? key.slice(-4) : null;
}

/** Scheme, host and port of a base URL. Throws invalid-input when it is none. */
export function originOf(url: string): string {
  const origin = URL.canParse(url) ? new URL(url).origin : "null";
  if (origin === "null")
    throw new AppError(
      "invalid-input",
      "The endpoint is no URL with a host. Write it as https://host/path.",
    );
  return origin;
}
