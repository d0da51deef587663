import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editText } from "../../../src/main/tools/edit-text.ts";

const line = fc.stringMatching(/^[a-z(){};= ]{0,10}$/);
const lines = fc.array(line, { minLength: 1, maxLength: 12 });
const edits = fc.record({ before: lines, old: lines, next: lines, after: lines });

const write = (
  block: readonly { depth: number; text: string }[],
  unit: string,
  shift: number,
): string => block.map(({ depth, text }) => unit.repeat(depth + shift) + text).join("\n");

describe("editText", () => {
  it("gives what plain replacement gives, where the text occurs once", () => {
    fc.assert(
      fc.property(edits, ({ before, old, next, after }) => {
        const text = [...before, `@${old.join("\n")}@`, ...after].join("\n");
        const oldText = `@${old.join("\n")}@`;
        const newText = next.join("\n");
        expect(editText(text, { oldText, newText, all: false })).toMatchObject({
          ok: true,
          text: text.replace(oldText, () => newText),
        });
      }),
    );
  });

  it("gives the same in CRLF as in LF, but for the line ends", () => {
    fc.assert(
      fc.property(edits, ({ before, old, next, after }) => {
        const oldText = `@${old.join("\n")}@`;
        const text = [...before, oldText, ...after].join("\n");
        fc.pre(text.includes("\n"));
        const newText = next.join("\n");
        const expected = text.replace(oldText, () => newText).replaceAll("\n", "\r\n");
        const crlf = text.replaceAll("\n", "\r\n");
        expect(editText(crlf, { oldText, newText, all: false })).toMatchObject({
          ok: true,
          text: expected,
        });
      }),
    );
  });

  it("never leaves half a line end behind, whatever is replaced in a CRLF text", () => {
    const piece = fc.stringMatching(/^[ab\n]{1,4}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[ab\n]{0,30}$/), piece, piece, (plain, oldText, newText) => {
        const edited = editText(`${plain}\n`.replaceAll("\n", "\r\n"), {
          oldText,
          newText,
          all: true,
        });
        const reference = `${plain}\n`.replaceAll(oldText, () => newText);
        if (!edited.ok || edited.note !== null) return;
        expect(edited.text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        expect(edited.text.replaceAll("\r\n", "\n")).toBe(reference);
      }),
    );
  });

  it("indents the new text as the old one is indented in the file", () => {
    const code = fc.array(
      fc.record({ depth: fc.nat(3), text: fc.stringMatching(/^[a-z]{1,8}$/) }),
      { minLength: 1, maxLength: 8 },
    );
    const blocks = fc.record({
      old: code,
      next: code,
      shift: fc.integer({ min: 1, max: 3 }),
      unit: fc.constantFrom("  ", "\t"),
    });
    fc.assert(
      fc.property(blocks, ({ old, next, shift, unit }) => {
        const named = [{ depth: 0, text: "@start" }, ...old, { depth: 0, text: "@end" }];
        const text = `top\n${write(named, unit, shift)}\nrest\n`;
        const oldText = write(named, unit, 0);
        fc.pre(!text.includes(oldText));
        expect(
          editText(text, { oldText, newText: write(next, unit, 0), all: false }),
        ).toMatchObject({
          ok: true,
          text: `top\n${write(next, unit, shift)}\nrest\n`,
        });
      }),
    );
  });

  it("turns spaces into the file's tabs where the old text shows how", () => {
    const edited = editText("if (a) {\n\tone();\n\ttwo();\n}\n", {
      oldText: "if (a) {\n    one();\n    two();\n}",
      newText: "if (a) {\n    three();\n}",
      all: false,
    });
    expect(edited).toMatchObject({ ok: true, text: "if (a) {\n\tthree();\n}\n" });
    expect(edited.ok ? edited.note : null).toContain("indent");
  });

  it("refuses what occurs more than once, with the lines, unless all are meant", () => {
    const text = "a\nb\na\n";
    const edited = editText(text, { oldText: "a", newText: "c", all: false });
    expect(edited).toMatchObject({ ok: false });
    expect(edited.ok ? "" : edited.why).toContain("2 times (lines 1, 3)");
    expect(editText(text, { oldText: "a", newText: "c", all: true })).toMatchObject({
      text: "c\nb\nc\n",
      count: 2,
    });
  });

  it("refuses two places that differ in indentation only", () => {
    const edited = editText("  x();\n    x();\n", {
      oldText: "\t\tx();\n",
      newText: "y();",
      all: false,
    });
    expect(edited.ok ? "" : edited.why).toContain("2 times");
  });

  it("shows the nearest lines when nothing matches, and $ signs are text", () => {
    const edited = editText("function alpha() {\n  return 1;\n}\n", {
      oldText: "function alpah() {",
      newText: "",
      all: false,
    });
    expect(edited.ok ? "" : edited.why).toContain("1\tfunction alpha() {");
    expect(editText("a", { oldText: "a", newText: "$&$1", all: false })).toMatchObject({
      text: "$&$1",
    });
  });
});
