import type { BigIntStats } from "node:fs";
import { isMissing } from "../workspace/confine.ts";
import {
  keepLateWrites,
  performChange,
  prepareChange,
  type Change,
  type EffectOutcome,
  type EffectSite,
  type Performed,
} from "./effect.ts";
import { bringFolder, isWidened, removeFolder, setFolderMode } from "./folder-effect.ts";
import { sameImage, type Image } from "./records.ts";
import { inParallel } from "./in-parallel.ts";

export interface Effects {
  readonly done: string[];
  /** Paths that somebody else wrote first: they were left to them. */
  readonly conflicts: string[];
  /** By path what was put there: as long as it is that file, nobody else wrote it. */
  readonly placed: Map<string, BigIntStats>;
  /** Folders that were taken away, also where what was to take their place did not. */
  readonly removed: Set<string>;
}

export const noEffects = (): Effects => ({
  done: [],
  conflicts: [],
  placed: new Map(),
  removed: new Set(),
});

/** How many files are written, synced and swapped at once. */
const parallel = 16;
/** How many old files stay open after their swap, so that what a late writer adds to them is still seen. */
const watched = 128;

const depth = ({ entry }: Change): number => entry.path.split("/").length;
const outermostFirst = (changes: readonly Change[]): Change[] =>
  changes.toSorted((a, b) => depth(a) - depth(b));
const innermostFirst = (changes: readonly Change[]): Change[] =>
  changes.toSorted((a, b) => depth(b) - depth(a));

const isFolder = (image: Image): boolean => image.type === "folder";
const turnsIntoFolder = ({ entry: { pre, post } }: Change): boolean =>
  isFolder(post) && !isFolder(pre);
export const leavesFolder = ({ pre, post }: Change["entry"]): boolean =>
  isFolder(pre) && !isFolder(post);

/**
 * The first half: folders that come, then all contents to temporary names, then the swaps, deletions of files last. With
 * `stopAtConflict` one after the other up to the first conflict.
 */
export async function runFiles(
  site: EffectSite,
  changes: readonly Change[],
  stopAtConflict: boolean,
): Promise<Effects> {
  const effects = noEffects();
  const settle = (change: Change, outcome: EffectOutcome): void => {
    effects[outcome === "done" ? "done" : "conflicts"].push(change.entry.path);
  };
  const turning = changes.filter(({ entry }) => !sameImage(entry.pre, entry.post));
  const relinked = new Set<string>();
  for (const change of outermostFirst(turning)) {
    const { path, pre, post } = change.entry;
    if (isWidened(pre, post)) await setFolderMode(site, path, post);
    else if (turnsIntoFolder(change))
      settle(change, await bringFolder(site, withLinks(change, relinked)));
  }
  const missing = new Set(effects.conflicts);
  const [stuck, free] = parted(turning, ({ entry }) => isBelow(entry.path, missing));
  for (const change of stuck) if (!turnsIntoFolder(change)) settle(change, "conflict");
  await inParallel(free, parallel, (change) => prepareChange(site, change));
  const files = free.filter(({ entry }) => !isFolder(entry.pre) && !isFolder(entry.post));
  const [removals, puts] = parted(files, ({ entry }) => entry.post.type === "absent");
  const open: Change[] = [];
  const swapping: Swapping = { effects, open, relinked };
  try {
    for (const group of [puts, removals])
      await inParallel(byFile(group), stopAtConflict ? 1 : parallel, async (names) => {
        for (const change of names) {
          if (stopAtConflict && effects.conflicts.length > 0) return;
          settle(change, await swap(site, change, swapping));
        }
      });
    await letGo(site, open, 0);
  } finally {
    for (const change of open) await change.held.release();
  }
  for (const change of changes)
    if (sameImage(change.entry.pre, change.entry.post)) settle(change, "done");
  return effects;
}

/** The second half, when nothing of ours lies beside the files any more: folders that go, then the modes of those that stay. */
export async function runFolders(
  site: EffectSite,
  changes: readonly Change[],
  effects: Effects,
): Promise<void> {
  const turning = changes.filter(({ entry }) => !sameImage(entry.pre, entry.post));
  const left = new Set(effects.conflicts);
  for (const change of innermostFirst(turning)) {
    const { entry } = change;
    if (left.has(entry.path)) continue;
    if (leavesFolder(entry)) {
      const outcome = await removeFolder(site, change, effects.removed);
      effects[outcome === "done" ? "done" : "conflicts"].push(entry.path);
    } else if (isFolder(entry.post)) {
      const outcome = await setFolderMode(site, entry.path, entry.post);
      if (outcome === "conflict") {
        // Somebody took it away since it was made.
        const made = effects.done.indexOf(entry.path);
        if (made !== -1) effects.done.splice(made, 1);
        effects.conflicts.push(entry.path);
      } else if (isFolder(entry.pre)) effects.done.push(entry.path);
    }
  }
}

/** Names of one file (hard links) come one after the other: each swap changes what the next one is compared by. */
const byFile = (changes: readonly Change[]): readonly (readonly Change[])[] => [
  ...Map.groupBy(changes, (change) => linkedFile(change) ?? change).values(),
];

/** Which file a path is a name of, where it has several. */
function linkedFile({ held: { stats } }: Change): string | null {
  if (stats === null || stats.isDirectory() || stats.nlink < 2n) return null;
  return `${stats.dev}:${stats.ino}`;
}

/** The change with what is known of its file's other names; from now on one of them has gone. */
function withLinks(change: Change, relinked: Set<string>): Change {
  const file = linkedFile(change);
  if (file === null) return change;
  const isRelinked = relinked.has(file);
  relinked.add(file);
  return { ...change, isRelinked };
}

interface Swapping {
  readonly effects: Effects;
  readonly open: Change[];
  /** Files of several names of which one was swapped here. */
  readonly relinked: Set<string>;
}

/** Swaps, and keeps the old file open for a while where it was opened only for this. */
async function swap(
  site: EffectSite,
  change: Change,
  { effects, open, relinked }: Swapping,
): Promise<EffectOutcome> {
  const performed = await perform(site, withLinks(change, relinked));
  if (performed === null) return "conflict";
  const { outcome, old, placed } = performed;
  if (placed !== null) effects.placed.set(change.entry.path, placed);
  if (old !== null && old.handle !== change.held.handle) open.push({ ...change, held: old });
  await letGo(site, open, watched);
  return outcome;
}

/** Null where the folder, or what was to be swapped in, was taken away meanwhile: the path is left to whoever did. */
async function perform(site: EffectSite, change: Change): Promise<Performed | null> {
  try {
    return await performChange(site, change);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Closes the oldest of the open old files, with a last look at what was written into them. */
async function letGo(site: EffectSite, open: Change[], keep: number): Promise<void> {
  while (open.length > keep) {
    const change = open.shift();
    if (change === undefined) return;
    try {
      await keepLateWrites(change, site.rescue);
    } finally {
      await change.held.release();
    }
  }
}

function parted<T>(all: readonly T[], test: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

/** Whether one of these folders is on the way to a path. */
function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (folders.has(path.slice(0, end))) return true;
  return false;
}
