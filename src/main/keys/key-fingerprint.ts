import { createHash } from "node:crypto";

/** The first 8 hex digits of the key's SHA-256: tells keys apart in the ledger without giving any of it away. */
export function keyFingerprint(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}
