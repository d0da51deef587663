import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { isMissing } from "../../workspace/confine.ts";
import type { JournalRecord } from "../records.ts";
import type { FileOps } from "../file-ops.ts";
import {
  decodeHead,
  decodeLinks,
  decodePrefix,
  linkLength,
  prefixLength,
  type Head,
  type Link,
} from "./log-format.ts";
import { parseRecord } from "./parse-record.ts";

/** A record as it stands in a file. */
export interface LoggedRecord {
  readonly record: JournalRecord;
  readonly json: Buffer;
  readonly links: readonly Link[];
  readonly isDurable: boolean;
  readonly start: number;
  /** Where its objects start, in the order of the links; those behind the body's end are elsewhere. */
  readonly body: number;
  readonly bodyCrc: number;
  readonly end: number;
}

/** How much is read at once: a few milliseconds of work. */
const windowLength = 256 * 1024;
/** The largest head that is looked for: some ten thousand packs. */
const largestHead = 8 * 1024 * 1024;

/** Reads through a file from front to back in pieces of bounded size. */
export interface LogReader {
  readonly handle: FileHandle;
  readonly size: number;
  /** As many of these bytes as the file has. They stay as they are, and keep what was read with them in memory. */
  read(offset: number, length: number): Promise<Buffer>;
  /** The same at once, where they were read already. */
  held(offset: number, length: number): Buffer | undefined;
}

export function createLogReader(handle: FileHandle, size: number): LogReader {
  let window: Buffer = Buffer.alloc(0);
  let from = 0;
  const within = (length: number, offset: number): number =>
    Math.max(0, Math.min(length, size - offset));
  const held: LogReader["held"] = (offset, length) => {
    const wanted = within(length, offset);
    if (offset < from || offset + wanted > from + window.length) return undefined;
    return window.subarray(offset - from, offset - from + wanted);
  };
  return {
    handle,
    size,
    held,
    async read(offset, length) {
      const known = held(offset, length);
      if (known !== undefined) return known;
      const wanted = within(length, offset);
      window = await readAt(handle, offset, within(Math.max(wanted, windowLength), offset));
      from = offset;
      return window.subarray(0, wanted);
    },
  };
}

/** As many bytes as there are, up to `length`. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.length - filled,
      offset + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export async function readHead(reader: LogReader): Promise<Head | undefined> {
  return (
    decodeHead(await reader.read(0, windowLength)) ??
    (reader.size > windowLength ? decodeHead(await reader.read(0, largestHead)) : undefined)
  );
}

export interface Found {
  /** Undefined: no sound record starts at or behind the offset. */
  readonly record: LoggedRecord | undefined;
  /** Whether bytes that are no sound record were passed over on the way to it. */
  readonly isDamaged: boolean;
}

/**
 * The record at an offset, or the first sound one behind it. Only the last record can be torn by a crash: what is followed by a
 * sound one was damaged later, and must not take the rest with it, whichever of its bytes it is.
 */
export async function nextRecord(reader: LogReader, salt: Buffer, start: number): Promise<Found> {
  for (let offset = start; ;) {
    const found = await recordAt(reader, salt, offset);
    if (typeof found === "object") return { record: found, isDamaged: offset > start };
    // The length is sound, the rest is not: what follows starts where it says.
    const next = found ?? (await findSalt(reader, salt, offset + 1));
    if (next === undefined || next >= reader.size) return { record: undefined, isDamaged: false };
    offset = next;
  }
}

/** The record at an offset; where it would end, when only its content is damaged; undefined where none begins. */
async function recordAt(
  reader: LogReader,
  salt: Buffer,
  start: number,
): Promise<LoggedRecord | number | undefined> {
  // For each of many thousands of records waiting would take longer than reading it.
  const first = reader.held(start, prefixLength) ?? (await reader.read(start, prefixLength));
  const prefix = decodePrefix(salt, start, first);
  if (prefix === undefined) return undefined;
  const linked = prefix.links * linkLength;
  const body = start + prefixLength + prefix.jsonLength + linked;
  const end = body + prefix.bodyLength;
  if (end > reader.size) return undefined;
  const place = { from: start + prefixLength, length: prefix.jsonLength + linked };
  const head =
    reader.held(place.from, place.length) ?? (await reader.read(place.from, place.length));
  if (crc32(head) !== prefix.headCrc) return end;
  const record = parseRecord(JSON.parse(head.toString("utf8", 0, prefix.jsonLength)));
  if (record === undefined) return end;
  // Most readers want the record alone: the rest is taken apart when it is asked for.
  return {
    record,
    get json() {
      return head.subarray(0, prefix.jsonLength);
    },
    get links() {
      return decodeLinks(head.subarray(prefix.jsonLength));
    },
    isDurable: prefix.isDurable,
    start,
    body,
    bodyCrc: prefix.bodyCrc,
    end,
  };
}

async function findSalt(
  reader: LogReader,
  salt: Buffer,
  start: number,
): Promise<number | undefined> {
  for (let offset = start; offset < reader.size;) {
    const bytes = await reader.read(offset, windowLength);
    const at = bytes.indexOf(salt);
    if (at !== -1) return offset + at;
    if (bytes.length < windowLength) return undefined;
    offset += bytes.length - salt.length + 1;
  }
  return undefined;
}

/** Whether the objects that a record brings are as they were written. */
export async function isBodySound(handle: FileHandle, record: LoggedRecord): Promise<boolean> {
  let crc = 0;
  for (let offset = record.body; offset < record.end;) {
    const bytes = await readAt(handle, offset, Math.min(4 * windowLength, record.end - offset));
    if (bytes.length === 0) return false;
    crc = crc32(bytes, crc);
    offset += bytes.length;
  }
  return crc === record.bodyCrc;
}

/** Opens a file of this format for reading. Undefined when it is not there or has no sound head. */
export async function openLog(
  file: string,
  ops: FileOps,
): Promise<{ readonly reader: LogReader; readonly head: Head } | undefined> {
  const handle = await ops.open(file, constants.O_RDONLY).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const reader = createLogReader(handle, (await handle.stat()).size);
    const head = await readHead(reader);
    if (head !== undefined) return { reader, head };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** The sound records of a sealed file. None where it is gone or has no head. */
export async function* readLog(file: string, ops: FileOps): AsyncIterable<LoggedRecord> {
  const opened = await openLog(file, ops);
  if (opened === undefined) return;
  const { reader, head } = opened;
  try {
    for (let at = head.end; ;) {
      const { record } = await nextRecord(reader, head.salt, at);
      if (record === undefined) return;
      yield record;
      at = record.end;
    }
  } finally {
    await reader.handle.close();
  }
}
