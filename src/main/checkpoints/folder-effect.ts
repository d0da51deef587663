import { codeOf, isMissing, withParent } from "../workspace/confine.ts";
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

/** Takes an empty folder away; what is to stand in its place gets its name. A folder that is not empty is left as it is. */
export async function removeFolder(site: EffectSite, change: Change): Promise<EffectOutcome> {
  const { entry } = change;
  return withParent(site.workspace, entry.path, async (parent) => {
    if (!isUntouched(change.held, lstatOrNull(site.ops, parent.entry))) return "conflict";
    try {
      await site.ops.rmdir(parent.entry);
    } catch (error) {
      if (codeOf(error) === "ENOTEMPTY" || codeOf(error) === "EEXIST" || isMissing(error))
        return "conflict";
      throw error;
    }
    if (entry.post.type === "absent") return "done";
    const temporary = parent.sibling(entry.temporary);
    try {
      site.ops.exchange({ path: parent.entry, temporary, aside: null });
      return "done";
    } catch (error) {
      if (codeOf(error) === "EEXIST") return "conflict";
      throw error;
    }
  });
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
