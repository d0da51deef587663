import { performChange, prepareChange, removeEmptyFolders, type EffectPlace } from "./effect.ts";
import { namesBeside, putBack, restoreAside, rollbackOf } from "./executor.ts";
import { contentOf } from "./git-objects.ts";
import { holdPath } from "./image.ts";
import type { Journal } from "./journal.ts";
import type { Operation } from "./operations.ts";
import { blobOf, sameContent, type Done, type Entry, type Image, type Intent } from "./records.ts";
import { createRescue, type Rescue } from "./rescue.ts";
import { settleSwaps } from "./settle.ts";

/** What recovery made of one operation that a crash cut off. */
export interface Recovered {
  readonly done: Done;
  /** For the person; null when nothing worth telling happened. */
  readonly line: string | null;
}

/**
 * Decides an operation whose end is not written down, by what is on the disk: a write that is whole stands, a half one goes back,
 * an undo is finished. Bytes of somebody else stay where they are.
 */
export async function recoverOperation(
  place: EffectPlace,
  journal: Journal,
  { intent }: Operation,
): Promise<Recovered> {
  if (intent.kind === "command") return recordedCommand(intent);
  const rescue = createRescue(journal, intent.id);
  for (const entry of intent.entries) {
    await restoreAside(place, entry, rescue);
    // A rollback that was itself cut off has an old file of its own.
    await restoreAside(place, rollbackOf(entry), rescue);
  }
  await settleSwaps(place, { ...intent, names: namesBeside });
  const old = await pathsThatAre(place, intent.entries, "pre");
  let effective = await pathsThatAre(place, intent.entries, "post");
  if (intent.kind !== "write") {
    for (const entry of intent.entries)
      if (!effective.includes(entry.path)) await finishEntry(place, { journal, rescue, entry });
    await settleSwaps(place, { ...intent, names: namesBeside });
    effective = await pathsThatAre(place, intent.entries, "post");
  } else if (intent.entries.some(({ path }) => old.includes(path) && !effective.includes(path))) {
    const changed = intent.entries.filter((entry) => effective.includes(entry.path));
    await putBack(place, { intent, changes: await withContents(journal, changed), rescue });
    effective = [];
    await removeEmptyFolders(place, intent.folders);
  } else {
    // Nothing is as it was before: it was whole, and what is something else by now was changed after it.
    effective = intent.entries.map((entry) => entry.path);
  }
  await removeEmptyFolders(place, intent.emptied);
  const done: Done = {
    record: "done",
    id: intent.id,
    paths: [...effective],
    rescued: [...rescue.copies()],
    recovered: true,
  };
  return { done, line: lineFor(intent, effective) };
}

/** It had happened already when it was written down: nothing is to be finished or taken back. */
function recordedCommand({ id, entries }: Intent): Recovered {
  const paths = entries.map((entry) => entry.path);
  return { done: { record: "done", id, paths, rescued: [], recovered: true }, line: null };
}

async function pathsThatAre(
  place: EffectPlace,
  entries: readonly Entry[],
  side: "pre" | "post",
): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of entries) {
    const image = await imageAt(place, entry.path);
    if (image !== undefined && sameContent(image, entry[side])) paths.push(entry.path);
  }
  return paths;
}

/** Undefined where something stands that cannot be read: it is not ours. */
async function imageAt(place: EffectPlace, path: string): Promise<Image | undefined> {
  const held = await holdPath(place.workspace, path, place).catch(() => undefined);
  await held?.release();
  return held?.image;
}

async function withContents(
  journal: Journal,
  entries: readonly Entry[],
): Promise<{ entry: Entry; held: { content: Buffer | null } }[]> {
  return Promise.all(
    entries.map(async (entry) => ({
      entry,
      held: { content: await contentFor(journal, entry.pre) },
    })),
  );
}

/** The bytes of an image from the journal; null for what has none. */
export async function contentFor(journal: Journal, image: Image): Promise<Buffer | null> {
  const blob = blobOf(image);
  return blob === null ? null : contentOf(await journal.object(blob));
}

interface Finishing {
  readonly journal: Journal;
  readonly rescue: Rescue;
  readonly entry: Entry;
}

async function finishEntry(
  place: EffectPlace,
  { journal, rescue, entry }: Finishing,
): Promise<void> {
  const held = await holdPath(place.workspace, entry.path, place).catch(() => undefined);
  if (held === undefined) return;
  try {
    if (!sameContent(held.image, entry.pre)) return;
    const change = { entry, held, content: await contentFor(journal, entry.post) };
    await prepareChange(place, change);
    await performChange(place, change, rescue);
  } finally {
    await held.release();
  }
}

function lineFor(intent: Operation["intent"], effective: readonly string[]): string | null {
  const paths = intent.entries.map((entry) => entry.path);
  const names =
    paths.length > 3
      ? `${paths.slice(0, 3).join(", ")} and ${paths.length - 3} more`
      : paths.join(", ");
  if (intent.kind !== "write") return `Finished the ${intent.kind} that was cut off: ${names}.`;
  return effective.length > 0
    ? `Belay ended while it changed ${names}. The change is whole and can be undone.`
    : `Belay ended before it changed ${names}. Nothing was written.`;
}
