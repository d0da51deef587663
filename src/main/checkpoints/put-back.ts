import { AppError } from "../../shared/errors.ts";
import { codeOf, isMissing, withParent } from "../workspace/confine.ts";
import { removeEmptyFolders, type Change, type EffectPlace, type EffectSite } from "./effect.ts";
import { holdEntry, holdPath, isUntouched, type Held } from "./image.ts";
import { inParallel } from "./in-parallel.ts";
import { blobOf, sameContent, sameImage, type Entry, type Image, type Intent } from "./records.ts";
import type { Rescue } from "./rescue.ts";
import { leavesFolder, noEffects, runFiles, runFolders, type Effects } from "./run-changes.ts";
import { settleSwaps } from "./settle.ts";

/** How many paths are looked at or put home at once. */
const parallel = 8;

/**
 * Everything that took effect goes back to its pre-image, as far as it is still what we made of it; temporaries go. What was placed
 * and not touched since is ours even where the disk made other bytes of it: but somebody may have written them in the moment before
 * it was looked at, so that they become a safety copy.
 */
export async function putBack(
  site: EffectSite,
  {
    intent,
    entries,
    effects: { placed, removed } = noEffects(),
  }: {
    readonly intent: Intent;
    readonly entries: readonly Entry[];
    /** What is known of the effects; without, the disk alone tells. */
    readonly effects?: Pick<Effects, "placed" | "removed">;
  },
): Promise<void> {
  const looked = await inParallel(entries, parallel, async (entry): Promise<Change[]> => {
    const held = await holdLightly(site, entry.path);
    if (held === undefined || sameImage(entry.pre, entry.post)) return [];
    const known = placed.get(entry.path);
    const isWhole =
      isAt(held.image, entry) || (held.image.type === "absent" && removed.has(entry.path));
    const isSpoilt = !isWhole && known !== undefined && isUntouched(held, known);
    if (isSpoilt) await keepBytes(site, entry.path);
    return isWhole || isSpoilt
      ? [{ entry: { ...rollbackOf(entry), pre: held.image }, content: null, held }]
      : [];
  });
  const changes = looked.flat();
  const effects = await runFiles(site, changes, false);
  for (const entry of entries) await restoreAside(site, entry, site.rescue);
  // What takes a folder's place waits beside it until the folder is gone.
  const [late = [], files = []] = [true, false].map((is) =>
    entries.filter((entry) => leavesFolder(rollbackOf(entry)) === is),
  );
  await settleSwaps(site, { entries: files, folders: intent.folders, names: namesBeside });
  await runFolders(site, changes, effects);
  await settleSwaps(site, { entries: late, folders: [], names: namesBeside });
  await removeEmptyFolders(site, intent.folders);
}

async function keepBytes({ workspace, ops, rescue }: EffectSite, path: string): Promise<void> {
  const held = await holdPath(workspace, path, { ops, folders: true });
  await held.release();
  if (held.content !== null) await rescue.keep(path, held.content);
}

/** What is at a path, without keeping it open or its bytes in memory; undefined where something stands that cannot be read. */
export async function holdLightly(place: EffectPlace, path: string): Promise<Held | undefined> {
  const options = { ops: place.ops, folders: true };
  const held = await holdPath(place.workspace, path, options).catch((error: unknown) => {
    // A disk that does not answer now says nothing about whose it is.
    if (!(error instanceof AppError)) throw error;
  });
  if (held === undefined) return undefined;
  await held.release();
  return { ...held, handle: null, content: null, release: async () => {} };
}

/** Whether an entry's change is there. Where only the mode changes, the mode tells. */
export const isAt = (image: Image, { pre, post }: Entry): boolean =>
  sameContent(pre, post) ? sameImage(image, post) : sameContent(image, post);

/** The way back of an entry, under names of its own. */
export const rollbackOf = (entry: Entry): Entry => ({
  ...entry,
  pre: entry.post,
  post: entry.pre,
  temporary: `${entry.temporary}r`,
  aside: `${entry.aside}r`,
});

/** The names beside an entry's path that its change took. */
export const namesUsed = ({ pre, post, temporary, aside }: Entry): readonly string[] => [
  ...(blobOf(post) === null ? [] : [temporary]),
  ...(blobOf(pre) === null ? [] : [aside]),
];

/** Every name that an entry can have left beside its path. */
export const namesBeside = ({ temporary, aside }: Entry): readonly string[] => [
  temporary,
  aside,
  `${temporary}r`,
  `${aside}r`,
];

/**
 * A crash between the two halves of a swap leaves the old file under its aside name and nothing at the path: it gets its name
 * back. Where the path is taken and the bytes are not the pre-image, they are somebody else's and become a safety copy.
 */
export async function restoreAside(
  place: EffectPlace,
  entry: Entry,
  rescue: Rescue,
): Promise<void> {
  try {
    await withParent(place.workspace, entry.path, async (parent) => {
      const aside = parent.sibling(entry.aside);
      const held = await holdEntry(aside, { path: entry.path, ops: place.ops });
      await held.release();
      const taken = await place.ops.link(aside, parent.entry).then(
        () => false,
        (error: unknown) => {
          if (codeOf(error) === "EEXIST") return true;
          throw error;
        },
      );
      if (taken && held.content !== null && !sameContent(held.image, entry.pre))
        await rescue.keep(entry.path, held.content);
    });
  } catch (error) {
    // Where the folder went, or something else took its place, nothing of ours is left to find.
    const isReplaced = error instanceof AppError && error.code === "conflict";
    if (!isMissing(error) && !isReplaced) throw error;
  }
}
