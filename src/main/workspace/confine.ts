import { closeSync, constants, existsSync, openSync } from "node:fs";
import { lstat, open, realpath, type FileHandle } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { rawPath } from "./path-bytes.ts";
import type { Workspace } from "./workspace.ts";

/** A path that was checked: `relative` is "/"-separated ("" = the root) with every parent link resolved, the last part as it is. */
export interface ConfinedPath {
  readonly relative: string;
  readonly absolute: string;
}

/** What `withParent` acts on: `entry` names the path through its folder's descriptor, so that no swapped parent is followed. */
export interface ParentFolder {
  readonly entry: string;
  readonly folder: string;
  /** Names another entry of the same folder. */
  sibling(name: string): string;
  /** Folders that had to be made, relative to the workspace, outermost first. */
  readonly created: readonly string[];
}

/** A path to act on, and what makes those of its folders that are missing. */
export interface PlaceToAct {
  readonly path: string;
  readonly makeFolder: MakeFolder;
}

/** Makes one folder; null stands for: a missing folder is an error. */
type MakeFolder = ((path: string) => Promise<unknown>) | null;

const windowsReserved = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/i;

/**
 * Checks a path from outside (a model, a window) against the workspace. Throws AppError("denied") that names the path and what
 * is allowed: NUL, absolute, drive, UNC, `..` that leaves, a parent link that leads out.
 */
export async function resolveInside(workspace: Workspace, path: string): Promise<ConfinedPath> {
  const parts = lexicalParts(path);
  let current = workspace.root;
  for (const [index, part] of parts.entries()) {
    const next = join(current, part);
    if (index === parts.length - 1) {
      current = next;
      break;
    }
    current = await stepInto(workspace, next, path);
  }
  const inside = relative(workspace.root, current).split(sep).join("/");
  return { relative: inside, absolute: current };
}

/** The parts of a relative path with "." and ".." resolved; throws when it leaves the folder or cannot be one. */
function lexicalParts(path: string): string[] {
  const denied = (why: string): AppError =>
    new AppError(
      "denied",
      `${JSON.stringify(path)} ${why}. Paths are relative to the project folder, such as "src/index.ts".`,
    );
  if (path.includes("\0")) throw denied("has a NUL character in it");
  if (!path.isWellFormed()) throw denied("has half a character in it");
  const text = process.platform === "win32" ? path.replaceAll("\\", "/") : path;
  if (text.startsWith("/") || text.startsWith("~/") || text === "~")
    throw denied("is not relative");
  if (/^[a-z]:/i.test(text) || text.startsWith("\\\\") || text.startsWith("//"))
    throw denied("names a drive or a share");
  const parts: string[] = [];
  for (const part of text.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") {
      if (Buffer.byteLength(part) > 255) throw denied("has a part longer than 255 bytes");
      if (
        process.platform === "win32" &&
        (windowsReserved.test(part) || /[<>:"|?*]|[. ]$/.test(part))
      )
        throw denied("is a reserved name");
      parts.push(part);
    } else if (parts.pop() === undefined) {
      throw denied("leads outside the project folder");
    }
  }
  return parts;
}

/** The real path of one parent; a link is followed only when it stays inside. */
async function stepInto(workspace: Workspace, next: string, path: string): Promise<string> {
  const stats = await lstat(next).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (stats?.isSymbolicLink() !== true) return next;
  const target = await realpath(next).catch((error: unknown) => {
    if (isMissing(error) || codeOf(error) === "ELOOP")
      throw new AppError(
        "denied",
        `${JSON.stringify(path)} goes through a link that leads nowhere.`,
      );
    throw error;
  });
  assertInside(workspace, target, path);
  return target;
}

function assertInside(workspace: Workspace, real: string, path: string): void {
  if (
    real === workspace.root ||
    real.startsWith(workspace.root.endsWith(sep) ? workspace.root : workspace.root + sep)
  )
    return;
  throw new AppError(
    "denied",
    `${JSON.stringify(path)} goes through a link that leads outside the project folder.`,
  );
}

/** Where a write through a link ends: the link's target when it is inside, else AppError("denied"). Anything else is itself. */
export async function followInside(
  workspace: Workspace,
  confined: ConfinedPath,
): Promise<ConfinedPath> {
  const stats = await lstat(confined.absolute).catch(() => undefined);
  if (stats?.isSymbolicLink() !== true) return confined;
  const target = await realpath(confined.absolute).catch(() => {
    throw new AppError(
      "denied",
      `${JSON.stringify(confined.relative)} is a link that leads nowhere. Delete the link, or write to another path.`,
    );
  });
  assertInside(workspace, target, confined.relative);
  return { absolute: target, relative: relative(workspace.root, target).split(sep).join("/") };
}

/** ".git" by any spelling: HFS+ ignores some characters, NTFS knows the short name. */
export function isGit(part: string): boolean {
  const visible = part.replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "");
  return /^(?:\.git|git~1)$/i.test(visible);
}

/** Git's own folder is not the agent's to write, whatever case the name is in. */
export function assertWritable(confined: ConfinedPath): void {
  const parts = confined.relative.split("/");
  if (confined.relative === "")
    throw new AppError("denied", "The project folder itself cannot be replaced, moved or deleted.");
  if (parts.some(isGit))
    throw new AppError(
      "denied",
      `${JSON.stringify(confined.relative)} belongs to git. Its folder is read-only for tools; ask the person.`,
    );
  if (parts.some((part) => part.startsWith(temporaryPrefix)))
    throw new AppError("denied", "That name is reserved for Belay's temporary files.");
}

