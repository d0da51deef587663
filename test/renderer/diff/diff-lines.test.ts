import { structuredPatch } from "diff";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareWords, numberLines } from "../../../src/renderer/src/diff/diff-lines.ts";
import type { DiffLine, FileDiff } from "../../../src/shared/diff.ts";

const kinds = { " ": "context", "+": "added", "-": "removed" } as const;

function diffOf(before: string, after: string): FileDiff {
  const hunks = structuredPatch("a", "a", before, after, "", "", { context: 2 }).hunks;
  return {
    path: "a",
    kind: "modified",
    key: "f",
    added: 0,
    removed: 0,
    binary: false,
    truncated: false,
    hunks: hunks.map(({ oldStart, oldLines, newStart, newLines, lines }, index) => ({
      key: `h-${index}`,
      oldStart,
      oldLines,
      newStart,
      newLines,
      lines: lines.flatMap((line): DiffLine[] => {
        const sign = line[0];
        return sign === " " || sign === "+" || sign === "-"
          ? [{ kind: kinds[sign], text: line.slice(1) }]
          : [];
      }),
    })),
  };
}

const texts = (before: string, after: string): readonly string[] =>
  diffOf(before, after)
    .hunks.flatMap(numberLines)
    .map(({ parts }) => parts.map(({ text }) => text).join(""));

const isAt = (content: string, number: number | null, text: string): boolean =>
  number === null || content.split("\n")[number - 1] === text;

/** Lines whose number does not lead to them, in the file before or the file after. */
function misplaced(diff: FileDiff, before: string, after: string): readonly unknown[] {
  return diff.hunks
    .flatMap(numberLines)
    .map(({ before: old, after: fresh, parts }) => ({
      old,
      fresh,
      text: parts.map((part) => part.text).join(""),
    }))
    .filter((line) => !isAt(before, line.old, line.text) || !isAt(after, line.fresh, line.text));
}

const file = fc
  .array(fc.constantFrom("a", "b", "c", "let x = 1;", "let x = 2;"), { maxLength: 20 })
  .map((lines) => lines.join("\n"));

describe("the lines of a diff", () => {
  it("carry the numbers that they have in each file", () => {
    fc.assert(
      fc.property(file, file, (before, after) => {
        expect(misplaced(diffOf(before, after), before, after)).toEqual([]);
      }),
    );
  });

  it("mark the words that differ in a line that was edited", () => {
    expect(compareWords("const M2 = 28.984;", "const M2 = 28.9841042;")?.after).toContainEqual({
      text: "9841042",
      changed: true,
    });
  });

  it("end without the CR of CR LF, but where one line's end was changed", () => {
    expect(texts("a\r\nb\r\nc", "a\r\nB\r\nc")).toEqual(["a", "b", "B", "c"]);
    expect(texts("a\r\nb\r\nc\r\n", "a\r\nb\nc\r\n")).toEqual(["a", "b\r", "b", "c"]);
    expect(texts("a\nb\nc\n", "a\nb\r\nc\n")).toEqual(["a", "b", "b\r", "c"]);
    expect(texts("", "a\r\nb\r\n")).toEqual(["a", "b"]);
  });

  it("mark nothing in a line that is another line, or too long to compare", () => {
    expect(compareWords("alpha beta", "one two three")).toBeNull();
    expect(compareWords("x".repeat(601), "x".repeat(601))).toBeNull();
  });
});
