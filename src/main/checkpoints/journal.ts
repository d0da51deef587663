import { setImmediate as nextSlice } from "node:timers/promises";
import { promisify } from "node:util";
import { deflate, deflateSync } from "node:zlib";
import { AppError } from "../../shared/errors.ts";
import type { FileOps } from "./file-ops.ts";
import type { GitObject } from "./git-objects.ts";
import { inParallel } from "./in-parallel.ts";
import { encodeRecord, linkLength, prefixLength, type Link } from "./journal/log-format.ts";
import { createCursor, type ReadBack } from "./journal/cursor.ts";
import type { LogWriter } from "./journal/log-writer.ts";
import { emptyManifest, type Manifest } from "./journal/manifest.ts";
import { createObjects, type ObjectSource } from "./journal/objects.ts";
import { makeTail, packsFolder, putAside, segmentsFolder } from "./journal/open-tail.ts";
import { createLogReader, nextRecord, readAt } from "./journal/read-log.ts";
import type { Tail } from "./journal/tail.ts";
import { createPackSet } from "./packs/pack-set.ts";
import type { JournalRecord } from "./records.ts";

const compressBehind = promisify(deflate);
const fast = { level: 1 };

/**
 * Every record and every byte ever saved, as far as it was not dropped: the journal file, to which is appended, and what was folded
 * out of it, records into sealed segments and objects into git packs. All but `object`, `compressed`, `isPacked` and `size` is
 * called under the writer's lock.
 */
export interface Journal extends ObjectSource {
  /** One append; with `durable`, one fsync. Objects that are there already, and sound, are not written again. */
  append(record: JournalRecord, objects: readonly GitObject[], durable: boolean): Promise<void>;
  /**
   * Records that were added since the last call, by this process or another, with the ids of the objects they brought. Where
   * records were dropped meanwhile, `onReset` is called and all of them come again.
   */
  refresh(): Promise<readonly ReadBack[]>;
  /** Bytes of the journal file: what is not folded. */
  size(): number;
  /** Records in the journal file. */
  records(): number;
  manifest(): Manifest;
  /** What is in the journal file now. It stays readable until released, whatever becomes of the file. */
  snapshot(): Promise<Snapshot>;
  /**
   * Puts a journal in the place of this one: its manifest, and the records that came after the snapshot. False, and nothing is
   * changed, when another process did the like since.
   */
  replace(snapshot: Snapshot, next: NextManifest): Promise<boolean>;
  close(): Promise<void>;
}

export interface Snapshot {
  readonly tail: Tail;
  readonly generation: number;
  readonly end: number;
  readonly release: () => void;
}

export interface NextManifest {
  readonly segments: Readonly<Manifest["segments"]>;
  readonly packs: Readonly<Manifest["packs"]>;
  /** Whether records were dropped: everybody who has read them starts over. */
  readonly isNewHistory: boolean;
  /** Whether something in the journal file could not be taken over: then it is kept aside. */
  readonly keepsOld: boolean;
}

const maxRecord = 1 << 30;

export interface JournalOptions {
  /** A record above so many bytes is refused. */
  readonly limit?: number;
  readonly onReset?: () => void;
}

