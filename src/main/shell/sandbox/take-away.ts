import {
  chmodSync,
  closeSync,
  constants,
  cpSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { pathOnly } from "./guarded-paths.ts";

/** A file or folder by the way to it from a folder that no command can move. */
export interface FoundPlace {
  readonly base: string;
  readonly parts: readonly string[];
}

const folderOnly = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const handlePath = (handle: number): string => `/proc/self/fd/${handle}`;

/**
 * Moves it into the folder, across volumes by a copy; a link is moved as a link. Another command may still be at work: no link is
 * followed on the way there, so that what is moved is never another folder's. Throws where it cannot be moved.
 */
export function takeAway({ base, parts }: FoundPlace, into: string): void {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  const name = parts.at(-1) ?? "";
  const handle = openFolder(base, parts.slice(0, -1));
  try {
    const path = `${handlePath(handle)}/${name}`;
    if (lstatSync(path).isDirectory()) unlockFolder(path);
    move(path, join(into, name));
  } finally {
    closeSync(handle);
  }
}

function openFolder(base: string, names: readonly string[]): number {
  let handle = openSync(base, folderOnly);
  try {
    unlock(handle);
    for (const name of names) {
      const next = openSync(`${handlePath(handle)}/${name}`, folderOnly);
      closeSync(handle);
      handle = next;
      unlock(handle);
    }
    return handle;
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/** A folder that is closed even to its owner can be neither listed nor moved, and lets nothing go. A link is not followed. */
export function unlockFolder(path: string): void {
  const handle = openSync(path, folderOnly);
  try {
    unlock(handle);
  } finally {
    closeSync(handle);
  }
}

function unlock(handle: number): void {
  const { mode } = fstatSync(handle);
  if ((mode & 0o700) !== 0o700) chmodSync(handlePath(handle), (mode & 0o7777) | 0o700);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, dereference: false });
    rmSync(from, { recursive: true, force: true });
  }
}
