import { dirname } from "node:path/posix";
import { AppError } from "../../shared/errors.ts";
import { isMissing, withParent, type ParentFolder } from "../workspace/confine.ts";
import type { EffectPlace } from "./effect.ts";
import { inParallel } from "./in-parallel.ts";
import { sameImage, type Entry } from "./records.ts";

/** What an operation did and left beside the paths. */
export interface Swapped {
  readonly entries: readonly Entry[];
  /** Folders that it made. */
  readonly folders: readonly string[];
  /** The names beside an entry's path that are to go. */
  readonly names: (entry: Entry) => readonly string[];
}

/** How many folders are synced at once. */
const parallel = 16;

/**
 * Makes swaps durable and then lets the names beside them go, in this order: a power cut may keep any of the name changes that no
 * fsync of their folder has sealed and lose the others, so that the old file's last name could be gone and the new one not there.
 */
export async function settleSwaps(place: EffectPlace, swapped: Swapped): Promise<void> {
  const { entries, folders, names } = swapped;
  const changed = entries.filter((entry) => !sameImage(entry.pre, entry.post));
  await syncFolders(place, [...changed.map((entry) => entry.path), ...folders].map(folderOf));
  const leftovers = new Map<string, string[]>();
  for (const entry of changed) {
    const list = leftovers.get(folderOf(entry.path)) ?? [];
    list.push(...names(entry));
    leftovers.set(folderOf(entry.path), list);
  }
  for (const [folder, list] of leftovers)
    await inFolder(place, folder, (parent) =>
      inParallel(list, parallel, (name) => removeIfThere(place, parent.sibling(name))),
    );
}

/** Lets those of these names go that are in the folder. */
export async function removeNames(
  place: EffectPlace,
  folder: string,
  names: ReadonlySet<string>,
): Promise<void> {
  await inFolder(place, folder, async (parent) => {
    for (const name of await place.ops.readdir(parent.folder))
      if (names.has(name)) await removeIfThere(place, parent.sibling(name));
  });
}

/** Seals the names in these folders (relative to the workspace, "" = itself). One that is gone or replaced has none of ours. */
export async function syncFolders(place: EffectPlace, folders: readonly string[]): Promise<void> {
  const distinct = [...new Set(folders)];
  for (let index = 0; index < distinct.length; index += parallel)
    await Promise.all(
      distinct
        .slice(index, index + parallel)
        .map((folder) => inFolder(place, folder, (parent) => place.ops.syncFolder(parent.folder))),
    );
}

/** The folder that holds a path, relative to the workspace; "" is the workspace itself. */
export function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === "." ? "" : folder;
}

async function inFolder(
  { workspace }: EffectPlace,
  folder: string,
  act: (parent: ParentFolder) => Promise<unknown>,
): Promise<void> {
  try {
    await withParent(workspace, folder === "" ? "." : `${folder}/.`, act);
  } catch (error) {
    if (isMissing(error) || error instanceof AppError) return;
    throw error;
  }
}

async function removeIfThere({ ops }: EffectPlace, path: string): Promise<void> {
  await ops.unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}
