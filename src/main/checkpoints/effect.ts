import { constants, type BigIntStats } from "node:fs";
import { AppError } from "../../shared/errors.ts";
import { codeOf, isMissing, withParent, type ParentFolder } from "../workspace/confine.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { FileOps } from "./file-ops.ts";
import { holdEntry, isUntouched, readWhole, type Held, type State } from "./image.ts";
import { sameImage, type Entry } from "./records.ts";
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
  /** Bytes or link target of the post-image; null when it is absent. */
  readonly content: Buffer | null;
  readonly held: Held;
}

/** `conflict`: somebody else wrote the path first, and it was left to them. */
export type EffectOutcome = "done" | "conflict";

export interface EffectPlace {
  readonly workspace: Workspace;
  readonly ops: FileOps;
}

/** Puts the new content under its temporary name, synced, with its final mode. Makes missing folders. */
export async function prepareChange(place: EffectPlace, change: Change): Promise<void> {
  const { entry, content } = change;
  const { post } = entry;
  if (post.type === "absent" || content === null || sameImage(entry.pre, post)) return;
  const there = { path: entry.path, makeFolder: place.ops.mkdir };
  await withParent(place.workspace, there, async (parent) => {
    const temporary = parent.sibling(entry.temporary);
    if (post.type === "link") return place.ops.symlink(content, temporary);
    const handle = await place.ops.open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
      0o600,
    );
    try {
      await handle.writeFile(content);
      // Root editing somebody's file must not take it from them.
      if (change.held.stats !== null && process.getuid?.() === 0)
        await handle.chown(Number(change.held.stats.uid), Number(change.held.stats.gid));
      await handle.chmod(post.mode);
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
export async function performChange(
  place: EffectPlace,
  change: Change,
  rescue: Rescue,
): Promise<EffectOutcome> {
  // What is as it shall be is not even looked at again: its folder may be gone.
  if (sameImage(change.entry.pre, change.entry.post)) return "done";
  return withParent(place.workspace, change.entry.path, async (parent) => {
    if (!isUntouched(change.held, lstatOrNull(place.ops, parent.entry))) return "conflict";
    const swapped =
      change.entry.post.type === "absent"
        ? await moveAside(place.ops, parent, change)
        : await exchange(place.ops, parent, change);
    for (const content of await compareAside(place.ops, parent, change))
      await rescue.keep(change.entry.path, content);
    return swapped ? "done" : "conflict";
  });
}

/** What a writer that still has the old file open wrote into it after the swap: kept, as long as the descriptor is open. */
export async function keepLateWrites(change: Change, rescue: Rescue): Promise<void> {
  const { handle, stats, content } = change.held;
  if (handle === null || stats === null || content === null) return;
  const now = await handle.stat({ bigint: true });
  if (now.mtimeNs === stats.mtimeNs && now.size === stats.size) return;
  const late = await readWhole(handle);
  if (!late.equals(content)) await rescue.keep(change.entry.path, late);
}

async function moveAside(ops: FileOps, parent: ParentFolder, change: Change): Promise<boolean> {
  if (change.entry.pre.type === "absent") return true;
  await ops.rename(parent.entry, parent.sibling(change.entry.aside));
  return true;
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
async function compareAside(ops: FileOps, parent: ParentFolder, change: Change): Promise<Buffer[]> {
  const { held, entry } = change;
  const lost: Buffer[] = [];
  const keep = (content: Buffer): void => {
    if (held.content === null || !content.equals(held.content)) lost.push(content);
  };
  if (held.handle !== null) keep(await readWhole(held.handle));
  if (entry.pre.type === "absent") return lost;
  const aside = parent.sibling(entry.aside);
  const stats = lstatOrNull(ops, aside);
  if (
    stats !== null &&
    stats.ino !== held.stats?.ino &&
    (stats.isFile() || stats.isSymbolicLink())
  ) {
    const other = await holdEntry(aside, { path: entry.path, ops });
    if (other.content !== null) keep(other.content);
    await other.release();
  }
  return lost;
}

function lstatOrNull(ops: FileOps, path: string): BigIntStats | null {
  try {
    return ops.lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
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
