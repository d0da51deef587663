import { existsSync } from "node:fs";
import { join } from "node:path";
import { openForReading } from "./confine.ts";
import { parseIgnoreFile, type IgnoreFile } from "./ignore-rule.ts";
import type { Workspace } from "./workspace.ts";

/** What `.gitignore`, `.belayignore` and `.git/info/exclude` leave out of listing and search. They never limit undo. */
export interface IgnoreRules {
  /** `path` is relative to the workspace; `folder` says whether it is one. A path inside an ignored folder is ignored. */
  ignores(path: string, folder: boolean): Promise<boolean>;
  /** The same at once; undefined where the rules of the path's folder were never asked for. For many paths of a folder. */
  known(path: string, folder: boolean): boolean | undefined;
}

const ruleFiles = [".gitignore", ".belayignore"];
const maxRuleBytes = 1024 * 1024;

/** A folder, as to what is directly in it. */
interface Folder {
  readonly isIgnored: boolean;
  /** Those that have something to say here, nearest first, each with the length of what it does not look at: its own path. */
  readonly files: readonly { readonly from: number; readonly says: IgnoreFile }[];
}

/** Rules are read once each, as folders are met: make new ones for each call of a tool. */
export function createIgnoreRules(workspace: Workspace): IgnoreRules {
  const folders = new Map<string, Folder>();
  const loading = new Map<string, Promise<Folder>>();

  function folderAt(path: string): Promise<Folder> {
    const known = loading.get(path);
    if (known !== undefined) return known;
    const asking = ask(path);
    loading.set(path, asking);
    return asking;
  }

  async function ask(path: string): Promise<Folder> {
    const parent = path === "" ? null : await folderAt(parentOf(path));
    const isIgnored = parent !== null && decide(parent, path, true);
    const own = isIgnored ? null : await load(workspace, path);
    const above = parent?.files ?? [];
    const from = path === "" ? 0 : path.length + 1;
    const folder = { isIgnored, files: own === null ? above : [{ from, says: own }, ...above] };
    folders.set(path, folder);
    return folder;
  }

  return {
    ignores: async (path, folder) =>
      path !== "" && decide(await folderAt(parentOf(path)), path, folder),
    known(path, folder) {
      const parent = folders.get(parentOf(path));
      return parent && decide(parent, path, folder);
    },
  };
}

/** The nearest folder that has something to say decides, as in git. */
function decide({ isIgnored, files }: Folder, path: string, folder: boolean): boolean {
  if (isIgnored || path === ".git" || path.endsWith("/.git")) return true;
  for (const { from, says } of files) {
    const verdict = says(path.slice(from), folder);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

async function load(workspace: Workspace, folder: string): Promise<IgnoreFile | null> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const names = folder === "" ? [".git/info/exclude", ...ruleFiles] : ruleFiles;
  const texts = await Promise.all(names.map((name) => readRules(workspace, prefix + name)));
  const found = texts.filter((text) => text !== null);
  return found.length === 0 ? null : parseIgnoreFile(found.join("\n"));
}

/** The text of a rule file; null when there is none that can be read inside the workspace. Nearly every folder has none. */
async function readRules(workspace: Workspace, path: string): Promise<string | null> {
  if (!existsSync(join(workspace.root, path))) return null;
  try {
    await using file = await openForReading(workspace, path);
    const { size } = await file.stat();
    return size > maxRuleBytes ? null : await file.readFile("utf8");
  } catch {
    return null;
  }
}
