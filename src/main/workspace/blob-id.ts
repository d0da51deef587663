import { createHash } from "node:crypto";

/** The git (SHA-1) object id of these bytes as a blob: the one hash that Belay uses for file content. */
export function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.byteLength}\0`).update(content).digest("hex");
}
