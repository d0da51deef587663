import type { FileDiff, Hunk } from "../../../shared/diff.ts";
import type { TurnId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import type { DiffTarget } from "../app/app-state.ts";
import type { LineTotals } from "../text/tool-text.ts";

/** The prompt that a shown change belongs to; null for a step that the session does not have. */
export const turnOf = (session: SessionState, target: DiffTarget): TurnId | null =>
  "turnId" in target
    ? target.turnId
    : (session.turns.find((turn) =>
        turn.items.some((item) => item.kind === "tool" && item.callId === target.callId),
      )?.turnId ?? null);

/** What is reviewed one by one: the changes of a file, or the file as a whole where no lines can be shown. */
export const unitsOf = (diff: FileDiff): readonly string[] =>
  diff.hunks.length === 0 ? [diff.key] : diff.hunks.map((hunk) => hunk.key);

export interface ReviewProgress {
  readonly reviewed: number;
  readonly all: number;
}

/** How many of these files' changes are reviewed. */
export function progressOf(
  diffs: readonly FileDiff[],
  reviewed: ReadonlySet<string>,
): ReviewProgress {
  const units = diffs.flatMap(unitsOf);
  return { reviewed: units.filter((key) => reviewed.has(key)).length, all: units.length };
}

/** Whether there is nothing left to look at in a file. */
export function isReviewed(diff: FileDiff, reviewed: ReadonlySet<string>): boolean {
  const units = unitsOf(diff);
  return units.length > 0 && units.every((key) => reviewed.has(key));
}

const countLines = (hunk: Hunk, kind: "added" | "removed"): number =>
  hunk.lines.filter((line) => line.kind === kind).length;

export const linesOf = (hunk: Hunk): LineTotals => ({
  added: countLines(hunk, "added"),
  removed: countLines(hunk, "removed"),
});

const mostOpenLines = 3000;

/** Files to show folded at first: those after so many lines that drawing them all would hold up the window. */
export function foldedAtFirst(diffs: readonly FileDiff[]): ReadonlySet<string> {
  const folded = new Set<string>();
  let lines = 0;
  for (const diff of diffs) {
    lines += diff.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
    if (lines > mostOpenLines && diff !== diffs[0]) folded.add(diff.path);
  }
  return folded;
}
