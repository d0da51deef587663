import { diffWordsWithSpace } from "diff";
import type { DiffLine, Hunk } from "../../../shared/diff.ts";

/** A stretch of a line; `changed` is what differs from the line it replaces. */
export interface WordPart {
  readonly text: string;
  readonly changed: boolean;
}

/** One line of a unified diff with its numbers on both sides. */
export interface NumberedLine {
  readonly kind: DiffLine["kind"];
  readonly before: number | null;
  readonly after: number | null;
  readonly parts: readonly WordPart[];
}

/** Longer lines are compared as a whole: nobody reads word marks in a minified file, and comparing takes too long. */
const longestCompared = 600;
/** With less than this in common, two lines are not one line edited. */
const leastCommon = 0.55;

/** The lines of a hunk with numbers, and with word marks where a removed line has its added counterpart. */
export function numberLines(hunk: Hunk): readonly NumberedLine[] {
  const lines = withoutUsualEnds(hunk.lines);
  const marks = wordMarks(lines);
  let before = hunk.oldStart;
  let after = hunk.newStart;
  return lines.map((line, index) => {
    const numbered: NumberedLine = {
      kind: line.kind,
      before: line.kind === "added" ? null : before,
      after: line.kind === "removed" ? null : after,
      parts: marks.get(index) ?? [{ text: line.text, changed: false }],
    };
    if (line.kind !== "added") before += 1;
    if (line.kind !== "removed") after += 1;
    return numbered;
  });
}

const endsWithReturn = (line: DiffLine | undefined): boolean => line?.text.endsWith("\r") === true;

/**
 * Where lines end with CR LF, as Windows writes them, the CR says nothing and goes. It stays, and is marked as what cannot be
 * seen, on a line whose counterpart ends otherwise, and everywhere in a file that uses it now and then.
 */
function withoutUsualEnds(lines: readonly DiffLine[]): readonly DiffLine[] {
  if (lines.filter(endsWithReturn).length * 2 <= lines.length) return lines;
  const changed = new Set<number>();
  for (const [old, fresh] of pairsOf(lines)) {
    if (endsWithReturn(lines[old]) === endsWithReturn(lines[fresh])) continue;
    changed.add(old).add(fresh);
  }
  return lines.map((line, index) =>
    endsWithReturn(line) && !changed.has(index) ? { ...line, text: line.text.slice(0, -1) } : line,
  );
}

/** The indexes of removed lines with those of the added lines that took their place. */
function pairsOf(lines: readonly DiffLine[]): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const removed = runLength(lines, index, "removed");
    const added = runLength(lines, index + removed, "added");
    for (let pair = 0; pair < Math.min(removed, added); pair += 1)
      pairs.push([index + pair, index + removed + pair]);
    index += Math.max(0, removed + added - 1);
  }
  return pairs;
}

/** By line index: parts of lines that were edited rather than replaced. */
function wordMarks(lines: readonly DiffLine[]): ReadonlyMap<number, readonly WordPart[]> {
  const marks = new Map<number, readonly WordPart[]>();
  for (const [old, fresh] of pairsOf(lines)) {
    const parts = compareWords(lines[old]?.text ?? "", lines[fresh]?.text ?? "");
    if (parts === null) continue;
    marks.set(old, parts.before);
    marks.set(fresh, parts.after);
  }
  return marks;
}

function runLength(lines: readonly DiffLine[], start: number, kind: DiffLine["kind"]): number {
  let end = start;
  while (lines[end]?.kind === kind) end += 1;
  return end - start;
}

/** What differs between a line and its successor; null where marks would not help. */
export function compareWords(
  before: string,
  after: string,
): { readonly before: readonly WordPart[]; readonly after: readonly WordPart[] } | null {
  if (before.length > longestCompared || after.length > longestCompared) return null;
  const changes = diffWordsWithSpace(before, after);
  const common = changes
    .filter((change) => !change.added && !change.removed)
    .reduce((sum, change) => sum + change.value.trim().length, 0);
  if (common < Math.max(before.trim().length, after.trim().length) * leastCommon) return null;
  const side = (other: "added" | "removed"): WordPart[] =>
    changes
      .filter((change) => !change[other])
      .map((change) => ({ text: change.value, changed: change.added || change.removed }));
  return { before: side("added"), after: side("removed") };
}
