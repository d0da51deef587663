import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** Where a person's repository stands: `branch` is null while HEAD is detached, `commit` while the branch has none. */
export interface HeadState {
  readonly branch: string | null;
  readonly commit: string | null;
}

/** Longer than any HEAD, ref or `.git` file. */
const shortFile = 4096;
/** A larger list of packed refs is not searched: the commit is then unknown. */
const longestList = 32 * 1024 * 1024;

interface Cached {
  readonly identity: string;
  readonly text: string;
}

export interface HeadReader {
  /** The folder that HEAD lies in; null where there is no repository. */
  place(): Promise<string | null>;
  /** Null where the folder lies in no repository. Reads files only; no git runs. */
  read(): Promise<HeadState | null>;
  /** The commit of a branch now; null when there is no such branch. */
  tip(branch: string): Promise<string | null>;
}

/** Reads the HEAD of the repository that a folder lies in, again and again: a file that did not change is not read twice. */
export function createHeadReader(folder: string): HeadReader {
  const cache = new Map<string, Cached>();
  const text = (path: string, cap = shortFile): Promise<string | null> =>
    readCached(cache, path, cap);

  async function repository(): Promise<{ readonly own: string; readonly common: string } | null> {
    for (let at = folder; ; at = dirname(at)) {
      const entry = join(at, ".git");
      const own = (await isFolder(entry)) ? entry : linked(at, await text(entry));
      if (own !== null && (await text(join(own, "HEAD"))) !== null) {
        const common = await text(join(own, "commondir"));
        return { own, common: common === null ? own : resolve(own, common.trim()) };
      }
      if (at === dirname(at)) return null;
    }
  }

  async function commitOf(ref: string, places: readonly string[]): Promise<string | null> {
    for (const place of places) {
      const loose = (await text(join(place, ref)))?.trim();
      if (loose !== undefined && isId(loose)) return loose;
    }
    const packed = await text(join(places.at(-1) ?? "", "packed-refs"), longestList);
    const line = packed?.split("\n").find((one) => one.slice(one.indexOf(" ") + 1) === ref);
    const id = line?.slice(0, line.indexOf(" "));
    return id !== undefined && isId(id) ? id : null;
  }

  return {
    place: async () => (await repository())?.own ?? null,
    async read() {
      const found = await repository();
      if (found === null) return null;
      const head = (await text(join(found.own, "HEAD")))?.trim() ?? "";
      if (!head.startsWith("ref: ")) return { branch: null, commit: isId(head) ? head : null };
      const ref = head.slice(5);
      // A name that leads elsewhere is not followed; refs kept in tables are not to be read this way.
      if (!/^refs\/[^\0]+$/.test(ref) || ref.split("/").includes("..") || ref.includes("/.invalid"))
        return null;
      const commit = await commitOf(ref, [found.own, found.common]);
      return { branch: ref.replace(/^refs\/heads\//, ""), commit };
    },
    async tip(branch) {
      const found = await repository();
      return found === null ? null : commitOf(`refs/heads/${branch}`, [found.own, found.common]);
    },
  };
}

const isId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** Where a `.git` file (of a linked worktree or a submodule) points. */
function linked(folder: string, text: string | null): string | null {
  const path = text === null ? undefined : /^gitdir: (.+?)\r?\n?$/.exec(text)?.[1];
  return path === undefined ? null : resolve(folder, path);
}

const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() === true;

/** A regular file's text; null for anything else, or one that is longer than that. */
async function readCached(
  cache: Map<string, Cached>,
  path: string,
  cap: number,
): Promise<string | null> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size > BigInt(cap)) return null;
  const identity = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
  const known = cache.get(path);
  if (known?.identity === identity) return known.text;
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return null;
  try {
    const content = await handle.readFile("utf8");
    // Written within the step of the file system's clock it could change without a trace: not kept.
    if (Date.now() - Number(stats.mtimeMs) > 2000) cache.set(path, { identity, text: content });
    return content;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
