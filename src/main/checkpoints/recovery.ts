import { removeEmptyFolders, type Change, type EffectPlace, type EffectSite } from "./effect.ts";
import { inParallel } from "./in-parallel.ts";
import type { Journal } from "./journal.ts";
import type { Operation } from "./operations.ts";
import {
  sameContent,
  sameImage,
  type Done,
  type Entry,
  type Image,
  type Intent,
} from "./records.ts";
import { holdLightly, isAt, namesBeside, putBack, restoreAside, rollbackOf } from "./put-back.ts";
import { createRescue } from "./rescue.ts";
import { leavesFolder, runFiles, runFolders } from "./run-changes.ts";
import { settleSwaps } from "./settle.ts";

/** How many paths are looked at at once. */
const parallel = 8;

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
  const site: EffectSite = { ...place, journal, rescue };
  for (const entry of intent.entries) {
    await restoreAside(place, entry, rescue);
    // A rollback that was itself cut off has an old file of its own.
    await restoreAside(place, rollbackOf(entry), rescue);
  }
  await settleSwaps(place, {
    entries: intent.entries,
    folders: intent.folders,
    names: namesBeside,
  });
  const old = await pathsThatAre(place, intent.entries, "pre");
  let effective = await pathsThatAre(place, intent.entries, "post");
  if (intent.kind !== "write") {
    await finish(site, intent);
    effective = await pathsThatAre(place, intent.entries, "post");
  } else if (intent.entries.some(({ path }) => old.includes(path) && !effective.includes(path))) {
    const changed = new Set(effective);
    await putBack(site, {
      intent,
      entries: intent.entries.filter((entry) => changed.has(entry.path)),
    });
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
  const found = await inParallel(entries, parallel, async (entry) => {
    const image = (await holdLightly(place, entry.path))?.image;
    const is = side === "post" ? isAt : (now: Image) => sameContent(now, entry.pre);
    return image !== undefined && is(image, entry) ? [entry.path] : [];
  });
  return found.flat();
}

/** An undo that was cut off goes on from where it was; what is neither old nor new by now is somebody else's. */
async function finish(site: EffectSite, { entries, folders }: Intent): Promise<void> {
  const looked = await inParallel(entries, parallel, async (entry): Promise<Change[]> => {
    const held = await holdLightly(site, entry.path);
    if (held === undefined || sameImage(held.image, entry.post)) return [];
    // A folder is made open to its owner, and gets its mode last; one that a file replaces is gone for an instant.
    const isToDo =
      sameContent(held.image, entry.pre) ||
      (held.image.type === "folder" && entry.post.type === "folder") ||
      (held.image.type === "absent" && leavesFolder(entry));
    return isToDo ? [{ entry: { ...entry, pre: held.image }, content: null, held }] : [];
  });
  const changes = looked.flat();
  const effects = await runFiles(site, changes, false);
  await settleSwaps(site, {
    entries: entries.filter((entry) => !leavesFolder(entry)),
    folders,
    names: namesBeside,
  });
  await runFolders(site, changes, effects);
  await settleSwaps(site, { entries, folders: [], names: namesBeside });
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