/**
 * A git folder under another name (`--separate-git-dir`, a bare repository) is git's as well: whatever holds HEAD, objects and refs.
 * Throws AppError("denied").
 */
export function assertNoGitFolder(workspace: Workspace, confined: ConfinedPath): void {
  for (
    let folder = dirname(confined.absolute);
    folder.length > workspace.root.length;
    folder = dirname(folder)
  ) {
    if (["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name))))
      throw new AppError(
        "denied",
        `${JSON.stringify(confined.relative)} lies in a git repository's own folder, which is read-only for tools; ask the person.`,
      );
  }
}

/** Names of Belay's own temporary files start like this, so that a sweep after a crash touches nothing else. */
export const temporaryPrefix = ".belay-tmp-";

const folderFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens the path's folder part by part without following a link, then acts on the last part through the folder's descriptor: a
 * parent swapped for a link in between does not win. Elsewhere than on Linux the folder's real path is checked just before. Folders
 * are opened without leaving the thread: that takes microseconds, and handing it over ten times as long for each of many files.
 * Where missing folders are made, one that goes at that moment is AppError("conflict").
 */
export async function withParent<T>(
  workspace: Workspace,
  place: string | PlaceToAct,
  act: (parent: ParentFolder) => Promise<T>,
): Promise<T> {
  try {
    return await actInParent(workspace, place, act);
  } catch (error) {
    if (typeof place === "string" || place.makeFolder === null || !isMissing(error)) throw error;
    throw new AppError("conflict", replacedMeanwhile, { cause: error });
  }
}

const replacedMeanwhile =
  "A folder on the way was replaced or removed while this ran. Look again, then retry.";

async function actInParent<T>(
  workspace: Workspace,
  place: string | PlaceToAct,
  act: (parent: ParentFolder) => Promise<T>,
): Promise<T> {
  const { path, makeFolder } =
    typeof place === "string" ? { path: place, makeFolder: null } : place;
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  if (process.platform !== "linux")
    return actByPath(workspace, { parts, name }, { act, makeFolder });
  let fd = openSync(workspace.root, folderFlags);
  const created: string[] = [];
  try {
    for (const [index, part] of parts.entries()) {
      const next = await openFolder(`/proc/self/fd/${fd}/${part}`, makeFolder);
      if (next.made) created.push(parts.slice(0, index + 1).join("/"));
      closeSync(fd);
      fd = next.fd;
    }
    const base = `/proc/self/fd/${fd}`;
    return await act({
      entry: `${base}/${name}`,
      folder: base,
      sibling: (other) => `${base}/${other}`,
      created,
    });
  } finally {
    closeSync(fd);
  }
}

async function openFolder(
  path: string,
  makeFolder: MakeFolder,
): Promise<{ readonly fd: number; readonly made: boolean }> {
  try {
    return { fd: openSync(rawPath(path), folderFlags), made: false };
  } catch (error) {
    if (codeOf(error) === "ELOOP" || codeOf(error) === "ENOTDIR") {
      throw new AppError("conflict", replacedMeanwhile, { cause: error });
    }
    if (makeFolder === null || !isMissing(error)) throw error;
    await makeFolder(path).catch((failure: unknown) => {
      if (codeOf(failure) !== "EEXIST") throw failure;
    });
    return { fd: openSync(rawPath(path), folderFlags), made: true };
  }
}

interface ByPath<T> {
  readonly act: (parent: ParentFolder) => Promise<T>;
  readonly makeFolder: MakeFolder;
}

async function actByPath<T>(
  workspace: Workspace,
  place: { readonly parts: readonly string[]; readonly name: string },
  { act, makeFolder }: ByPath<T>,
): Promise<T> {
  const folder = join(workspace.root, ...place.parts);
  const created: string[] = [];
  if (makeFolder !== null) {
    for (const index of place.parts.keys()) {
      const part = place.parts.slice(0, index + 1);
      const made = await makeFolder(join(workspace.root, ...part)).then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === "EEXIST") return false;
          throw error;
        },
      );
      if (made) created.push(part.join("/"));
    }
  }
  assertInside(workspace, await realpath(rawPath(folder)), place.parts.join("/"));
  return act({
    entry: join(folder, place.name),
    folder,
    sibling: (other) => join(folder, other),
    created,
  });
}

/**
 * Opens a file for reading. A last link is followed only when its target is inside; what is no regular file is refused by name.
 * Throws AppError("not-found") or AppError("denied").
 */
export async function openForReading(workspace: Workspace, path: string): Promise<FileHandle> {
  const confined = await followInside(workspace, await resolveInside(workspace, path));
  if (confined.relative === "")
    throw new AppError("invalid-input", "That is the project folder: list it with list_files.");
  try {
    return await withParent(workspace, confined.relative, async ({ entry }) => {
      const handle = await open(
        entry,
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      );
      const stats = await handle.stat();
      if (stats.isFile()) return handle;
      await handle.close();
      if (stats.isDirectory())
        throw new AppError(
          "invalid-input",
          `${JSON.stringify(path)} is a folder: list it with list_files.`,
        );
      throw new AppError(
        "denied",
        `${JSON.stringify(path)} is no regular file (a pipe, socket or device).`,
      );
    });
  } catch (error) {
    if (isMissing(error))
      throw new AppError("not-found", `There is no file ${JSON.stringify(path)}.`, {
        cause: error,
      });
    if (codeOf(error) === "EACCES" || codeOf(error) === "ENXIO")
      throw new AppError(
        "denied",
        `${JSON.stringify(path)} cannot be read (${codeOf(error) ?? ""}).`,
        { cause: error },
      );
    throw error;
  }
}

/** The system's error code of anything thrown, such as "ENOENT". */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Whether there is nothing at that path. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
