import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  type Dirent,
} from "node:fs";
import { join } from "node:path";
import { isSteering, steeringRules } from "../../trust/steering-files.ts";

/** A path that is there and must not be changed, held by a descriptor of exactly what was looked at. */
export interface GuardedPath {
  readonly parts: readonly string[];
  readonly descriptor: number;
}

/** Linux's O_PATH, which Node does not name: a handle of the thing itself, without reading it. */
export const pathOnly = 0o10000000;
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Folders that steer by something in them, in lower case. */
const foldersWithParts = new Set(
  steeringRules
    .filter(({ acts, part }) => acts === "unasked" && part === undefined)
    .flatMap(({ patterns }) => patterns.map((pattern) => pattern.split("/")))
    .flatMap(([first = "", second = "**"]) => (second === "**" || first === ".git" ? [] : [first])),
);

/**
 * What steers execution at the top of the workspace, and one level down where the list says so. Links are left out: following one would
 * show what it leads to. So a file of another name that such a link leads to is not guarded. The caller closes them.
 */
export function openGuarded(workspace: string): readonly GuardedPath[] {
  const root = openSync(workspace, folderFlags);
  const found: GuardedPath[] = [];
  try {
    for (const name of readdirSync(handlePath(root)))
      if (name === ".git") continue;
      else if (isSteering(name)) add(found, root, [name]);
      else if (foldersWithParts.has(name.toLowerCase())) addWithin(found, root, name);
  } catch (error) {
    closeGuarded(found);
    throw error;
  } finally {
    closeSync(root);
  }
  return found;
}

/**
 * What steers, at the same places, by name only: `.git` and links too, also one in the place of a folder that steers by something in it.
 * `list` answers the entries of a folder; of what cannot be listed, none.
 */
export function guardedNames(
  workspace: string,
  list: (folder: string) => readonly Dirent[] = listFolder,
): ReadonlySet<string> {
  const found = new Set<string>();
  const entriesOf = (folder: string): readonly Dirent[] => {
    try {
      return lstatSync(folder).isDirectory() ? list(folder) : [];
    } catch {
      return []; // gone since it was listed
    }
  };
  for (const entry of entriesOf(workspace)) {
    const { name } = entry;
    if (isSteering(name)) found.add(name);
    else if (!foldersWithParts.has(name.toLowerCase())) continue;
    else if (entry.isSymbolicLink()) found.add(name);
    else
      for (const below of entriesOf(join(workspace, name)))
        if (isSteering(`${name}/${below.name}`)) found.add(`${name}/${below.name}`);
  }
  return found;
}

export const listFolder = (folder: string): readonly Dirent[] =>
  readdirSync(folder, { withFileTypes: true });

export function closeGuarded(paths: readonly GuardedPath[]): void {
  for (const { descriptor } of paths) closeSync(descriptor);
}

function addWithin(found: GuardedPath[], root: number, folder: string): void {
  let handle: number;
  try {
    handle = openSync(handlePath(root, folder), folderFlags);
  } catch {
    return; // a link or a file: none of the names below it can be meant
  }
  try {
    for (const name of readdirSync(handlePath(handle)))
      if (isSteering(`${folder}/${name}`)) add(found, handle, [folder, name]);
  } finally {
    closeSync(handle);
  }
}

function add(found: GuardedPath[], folder: number, parts: readonly string[]): void {
  const name = parts.at(-1) ?? "";
  const descriptor = openPlace(handlePath(folder, name));
  if (descriptor !== undefined) found.push({ parts, descriptor });
}

/** A handle of a file or folder; undefined for links, sockets and what is gone. */
export function openPlace(path: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, pathOnly | constants.O_NOFOLLOW);
  } catch {
    return undefined; // gone since it was listed
  }
  const kind = fstatSync(descriptor);
  if (kind.isFile() || kind.isDirectory()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

const handlePath = (folder: number, name = ""): string => `/proc/self/fd/${folder}/${name}`;
