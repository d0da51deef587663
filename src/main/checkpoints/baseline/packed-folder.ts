import type { BigIntStats } from "node:fs";
import { modeOf, type EntryKind, type Identity } from "../../workspace/scan/identity.ts";
import { pathFromBytes, rawPath } from "../../workspace/path-bytes.ts";

/** One entry of a folder as the baseline knows it. */
export interface BaselineEntry extends Identity {
  readonly name: string;
  readonly kind: EntryKind;
  /** Written so short before it was looked at that a later write may have left the same identity. */
  readonly racy: boolean;
  /** The system refused to let it be read. */
  readonly unreadable: boolean;
  /** Id of its bytes or link target; null while they are not kept. */
  readonly blob: string | null;
}

const kinds: readonly EntryKind[] = ["file", "link", "folder", "heavy", "git", "special"];
const racyFlag = 1;
const blobFlag = 2;
const unreadableFlag = 4;

const headerBytes = 48;
const recordBytes = 64;
const longsInRecord = recordBytes / 8;
const intsInRecord = recordBytes / 4;
const metaInt = 10;
const blobByte = 44;
const blobBytes = 20;

/** What tells that a folder still has the same names in it; `racy` when it was written too short before it was listed. */
export interface FolderTimes {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly racy: boolean;
}

/**
 * All entries of one folder in one buffer, in code unit order of their names: what the database holds is what memory holds, and
 * a look compares without making objects. Never changed: a new state is a new buffer.
 *
 * Layout: count and whether the folder is racy (4 bytes each), dev, ino, mtime and ctime of the folder (8 each), 8 spare · a record
 * of 64 bytes for each entry (dev, ino, size, mtime, ctime of 8; mode of 2, kind and flags of 1; blob id) · names, joined by "/".
 */
export class PackedFolder {
  readonly bytes: Buffer;
  readonly count: number;
  readonly #longs: BigInt64Array;
  readonly #ints: Uint32Array;

  /** Throws RangeError for bytes that are no such folder: the database is damaged then. */
  constructor(bytes: Buffer) {
    // A typed array must begin at a multiple of its element's size.
    this.bytes = bytes.byteOffset % 8 === 0 ? bytes : copyOf(bytes);
    const { buffer, byteOffset } = this.bytes;
    this.count = bytes.length < headerBytes ? 0 : bytes.readUInt32LE(0);
    if (bytes.length < headerBytes + this.count * recordBytes)
      throw new RangeError("The stored folder is cut");
    this.#longs = new BigInt64Array(buffer, byteOffset + headerBytes, this.count * longsInRecord);
    this.#ints = new Uint32Array(buffer, byteOffset + headerBytes, this.count * intsInRecord);
  }

  names(): readonly string[] {
    if (this.count === 0) return [];
    const names = pathFromBytes(this.bytes.subarray(headerBytes + this.count * recordBytes)).split(
      "/",
    );
    if (names.length !== this.count) throw new RangeError("The stored folder has lost names");
    return names;
  }

  times(): FolderTimes {
    return {
      racy: this.bytes.readUInt32LE(4) !== 0,
      dev: this.bytes.readBigInt64LE(8),
      ino: this.bytes.readBigInt64LE(16),
      mtimeNs: this.bytes.readBigInt64LE(24),
      ctimeNs: this.bytes.readBigInt64LE(32),
    };
  }

  kind(index: number): EntryKind {
    return kinds[(this.#meta(index) >>> 16) & 0xff] ?? "special";
  }

  isRacy(index: number): boolean {
    return (this.#meta(index) & (racyFlag << 24)) !== 0;
  }

  hasBlob(index: number): boolean {
    return (this.#meta(index) & (blobFlag << 24)) !== 0;
  }

  isUnreadable(index: number): boolean {
    return (this.#meta(index) & (unreadableFlag << 24)) !== 0;
  }

  /** In bytes, as it was seen. */
  size(index: number): number {
    return Number(this.#longs[index * longsInRecord + 2] ?? 0n);
  }

  blob(index: number): string | null {
    const from = headerBytes + index * recordBytes + blobByte;
    return this.hasBlob(index) ? this.bytes.toString("hex", from, from + blobBytes) : null;
  }

  /** Whether the entry is still the one that was seen. */
  matches(index: number, stats: BigIntStats): boolean {
    const from = index * longsInRecord;
    return (
      this.#longs[from + 4] === stats.ctimeNs &&
      this.#longs[from + 1] === stats.ino &&
      this.#longs[from + 3] === stats.mtimeNs &&
      this.#longs[from + 2] === stats.size &&
      (this.#meta(index) & 0xffff) === modeOf(stats) &&
      this.#longs[from] === stats.dev
    );
  }

  mode(index: number): number {
    return this.#meta(index) & 0xffff;
  }

  entry(index: number, name: string): BaselineEntry {
    const long = (offset: number): bigint => this.#longs[index * longsInRecord + offset] ?? 0n;
    return {
      name,
      kind: this.kind(index),
      racy: this.isRacy(index),
      unreadable: this.isUnreadable(index),
      mode: this.mode(index),
      blob: this.blob(index),
      dev: long(0),
      ino: long(1),
      size: long(2),
      mtimeNs: long(3),
      ctimeNs: long(4),
    };
  }

  entries(): BaselineEntry[] {
    return this.names().map((name, index) => this.entry(index, name));
  }

  #meta(index: number): number {
    return this.#ints[index * intsInRecord + metaInt] ?? 0;
  }
}

/** Entries must be in code unit order of their names. */
export function packFolder(times: FolderTimes, entries: readonly BaselineEntry[]): PackedFolder {
  const names = Buffer.from(rawPath(entries.map((entry) => entry.name).join("/")));
  const recordsEnd = headerBytes + entries.length * recordBytes;
  const bytes = Buffer.allocUnsafeSlow(recordsEnd + names.length);
  bytes.writeUInt32LE(entries.length, 0);
  bytes.writeUInt32LE(times.racy ? 1 : 0, 4);
  bytes.writeBigInt64LE(BigInt.asIntN(64, times.dev), 8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, times.ino), 16);
  bytes.writeBigInt64LE(times.mtimeNs, 24);
  bytes.writeBigInt64LE(times.ctimeNs, 32);
  bytes.fill(0, 40, headerBytes);
  for (const [index, entry] of entries.entries())
    writeRecord(bytes, headerBytes + index * recordBytes, entry);
  names.copy(bytes, recordsEnd);
  return new PackedFolder(bytes);
}

function writeRecord(bytes: Buffer, from: number, entry: BaselineEntry): void {
  bytes.writeBigInt64LE(BigInt.asIntN(64, entry.dev), from);
  bytes.writeBigInt64LE(BigInt.asIntN(64, entry.ino), from + 8);
  bytes.writeBigInt64LE(entry.size, from + 16);
  bytes.writeBigInt64LE(entry.mtimeNs, from + 24);
  bytes.writeBigInt64LE(entry.ctimeNs, from + 32);
  const flags =
    (entry.racy ? racyFlag : 0) |
    (entry.blob === null ? 0 : blobFlag) |
    (entry.unreadable ? unreadableFlag : 0);
  const meta = (entry.mode & 0xffff) | (kinds.indexOf(entry.kind) << 16) | (flags << 24);
  bytes.writeUInt32LE(meta >>> 0, from + metaInt * 4);
  if (entry.blob === null) bytes.fill(0, from + blobByte, from + recordBytes);
  else bytes.write(entry.blob, from + blobByte, blobBytes, "hex");
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
