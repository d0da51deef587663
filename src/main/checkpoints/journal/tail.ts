import type { FileHandle } from "node:fs/promises";
import { isMissing } from "../../workspace/confine.ts";
import type { FileOps } from "../file-ops.ts";
import type { Head, Link } from "./log-format.ts";
import type { Manifest } from "./manifest.ts";
import { createLogReader, isBodySound, nextRecord, readAt, type LoggedRecord } from "./read-log.ts";

/** Where an object's compressed bytes stand in the journal. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The journal file itself: what is not folded yet. Its contents are still beside the records. */
export interface Tail {
  readonly handle: FileHandle;
  readonly salt: Buffer;
  readonly manifest: Manifest;
  /** Where its first record starts. */
  readonly start: number;
  readonly end: () => number;
  records(): number;
  /** Whether bytes in front of sound records had to be passed over. */
  isDamaged(): boolean;
  /** Sound records behind the end, which moves behind them. */
  read(): Promise<readonly LoggedRecord[]>;
  /** Takes over what was just appended. */
  add(record: {
    readonly links: readonly Link[];
    readonly body: number;
    readonly end: number;
  }): void;
  has(id: string): boolean;
  /** Compressed as git stores it loose. */
  compressed(id: string): Promise<Buffer | undefined>;
  /** Whether this still is the journal at that path: another process may have put another in its place. */
  isAt(file: string, ops: FileOps): Promise<boolean>;
  /** Keeps the file open until the answer is called. */
  hold(): () => void;
  /** Closes the file when nobody reads it any more. */
  retire(): Promise<void>;
}

/** Nothing is read before the first `read`. */
export function createTail(handle: FileHandle, head: Head, manifest: Manifest): Tail {
  const places = createPlaces();
  const users = createUsers(handle);
  const own = handle.stat({ bigint: true });
  let end = head.end;
  let records = 0;
  let isDamaged = false;

  return {
    handle,
    salt: head.salt,
    manifest,
    start: head.end,
    end: () => end,
    records: () => records,
    isDamaged: () => isDamaged,
    async read() {
      const found = await readNew(handle, head.salt, end);
      for (const record of found.records) if (!found.unsound.has(record.start)) places.add(record);
      isDamaged ||= found.isDamaged;
      records += found.records.length;
      end = found.records.at(-1)?.end ?? end;
      return found.records;
    },
    add(record) {
      places.add(record);
      records += 1;
      end = record.end;
    },
    has: (id) => places.find(id) !== undefined,
    async compressed(id) {
      const place = places.find(id);
      if (place === undefined) return undefined;
      const release = users.hold();
      try {
        return await readAt(handle, place.offset, place.length);
      } finally {
        release();
      }
    },
    async isAt(file, ops) {
      const there = await ops.lstat(file).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      const { ino, dev } = await own;
      return there?.ino === ino && there.dev === dev;
    },
    ...users,
  };
}

interface Places {
  add(record: {
    readonly links: readonly Link[];
    readonly body: number;
    readonly end: number;
  }): void;
  find(id: string): Place | undefined;
}

function createPlaces(): Places {
  const places = new Map<string, Place>();
  return {
    add({ links, body, end }) {
      let offset = body;
      for (const { id, length } of links) {
        if (offset >= end) break;
        places.set(id, { offset, length });
        offset += length;
      }
    },
    find: (id) => places.get(id),
  };
}

/** Closes the file when it is retired and nobody uses it any more. */
function createUsers(handle: FileHandle): Pick<Tail, "hold" | "retire"> {
  let holders = 0;
  let isRetired = false;
  return {
    hold() {
      holders += 1;
      return () => {
        holders -= 1;
        if (isRetired && holders === 0) void handle.close();
      };
    },
    async retire() {
      if (!isRetired && holders === 0) await handle.close();
      isRetired = true;
    },
  };
}

interface NewRecords {
  readonly records: readonly LoggedRecord[];
  /** Starts of those whose objects are not as they were written. */
  readonly unsound: ReadonlySet<number>;
  readonly isDamaged: boolean;
}

async function readNew(handle: FileHandle, salt: Buffer, start: number): Promise<NewRecords> {
  const reader = createLogReader(handle, (await handle.stat()).size);
  const records: LoggedRecord[] = [];
  let isDamaged = false;
  for (let at = start; ;) {
    const next = await nextRecord(reader, salt, at);
    if (next.record === undefined) break;
    isDamaged ||= next.isDamaged;
    records.push(next.record);
    at = next.record.end;
  }
  const unsound = await unsoundBodies(handle, records);
  // A torn write at the end: the next append cuts it off.
  while (unsound.has(records.at(-1)?.start ?? -1)) records.pop();
  isDamaged ||= records.some((record) => unsound.has(record.start));
  return { records, unsound, isDamaged };
}

/**
 * The starts of records whose objects were torn by a power cut. Only what was appended since the last completed sync can be: a
 * durable record that another one follows was synced with everything before it. So what is read of the bodies is next to nothing.
 */
async function unsoundBodies(
  handle: FileHandle,
  records: readonly LoggedRecord[],
): Promise<Set<number>> {
  const synced = records.slice(0, -1).findLastIndex((record) => record.isDurable);
  const unsound = new Set<number>();
  for (const record of records.slice(synced + 1)) {
    if (record.end > record.body && !(await isBodySound(handle, record))) unsound.add(record.start);
  }
  return unsound;
}
