import { openForReading } from "./confine.ts";
import { parseIgnoreFile, type IgnoreFile } from "./ignore-rule.ts";
import type { Workspace } from "./workspace.ts";

/** What `.gitignore`, `.belayignore` and `.git/info/exclude` leave out of listing and search. They never limit undo. */
export interface IgnoreRules {
  /** `path` is relative to the workspace; `folder` says whether it is one. A path inside an ignored folder is ignored. */
  ignores(path: string, folder: boolean): Promise<boolean>;
}

const ruleFiles = [".gitignore", ".belayignore"];
const maxRuleBytes = 1024 * 1024;

/** Rules are read once each, as folders are met: make new ones for each call of a tool. */
export function createIgnoreRules(workspace: Workspace): IgnoreRules {
  const rules = new Map<string, Promise<IgnoreFile | null>>();
  const folders = new Map<string, Promise<boolean>>();

  function rulesOf(folder: string): Promise<IgnoreFile | null> {
    const known = rules.get(folder);
    if (known !== undefined) return known;
    const loading = load(workspace, folder);
    rules.set(folder, loading);
    return loading;
  }

  function folderIgnored(folder: string): Promise<boolean> {
    if (folder === "") return Promise.resolve(false);
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const asking = decide(folder, true);
    folders.set(folder, asking);
    return asking;
  }

  /** The nearest folder that has something to say decides, as in git. */
  async function decide(path: string, folder: boolean): Promise<boolean> {
    if (path === ".git" || path.endsWith("/.git")) return true;
    const parent = parentOf(path);
    if (await folderIgnored(parent)) return true;
    for (
      let base: string | null = parent;
      base !== null;
      base = base === "" ? null : parentOf(base)
    ) {
      const found = await rulesOf(base);
      const name = base === "" ? path : path.slice(base.length + 1);
      const verdict = found?.(name, folder);
      if (verdict !== undefined) return verdict;
    }
    return false;
  }

  return { ignores: (path, folder) => (folder ? folderIgnored(path) : decide(path, false)) };
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

async function load(workspace: Workspace, folder: string): Promise<IgnoreFile | null> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const names = folder === "" ? [".git/info/exclude", ...ruleFiles] : ruleFiles;
  const texts = await Promise.all(names.map((name) => readRules(workspace, prefix + name)));
  const found = texts.filter((text) => text !== null);
  return found.length === 0 ? null : parseIgnoreFile(found.join("\n"));
}

/** The text of a rule file; null when there is none that can be read inside the workspace. */
async function readRules(workspace: Workspace, path: string): Promise<string | null> {
  try {
    await using file = await openForReading(workspace, path);
    const { size } = await file.stat();
    return size > maxRuleBytes ? null : await file.readFile("utf8");
  } catch {
    return null;
  }
}
