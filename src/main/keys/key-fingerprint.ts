import { createHash } from "node:crypto";

/** The first 8 hex digits of the key's SHA-256: tells keys apart in the ledger without giving any of it away. */
export function keyFingerprint(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

/** Which key pays: the one this run used last. */
export function lastKeyFingerprint(known: readonly string[]): string | null {
  const key = known.at(-1);
  return key === undefined ? null : keyFingerprint(key);
}
