import { setImmediate as nextSlice } from "node:timers/promises";
import { crc32 } from "node:zlib";

/** Git's pack format, version 2, and its index, version 2 [gitformat-pack(5), git 2.39]. Belay writes no deltas. */
export const packHeaderLength = 12;
export const idLength = 20;
const indexMagic = 0xff744f63;
export const fanoutEnd = 8 + 256 * 4;
/** From here on an offset stands in the table of eight bytes. */
const largeOffset = 0x80000000;

export type PackedKind = "commit" | "tree" | "blob";
const codes: Readonly<Record<PackedKind, number>> = { commit: 1, tree: 2, blob: 3 };
const kinds = new Map<number, PackedKind>([
  [1, "commit"],
  [2, "tree"],
  [3, "blob"],
]);

export function packHeader(objects: number): Buffer {
  const header = Buffer.alloc(packHeaderLength);
  header.write("PACK", 0, "latin1");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects, 8);
  return header;
}

/** What stands before an object's compressed content: its kind, and its size in groups of seven bits. */
export function entryHeader(kind: PackedKind, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (codes[kind] << 4) | (size % 16);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}

export interface EntryHeader {
  readonly kind: PackedKind;
  readonly size: number;
  readonly length: number;
}

/** Undefined where none of the kinds begins that Belay writes. */
export function readEntryHeader(bytes: Buffer): EntryHeader | undefined {
  let byte = bytes[0];
  if (byte === undefined) return undefined;
  const kind = kinds.get((byte >> 4) & 7);
  let size = byte & 15;
  let length = 1;
  for (let scale = 16; (byte & 0x80) !== 0; scale *= 128) {
    byte = bytes[length];
    if (byte === undefined || length > 8) return undefined;
    size += (byte & 0x7f) * scale;
    length += 1;
  }
  return kind === undefined ? undefined : { kind, size, length };
}

/** One object of a pack, as its index knows it. */
export interface PackEntry {
  readonly id: string;
  readonly offset: number;
  /** Of header and compressed content as they stand in the pack. */
  readonly crc: number;
}

export const entryCrc = (parts: readonly Uint8Array[]): number =>
  parts.reduce((crc, part) => crc32(part, crc), 0);

/** The index up to its own checksum. `packChecksum` ends the pack. Yields now and then: a large pack takes some time. */
export async function encodeIndex(
  entries: readonly PackEntry[],
  packChecksum: Buffer,
): Promise<Buffer> {
  const large = entries.filter((entry) => entry.offset >= largeOffset);
  const count = entries.length;
  const bytes = Buffer.alloc(fanoutEnd + count * 28 + large.length * 8 + idLength);
  bytes.writeUInt32BE(indexMagic, 0);
  bytes.writeUInt32BE(2, 4);
  const tables = { crcs: fanoutEnd + count * 20, offsets: fanoutEnd + count * 24 };
  let [index, largeAt] = [0, 0];
  for (const [first, bucket] of byFirstByte(entries).entries()) {
    for (const entry of bucket) {
      bytes.write(entry.id, fanoutEnd + index * idLength, "hex");
      bytes.writeUInt32BE(entry.crc, tables.crcs + index * 4);
      const isLarge = entry.offset >= largeOffset;
      const offset = isLarge ? largeOffset + largeAt : entry.offset;
      bytes.writeUInt32BE(offset, tables.offsets + index * 4);
      if (isLarge) {
        bytes.writeBigUInt64BE(BigInt(entry.offset), fanoutEnd + count * 28 + largeAt * 8);
        largeAt += 1;
      }
      index += 1;
    }
    bytes.writeUInt32BE(index, 8 + first * 4);
    if (first % 32 === 31) await nextSlice();
  }
  packChecksum.copy(bytes, bytes.length - idLength);
  return bytes;
}

function byFirstByte(entries: readonly PackEntry[]): PackEntry[][] {
  const buckets: PackEntry[][] = Array.from({ length: 256 }, () => []);
  for (const entry of entries) buckets[Number.parseInt(entry.id.slice(0, 2), 16)]?.push(entry);
  // Comparing hex is comparing bytes.
  for (const bucket of buckets) bucket.sort((a, b) => (a.id < b.id ? -1 : 1));
  return buckets;
}

/** The offset in the pack of the object at this place of the index, given the tables behind its fanout. */
export interface OffsetTables {
  read(offset: number, length: number): Promise<Buffer>;
  readonly count: number;
}

export async function offsetAt(tables: OffsetTables, index: number): Promise<number> {
  const start = fanoutEnd + tables.count * 24;
  const offset = (await tables.read(start + index * 4, 4)).readUInt32BE(0);
  if (offset < largeOffset) return offset;
  const large = fanoutEnd + tables.count * 28 + (offset - largeOffset) * 8;
  return Number((await tables.read(large, 8)).readBigUInt64BE(0));
}

/** Objects before the first with each first byte, and in all; undefined when it is no index of version 2. */
export function readFanout(bytes: Buffer): readonly number[] | undefined {
  if (
    bytes.length < fanoutEnd ||
    bytes.readUInt32BE(0) !== indexMagic ||
    bytes.readUInt32BE(4) !== 2
  )
    return undefined;
  const fanout = Array.from({ length: 256 }, (_, index) => bytes.readUInt32BE(8 + index * 4));
  return fanout.every((sum, index) => sum >= (fanout[index - 1] ?? 0)) ? fanout : undefined;
}
