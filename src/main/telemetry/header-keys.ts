import { AppError } from "../../shared/errors.ts";
import { isKeyHeader, type BoundKey } from "../egress/egress.ts";
import { originOf, type SavedKey } from "../keys/key-store.ts";
import {
  createOriginSecrets,
  type FoundSecret,
  type OriginSecretsOptions,
} from "../keys/origin-secrets.ts";

/** A header that a collector wants, such as "Authorization" with "Bearer …". */
export interface HeaderKey {
  readonly name: string;
  readonly value: string;
}

export interface HeaderKeysOptions extends OriginSecretsOptions {
  readonly service: "belay-telemetry" | "belay-dev-telemetry";
}

export interface FoundHeader extends Pick<FoundSecret, "source" | "reason"> {
  readonly name: string | null;
}

/** Headers by the origin that they are bound to: each is sent there and nowhere else. No file, log or error ever holds a value. */
export interface HeaderKeys {
  /** Name and place, never the value. */
  status(url: string): Promise<FoundHeader>;
  /** Null when there is none. Throws AppError("unavailable") where the keychain cannot be asked. */
  get(url: string): Promise<BoundKey | null>;
  /** Throws invalid-input for what cannot be sent as a header. Nothing is kept by it. */
  bind(url: string, header: HeaderKey): BoundKey;
  /** Falls back to this run's memory when the keychain fails. */
  save(url: string, header: HeaderKey, persist: "keychain" | "memory"): Promise<SavedKey>;
  /** Throws unavailable when the keychain that it is in cannot be asked. */
  remove(url: string): Promise<void>;
  /** Every value this run has seen, for taking them out of what is written. */
  readonly known: () => readonly string[];
}

export const headerGone = "The header of the collector is not kept any more. Enter it again.";

/** Opens nothing: the keychain is asked on first use. */
export function createHeaderKeys(options: HeaderKeysOptions): HeaderKeys {
  const secrets = createOriginSecrets(options);
  const seen = new Set<string>();
  const note = (header: HeaderKey): HeaderKey => {
    // "Bearer" and the like are no secret; what comes after is, also by itself.
    for (const secret of [header.value, header.value.split(" ").at(-1) ?? ""]) seen.add(secret);
    return header;
  };
  return {
    status: async (url) => {
      const { secret, source, reason } = await secrets.find(originOf(url));
      const header = secret === null ? null : parse(secret);
      return { name: header?.name ?? null, source: header === null ? "none" : source, reason };
    },
    get: async (url) => {
      const origin = originOf(url);
      const { secret, reason } = await secrets.find(origin);
      const header = secret === null ? null : parse(secret);
      if (header !== null) return bound(origin, note(header));
      if (reason !== null) throw new AppError("unavailable", reason);
      return null;
    },
    bind: (url, header) => bound(originOf(url), note(assertHeader(header))),
    save: async (url, given, persist) => {
      const { name, value } = note(assertHeader(given));
      return secrets.save(originOf(url), `${name}: ${value}`, persist);
    },
    remove: (url) => secrets.remove(originOf(url)),
    known: () => [...seen],
  };
}

const bound = (origin: string, { name, value }: HeaderKey): BoundKey => ({
  origin,
  header: name,
  authorization: value,
});

function parse(line: string): HeaderKey | null {
  const [name = "", ...rest] = line.split(":");
  return clean({ name, value: rest.join(":") });
}

/** One line of printable ASCII; anything else is a slip of the clipboard, and would break the request. */
function clean({ name, value }: HeaderKey): HeaderKey | null {
  const header = { name: name.trim(), value: value.trim() };
  return isKeyHeader(header.name) && /^[\x20-\x7e]{1,4096}$/.test(header.value) ? header : null;
}

function assertHeader(given: HeaderKey): HeaderKey {
  const header = clean(given);
  if (header !== null) return header;
  throw new AppError(
    "invalid-input",
    "That header cannot be sent. Write its name, such as Authorization or api-key, and its whole value in one line.",
  );
}
