import { codeOf, isMissing, withParent, type ParentFolder } from "../workspace/confine.ts";
import { moveAside, type Change, type EffectOutcome, type EffectSite } from "./effect.ts";
import { holdRelinked, isUntouched, lstatOrNull } from "./image.ts";
import type { Image } from "./records.ts";

/** Makes the folder, open to its owner until everything is in it; a file in its place goes aside first. */
export async function bringFolder(site: EffectSite, change: Change): Promise<EffectOutcome> {
  const there = { path: change.entry.path, makeFolder: site.ops.mkdir };
  return withParent(site.workspace, there, async (parent) => {
    const isRelinked = change.isRelinked === true;
    const held = isRelinked ? await holdRelinked(parent.entry, change.held, site.ops) : change.held;
    if (held === null) return "conflict";
    try {
      if (!isUntouched(held, lstatOrNull(site.ops, parent.entry))) return "conflict";
      await moveAside(site, parent, { ...change, held });
      await site.ops.mkdir(parent.entry, 0o700);
      return "done";
    } catch (error) {
      if (codeOf(error) === "EEXIST") return "conflict";
      throw error;
    } finally {
      if (isRelinked) await held.release();
    }
  });
}

/**
 * Takes an empty folder away, and names it among the removed; what is to stand in its place gets its name. A folder that is not empty,
 * or gone, is left as it is.
 */
export async function removeFolder(
  site: EffectSite,
  change: Change,
  removed: Set<string>,
): Promise<EffectOutcome> {
  try {
    return await withParent(site.workspace, change.entry.path, (parent) =>
      removeIn(parent, change, { ops: site.ops, removed }),
    );
  } catch (error) {
    const code = codeOf(error);
    if (isMissing(error) || code === "ENOTEMPTY" || code === "EEXIST") return "conflict";
    throw error;
  }
}

async function removeIn(
  parent: ParentFolder,
  { entry, held }: Change,
  { ops, removed }: Pick<EffectSite, "ops"> & { readonly removed: Set<string> },
): Promise<EffectOutcome> {
  if (!isUntouched(held, lstatOrNull(ops, parent.entry))) return "conflict";
  await ops.rmdir(parent.entry);
  removed.add(entry.path);
  if (entry.post.type !== "absent")
    ops.exchange({ path: parent.entry, temporary: parent.sibling(entry.temporary), aside: null });
  return "done";
}

/** Gives a folder its mode. One that is gone, or is no folder any more, is somebody else's doing. */
export async function setFolderMode(
  site: EffectSite,
  path: string,
  image: Image,
): Promise<EffectOutcome> {
  if (image.type !== "folder") return "done";
  try {
    await withParent(site.workspace, path, ({ entry }) => site.ops.chmodFolder(entry, image.mode));
    return "done";
  } catch (error) {
    if (isMissing(error) || codeOf(error) === "ELOOP") return "conflict";
    throw error;
  }
}

/** Whether a folder must be opened to its owner before anything in it can change. */
export function isWidened(from: Image, to: Image): boolean {
  if (from.type !== "folder" || to.type !== "folder") return false;
  return (to.mode & ~from.mode & 0o700) !== 0;
}
