import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { indexDigest } from "./index-digest.ts";

/** What a repository's history is at a moment, as far as two of them are compared. */
export const historyStateSchema = z.object({
  /** "ref: refs/heads/main", or the commit while it is detached. */
  head: z.string(),
  /** Full names to ids; of a symbolic ref its text. Also what is under way, such as MERGE_HEAD. */
  refs: z.record(z.string(), z.string()),
  /** Digests; null where there is none. Refs kept as a reftable are only compared as a whole. */
  reftable: z.string().nullable(),
  index: z.string().nullable(),
  config: z.string().nullable(),
  /** Sizes of the reflogs in bytes: one that shrinks has lost history. */
  logs: z.record(z.string(), z.int()),
});
export type HistoryState = z.infer<typeof historyStateSchema>;

export interface HistorySnapshot {
  readonly state: HistoryState;
  /** Bytes that the state does not hold itself: index, config, reflogs. Names are relative to the repository's folder. */
  readonly files: readonly { readonly name: string; readonly content: Buffer }[];
  /** Files that are too large to be kept. */
  readonly leftOut: readonly string[];
}

const largestSnapshot = 16 * 1024 * 1024;
const mostFiles = 20_000;
const underWay = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD"];

/** A repository's two folders: of this work tree, and of all of its work trees. */
interface GitFolders {
  readonly own: string;
  readonly common: string;
}

/**
 * Reads the history of the repository that a folder lies in, by plain reads; null where there is none. Whatever cannot be read is
 * as if it were not there: this must not keep a command from running.
 */
export async function readHistory(root: string): Promise<HistorySnapshot | null> {
  const folders = await findGitFolders(root);
  if (folders === null) return null;
  const { own, common } = folders;
  const collect = createCollector();
  const head = await readText(join(own, "HEAD"));
  const index = await readRegular(join(own, "index"), largestSnapshot);
  const config = await readRegular(join(common, "config"), largestSnapshot);
  const tables = await readRegular(join(common, "reftable/tables.list"), largestSnapshot);
  collect("index", index);
  collect("config", config);
  const logs = await readLogs(folders, collect);
  const state: HistoryState = {
    head: head ?? "",
    refs: await readRefs(folders),
    reftable: tables === null ? null : sha1(tables.content),
    index: index === null ? null : index.tooLarge ? index.identity : indexDigest(index.content),
    config: config === null ? null : sha1(config.content),
    logs,
  };
  return { state, ...collect.all() };
}

/** Where the repository's folders are: `.git` in the folder or above, also as a file that leads there (work trees, submodules). */
async function findGitFolders(root: string): Promise<GitFolders | null> {
  for (let folder = root; ; folder = dirname(folder)) {
    const git = join(folder, ".git");
    const stats = await lstat(git).catch(() => undefined);
    const pointer = stats?.isFile() === true ? await readText(git) : null;
    const led = pointer?.startsWith("gitdir: ") === true ? pointer.slice(8) : null;
    const own = stats?.isDirectory() === true ? git : led === null ? null : resolve(folder, led);
    if (own !== null && (await readText(join(own, "HEAD"))) !== null) {
      const shared = await readText(join(own, "commondir"));
      return { own, common: shared === null ? own : resolve(own, shared) };
    }
    if (folder === dirname(folder)) return null;
  }
}

async function readRefs({ own, common }: GitFolders): Promise<Record<string, string>> {
  const refs = new Map<string, string>();
  const packed = await readRegular(join(common, "packed-refs"), largestSnapshot);
  for (const line of packed?.content.toString("utf8").split("\n") ?? []) {
    const [id, name] = line.split(" ");
    if (id !== undefined && name !== undefined && /^[0-9a-f]{40,64}$/.test(id)) refs.set(name, id);
  }
  // A loose ref stands before a packed one. A work tree of its own has some refs of its own.
  for (const folder of new Set([common, own])) {
    for (const name of await filesBelow(folder, "refs")) {
      const text = await readText(join(folder, name));
      if (text !== null) refs.set(name, text);
    }
  }
  for (const name of underWay) {
    const text = await readText(join(own, name));
    if (text !== null) refs.set(name, text);
  }
  return Object.fromEntries([...refs].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function readLogs(
  { own, common }: GitFolders,
  collect: Collector,
): Promise<Record<string, number>> {
  const logs: Record<string, number> = {};
  for (const folder of new Set([own, common])) {
    for (const name of await filesBelow(folder, "logs")) {
      const found = await readRegular(join(folder, name), largestSnapshot);
      if (found === null || name in logs) continue;
      logs[name] = found.size;
      collect(name, found);
    }
  }
  return logs;
}

/** Regular files below a folder of the repository, by name; at most so many. No link is followed. */
async function filesBelow(base: string, folder: string): Promise<string[]> {
  const names: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = await readdir(join(base, next), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) waiting.push(`${next}/${entry.name}`);
      // What ends so is a ref being written just now.
      else if (entry.isFile() && !entry.name.endsWith(".lock")) names.push(`${next}/${entry.name}`);
      if (names.length >= mostFiles) return names.toSorted();
    }
  }
  return names.toSorted();
}

interface FoundFile {
  readonly content: Buffer;
  readonly size: number;
  readonly tooLarge: boolean;
  /** Names these bytes without reading them. */
  readonly identity: string;
}

/** A regular file, not through a link; without its bytes where it is larger than `limit`. Null where it cannot be read. */
export async function readRegular(path: string, limit: number): Promise<FoundFile | null> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return null;
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) return null;
    const size = Number(stats.size);
    const identity = `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
    const tooLarge = size > limit;
    const content = tooLarge ? Buffer.alloc(0) : await handle.readFile();
    return { content, size, tooLarge, identity };
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** A short file's text without line ends around it; null where there is none. */
async function readText(path: string): Promise<string | null> {
  const found = await readRegular(path, 64 * 1024);
  return found === null || found.tooLarge ? null : found.content.toString("utf8").trim();
}

const sha1 = (content: Buffer): string => createHash("sha1").update(content).digest("hex");

interface Collector {
  (name: string, found: FoundFile | null): void;
  all(): Pick<HistorySnapshot, "files" | "leftOut">;
}

/** Keeps files as long as all of them together are small enough. */
function createCollector(): Collector {
  const files: { name: string; content: Buffer }[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  const collect = (name: string, found: FoundFile | null): void => {
    if (found === null) return;
    if (found.tooLarge || bytes + found.size > largestSnapshot) {
      leftOut.push(name);
      return;
    }
    bytes += found.size;
    files.push({ name, content: found.content });
  };
  return Object.assign(collect, { all: () => ({ files, leftOut }) });
}
