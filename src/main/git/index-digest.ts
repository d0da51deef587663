import { createHash } from "node:crypto";

/** Bytes of an entry before its flags: two times, device, inode, mode, owner, group, size and the object's id. */
const fixedLength = 62;
const modeOffset = 24;
const idOffset = 40;

interface Entry {
  readonly path: Buffer;
  readonly next: number;
}

/**
 * A digest of what an index says: paths, modes, objects, stages. What git only remembers of the files' dates is left out, so that
 * `git status` changes nothing. An index that is not understood (SHA-256, split in two) is digested as it is.
 */
export function indexDigest(bytes: Buffer): string {
  return entriesDigest(bytes) ?? createHash("sha1").update(bytes).digest("hex");
}

function entriesDigest(bytes: Buffer): string | undefined {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const hash = createHash("sha1");
  let offset = 12;
  let path: Buffer = Buffer.alloc(0);
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    if (offset + fixedLength > bytes.length) return undefined;
    const flags = bytes.readUInt16BE(offset + fixedLength - 2);
    const isExtended = (flags & 0x4000) !== 0;
    const name = offset + fixedLength + (isExtended ? 2 : 0);
    const entry =
      version === 4 ? compressedPath(bytes, name, path) : paddedPath(bytes, name, offset);
    if (entry === undefined) return undefined;
    hash.update(bytes.subarray(offset + modeOffset, offset + modeOffset + 4));
    hash.update(bytes.subarray(offset + idOffset, offset + fixedLength - 2));
    // The length of the name is in the low twelve bits; above are the stage and what the person marked.
    hash.update(Buffer.of(flags >> 12, isExtended ? (bytes[name - 2] ?? 0) : 0));
    hash.update(entry.path).update("\0");
    path = entry.path;
    offset = entry.next;
  }
  return isWhole(bytes, offset) ? hash.digest("hex") : undefined;
}

/** Versions 2 and 3: the whole path, filled up with one to eight NULs to a multiple of eight. */
function paddedPath(bytes: Buffer, name: number, start: number): Entry | undefined {
  const end = bytes.indexOf(0, name);
  if (end === -1) return undefined;
  return { path: bytes.subarray(name, end), next: start + ((end - start + 8) & ~7) };
}

/** Version 4: how many bytes of the path before go, then what comes in their place. */
function compressedPath(bytes: Buffer, name: number, before: Buffer): Entry | undefined {
  let offset = name;
  let byte = bytes[offset] ?? 0;
  let removed = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    offset += 1;
    byte = bytes[offset] ?? 0;
    removed = ((removed + 1) << 7) | (byte & 0x7f);
  }
  const end = bytes.indexOf(0, offset + 1);
  if (end === -1 || removed > before.length) return undefined;
  const kept = before.subarray(0, before.length - removed);
  return { path: Buffer.concat([kept, bytes.subarray(offset + 1, end)]), next: end + 1 };
}

/** Whether all entries are in this file: `link` says that most are in another. Behind the extensions stands a checksum. */
function isWhole(bytes: Buffer, start: number): boolean {
  let offset = start;
  while (offset + 8 <= bytes.length - 20) {
    if (bytes.toString("latin1", offset, offset + 4) === "link") return false;
    offset += 8 + bytes.readUInt32BE(offset + 4);
  }
  return offset === bytes.length - 20;
}
