import { createHash } from "node:crypto";
import { join, relative, sep } from "node:path";
import { AppError } from "../../shared/errors.ts";
import type { SteeringItem } from "../../shared/trust.ts";
import { repositoryAbove, steeringInGit } from "../git/git-steering.ts";
import { hashFile, loadFile } from "../workspace/load-file.ts";
import { linkTarget } from "../workspace/path-kind.ts";
import { walkNames, type WalkedName } from "../workspace/walk-names.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { steeringRuleOf, steersCommands, type SteeringRule } from "./steering-files.ts";
import { steeringPart } from "./steering-part.ts";

/** One piece of content that steers. `text` is what of it does. */
export type FoundSteering = Pick<SteeringItem, "path" | "kind" | "hash"> & {
  readonly text: string;
};

/** Entries looked at and pieces named: what lies deeper in a larger project is not looked for. */
const mostEntries = 300_000;
const mostItems = 500;
const cutAt = 64 * 1024;
/** Files that are read at the same time. */
const atOnce = 8;
/** Of a larger file its hash stands for it. */
const largestRead = 1024 * 1024;

export interface FindOptions {
  /** Entries looked at, at most. */
  readonly most?: number;
  /** Also what only a command that was asked for obeys (makefiles, build configuration), and as many as there are. */
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/** Everything in a project that could run code or steer the agent, by its path. Reads only: nothing is run, no link is followed out. */
export async function findSteering(
  workspace: Workspace,
  { most = mostEntries, all = false, signal }: FindOptions = {},
): Promise<{ readonly items: readonly FoundSteering[]; readonly complete: boolean }> {
  const isWanted = all ? steersCommands : isListed;
  const mostFound = all ? mostEntries : mostItems;
  const files: WalkedName[] = [];
  const repositories: string[] = [];
  const found = (name: WalkedName): void => {
    if (name.isGit) repositories.push(name.path);
    else if (name.kind !== "folder" && isWanted(name.path)) files.push(name);
  };
  const walk = { most, found, ...(signal === undefined ? {} : { signal }) };
  const sawAll = await walkNames(workspace, walk);
  const items: FoundSteering[] = [];
  for (const folder of await withAbove(workspace, repositories))
    if (items.length < mostFound) items.push(...(await inRepository(workspace, folder)));
  for (let next = 0; next < files.length && items.length < mostFound; next += atOnce) {
    signal?.throwIfAborted();
    const some = files.slice(next, next + atOnce).map((file) => inFile(workspace, file));
    items.push(...(await Promise.all(some)).filter((item) => item !== null));
  }
  return { items: items.slice(0, mostFound), complete: sawAll && items.length < mostFound };
}

/** One of them as it is now; null when it steers nothing (any more). `path` is as `findSteering` names it. */
export async function steeringAt(
  workspace: Workspace,
  path: string,
): Promise<FoundSteering | null> {
  const git = /^(?:.*\/)?\.git(?=\/|$)/i.exec(path)?.[0];
  const isInside = !path.split("/").includes("..");
  if (git === undefined && isInside && isListed(path)) return inFile(workspace, { path });
  const above = await repositoryAbove(workspace.root);
  const folder = git ?? path.split("/").slice(0, -1).join("/");
  const folders =
    above !== null && folder === shown(workspace, above)
      ? [folder]
      : isInside
        ? parentsOf(folder)
        : [];
  for (const one of folders) {
    const item = (await inRepository(workspace, one)).find((each) => each.path === path);
    if (item !== undefined) return item;
  }
  return null;
}

const parentsOf = (path: string): string[] =>
  path
    .split("/")
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"))
    .toReversed();

const isListed = (path: string): boolean => steeringRuleOf(path)?.acts === "unasked";

const shown = ({ root }: Workspace, absolute: string): string =>
  relative(root, absolute).split(sep).join("/");

/** With the repository that the project is only a part of. */
async function withAbove(
  workspace: Workspace,
  repositories: readonly string[],
): Promise<readonly string[]> {
  if (repositories.includes(".git")) return repositories;
  const above = await repositoryAbove(workspace.root);
  return above === null ? repositories : [shown(workspace, above), ...repositories];
}

async function inRepository(workspace: Workspace, folder: string): Promise<FoundSteering[]> {
  const found = await steeringInGit(join(workspace.root, folder));
  return found.map(({ name, text }) =>
    named({ path: name === "" ? folder : `${folder}/${name}`, kind: "git" }, text),
  );
}

/** `kind` is what a walk has just seen there, where one has. */
async function inFile(
  workspace: Workspace,
  { path, kind }: { readonly path: string; readonly kind?: WalkedName["kind"] },
): Promise<FoundSteering | null> {
  const rule = steeringRuleOf(path);
  if (rule === null) return null;
  const link = kind === "file" ? null : await linkTarget(workspace, path).catch(() => null);
  const lead = link === null ? "" : `link to ${link.toString("utf8")}\n`;
  try {
    const text = await textOf(workspace, path, rule);
    return text === null ? null : named({ path, kind: rule.kind }, lead + text);
  } catch (error) {
    const isExpected = error instanceof AppError || (error instanceof Error && "code" in error);
    if (!isExpected) throw error;
    // A folder, a pipe, a link that leads out: it is named all the same, for others may follow it.
    return named({ path, kind: rule.kind }, lead === "" ? "(cannot be read)" : lead.trimEnd());
  }
}

/** What of a file steers; null: nothing, or there is none. Of a file too large to be read as a whole, its hash. */
async function textOf(
  workspace: Workspace,
  path: string,
  rule: SteeringRule,
): Promise<string | null> {
  const found = await small(workspace, path);
  if (found === null) return null;
  const { size, blobId, content } = found;
  if (content === null || size > largestRead) return `(${size} bytes, ${blobId})`;
  if (rule.part !== undefined) return steeringPart(rule, content);
  // Bytes that are no text must not become one another.
  return content.toString(
    content.equals(Buffer.from(content.toString("utf8"))) ? "utf8" : "latin1",
  );
}

/** A file's bytes, or null for them where it is too large to be loaded; null where there is none. */
async function small(
  workspace: Workspace,
  path: string,
): Promise<{
  readonly size: number;
  readonly blobId: string;
  readonly content: Buffer | null;
} | null> {
  try {
    const loaded = await loadFile(workspace, path);
    return loaded === null ? null : { ...loaded, size: loaded.content.length };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "invalid-input") throw error;
    const hashed = await hashFile(workspace, path);
    return hashed === null ? null : { ...hashed, content: null };
  }
}

function named(about: Pick<SteeringItem, "path" | "kind">, text: string): FoundSteering {
  const hash = createHash("sha256").update(`${about.kind}\0${text}`).digest("hex");
  return { ...about, hash, text };
}

/** A text as it is shown, cut where it is long. */
export function cut(text: string): { readonly text: string; readonly isCut: boolean } {
  return { text: text.slice(0, cutAt), isCut: text.length > cutAt };
}
