import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { openPlace } from "./guarded-paths.ts";

/** Where git keeps the history of a workspace. */
export interface GitPlace {
  /** `.git`, and the folders that it names where they are proven to be this workspace's. */
  readonly folders: readonly { readonly path: string; readonly descriptor?: number }[];
  /** What git would execute or be steered by, in those folders: read only even where history may be changed. */
  readonly executing: readonly string[];
  /** Whether there was a `.git` of any kind. */
  readonly isThere: boolean;
}

const executed = ["hooks", "config", "config.worktree", "info", "modules"];

/**
 * Looks at `.git` without running git. A `.git` file (linked worktree, submodule) may name any folder of this machine, so the one
 * it names counts only when it names this workspace back, which the project itself cannot have written. The caller closes the descriptors.
 */
export function findGitPlace(workspace: string, repositories: readonly string[] = []): GitPlace {
  const entry = join(workspace, ".git");
  const found = lstatSync(entry, { throwIfNoEntry: false });
  const own = found === undefined ? [] : held(entry);
  const named = found?.isFile() === true ? namedFolders(workspace, entry) : [];
  const nested = repositories.flatMap((path) => held(resolve(workspace, path)));
  const steered = found?.isDirectory() === true ? [entry, ...named] : named;
  return {
    folders: [...own, ...named.map((path) => ({ path })), ...nested],
    executing: steered.flatMap((folder) =>
      executed.map((name) => join(folder, name)).filter((path) => existsSync(path)),
    ),
    isThere: found !== undefined,
  };
}

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
