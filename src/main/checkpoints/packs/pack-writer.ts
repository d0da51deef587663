import { createHash, randomBytes, type Hash } from "node:crypto";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextSlice } from "node:timers/promises";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { FileOps } from "../file-ops.ts";
import {
  encodeIndex,
  entryCrc,
  entryHeader,
  idLength,
  packHeader,
  packHeaderLength,
  type PackEntry,
  type PackedKind,
} from "./pack-format.ts";

const compress = promisify(deflate);

/** Hashed at once: under two milliseconds. */
const slice = 1024 * 1024;

/** A pack that is being written, under a name that git takes for a leftover of its own. */
export interface PackWriter {
  /** Adds an object, unless it is there. The compressed length, 0 for one that was there. */
  add(kind: PackedKind, id: string, content: Uint8Array): Promise<number>;
  /** The same with header and compressed content as they stand in another pack. */
  addRaw(id: string, parts: readonly Uint8Array[]): Promise<number>;
  /** Makes it durable and gives it its name. Null when nothing was added; then no file is left. */
  finish(): Promise<FinishedPack | null>;
  /** Removes what was written so far. */
  discard(): Promise<void>;
}

export interface FinishedPack {
  /** Without folder and ending: `pack-<40 hex digits>`. */
  readonly name: string;
  /** Of pack and index. */
  readonly bytes: number;
  readonly objects: number;
}

/** Starts a pack in `folder`, which is an `objects/pack`. Nothing blocks for more than some milliseconds. */
export async function createPackWriter(folder: string, ops: FileOps): Promise<PackWriter> {
  const temporary = join(folder, `tmp_pack_${randomBytes(8).toString("hex")}`);
  const handle = await ops.open(temporary, createFlags, 0o600);
  const entries: PackEntry[] = [];
  const known = new Set<string>();
  let end = packHeaderLength;
  let isOpen = true;

  async function addRaw(id: string, parts: readonly Uint8Array[]): Promise<number> {
    if (known.has(id)) return 0;
    const start = end;
    for (const part of parts) {
      await ops.write(handle, part, end);
      end += part.byteLength;
    }
    entries.push({ id, offset: start, crc: entryCrc(parts) });
    known.add(id);
    return end - start;
  }

  async function close(): Promise<void> {
    if (isOpen) await handle.close();
    isOpen = false;
  }

  return {
    async add(kind, id, content) {
      if (known.has(id)) return 0;
      const body = await compress(content);
      return addRaw(id, [entryHeader(kind, content.byteLength), body]);
    },
    addRaw,
    async finish() {
      if (entries.length === 0) {
        await close();
        await ops.unlink(temporary);
        return null;
      }
      await ops.write(handle, packHeader(entries.length), 0);
      const checksum = await hashFile(handle, end);
      await ops.write(handle, checksum, end);
      await ops.fsync(handle);
      await close();
      return publish({ folder, ops, temporary, entries, checksum, packBytes: end + idLength });
    },
    async discard() {
      await close();
      await ops.unlink(temporary).catch(() => undefined);
    },
  };
}

const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;

interface Unpublished {
  readonly folder: string;
  readonly ops: FileOps;
  readonly temporary: string;
  readonly entries: readonly PackEntry[];
  readonly checksum: Buffer;
  readonly packBytes: number;
}

/** The index comes last: git, and Belay, look for packs by their index. */
async function publish(pack: Unpublished): Promise<FinishedPack> {
  const { folder, ops, temporary, entries, checksum, packBytes } = pack;
  const index = await encodeIndex(entries, checksum);
  const sum = createHash("sha1").update(index).digest();
  const name = `pack-${checksum.toString("hex")}`;
  const temporaryIndex = `${temporary}_idx`;
  const handle = await ops.open(temporaryIndex, createFlags, 0o600);
  try {
    await ops.write(handle, index, 0);
    await ops.write(handle, sum, index.length);
    await ops.fsync(handle);
  } finally {
    await handle.close();
  }
  await ops.rename(temporary, join(folder, `${name}.pack`));
  await ops.rename(temporaryIndex, join(folder, `${name}.idx`));
  await ops.syncFolder(folder);
  return { name, bytes: packBytes + index.length + sum.length, objects: entries.length };
}

/** Read again from the start: its head was not known when the rest was written. */
async function hashFile(handle: FileHandle, length: number): Promise<Buffer> {
  const hash = createHash("sha1");
  const buffer = Buffer.allocUnsafe(slice);
  for (let offset = 0; offset < length;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(slice, length - offset), offset);
    if (bytesRead === 0) throw new Error("A pack became shorter while it was written");
    hash.update(buffer.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return hash.digest();
}

/** The git id of an object's bytes, header included, without blocking for long. */
export async function hashObject(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha1");
  await updateInSlices(hash, bytes);
  return hash.digest("hex");
}

async function updateInSlices(hash: Hash, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength; offset += slice) {
    hash.update(bytes.subarray(offset, offset + slice));
    if (offset + slice < bytes.byteLength) await nextSlice();
  }
}
