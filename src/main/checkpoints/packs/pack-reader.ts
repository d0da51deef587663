import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import type { FileOps } from "../file-ops.ts";
import { readAt } from "../journal/read-log.ts";
import {
  fanoutEnd,
  idLength,
  offsetAt,
  packHeaderLength,
  readEntryHeader,
  readFanout,
} from "./pack-format.ts";

const decompress = promisify(inflate);

/** A pack's names stay in memory up to this size: 13,000 objects. Of a larger one, what is needed is read. */
const cachedNames = 256 * 1024;

/** So many names are read at once. */
const atOnce = 4096;

/** One pack with its index, opened when it is first needed. Memory is bounded whatever the pack holds. */
export interface PackReader {
  readonly name: string;
  /** Where the object stands in the pack; undefined when it is not there. */
  find(id: string): Promise<number | undefined>;
  /** The object with its git header. Undefined when what stands there is damaged. */
  read(offset: number): Promise<Buffer | undefined>;
  ids(): AsyncIterable<string>;
  /** Every object, in the order of their ids, with what stands in the pack. */
  entries(): AsyncIterable<RawEntry>;
  close(): Promise<void>;
}

export interface RawEntry {
  readonly id: string;
  /** Header and compressed content. */
  readonly bytes: Buffer;
}

interface Index {
  readonly handle: FileHandle;
  readonly fanout: readonly number[];
  readonly count: number;
  readonly names: Buffer | null;
}

/** Nothing is opened yet. A pack without an index, or with a damaged one, has no objects. */
export function createPackReader(folder: string, name: string, ops: FileOps): PackReader {
  const index = once(() => openIndex(join(folder, `${name}.idx`), ops));
  const pack = once(() => ops.open(join(folder, `${name}.pack`), constants.O_RDONLY));

  return {
    name,
    async find(id) {
      const opened = await index.open();
      return opened === undefined ? undefined : findIn(opened, id);
    },
    async read(offset) {
      return readEntry(await pack.open(), offset);
    },
    async *ids() {
      const opened = await index.open();
      for (let place = 0; place < (opened?.count ?? 0); place += atOnce) {
        const to = Math.min(opened?.count ?? 0, place + atOnce);
        const bytes = opened === undefined ? Buffer.alloc(0) : await namesOf(opened, place, to);
        for (let at = 0; at < bytes.length; at += idLength)
          yield bytes.toString("hex", at, at + idLength);
      }
    },
    async *entries() {
      const opened = await index.open();
      if (opened === undefined) return;
      yield* rawEntries(opened, await pack.open());
    },
    async close() {
      await (await index.opened())?.handle.close();
      await (await pack.opened())?.close();
    },
  };
}

interface Once<T> {
  open(): Promise<T>;
  /** Undefined when it was never opened. */
  opened(): Promise<T | undefined>;
}

/** A disk that fails once, or too many open files for a moment, must not make a pack unreadable for good: a failure is tried anew. */
function once<T>(openIt: () => Promise<T>): Once<T> {
  let opening: Promise<T> | undefined;
  return {
    open() {
      opening ??= openIt().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    opened: async () => opening?.catch(() => undefined),
  };
}

async function openIndex(file: string, ops: FileOps): Promise<Index | undefined> {
  const handle = await ops.open(file, constants.O_RDONLY);
  try {
    const index = await readIndex(handle);
    if (index === undefined) await handle.close();
    return index;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readIndex(handle: FileHandle): Promise<Index | undefined> {
  const fanout = readFanout(await readAt(handle, 0, fanoutEnd));
  const count = fanout?.[255] ?? 0;
  const { size } = await handle.stat();
  if (fanout === undefined || size < fanoutEnd + count * 28 + 2 * idLength) return undefined;
  const length = count * idLength;
  const names = length <= cachedNames ? await readAt(handle, fanoutEnd, length) : null;
  return { handle, fanout, count, names };
}

async function findIn(index: Index, id: string): Promise<number | undefined> {
  const first = Number.parseInt(id.slice(0, 2), 16);
  const from = first === 0 ? 0 : (index.fanout[first - 1] ?? 0);
  const to = index.fanout[first] ?? 0;
  const names = await namesOf(index, from, to);
  const wanted = Buffer.from(id, "hex");
  let [low, high] = [0, to - from];
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = wanted.compare(names, middle * idLength, (middle + 1) * idLength);
    if (order === 0) return offsetIn(index, from + middle);
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return undefined;
}

async function namesOf(index: Index, from: number, to: number): Promise<Buffer> {
  if (index.names !== null) return index.names.subarray(from * idLength, to * idLength);
  return readAt(index.handle, fanoutEnd + from * idLength, (to - from) * idLength);
}

const offsetIn = ({ handle, count }: Index, place: number): Promise<number> =>
  offsetAt({ count, read: (offset, length) => readAt(handle, offset, length) }, place);

/** The most that zlib makes of so many bytes [zlib's compressBound], and the header. */
const largestEntry = (size: number): number => size + Math.ceil(size / 1000) + 64;

async function readEntry(handle: FileHandle, offset: number): Promise<Buffer | undefined> {
  const start = await readAt(handle, offset, 16);
  const header = readEntryHeader(start);
  const { size: packSize } = await handle.stat();
  // A damaged length must not ask for memory that is not there.
  if (header === undefined || header.size > packSize * 1100) return undefined;
  const body = await readAt(
    handle,
    offset + header.length,
    Math.min(largestEntry(header.size), packSize - offset - header.length),
  );
  const content = await decompress(body, { maxOutputLength: Math.max(1, header.size) }).catch(
    () => undefined,
  );
  if (content?.length !== header.size) return undefined;
  return Buffer.concat([Buffer.from(`${header.kind} ${header.size}\0`), content]);
}

/** An entry ends where the next one in the pack starts. */
async function* rawEntries(index: Index, pack: FileHandle): AsyncIterable<RawEntry> {
  const { size } = await pack.stat();
  const offsets: number[] = [];
  for (let place = 0; place < index.count; place += 1) offsets.push(await offsetIn(index, place));
  const starts = offsets.toSorted((a, b) => a - b);
  const ends = new Map(starts.map((start, place) => [start, starts[place + 1] ?? size - idLength]));
  for (const [place, offset] of offsets.entries()) {
    const name = await namesOf(index, place, place + 1);
    const end = ends.get(offset) ?? offset;
    if (offset < packHeaderLength || end > size) continue;
    yield { id: name.toString("hex"), bytes: await readAt(pack, offset, end - offset) };
  }
}
