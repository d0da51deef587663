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
  const result = await runRipgrep(workspace, place, { values: ["--files", "--null"], signal });
  assertSearched(result);
  const candidates = result.stdout
    .split("\0")
    .map((path) => withoutDot(path))
    .filter((path) => path !== "" && matches(path));
  const kept: string[] = [];
  for (const path of candidates) {
    if (place.rules === null || !(await place.rules.ignores(path, false))) kept.push(path);
  }
  return { paths: kept.toSorted().slice(0, shownPaths), total: kept.length };
}
