import { constants, type BigIntStats } from "node:fs";
import { AppError } from "../../shared/errors.ts";
import { codeOf, isMissing, withParent, type ParentFolder } from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { blobId } from "../workspace/blob-id.ts";
import { contentFor } from "./content-for.ts";
import type { FileOps } from "./file-ops.ts";
import {
  holdAgain,
  holdRelinked,
  holdEntry,
  isUntouched,
  lstatOrNull,
  readWhole,
  statsOf,
  type Held,
  type State,
} from "./image.ts";
import type { Journal } from "./journal.ts";
import { blobOf, sameImage, type Entry } from "./records.ts";
import type { Rescue } from "./rescue.ts";
import { folderOf, syncFolders } from "./settle.ts";

/** One path and what it is to become. */
export interface PlannedChange {
  readonly path: string;
  readonly held: Held;
  readonly post: State;
}

/** One path on its way from what is held to what it is to become. */
export interface Change {
  readonly entry: Entry;
  /** Bytes or link target of the post-image; null when it has none, or the journal has them. */
  readonly content: Buffer | null;
  readonly held: Held;
  /** Another name of the same file was swapped since it was held, which leaves another change time. */
  readonly isRelinked?: boolean;
}

/** `conflict`: somebody else wrote the path first, and it was left to them. */
export type EffectOutcome = "done" | "conflict";

export interface Performed {
  readonly outcome: EffectOutcome;
  /** What was there, with its file open, to be looked at once more and released; null when it was gone. */
  readonly old: Held | null;
  /** What stands at the path right after the swap: ours, unless its bytes are others. */
  readonly placed: BigIntStats | null;
}

export interface EffectPlace {
  readonly workspace: Workspace;
  readonly ops: FileOps;
}

/** Where effects happen, with the journal that contents come from and safety copies go to. */
export interface EffectSite extends EffectPlace {
  readonly journal: Journal;
  readonly rescue: Rescue;
}

/** Puts the new content under its temporary name, synced, with its final mode. Makes missing folders. */
export async function prepareChange(place: EffectSite, change: Change): Promise<void> {
  const { entry } = change;
  const { post } = entry;
  if (post.type === "absent" || post.type === "folder" || sameImage(entry.pre, post)) return;
  const content = change.content ?? (await contentFor(place.journal, post));
  if (content === null) return;
  const there = { path: entry.path, makeFolder: place.ops.mkdir };
  await withParent(place.workspace, there, async (parent) => {
    const temporary = parent.sibling(entry.temporary);
    if (post.type === "link") return place.ops.symlink(content, temporary);
    const handle = await place.ops.open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
      isMadeWith(post.mode) ? post.mode : 0o600,
    );
    try {
      await handle.writeFile(content);
      const owner = ownerToKeep(change.held);
      if (owner !== null) await handle.chown(owner.uid, owner.gid);
      if (!isMadeWith(post.mode) || owner !== null) await handle.chmod(post.mode);
      await place.ops.fsync(handle);
    } finally {
      await handle.close();
    }
  });
}

/**
 * The effect. Compares the path with what was held, then swaps: the old file goes aside and the new one takes its name only if
 * nothing else did meanwhile. What went aside, and what the old descriptor reads now, is compared with the pre-image; other bytes
 * become a safety copy. The names beside the path stay until the swap is durable: see settle.ts.
 */
export async function performChange(place: EffectSite, change: Change): Promise<Performed> {
  const conflict: Performed = { outcome: "conflict", old: null, placed: null };
  return withParent(place.workspace, change.entry.path, async (parent) => {
    const again = change.isRelinked === true ? holdRelinked : holdAgain;
    const old = await again(parent.entry, change.held, place.ops);
    if (old === null) return conflict;
    const live = { ...change, held: old };
    try {
      if (!isUntouched(old, lstatOrNull(place.ops, parent.entry))) return { ...conflict, old };
      if (change.entry.post.type === "absent") {
        await moveAside(place, parent, live);
        return { outcome: "done", old, placed: null };
      }
      const swapped = await exchange(place.ops, parent, live);
      const placed = swapped ? lstatOrNull(place.ops, parent.entry) : null;
      await compareAside(place, parent, live);
      return { outcome: swapped ? "done" : "conflict", old, placed };
    } catch (error) {
      if (old.handle !== change.held.handle) await old.release();
      throw error;
    }
  });
}

/** The person's own file mask. */
const mask = process.umask();

