import { sameImage } from "../records.ts";
import type { LookChange, SeenImage } from "./types.ts";

/** Changes that were not told yet and what changed since, as one list in order of the paths. What is as it was is no change. */
export function joinChanges(
  earlier: readonly LookChange[],
  later: readonly LookChange[],
): readonly LookChange[] {
  if (earlier.length === 0) return later;
  const joined = new Map(earlier.map((change) => [change.path, change]));
  for (const change of later) {
    const before = joined.get(change.path)?.before ?? change.before;
    joined.set(change.path, { ...change, before });
  }
  return sortChanges(
    [...joined.values()].filter((change) => !isSameImage(change.before, change.after)),
  );
}

export const isSameImage = (a: SeenImage, b: SeenImage): boolean =>
  a !== "unknown" && b !== "unknown" && sameImage(a, b);

export const sortChanges = (changes: readonly LookChange[]): readonly LookChange[] =>
  changes.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
