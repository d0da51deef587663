import { constants } from "node:fs";
import { readdir, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createId } from "../../../shared/ids.ts";
import { codeOf, isMissing } from "../../workspace/confine.ts";
import type { FileOps } from "../file-ops.ts";
import { createLogWriter, type LogWriter } from "./log-writer.ts";
import {
  emptyManifest,
  manifestSchema,
  type Manifest,
  type PackRef,
  type SegmentRef,
} from "./manifest.ts";
import { readOldJournal } from "./old-journal.ts";
import { createLogReader, readHead, readLog } from "./read-log.ts";
import { createTail, type Tail } from "./tail.ts";

/** Sealed records, beside the journal. */
export const segmentsFolder = (journal: string): string => join(dirname(journal), "segments");
export const packsFolder = (journal: string): string => join(dirname(journal), "objects/pack");

/**
 * Opens the journal, or makes it where there is none. One of format 1 is written anew. One whose head is lost is put aside, and
 * everything that was sealed and packed is taken up again. To be called under the writer's lock.
 */
export async function openTail(file: string, ops: FileOps): Promise<Tail> {
  await createJournalFile(file, ops);
  const handle = await ops.open(file, constants.O_RDWR);
  try {
    const { size } = await handle.stat();
    const head = await readHead(createLogReader(handle, size));
    const manifest = manifestSchema.safeParse(head?.value);
    if (head !== undefined && manifest.success) {
      // Whoever put it there may have ended before its name was durable: what is appended to it must not go with the name.
      await ops.syncFolder(dirname(file));
      return createTail(handle, head, manifest.data);
    }
    const made =
      (await isOld(handle)) || size === 0
        ? await makeTail(file, emptyManifest, { ops, fill: fromOld({ handle, file, ops }) })
        : await makeTail(file, await salvage(file, ops), { ops, fill: () => putAside(file, ops) });
    await handle.close();
    return made;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function isOld(handle: FileHandle): Promise<boolean> {
  for await (const record of readOldJournal(handle)) return record.end > 0;
  return false;
}

interface Old {
  readonly handle: FileHandle;
  readonly file: string;
  readonly ops: FileOps;
}

const fromOld =
  ({ handle, file, ops }: Old) =>
  async (writer: LogWriter): Promise<void> => {
    let covered = 0;
    for await (const { record, links, body, start, end } of readOldJournal(handle)) {
      const json = Buffer.from(JSON.stringify(record));
      await writer.add({ json, links, body, isDurable: true });
      covered += end - start;
    }
    if (covered < (await handle.stat()).size) await putAside(file, ops);
  };

/** Bytes that cannot be read are not thrown away: somebody may yet need them. */
export async function putAside(file: string, ops: FileOps): Promise<void> {
  await ops.link(file, join(dirname(file), `${damagedPrefix}${createId("j")}`));
}

/** Names of journals of which something could not be read. */
export const damagedPrefix = "damaged-";

/** All that was ever sealed and packed here. */
async function salvage(file: string, ops: FileOps): Promise<Manifest> {
  const now = Date.now();
  const segments: SegmentRef[] = [];
  for (const name of (await namesIn(segmentsFolder(file))).filter((one) => one.endsWith(".log"))) {
    const path = join(segmentsFolder(file), name);
    let records = 0;
    for await (const record of readLog(path, ops)) records += record.end > 0 ? 1 : 0;
    segments.push({ name, records, bytes: await sizeOf(path) });
  }
  const packs: PackRef[] = [];
  for (const name of await namesIn(packsFolder(file))) {
    if (!name.endsWith(".idx")) continue;
    const pack = name.slice(0, -".idx".length);
    const [index = 0, content = 0] = await Promise.all(
      [name, `${pack}.pack`].map((one) => sizeOf(join(packsFolder(file), one))),
    );
    packs.push({ name: pack, bytes: index + content, objects: 0, changed: 0 });
  }
  return { format: 2, generation: now, history: now, segments, packs };
}

const sizeOf = async (file: string): Promise<number> =>
  (await stat(file).catch(() => undefined))?.size ?? 0;

/** In order; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.toSorted((a, b) => (a < b ? -1 : 1));
}

/** Makes an empty journal, durable, where there is none. Needs no lock: it takes the place of nothing. */
export async function createJournalFile(file: string, ops: FileOps): Promise<void> {
  const isThere = await ops.lstat(file).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  if (isThere) return;
  const folder = dirname(file);
  const writer = await createLogWriter(folder, emptyManifest, ops);
  try {
    await ops.fsync(writer.handle);
    await ops.link(writer.temporary, file).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await writer.discard();
  }
  await ops.syncFolder(folder);
}

export interface Making {
  readonly ops: FileOps;
  readonly fill?: (writer: LogWriter) => Promise<void>;
  /** Where it lies until it is whole; beside the journal when not given. */
  readonly folder?: string;
}

/** A new journal with this head, durable in the place of what was there. */
export async function makeTail(
  file: string,
  manifest: Manifest,
  { ops, fill, folder = dirname(file) }: Making,
): Promise<Tail> {
  const writer = await createLogWriter(folder, manifest, ops);
  try {
    await fill?.(writer);
    await writer.finish(file);
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return createTail(
    writer.handle,
    { salt: writer.salt, value: manifest, end: writer.start },
    manifest,
  );
}
