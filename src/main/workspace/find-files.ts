import { confirmPaths } from "./confirm-found.ts";
import { createGlob } from "./glob.ts";
import { assertSearched, runRipgrep, searchPlace, withoutDot } from "./run-ripgrep.ts";
import type { Workspace } from "./workspace.ts";

export interface FoundFiles {
  /** Sorted; at most 200. */
  readonly paths: readonly string[];
  readonly total: number;
}

const shownPaths = 200;

/** Files whose path matches a glob, without the ignored ones. AppError("invalid-input") for a glob that is too large. */
export async function findFiles(
  workspace: Workspace,
  pattern: string,
  signal: AbortSignal,
): Promise<FoundFiles> {
  const matches = createGlob(pattern);
  const place = await searchPlace(workspace, undefined);
  const found = createFirstPaths(shownPaths);
  const { rules } = place;
  const names = createNameReader(async (some) => {
    for (const name of some) {
      const path = withoutDot(name);
      if (path === "" || !matches(path)) continue;
      // Only the first of a folder waits for its rules.
      const isIgnored = rules?.known(path, false) ?? (await rules?.ignores(path, false));
      if (isIgnored !== true) found.add(path);
    }
  });
  const result = await runRipgrep(workspace, place, {
    values: ["--files", "--null"],
    signal,
    onOutput: names.read,
  });
  if (found.total() === 0) assertSearched(result);
  const shown = found.sorted();
  const paths = await confirmPaths(workspace, shown);
  return { paths, total: found.total() - (shown.length - paths.length) };
}

/** Calls `take` with the names that end with NUL, wherever the chunks are cut. */
function createNameReader(take: (names: readonly string[]) => Promise<void>): {
  read: (chunk: Buffer) => Promise<void>;
} {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    async read(chunk) {
      const names = (rest + decoder.decode(chunk, { stream: true })).split("\0");
      rest = names.pop() ?? "";
      await take(names);
    },
  };
}

/** The first of many paths in sorted order; a project's whole list of files is never held. */
function createFirstPaths(limit: number): {
  add(path: string): void;
  total(): number;
  sorted(): readonly string[];
} {
  let kept: string[] = [];
  let total = 0;
  const sorted = (): string[] => kept.toSorted().slice(0, limit);
  return {
    add(path) {
      total += 1;
      kept.push(path);
      if (kept.length >= 4 * limit) kept = sorted();
    },
    total: () => total,
    sorted,
  };
}
