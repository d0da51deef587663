import { AppError } from "../../shared/errors.ts";
import type { MonitoringStatus } from "../../shared/monitoring.ts";
import type { BoundKey } from "../egress/egress.ts";
import { originOf, type SavedKey } from "../keys/key-store.ts";
import { createOriginSecrets, type OriginSecretsOptions } from "../keys/origin-secrets.ts";

/** A pair of Alibaba Cloud's, for its Prometheus API: not the key that models are called with. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

export interface AccessKeysOptions extends OriginSecretsOptions {
  readonly service: "belay-monitoring" | "belay-dev-monitoring";
  /** Read for ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET, by headless commands only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly takeEnvironment?: boolean;
}

/** AccessKeys by the origin that they are bound to: each is sent there and nowhere else. No file, log or error ever holds one. */
export interface AccessKeys {
  status(url: string): Promise<MonitoringStatus["sources"][number]["accessKey"]>;
  /** Null when there is none, or the keychain cannot be asked. */
  get(url: string): Promise<BoundKey | null>;
  /** Throws invalid-input for what is no AccessKey. Nothing is kept by it. */
  bind(url: string, key: AccessKey): BoundKey;
  /** Falls back to this run's memory when the keychain fails. */
  save(url: string, key: AccessKey, persist: "keychain" | "memory"): Promise<SavedKey>;
  /** Throws unavailable when the keychain that it is in cannot be asked. */
  remove(url: string): Promise<void>;
  /** Every secret this run has seen, in each form that it is written in, for taking them out of what is written. */
  readonly known: () => readonly string[];
}

interface Found {
  readonly key: AccessKey;
  readonly source: "keychain" | "memory" | "environment";
}

/** Opens nothing: the keychain is asked on first use. */
export function createAccessKeys(options: AccessKeysOptions): AccessKeys {
  const secrets = createOriginSecrets(options);
  const notes = createNotes();
  const note = (key: AccessKey): AccessKey => notes.note(key);
  const fromEnvironment = options.takeEnvironment === true ? inEnvironment(options) : null;
  /** The environment's belongs to the first address that asks. */
  let environmentOrigin: string | null = null;

  async function find(origin: string): Promise<{ found: Found | null; reason: string | null }> {
    const isOwn = secrets.inMemory(origin) !== null;
    if (!isOwn && fromEnvironment !== null && (environmentOrigin ??= origin) === origin)
      return { found: { key: note(fromEnvironment), source: "environment" }, reason: null };
    const { secret, source, reason } = await secrets.find(origin);
    const key = secret === null ? null : parse(secret);
    if (key === null || source === "none") return { found: null, reason };
    return { found: { key: note(key), source }, reason };
  }
  const bind = (origin: string, key: AccessKey): BoundKey => ({
    origin,
    authorization: `Basic ${encoded(note(key))}`,
  });

  return {
    status: async (url) => {
      const { found, reason } = await find(originOf(url));
      return {
        present: found !== null,
        source: found?.source ?? "none",
        idLast4: found === null ? null : found.key.id.slice(-4),
        reason,
      };
    },
    get: async (url) => {
      const origin = originOf(url);
      const { found } = await find(origin);
      return found === null ? null : bind(origin, found.key);
    },
    bind: (url, key) => bind(originOf(url), assertKey(key)),
    save: async (url, given, persist) =>
      secrets.save(originOf(url), pairOf(note(assertKey(given))), persist),
    remove: async (url) => secrets.remove(originOf(url)),
    known: () => notes.known(),
  };
}

/** Remembers each secret, as it is and as it is sent. */
function createNotes(): { note(key: AccessKey): AccessKey; known(): readonly string[] } {
  const seen = new Set<string>();
  return {
    note(key) {
      for (const form of [key.secret, pairOf(key), encoded(key)]) seen.add(form);
      return key;
    },
    known: () => [...seen],
  };
}

/** As basic authentication writes it: the id has no colon. */
const pairOf = ({ id, secret }: AccessKey): string => `${id}:${secret}`;
const encoded = (key: AccessKey): string => Buffer.from(pairOf(key)).toString("base64");

function parse(pair: string): AccessKey | null {
  const [id = "", ...rest] = pair.split(":");
  return clean({ id, secret: rest.join(":") });
}

const inEnvironment = ({ environment }: AccessKeysOptions): AccessKey | null =>
  clean({
    id: environment["ALIBABA_CLOUD_ACCESS_KEY_ID"] ?? "",
    secret: environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] ?? "",
  });

/** Printable ASCII without spaces; anything else is a slip of the clipboard, and would break a header. */
function clean({ id, secret }: AccessKey): AccessKey | null {
  const key = { id: id.trim(), secret: secret.trim() };
  const isKey =
    /^[\x21-\x39\x3b-\x7e]{8,256}$/.test(key.id) && /^[\x21-\x7e]{8,256}$/.test(key.secret);
  return isKey ? key : null;
}

function assertKey(given: AccessKey): AccessKey {
  const key = clean(given);
  if (key === null)
    throw new AppError(
      "invalid-input",
      "That is no AccessKey: paste its id and its secret again, without spaces in them. It is not the sk- key that models are called with.",
    );
  return key;
}