/** Nothing is opened before the first call. */
export function openJournal(
  file: string,
  ops: FileOps,
  { limit = maxRecord, onReset = () => {} }: JournalOptions = {},
): Journal {
  const packs = createPackSet(packsFolder(file), ops);
  const cursor = createCursor(file, ops, {
    onReset,
    onManifest: (manifest) => packs.use(manifest.packs.map(({ name }) => name)),
  });
  const objects = createObjects(file, { packs, tail: cursor.tail });
  return {
    ...objects,
    async append(record, given, durable) {
      const open = await cursor.current();
      const { links, body } = await partsFor(given, objects.isHeld);
      const json = Buffer.from(JSON.stringify(record));
      const bytes = encodeRecord(open.salt, open.end(), { json, links, body, isDurable: durable });
      if (bytes.length > limit) throw tooLarge();
      // Whatever lies behind the last whole record is a write that a crash tore.
      const { size } = await open.handle.stat();
      if (size > open.end()) await ops.truncate(open.handle, open.end());
      try {
        await ops.write(open.handle, bytes, open.end());
        if (durable) await ops.fsync(open.handle);
      } catch (error) {
        // What was told as failed must not be found whole later, and be carried out.
        await ops.truncate(open.handle, open.end()).catch(() => undefined);
        throw error;
      }
      const start = open.end() + prefixLength + json.length + links.length * linkLength;
      open.add({ links, body: start, end: open.end() + bytes.length });
      cursor.add({ record, objectIds: given.map((object) => object.id) });
    },
    refresh: () => cursor.takeNew(),
    size: () => cursor.tail()?.end() ?? 0,
    records: () => cursor.tail()?.records() ?? 0,
    manifest: () => cursor.tail()?.manifest ?? emptyManifest,
    async snapshot() {
      const open = await cursor.current();
      const { generation } = open.manifest;
      return { tail: open, generation, end: open.end(), release: open.hold() };
    },
    async replace(snapshot, next) {
      const open = await cursor.current();
      if (open.manifest.generation !== snapshot.generation) return false;
      if (open.isDamaged() || next.keepsOld) await putAside(file, ops);
      const manifest = nextManifest(open, next);
      const fill = (writer: LogWriter) => copyRecords(open, { from: snapshot.end, writer });
      const folder = segmentsFolder(file);
      await cursor.take(await makeTail(file, manifest, { ops, fill, folder }));
      return true;
    },
    async close() {
      await cursor.tail()?.retire();
      await packs.close();
    },
  };
}

function nextManifest(open: Tail, { segments, packs, isNewHistory }: NextManifest): Manifest {
  const { generation, history } = open.manifest;
  // Who counted records that are passed over now must not count on.
  const isOther = isNewHistory || open.isDamaged();
  return {
    format: 2,
    generation: generation + 1,
    history: history + (isOther ? 1 : 0),
    segments: [...segments],
    packs: [...packs],
  };
}

const tooLarge = (): AppError =>
  new AppError(
    "denied",
    "This would change more bytes at once than can be kept for undo (1 GB). Do it in smaller parts.",
  );

/** How many objects are compressed at once. */
const parallel = 8;
/** A small object takes less time than handing it to another thread does: so many of them, and then others have their turn. */
const small = 16 * 1024;
const atOnce = 16;

interface Parts {
  readonly links: readonly Link[];
  readonly body: readonly Buffer[];
}

/** Only what is not there yet, and sound, is written; all of it is linked, so that nothing needed is ever dropped. */
async function partsFor(
  objects: readonly GitObject[],
  isHeld: (id: string) => Promise<boolean>,
): Promise<Parts> {
  const all = [...new Map(objects.map((object) => [object.id, object])).values()];
  // Each one under way takes a compressor's quarter of a megabyte.
  const written = await inParallel(all, parallel, async ({ id, bytes }, index) => {
    if (await isHeld(id)) return { id, body: null };
    if (index % atOnce === atOnce - 1) await nextSlice();
    return { id, body: await compress(bytes) };
  });
  const fresh = written.flatMap(({ id, body }) => (body === null ? [] : [{ id, body }]));
  return {
    links: [
      ...fresh.map(({ id, body }) => ({ id, length: body.length })),
      ...written.flatMap(({ id, body }) => (body === null ? [{ id, length: 0 }] : [])),
    ],
    body: fresh.map(({ body }) => body),
  };
}

const compress = async (bytes: Buffer): Promise<Buffer> =>
  bytes.length <= small ? deflateSync(bytes, fast) : compressBehind(bytes, fast);

interface Copying {
  readonly from: number;
  readonly writer: LogWriter;
}

async function copyRecords(open: Tail, { from, writer }: Copying): Promise<void> {
  const { handle, salt } = open;
  const reader = createLogReader(handle, open.end());
  for (let at = from; ;) {
    const { record } = await nextRecord(reader, salt, at);
    if (record === undefined) return;
    const { json, links, isDurable } = record;
    const body = await readAt(handle, record.body, record.end - record.body);
    await writer.add({ json, links, body: [body], isDurable });
    at = record.end;
  }
}
