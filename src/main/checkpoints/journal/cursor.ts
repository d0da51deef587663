import { join } from "node:path";
import type { FileOps } from "../file-ops.ts";
import type { Intent, JournalRecord } from "../records.ts";
import type { Manifest } from "./manifest.ts";
import { openTail, segmentsFolder } from "./open-tail.ts";
import { parseRecord } from "./parse-record.ts";
import { readLog, type LoggedRecord } from "./read-log.ts";
import { createIntentStore, type IntentStore } from "./stored-intent.ts";
import type { Tail } from "./tail.ts";

export interface ReadBack {
  readonly record: JournalRecord;
  /** Empty for a record that was sealed: its objects are in a pack. */
  readonly objectIds: readonly string[];
}

/** How far one process has read the history: sealed records first, then those of the journal file, whichever file that is by now. */
export interface Cursor {
  /** The journal file as it is on the disk, read to its end. */
  current(): Promise<Tail>;
  /** What was read or added since the last call. */
  takeNew(): Promise<readonly ReadBack[]>;
  /** What this process has just appended. */
  add(read: ReadBack): void;
  /** Goes over to another journal file: where records were dropped, all that is left comes again. */
  take(next: Tail): Promise<Tail>;
  readonly tail: () => Tail | undefined;
}

export interface CursorEvents {
  readonly onReset: () => void;
  readonly onManifest: (manifest: Manifest) => void;
}

/** Nothing is opened before the first call. */
export function createCursor(file: string, ops: FileOps, events: CursorEvents): Cursor {
  let unread: ReadBack[] = [];
  /** Records of the whole history that were read or added here. */
  let known = 0;
  let tail: Tail | undefined;
  const intents = createIntentStore(intentOf);

  async function take(next: Tail): Promise<Tail> {
    try {
      return await follow(next);
    } catch (error) {
      if (tail !== next) await next.retire();
      throw error;
    }
  }

  async function follow(next: Tail): Promise<Tail> {
    const before = tail;
    const isReset = before !== undefined && before.manifest.history !== next.manifest.history;
    const found: ReadBack[] = isReset ? [] : [...unread];
    let skip = isReset ? 0 : known;
    for (const { name, records } of next.manifest.segments) {
      if (skip < records) {
        const sealed = await readSegment(join(segmentsFolder(file), name), { ops, intents, skip });
        for (const one of sealed) found.push(one);
      }
      skip = Math.max(0, skip - records);
    }
    for (const record of (await next.read()).slice(skip)) found.push(readBackOf(record));
    tail = next;
    unread = found;
    known = next.manifest.segments.reduce((sum, { records }) => sum + records, next.records());
    events.onManifest(next.manifest);
    if (isReset) events.onReset();
    await before?.retire();
    return next;
  }

  async function current(): Promise<Tail> {
    if (tail === undefined || !(await tail.isAt(file, ops))) return take(await openTail(file, ops));
    const added = await tail.read();
    known += added.length;
    unread.push(...added.map(readBackOf));
    return tail;
  }

  return {
    current,
    async takeNew() {
      await current();
      const found = unread;
      unread = [];
      return found;
    },
    add(read) {
      known += 1;
      unread.push(read);
    },
    take,
    tail: () => tail,
  };
}

const readBackOf = ({ record, links }: LoggedRecord): ReadBack => ({
  record,
  objectIds: links.map(({ id }) => id),
});

function intentOf(json: Buffer): Intent {
  const record = parseRecord(JSON.parse(json.toString("utf8")));
  if (record?.record !== "intent") throw new Error("An intent in memory is not one any more");
  return record;
}

interface SegmentReading {
  readonly ops: FileOps;
  readonly intents: IntentStore;
  /** So many of its records are known already. */
  readonly skip: number;
}

const noObjects: readonly string[] = [];

/** One that is lost takes only its own records with it. */
async function readSegment(
  file: string,
  { ops, intents, skip }: SegmentReading,
): Promise<ReadBack[]> {
  const found: ReadBack[] = [];
  let number = 0;
  for await (const { record, json } of readLog(file, ops)) {
    number += 1;
    if (number <= skip) continue;
    const kept = record.record === "intent" ? intents.keep(record, json) : record;
    found.push({ record: kept, objectIds: noObjects });
  }
  return found;
}
