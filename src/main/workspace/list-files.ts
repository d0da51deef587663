import { constants, type Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { AppError } from "../../shared/errors.ts";
import { codeOf, followInside, isMissing, resolveInside, withParent } from "./confine.ts";
import { createIgnoreRules, type IgnoreRules } from "./ignore.ts";
import type { Workspace } from "./workspace.ts";

export interface ListRequest {
  /** Relative to the workspace; "" or "." is the workspace itself. */
  readonly path: string;
  /** How many levels of folders are opened; 1 = the folder itself. */
  readonly depth: number;
}

export interface ListedEntry {
  readonly name: string;
  readonly kind: "folder" | "file" | "link" | "other";
  /** What is in it, when it was opened. */
  readonly children: ListedFolder | null;
}

export interface ListedFolder {
  readonly entries: readonly ListedEntry[];
  /** Entries left out by the cap. */
  readonly more: number;
  /** Names left out by ignore files. */
  readonly ignored: readonly string[];
}

/** Entries in one answer, and of one folder below the first. */
const totalCap = 400;
const nestedCap = 60;

interface Walk {
  readonly workspace: Workspace;
  /** Null inside a folder that is itself ignored: who asks for it wants to see it. */
  readonly rules: IgnoreRules | null;
  budget: number;
}

interface OpenFolder {
  readonly path: string;
  readonly entries: MutableEntry[];
  more: number;
  ignored: string[];
}

interface MutableEntry {
  readonly name: string;
  readonly kind: ListedEntry["kind"];
  children: OpenFolder | null;
}

/** A tree, folders first, level by level until 400 entries are shown. Links are named, never followed. AppError when it is no folder. */
export async function listFiles(workspace: Workspace, request: ListRequest): Promise<ListedFolder> {
  const rules = createIgnoreRules(workspace);
  const { relative: start } = await followInside(
    workspace,
    await resolveInside(workspace, request.path),
  );
  const isIgnored = start !== "" && (await rules.ignores(start, true));
  const walk: Walk = { workspace, rules: isIgnored ? null : rules, budget: totalCap };
  const root = await openFolder(walk, start, totalCap);
  let level = [root];
  for (let depth = 1; depth < request.depth && walk.budget > 0; depth += 1) {
    const next: OpenFolder[] = [];
    for (const folder of level) {
      for (const entry of folder.entries) {
        if (entry.kind !== "folder" || walk.budget <= 0) continue;
        const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
        entry.children = await openNested(walk, path);
        if (entry.children !== null) next.push(entry.children);
      }
    }
    level = next;
  }
  return root;
}

/** A folder below the first; one that cannot be read is shown closed. */
async function openNested(walk: Walk, path: string): Promise<OpenFolder | null> {
  try {
    return await openFolder(walk, path, nestedCap);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function openFolder(walk: Walk, path: string, cap: number): Promise<OpenFolder> {
  const found = (await entriesOf(walk.workspace, path)).toSorted(byKindThenName);
  const folder: OpenFolder = { path, entries: [], more: 0, ignored: [] };
  for (const entry of found) {
    const child = path === "" ? entry.name : `${path}/${entry.name}`;
    if (walk.rules !== null && (await walk.rules.ignores(child, entry.kind === "folder"))) {
      folder.ignored.push(entry.kind === "folder" ? `${entry.name}/` : entry.name);
    } else if (folder.entries.length >= cap || walk.budget <= 0) {
      folder.more += 1;
    } else {
      folder.entries.push({ ...entry, children: null });
      walk.budget -= 1;
    }
  }
  return folder;
}

async function entriesOf(
  workspace: Workspace,
  path: string,
): Promise<Pick<MutableEntry, "name" | "kind">[]> {
  try {
    return (await readFolder(workspace, path)).map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
    }));
  } catch (error) {
    throw folderError(error, path);
  }
}

/** On Linux through a descriptor that was opened without following a link. */
export async function readFolder(workspace: Workspace, path: string): Promise<Dirent[]> {
  if (path === "") return readdir(workspace.root, { withFileTypes: true });
  return withParent(workspace, path, async ({ entry }) => {
    if (process.platform !== "linux") return readdir(entry, { withFileTypes: true });
    await using folder = await open(
      entry,
      constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
    );
    return await readdir(`/proc/self/fd/${folder.fd}`, { withFileTypes: true });
  });
}

export function kindOf(entry: Dirent): ListedEntry["kind"] {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

function folderError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === "ENOTDIR")
    return new AppError("invalid-input", `${path} is no folder: use read_file for it.`);
  if (isMissing(error)) return new AppError("not-found", `There is no folder ${path}.`);
  if (code === "EACCES" || code === "EPERM")
    return new AppError("denied", `The system does not let Belay list ${path}.`);
  return error;
}

function byKindThenName(
  a: Pick<MutableEntry, "name" | "kind">,
  b: Pick<MutableEntry, "name" | "kind">,
): number {
  const order = Number(b.kind === "folder") - Number(a.kind === "folder");
  if (order !== 0) return order;
  return a.name < b.name ? -1 : 1;
}
