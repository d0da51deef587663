import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32, inflate } from "node:zlib";
import { linkedObjects } from "../git-objects.ts";
import { recordSchema, type JournalRecord } from "../records.ts";
import type { Link } from "./log-format.ts";
import { readAt } from "./read-log.ts";

const decompress = promisify(inflate);

/** A record of format 1, with the compressed objects that it brings and links to all that it needs. */
export interface OldRecord {
  readonly record: JournalRecord;
  readonly links: readonly Link[];
  readonly body: readonly Buffer[];
  readonly start: number;
  readonly end: number;
}

interface Place {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

const prefixLength = 12;
const maxRecord = 1 << 30;

/**
 * The records of a journal of format 1: length of the rest (4 bytes), CRC-32 of the rest (4), length of the JSON (4), JSON with the
 * record and its objects, the objects. Damaged ones are passed over as far as their length can be believed.
 */
export async function* readOldJournal(handle: FileHandle): AsyncIterable<OldRecord> {
  const { size } = await handle.stat();
  const places = new Map<string, Place>();
  for (let offset = 0; size - offset >= prefixLength;) {
    const prefix = await readAt(handle, offset, prefixLength);
    const length = prefix.readUInt32BE(0);
    if (length < 4 || length > maxRecord || offset + 8 + length > size) return;
    const body = await readAt(handle, offset + 8, length);
    const found = crc32(body) === prefix.readUInt32BE(4) ? parseOld(body, offset + 8) : undefined;
    const start = offset;
    offset += 8 + length;
    if (found === undefined) continue;
    for (const place of found.objects) places.set(place.id, place);
    const object = async (id: string): Promise<Buffer | undefined> => {
      const place = places.get(id);
      if (place === undefined) return undefined;
      return decompress(await readAt(handle, place.offset, place.length)).catch(() => undefined);
    };
    const own = new Set(found.objects.map(({ id }) => id));
    const others = await neededBy(found.record, object);
    yield {
      record: found.record,
      start,
      end: offset,
      links: [
        ...found.objects.map(({ id, length: bytes }) => ({ id, length: bytes })),
        ...[...others]
          .filter((id) => !own.has(id))
          .map((id) => ({ id, length: places.get(id)?.length ?? 0 })),
      ],
      body: await Promise.all(
        found.objects.map((place) => readAt(handle, place.offset, place.length)),
      ),
    };
  }
}

function parseOld(
  body: Buffer,
  start: number,
): { readonly record: JournalRecord; readonly objects: readonly Place[] } | undefined {
  const headerLength = body.readUInt32BE(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own framing, guarded by its checksum; the record is parsed below
  const header = JSON.parse(body.toString("utf8", 4, 4 + headerLength)) as {
    value: unknown;
    objects: readonly { readonly id: string; readonly length: number }[];
  };
  const record = recordSchema.safeParse(header.value);
  if (!record.success) return undefined;
  let offset = start + 4 + headerLength;
  const objects = header.objects.map(({ id, length }) => {
    const place = { id, offset, length };
    offset += length;
    return place;
  });
  return { record: record.data, objects };
}

/** Everything that the record's commit holds: format 1 did not write down what it had already. */
async function neededBy(
  record: JournalRecord,
  object: (id: string) => Promise<Buffer | undefined>,
): Promise<Set<string>> {
  const needed = new Set<string>();
  const waiting = record.record === "intent" ? [record.commit] : [];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (needed.has(id)) continue;
    const bytes = await object(id);
    if (bytes === undefined) continue;
    needed.add(id);
    waiting.push(...linkedObjects(bytes));
  }
  return needed;
}
