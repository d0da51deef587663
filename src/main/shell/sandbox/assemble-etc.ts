import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { keepFile } from "./private-folders.ts";
import type { SystemPart } from "./system-parts.ts";

/** What was copied, by its place: so that a launch looks at each file and reads only what is new. */
const copied = new Map<string, string>();

/**
 * Makes `/etc` as commands see it, beside the files of it that are made up: copies of files, and a place for each folder. One mount
 * in the place of twenty; a mount costs bubblewrap about half a millisecond.
 */
export function assembleEtc(folder: string, parts: readonly SystemPart[]): void {
  for (const { path, isFile } of parts) {
    if (!path.startsWith("/etc/")) continue;
    const place = join(folder, path.slice("/etc/".length));
    if (isFile) copy(path, place);
    else mkdirSync(place, { recursive: true });
  }
}

function copy(path: string, place: string): void {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    const state = `${ino} ${size} ${mtimeMs}`;
    if (copied.get(place) === state) return;
    mkdirSync(dirname(place), { recursive: true });
    keepFile(place, readFileSync(path));
    copied.set(place, state);
  } catch (error) {
    // Gone since it was listed, or not for this user: then it is not there for commands either.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
