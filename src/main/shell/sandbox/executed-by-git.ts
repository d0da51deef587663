import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** In the folder of a repository: what git executes or is steered by, and what leads it to another folder's. */
const executed = ["hooks", "config", "config.worktree", "commondir", "info", "modules"];
/** The same, as far as it steers by coming to be. Git makes none of it in a repository that has been made. */
const appearing = ["hooks", "config", "config.worktree", "commondir", "info/attributes"];
const ofWorktree = ["config.worktree", "commondir"];

/** What git itself writes into a worktree's `commondir`: the repository that it lies in. */
const ownRepository = "../..";

/** By absolute path, as far as it is there. */
export function executedIn(folder: string): readonly string[] {
  return [...executed, ...inWorktrees(folder)]
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path));
}

/** Relative to the folder, as far as it is there, links that lead nowhere too. */
export function appearedIn(folder: string): readonly string[] {
  return [...appearing, ...inWorktrees(folder)].filter((name) => {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    return !/^worktrees\/.*\/commondir$/s.test(name) || !leadsToItsOwn(path);
  });
}

function leadsToItsOwn(path: string): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path, "utf8").trimEnd() === ownRepository;
  } catch {
    return false; // not to be read: then nobody knows where it leads
  }
}

function inWorktrees(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, "worktrees")).flatMap((name) =>
      ofWorktree.map((part) => `worktrees/${name}/${part}`),
    );
  } catch {
    return []; // there are none
  }
}
