import {
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const identitySchema = z.object({
  /** Numbers of 64 bits, in decimal. */
  dev: z.string(),
  ino: z.string(),
  /** Nanoseconds since 1970; "0" where the file system does not know it for sure. */
  born: z.string(),
  mode: z.int(),
});
/** Which folder it is, whatever it is called: inodes are used again, so the time of its birth counts as well. */
export type FolderIdentity = Readonly<z.infer<typeof identitySchema>>;

const homeSchema = identitySchema.extend({
  path: z.string(),
  /**
   * A command runs there, or one has taken the folder away: whatever folder is at the path next has this history.
   */
  unsettled: z.boolean(),
});
/** Which folder a store is the history of. */
export type StoreHome = Readonly<z.infer<typeof homeSchema>>;

const overlay = 0x794c7630;

/** The folder at a path; null where none is, a link to one included. */
export function identify(path: string): FolderIdentity | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return null;
  return {
    dev: String(stats.dev),
    ino: String(stats.ino),
    // A folder of a lower layer is born again when something is first written into it.
    born: isOverlay(path) ? "0" : String(stats.birthtimeNs),
    mode: Number(stats.mode & 0o7777n),
  };
}

function isOverlay(path: string): boolean {
  try {
    return statfsSync(path).type === overlay;
  } catch {
    return true; // what is not known is not used
  }
}

export const isSameFolder = (a: FolderIdentity, b: FolderIdentity): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.born === b.born;

const homeFile = (storeFolder: string): string => join(storeFolder, "home.json");

/** Null where it is not there, or cannot be understood: then the store is found by its name alone. */
export function readHome(storeFolder: string): StoreHome | null {
  try {
    return homeSchema.parse(JSON.parse(readFileSync(homeFile(storeFolder), "utf8")));
  } catch {
    return null;
  }
}

/** Best effort and without a sync: a folder that is where it was is found without it. */
export function writeHome(storeFolder: string, home: StoreHome): void {
  const temporary = `${homeFile(storeFolder)}.${process.pid}`;
  try {
    writeFileSync(temporary, JSON.stringify(home), { mode: 0o600 });
    renameSync(temporary, homeFile(storeFolder));
  } catch {
    // The next command tries again.
  }
}

export interface FoundStore {
  readonly storeFolder: string;
  /** What the person should know about how it was found. */
  readonly lines: readonly string[];
}

/**
 * The history of a folder. Its own; else the one of the folder that was here until a command of Belay's took it away; else the one
 * that this very folder had under another path. Where nothing of that is sure, a new one.
 */
export function findStore(
  storesFolder: string,
  { root, id }: { readonly root: string; readonly id: string },
): FoundStore {
  const own = join(storesFolder, id);
  const now = identify(root);
  if (now === null || readHome(own) !== null) return { storeFolder: own, lines: [] };
  const homes = homesIn(storesFolder);
  const here = homes.find(
    ({ home }) =>
      home.path === root && (isSameFolder(home, now) || (home.unsettled && home.dev === now.dev)),
  );
  if (here !== undefined) {
    const line = `A command put this folder in the place of the one that was at ${root}. Its checkpoints go on here.`;
    return { storeFolder: here.folder, lines: isSameFolder(here.home, now) ? [] : [line] };
  }
  const moved = homes.find(({ home }) => hasMoved(home, now));
  if (moved === undefined) return { storeFolder: own, lines: [] };
  const line = `This folder was ${moved.home.path} before. Its checkpoints go on here.`;
  return { storeFolder: moved.folder, lines: [line] };
}

/** A folder may be reached by two paths at once, through a bind mount: then it did not move. */
function hasMoved(home: StoreHome, now: FolderIdentity): boolean {
  if (home.born === "0" || !isSameFolder(home, now)) return false;
  const there = identify(home.path);
  return there === null || !isSameFolder(home, there);
}

/** The history of a folder that is gone from its path; null when there is none. */
export function findStoreOfGone(storesFolder: string, root: string): string | null {
  return homesIn(storesFolder).find(({ home }) => home.path === root)?.folder ?? null;
}

function homesIn(
  storesFolder: string,
): readonly { readonly folder: string; readonly home: StoreHome }[] {
  return readdirSync(storesFolder)
    .map((name) => join(storesFolder, name))
    .flatMap((folder) => {
      const home = readHome(folder);
      return home === null ? [] : [{ folder, home }];
    });
}
