import { lstat, readdir } from "node:fs/promises";
import { dirname, join, parse, resolve } from "node:path";
import { driverLines } from "./driver-lines.ts";
import { readFromGit } from "./host-git.ts";
import { readRegular } from "./history-state.ts";

/** Something in a repository's own folder that git obeys. */
export interface GitSteering {
  /** Below the folder, such as "config" or "hooks/pre-commit". */
  readonly name: string;
  /** What of it steers, as text. */
  readonly text: string;
}

const largest = 256 * 1024;
const mostHooks = 100;
const mostModules = 200;

/**
 * Sections and keys by which git starts a program, loads another file, sends requests or files elsewhere, or takes another folder for
 * the work tree (git-config(1)).
 */
const steeringSections =
  /^(?:alias|credential|difftool|filter|gitcvs|guitool|http|https|include|includeif|instaweb|man|mergetool|pager|protocol|sendemail|ssh|trace2|trailer|url|gpg|hook|lfs\.customtransfer)\./;
const steeringKeys =
  /\.(?:alternaterefscommand|askpass|attributesfile|browser|cmd|command|difffilter|driver|editor|excludesfile|external|fsmonitor|gitproxy|helper|hookspath|insteadof|packobjectshook|pager|path|process|program|proxy|pushinsteadof|receivepack|sshcommand|sshvariant|textconv|tool|uploadpack|vcs|worktree|templatedir)$/;
/** Harmless though they look like it: where submodules lie. */
const plainKeys = /^submodule\..*\.path$/s;

/** The `.git` of the repository that a folder lies in without being its top; null where there is none above. */
export async function repositoryAbove(root: string): Promise<string | null> {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const git = join(folder, ".git");
    if ((await lstat(git).catch(() => undefined)) !== undefined) return git;
    if (folder === dirname(folder)) return null;
  }
}

/**
 * What a repository has of it: configuration, hooks, attributes, also of its submodules. `folder` is a git folder or a `.git` file. Nothing
 * of it is run: git reads the file as a list of settings, from outside of the repository.
 */
export async function steeringInGit(folder: string): Promise<GitSteering[]> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats?.isFile() === true) return pointedTo(folder);
  if (stats?.isDirectory() !== true)
    return stats === undefined ? [] : [{ name: "", text: "It is a link or no folder." }];
  const own = await inGitFolder(folder);
  const modules = await moduleFolders(folder);
  const below = await Promise.all(
    modules.map(async (module) =>
      (await inGitFolder(join(folder, module))).map(({ name, text }) => ({
        name: `${module}/${name}`,
        text,
      })),
    ),
  );
  return [...own, ...below.flat()];
}

/** A `.git` file: the repository's folder is elsewhere, and what is there counts. */
async function pointedTo(file: string): Promise<GitSteering[]> {
  const text = (await readRegular(file, 4096))?.content.toString("utf8").trim() ?? "";
  const target = /^gitdir: (.+)$/s.exec(text)?.[1];
  if (target === undefined) return [{ name: "", text }];
  const inside = await inGitFolder(resolve(join(file, ".."), target));
  const shown = inside.map(({ name, text: own }) => `${name}\n${own}`);
  return [{ name: "", text: [text, ...shown].join("\n\n") }];
}

async function inGitFolder(folder: string): Promise<GitSteering[]> {
  const found: GitSteering[] = [];
  for (const name of ["config", "config.worktree"]) {
    const text = await steeringSettings(join(folder, name));
    if (text !== null) found.push({ name, text });
  }
  const attributes = await readRegular(join(folder, "info/attributes"), largest);
  const drivers = attributes === null ? null : driverLines(attributes.content.toString("utf8"));
  if (drivers !== null) found.push({ name: "info/attributes", text: drivers });
  const hooks = await readdir(join(folder, "hooks"), { withFileTypes: true }).catch(() => []);
  for (const hook of hooks.slice(0, mostHooks)) {
    if (hook.name.endsWith(".sample") || hook.isDirectory()) continue;
    const file = await readRegular(join(folder, "hooks", hook.name), largest);
    const text = file === null || file.tooLarge ? "(a link, or too large to be shown)" : null;
    found.push({ name: `hooks/${hook.name}`, text: text ?? file?.content.toString("utf8") ?? "" });
  }
  return found;
}

/** The settings of a configuration file that steer, one a line; null: none. A file that git cannot read counts as a whole. */
async function steeringSettings(file: string): Promise<string | null> {
  const found = await readRegular(file, largest);
  if (found === null) return null;
  const list = await readFromGit(parse(file).root, [
    "config",
    "--file",
    file,
    "--no-includes",
    "--list",
    "-z",
  ]);
  if (list === null) return found.tooLarge ? "(too large)" : found.content.toString("utf8");
  const settings = list.split("\0").filter((one) => one !== "" && steers(one));
  return settings.length === 0 ? null : settings.map((one) => one.replace("\n", " = ")).join("\n");
}

/** `setting` is "name\nvalue"; without a value it stands for true. */
function steers(setting: string): boolean {
  const end = setting.indexOf("\n");
  const name = end === -1 ? setting : setting.slice(0, end);
  const value = end === -1 ? "" : setting.slice(end + 1);
  if (value.startsWith("!")) return true;
  // An address that a program of that name is started for, or that reads as an option.
  if (/\.(?:push)?url$/.test(name)) return /^-|^[\w+.-]+::/.test(value);
  if (plainKeys.test(name)) return false;
  return steeringSections.test(name) || steeringKeys.test(name);
}

/** Folders below `modules` that are repositories' own. */
async function moduleFolders(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = ["modules"];
  for (const next of waiting) {
    const entries = await readdir(join(folder, next), { withFileTypes: true }).catch(() => []);
    const isRepository = entries.some(({ name }) => name === "HEAD");
    if (isRepository) found.push(next);
    const inner = isRepository ? entries.filter(({ name }) => name === "modules") : entries;
    for (const entry of inner) if (entry.isDirectory()) waiting.push(`${next}/${entry.name}`);
    if (waiting.length > mostModules) break;
  }
  return found;
}
