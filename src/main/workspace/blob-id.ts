import { createHash, type Hash } from "node:crypto";

/** The git (SHA-1) object id of these bytes as a blob: the one hash that Belay uses for file content. */
export function blobId(content: Uint8Array): string {
  return createBlobHash(content.byteLength).update(content).digest("hex");
}

/** The same for bytes that come in parts, of so many in all. */
export function createBlobHash(size: number): Hash {
  return createHash("sha1").update(`blob ${size}\0`);
}