/** Whether a file that is made with this mode has it at once, and is open to nobody else before. */
const isMadeWith = (mode: number): boolean => (mode & mask) === 0 && mode <= 0o777;

/** Root editing somebody's file must not take it from them. Null where there is nothing to do for that. */
function ownerToKeep({ stats }: Held): { readonly uid: number; readonly gid: number } | null {
  if (stats === null || process.getuid?.() !== 0) return null;
  const [uid, gid] = [Number(stats.uid), Number(stats.gid)];
  return uid === process.getuid() && gid === process.getgid?.() ? null : { uid, gid };
}

/** What a writer that still has the old file open wrote into it after the swap: kept, as long as the descriptor is open. */
export async function keepLateWrites(change: Change, rescue: Rescue): Promise<void> {
  const { handle, stats, image } = change.held;
  if (handle === null || stats === null) return;
  const now = statsOf(handle);
  if (now.mtimeNs === stats.mtimeNs && now.size === stats.size) return;
  const late = await readWhole(handle);
  if (blobId(late) !== blobOf(image)) await rescue.keep(change.entry.path, late);
}

/** The old file leaves its path; other bytes than those that were held become a safety copy. */
export async function moveAside(
  site: EffectSite,
  parent: ParentFolder,
  change: Change,
): Promise<void> {
  if (change.entry.pre.type === "absent") return;
  await site.ops.rename(parent.entry, parent.sibling(change.entry.aside));
  await compareAside(site, parent, change);
}

async function exchange(ops: FileOps, parent: ParentFolder, change: Change): Promise<boolean> {
  const temporary = parent.sibling(change.entry.temporary);
  const aside = change.entry.pre.type === "absent" ? null : parent.sibling(change.entry.aside);
  try {
    ops.exchange({ path: parent.entry, temporary, aside });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    return finishWithoutLinks(ops, { parent, temporary, aside }, error);
  }
}

interface Names {
  readonly parent: ParentFolder;
  readonly temporary: string;
  readonly aside: string | null;
}

/** File systems without hard links (FAT, some shares): rename, after another look that nothing appeared. Else the old file goes back. */
async function finishWithoutLinks(
  ops: FileOps,
  { parent, temporary, aside }: Names,
  cause: unknown,
): Promise<boolean> {
  const free = lstatOrNull(ops, parent.entry) === null;
  const code = codeOf(cause);
  if (
    free &&
    (code === "EPERM" ||
      code === "ENOTSUP" ||
      code === "EOPNOTSUPP" ||
      code === "EMLINK" ||
      code === "ENOSYS")
  ) {
    await ops.rename(temporary, parent.entry);
    return true;
  }
  if (free && aside !== null && lstatOrNull(ops, aside) !== null)
    await ops.rename(aside, parent.entry);
  throw cause;
}

/** Bytes that are neither the pre-image nor at the path any more: written in place, or by a rename, at the last moment. */
async function compareAside(
  { ops, rescue }: EffectSite,
  parent: ParentFolder,
  { held, entry }: Change,
): Promise<void> {
  const keep = async (content: Buffer): Promise<void> => {
    if (blobId(content) !== blobOf(held.image)) await rescue.keep(entry.path, content);
  };
  if (held.handle !== null) await keep(await readWhole(held.handle, held.stats?.size));
  if (entry.pre.type === "absent") return;
  const aside = parent.sibling(entry.aside);
  const stats = lstatOrNull(ops, aside);
  if (
    stats !== null &&
    stats.ino !== held.stats?.ino &&
    (stats.isFile() || stats.isSymbolicLink())
  ) {
    const other = await holdEntry(aside, { path: entry.path, ops });
    await other.release();
    if (other.content !== null) await keep(other.content);
  }
}

/** Takes away folders that an operation made, innermost first, as far as they are empty. Durable when it resolves. */
export async function removeEmptyFolders(
  place: EffectPlace,
  folders: readonly string[],
): Promise<void> {
  const removed: string[] = [];
  for (const folder of folders.toReversed()) {
    try {
      await withParent(place.workspace, folder, ({ entry }) => place.ops.rmdir(entry));
      removed.push(folder);
    } catch (error) {
      const code = codeOf(error);
      if (
        error instanceof AppError ||
        isMissing(error) ||
        code === "ENOTEMPTY" ||
        code === "EEXIST" ||
        code === "EACCES" ||
        code === "EBUSY"
      )
        continue;
      throw error;
    }
  }
  await syncFolders(place, removed.map(folderOf));
}
