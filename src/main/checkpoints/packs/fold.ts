import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { createId } from "../../../shared/ids.ts";
import { makeDurableFolder, type FileOps } from "../file-ops.ts";
import { headerOf } from "../git-objects.ts";
import type { Journal, Snapshot } from "../journal.ts";
import { createLogWriter } from "../journal/log-writer.ts";
import {
  emptyManifest,
  type Manifest,
  type PackRef,
  type SegmentRef,
} from "../journal/manifest.ts";
import { createLogReader, nextRecord, readLog, type LoggedRecord } from "../journal/read-log.ts";
import { imageBlobs } from "../records.ts";
import { createPackReader } from "./pack-reader.ts";
import { createPackWriter, hashObject, type PackWriter } from "./pack-writer.ts";

const decompress = promisify(inflate);

/** A pack or segment below this is taken into the next one, so that neither becomes many. */
const smallPack = 8 * 1024 * 1024;
const smallSegment = 1024 * 1024;

export interface FoldPlace {
  /** The store's folder. */
  readonly folder: string;
  readonly journal: Journal;
  readonly ops: FileOps;
  /** Runs under the writer's lock, with everything read that other processes did. */
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>;
  /** Puts a small derived file of the repository in place. */
  readonly writeFile: (file: string, content: string) => Promise<void>;
}

/**
 * Moves what the journal file holds into a git pack and a sealed segment, then puts a journal in its place that names both. Only
 * the last part runs under the writer's lock: it writes what was appended meanwhile, which is next to nothing. Whatever fails or
 * ends on the way changes nothing. Answers the ids that are in a pack now. To be called under the lock of folds.
 */
export async function foldJournal(place: FoldPlace): Promise<ReadonlySet<string>> {
  const { journal, alone } = place;
  const snapshot = await alone(() => journal.snapshot());
  try {
    if (snapshot.tail.start === snapshot.end) return new Set();
    const before = snapshot.tail.manifest;
    const { pack, ids, isDamaged } = await packTail(place, snapshot);
    const segment = await sealTail(place, snapshot);
    const next = {
      packs: pack === null ? before.packs : [...without(before.packs, pack.replaces), pack.ref],
      segments: [...without(before.segments, segment.replaces), segment.ref],
      isNewHistory: segment.isShort,
      keepsOld: isDamaged,
    };
    const isDone = await alone(() => journal.replace(snapshot, next));
    return isDone ? ids : new Set();
  } finally {
    snapshot.release();
  }
}

const without = <T extends { readonly name: string }>(
  all: readonly T[],
  name: string | null,
): readonly T[] => all.filter((one) => one.name !== name);

/** The records of a journal file as it was then. */
export async function* recordsOf({ tail, end }: Snapshot): AsyncIterable<LoggedRecord> {
  const reader = createLogReader(tail.handle, end);
  for (let at = tail.start; ;) {
    const { record } = await nextRecord(reader, tail.salt, at);
    if (record === undefined) return;
    yield record;
    at = record.end;
  }
}

interface Packed {
  readonly pack: { readonly ref: PackRef; readonly replaces: string | null } | null;
  readonly ids: ReadonlySet<string>;
  /** Whether an object could not be packed. */
  readonly isDamaged: boolean;
}

async function packTail(place: FoldPlace, snapshot: Snapshot): Promise<Packed> {
  const folder = join(place.folder, "objects/pack");
  const writer = await createPackWriter(folder, place.ops);
  try {
    const ids = new Set<string>();
    let [changed, isDamaged] = [0, false];
    for await (const { record, links } of recordsOf(snapshot)) {
      const versions = imageBlobs(record);
      for (const { id } of links) {
        const bytes = await addObject(writer, snapshot, id);
        if (bytes === "damaged") isDamaged = true;
        if (typeof bytes !== "number") continue;
        ids.add(id);
        if (versions.has(id)) changed += bytes;
      }
    }
    const last = snapshot.tail.manifest.packs.at(-1);
    const isSmall = last !== undefined && last.bytes < smallPack && ids.size > 0;
    if (isSmall) {
      const reader = createPackReader(folder, last.name, place.ops);
      try {
        for await (const { id, bytes } of reader.entries()) await writer.addRaw(id, [bytes]);
      } finally {
        await reader.close();
      }
    }
    const pack = await writer.finish();
    if (pack === null) return { pack: null, ids, isDamaged };
    const ref = { ...pack, changed: changed + (isSmall ? last.changed : 0) };
    return { pack: { ref, replaces: isSmall ? last.name : null }, ids, isDamaged };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Its length in the pack, 0 when it is there already; "elsewhere" for one that is not in the journal file. */
async function addObject(
  writer: PackWriter,
  { tail }: Snapshot,
  id: string,
): Promise<number | "elsewhere" | "damaged"> {
  const compressed = await tail.compressed(id);
  if (compressed === undefined) return "elsewhere";
  const bytes = await decompress(compressed).catch(() => undefined);
  const header = bytes === undefined ? undefined : headerOf(bytes);
  if (bytes === undefined || header === undefined || (await hashObject(bytes)) !== id)
    return "damaged";
  return writer.add(header.kind, id, bytes.subarray(header.length));
}

interface Sealed {
  readonly ref: SegmentRef;
  readonly replaces: string | null;
  /** Whether records of the segment that was taken in could not be read. */
  readonly isShort: boolean;
}

async function sealTail(place: FoldPlace, snapshot: Snapshot): Promise<Sealed> {
  const folder = join(place.folder, "segments");
  const last = snapshot.tail.manifest.segments.at(-1);
  const isSmall = last !== undefined && last.bytes < smallSegment;
  let taken = 0;
  async function* all(): AsyncIterable<LoggedRecord> {
    if (isSmall)
      for await (const record of readLog(join(folder, last.name), place.ops)) {
        taken += 1;
        yield record;
      }
    yield* recordsOf(snapshot);
  }
  const ref = await writeSegment(place, all());
  return { ref, replaces: isSmall ? last.name : null, isShort: isSmall && taken < last.records };
}

type Sealable = Pick<LoggedRecord, "json" | "links">;

/** Seals records without their contents, durable under a name of its own. */
export async function writeSegment(
  { folder, ops }: Pick<FoldPlace, "folder" | "ops">,
  records: Iterable<Sealable> | AsyncIterable<Sealable>,
): Promise<SegmentRef> {
  const segments = join(folder, "segments");
  await makeDurableFolder(segments, ops);
  const head: Manifest = emptyManifest;
  const writer = await createLogWriter(segments, head, ops);
  const name = `${createId("g")}.log`;
  let count = 0;
  try {
    for await (const { json, links } of records) {
      await writer.add({ json, links, body: [], isDurable: true });
      count += 1;
    }
    await writer.finish(join(segments, name));
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await writer.handle.close();
  return { name, records: count, bytes: writer.end() };
}
