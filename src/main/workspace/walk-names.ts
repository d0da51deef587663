import { AppError } from "../../shared/errors.ts";
import { codeOf, isGit, isMissing } from "./confine.ts";
import { kindOf, readFolder, type ListedEntry } from "./list-files.ts";
import { isHeavyFolder } from "./scan/heavy-folders.ts";
import type { Workspace } from "./workspace.ts";

export interface WalkedName {
  readonly path: string;
  readonly kind: ListedEntry["kind"];
  /** A repository's own folder, which is named and not entered: `.git`, or whatever holds HEAD, objects and refs. */
  readonly isGit: boolean;
}

export interface WalkOptions {
  /** Entries that are looked at, at most. */
  readonly most: number;
  readonly signal?: AbortSignal;
  /** Told of each entry. */
  readonly found: (name: WalkedName) => void;
}

/**
 * Names everything in the workspace, folder by folder from the top, without following links or opening a file. Folders that package
 * managers and build tools fill are named and not entered. Answers whether all of it was seen.
 */
export async function walkNames(workspace: Workspace, options: WalkOptions): Promise<boolean> {
  const waiting = [""];
  let seen = 0;
  for await (const { folder, entries } of readInTurn(workspace, waiting)) {
    options.signal?.throwIfAborted();
    const siblings = entries.map(({ name }) => name);
    if (folder !== "" && ["HEAD", "objects", "refs"].every((name) => siblings.includes(name))) {
      options.found({ path: folder, kind: "folder", isGit: true });
      continue;
    }
    for (const entry of entries) {
      seen += 1;
      if (seen > options.most) return false;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const kind = kindOf(entry);
      const ownsGit = isGit(entry.name);
      options.found({ path, kind, isGit: ownsGit });
      if (kind !== "folder" || ownsGit) continue;
      if (!isHeavyFolder({ name: entry.name, siblings, inside: () => false })) waiting.push(path);
    }
  }
  return true;
}

/** Reads a list of folders that grows meanwhile, some at the same time, and gives them in its order. */
async function* readInTurn(workspace: Workspace, folders: readonly string[]) {
  for (let next = 0; next < folders.length;) {
    const some = folders.slice(next, next + atOnce);
    next += some.length;
    const read = some.map((folder) => entriesOf(workspace, folder));
    for (const [index, entries] of (await Promise.all(read)).entries())
      yield { folder: some[index] ?? "", entries };
  }
}

const atOnce = 8;

/** What lies in a folder; nothing where it cannot be read, or is gone meanwhile. */
async function entriesOf(workspace: Workspace, folder: string): ReturnType<typeof readFolder> {
  try {
    return await readFolder(workspace, folder);
  } catch (error) {
    const code = codeOf(error);
    if (isMissing(error) || error instanceof AppError || code !== undefined) return [];
    throw error;
  }
}
