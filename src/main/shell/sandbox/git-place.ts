import { existsSync, lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import { executedIn } from "./executed-by-git.ts";
import { openPlace } from "./guarded-paths.ts";

/** Where git keeps the history of a workspace. */
export interface GitPlace {
  /** `.git`, and the folders that it names where they are proven to be this workspace's. */
  readonly folders: readonly { readonly path: string; readonly descriptor?: number }[];
  /** What git would execute or be steered by, in those folders, and `.git` files: read only even where history may be changed. */
  readonly executing: readonly string[];
}

/**
 * Looks at `.git` without running git. A `.git` file (linked worktree, submodule) may name any folder of this machine, so the one
 * it names counts only when it names this workspace back, which the project itself cannot have written. The caller closes the descriptors.
 */
export function findGitPlace(workspace: string, repositories: readonly string[] = []): GitPlace {
  const entry = join(workspace, ".git");
  const { folders, named, files } = gitFolders(workspace, repositories);
  const nested = repositories.map((path) => resolve(workspace, path));
  return {
    folders: [
      ...held(entry),
      ...named.map((path) => ({ path })),
      ...nested.flatMap((path) => held(path)),
    ],
    executing: [...files, ...[...folders, ...named].flatMap((folder) => executedIn(folder))],
  };
}

/** `.git` here and in the repositories inside: folders, folders elsewhere that a `.git` file is proven to name, and such files. */
export function gitFolders(
  workspace: string,
  repositories: readonly string[] = [],
): Record<"folders" | "named" | "files", readonly string[]> {
  const entry = join(workspace, ".git");
  const all = [entry, ...repositories.map((path) => resolve(workspace, path))];
  return {
    folders: all.filter((path) => kindOf(path)?.isDirectory() === true),
    named: kindOf(entry)?.isFile() === true ? namedFolders(workspace, entry) : [],
    files: all.filter((path) => kindOf(path)?.isFile() === true),
  };
}

const kindOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

function held(path: string): { readonly path: string; readonly descriptor: number }[] {
  const descriptor = openPlace(path);
  return descriptor === undefined ? [] : [{ path, descriptor }];
}

/** The folder of a linked worktree or submodule, and the one it shares with others. */
function namedFolders(workspace: string, entry: string): readonly string[] {
  const named = /^gitdir: (.+?)\r?\n?$/.exec(textOf(entry))?.[1];
  if (named === undefined) return [];
  const folder = real(resolve(workspace, named));
  if (folder === null || !existsSync(join(folder, "HEAD"))) return [];
  if (isWorktreeOf(folder, entry)) {
    const common = real(resolve(folder, textOf(join(folder, "commondir")).trim()));
    const isCommon = common !== null && folder.startsWith(`${common}/worktrees/`);
    return isCommon && existsSync(join(common, "objects")) && existsSync(join(common, "HEAD"))
      ? [common]
      : [];
  }
  return isSubmoduleOf(folder, workspace) ? [folder] : [];
}

const isWorktreeOf = (folder: string, entry: string): boolean =>
  real(resolve(folder, textOf(join(folder, "gitdir")).trim())) === entry;

function isSubmoduleOf(folder: string, workspace: string): boolean {
  const worktree = /^\s*worktree\s*=\s*"?([^"\r\n]+?)"?\s*$/m.exec(
    textOf(join(folder, "config")),
  )?.[1];
  return worktree !== undefined && real(resolve(folder, worktree)) === workspace;
}

/** Small files only: git's own are. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(0, 64_000);
  } catch {
    return "";
  }
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
