import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearCursor, splitAt } from "../../../src/main/completion/split-at.ts";

describe("splitAt", () => {
  it("cuts before the column, both counted from 1", () => {
    expect(splitAt("ab\ncd", { line: 2, column: 2 })).toEqual({ prefix: "ab\nc", suffix: "d" });
    expect(splitAt("", { line: 1, column: 1 })).toEqual({ prefix: "", suffix: "" });
    expect(splitAt("ab\r\ncd", { line: 1, column: 3 })).toEqual({ prefix: "ab", suffix: "\r\ncd" });
  });

  it.each([
    [{ line: 3, column: 1 }, "the file has lines 1 to 2"],
    [{ line: 0, column: 1 }, "the file has lines 1 to 2"],
    [{ line: 1, column: 4 }, "it has columns 1 to 3"],
    [{ line: 1, column: 0 }, "it has columns 1 to 3"],
    [{ line: 1.5, column: 1 }, "There is no line 1.5"],
  ])("refuses %o and says what there is", (position, message) => {
    expect(() => splitAt("ab\ncd", position)).toThrow(message);
  });

  it("loses nothing, whatever the text, and never halves a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.nat(),
        fc.nat(),
        (text, l, c) => {
          const lines = text.split("\n");
          const line = (l % lines.length) + 1;
          const width = (lines[line - 1] ?? "").replace(/\r$/, "").length;
          const { prefix, suffix } = splitAt(text, { line, column: (c % (width + 1)) + 1 });
          expect(prefix + suffix).toBe(text);
          if (text.isWellFormed()) expect(prefix.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});

describe("nearCursor", () => {
  it("keeps the lines next to the cursor whole", () => {
    const around = { prefix: "one\ntwo\nthree", suffix: " four\nfive\nsix" };
    expect(nearCursor(around, { before: 8, after: 12 })).toEqual({
      prefix: "three",
      suffix: " four\nfive\n",
    });
  });

  it("keeps what is short as it is, and cuts one long line at the limit", () => {
    expect(nearCursor({ prefix: "a", suffix: "b" }, { before: 5, after: 5 })).toEqual({
      prefix: "a",
      suffix: "b",
    });
    expect(nearCursor({ prefix: "abcdef", suffix: "ghijkl" }, { before: 2, after: 3 })).toEqual({
      prefix: "ef",
      suffix: "ghi",
    });
  });
});
