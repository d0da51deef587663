import { readFromGit } from "./host-git.ts";

/** What a file was made into, and the commit that HEAD was at then; null: there was none. */
export interface FileResult {
  readonly path: string;
  /** Git blob id of its bytes. */
  readonly blob: string;
  readonly since: string | null;
}

/** How many paths one git gets: a command line has an end. */
const atOnce = 200;

/**
 * By path, the commit (abbreviated) in which the person's repository took a result up: made after it, and HEAD still holds just those
 * bytes. Where git converts what it stores the bytes are others, and the path is left out.
 */
export async function committedIn(
  root: string,
  results: readonly FileResult[],
): Promise<ReadonlyMap<string, string>> {
  const head = await readFromGit(root, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  const found = new Map<string, string>();
  if (head === null || !/^[0-9a-f]{40,64}$/.test(head)) return found;
  const older = results.filter(({ since }) => since !== head);
  for (const [since, group] of Map.groupBy(older, (one) => one.since)) {
    for (let index = 0; index < group.length; index += atOnce) {
      const some = group.slice(index, index + atOnce);
      const paths = some.map(({ path }) => `:(literal)${path}`);
      const blobs = await blobsAt(root, head, paths);
      const commits = await commitsOf(root, since === null ? head : `${since}..${head}`, paths);
      for (const { path, blob } of some) {
        const commit = commits.get(path);
        if (commit !== undefined && blobs.get(path) === blob) found.set(path, commit);
      }
    }
  }
  return found;
}

/** The blobs that a commit holds at these paths. */
async function blobsAt(
  root: string,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const list = await readFromGit(root, ["ls-tree", "-z", commit, "--", ...paths]);
  const blobs = new Map<string, string>();
  for (const line of (list ?? "").split("\0")) {
    const [about, path] = splitAt(line, "\t");
    const [, kind, blob] = about.split(" ");
    if (kind === "blob" && blob !== undefined) blobs.set(path, blob);
  }
  return blobs;
}

/** The newest commit in a range that changed each path. Names only: no filter, no program for differences runs. */
async function commitsOf(
  root: string,
  range: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const list = await readFromGit(root, [
    "log",
    "-z",
    "--format=%x01%h",
    "--name-only",
    "--relative",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    range,
    "--",
    ...paths,
  ]);
  const commits = new Map<string, string>();
  let commit = "";
  let isFirst = false;
  for (const token of (list ?? "").split("\0")) {
    if (token.startsWith("\u0001")) {
      commit = token.slice(1);
      isFirst = true;
    } else if (token !== "") {
      // The list of names begins on a line of its own.
      const path = isFirst && token.startsWith("\n") ? token.slice(1) : token;
      isFirst = false;
      if (!commits.has(path)) commits.set(path, commit);
    }
  }
  return commits;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
