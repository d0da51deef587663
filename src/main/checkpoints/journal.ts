import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { crc32, deflate, inflate } from "node:zlib";
import { AppError } from "../../shared/errors.ts";
import type { FileOps } from "./file-ops.ts";
import type { GitObject } from "./git-objects.ts";
import { recordSchema, type JournalRecord } from "./records.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

/** Where an object's compressed bytes stand in the journal. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * The append-only file that holds every record and every byte ever saved. A record is: length (4 bytes), CRC-32 (4), header length
 * (4), JSON header, then the objects it brings, each as git stores a loose object. A torn tail is cut off at the next write.
 */
export interface Journal {
  /** One append; with `durable`, one fsync. Objects that the journal already holds are not written again. */
  append(record: JournalRecord, objects: readonly GitObject[], durable: boolean): Promise<void>;
  /** Records that were added since the last call, by this process or another, with the ids of the objects they brought. */
  refresh(): Promise<readonly ReadBack[]>;
  /** The object with its git header. Throws AppError("internal") when it is damaged. */
  object(id: string): Promise<Buffer>;
  /** The compressed bytes, as a loose object file holds them. */
  compressed(id: string): Promise<Buffer>;
  has(id: string): boolean;
  size(): number;
  close(): Promise<void>;
}

export interface ReadBack {
  readonly record: JournalRecord;
  readonly objectIds: readonly string[];
}

const prefixLength = 12;
const maxRecord = 1 << 30;

interface Header {
  readonly value: JournalRecord;
  readonly objects: readonly { readonly id: string; readonly length: number }[];
}

/** Opens or makes the file. Nothing is read before the first `refresh`. A record above `limit` bytes is refused. */
export async function openJournal(
  file: string,
  ops: FileOps,
  limit: number = maxRecord,
): Promise<Journal> {
  const handle = await ops.open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  // The records in it are only as durable as its name.
  if ((await handle.stat()).size === 0) await ops.syncFolder(dirname(file));
  const places = new Map<string, Place>();
  const unread: ReadBack[] = [];
  let end = 0;

  async function compressed(id: string): Promise<Buffer> {
    const place = places.get(id);
    if (place === undefined)
      throw new AppError("internal", `The checkpoint store lacks object ${id}.`);
    return readAt(handle, place);
  }

  return {
    async append(record, objects, durable) {
      const parts = await compressFresh(objects, places);
      const written = encode(record, parts);
      if (written.bytes.length > limit)
        throw new AppError(
          "denied",
          "This would change more bytes at once than can be kept for undo (1 GB). Do it in smaller parts.",
        );
      // Whatever lies behind the last whole record is a write that a crash tore.
      const { size } = await handle.stat();
      if (size > end) await handle.truncate(end);
      await writeAll(handle, written.bytes, end);
      if (durable) await ops.fsync(handle);
      for (const place of written.places)
        places.set(place.id, { offset: end + place.offset, length: place.length });
      end += written.bytes.length;
      unread.push({ record, objectIds: objects.map((object) => object.id) });
    },
    async refresh() {
      const { size } = await handle.stat();
      const records = unread.splice(0);
      for (;;) {
        const next = await nextRecord(handle, end, size);
        if (next === undefined) return records;
        for (const object of next.objects) places.set(object.id, object);
        records.push({ record: next.record, objectIds: next.objects.map((object) => object.id) });
        end = next.end;
      }
    },
    object: async (id) => decompress(await compressed(id)),
    compressed,
    has: (id) => places.has(id),
    size: () => end,
    close: () => handle.close(),
  };
}

async function compressFresh(
  objects: readonly GitObject[],
  places: ReadonlyMap<string, Place>,
): Promise<readonly Part[]> {
  const fresh = new Map(
    objects.filter((object) => !places.has(object.id)).map((object) => [object.id, object]),
  );
  return Promise.all(
    Array.from(fresh.values(), async (object) => ({
      id: object.id,
      bytes: await compress(object.bytes, { level: 1 }),
    })),
  );
}

interface Part {
  readonly id: string;
  readonly bytes: Buffer;
}

interface ReadRecord {
  readonly record: JournalRecord;
  readonly objects: readonly (Place & { readonly id: string })[];
  readonly end: number;
}

/**
 * The record at an offset, or the first sound one behind damage: only the last record can be torn by a crash, so what is followed
 * by a sound one was damaged later, and must not take the rest with it. Undefined where the file ends or is torn.
 */
async function nextRecord(
  handle: FileHandle,
  start: number,
  size: number,
): Promise<ReadRecord | undefined> {
  for (let offset = start; size - offset >= prefixLength;) {
    const found = await readRecord(handle, offset, size);
    if (found !== undefined) return found;
    const length = (await readAt(handle, { offset, length: prefixLength })).readUInt32BE(0);
    if (length < 4) break;
    offset += 8 + length;
  }
  return undefined;
}

/** The record at an offset; undefined when it is none. */
async function readRecord(
  handle: FileHandle,
  start: number,
  size: number,
): Promise<ReadRecord | undefined> {
  if (size - start < prefixLength) return undefined;
  const prefix = await readAt(handle, { offset: start, length: prefixLength });
  const length = prefix.readUInt32BE(0);
  if (length < 4 || length > maxRecord || start + 8 + length > size) return undefined;
  const body = await readAt(handle, { offset: start + 8, length });
  if (body.length < length || crc32(body) !== prefix.readUInt32BE(4)) return undefined;
  const headerLength = body.readUInt32BE(0);
  const header = parseHeader(body.subarray(4, 4 + headerLength));
  let offset = start + prefixLength + headerLength;
  const objects = header.objects.map((object) => {
    const place = { id: object.id, offset, length: object.length };
    offset += object.length;
    return place;
  });
  return { record: header.value, objects, end: start + 8 + length };
}

async function readAt(handle: FileHandle, { offset, length }: Place): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

interface Encoded {
  readonly bytes: Buffer;
  readonly places: readonly {
    readonly id: string;
    readonly offset: number;
    readonly length: number;
  }[];
}

function encode(record: JournalRecord, parts: readonly Part[]): Encoded {
  const header = Buffer.from(
    JSON.stringify({
      value: record,
      objects: parts.map((part) => ({ id: part.id, length: part.bytes.length })),
    }),
  );
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32BE(header.length);
  const body = Buffer.concat([headerLength, header, ...parts.map((part) => part.bytes)]);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(body.length, 0);
  prefix.writeUInt32BE(crc32(body), 4);
  let offset = prefixLength + header.length;
  const places = parts.map((part) => {
    const place = { id: part.id, offset, length: part.bytes.length };
    offset += part.bytes.length;
    return place;
  });
  return { bytes: Buffer.concat([prefix, body]), places };
}

function parseHeader(bytes: Buffer): Header {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own framing, guarded by its checksum; the record is parsed below
  const header = JSON.parse(bytes.toString("utf8")) as {
    value: unknown;
    objects: Header["objects"];
  };
  return { value: recordSchema.parse(header.value), objects: header.objects };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(
      bytes,
      written,
      bytes.length - written,
      position + written,
    );
    written += bytesWritten;
  }
}
