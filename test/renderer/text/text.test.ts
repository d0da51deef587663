import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainOutput } from "../../../src/renderer/src/text/plain-output.ts";
import { splitMarkdown } from "../../../src/renderer/src/text/split-markdown.ts";
import { visibleParts, visibleString } from "../../../src/renderer/src/text/visible-characters.ts";

describe("characters that cannot be seen", () => {
  it.each([
    ["a right-to-left override", "\u202E", "U+202E"],
    ["an isolate", "\u2066", "U+2066"],
    ["a zero-width space", "\u200B", "U+200B"],
    ["a zero-width joiner", "\u200D", "U+200D"],
    ["a byte-order mark", "\uFEFF", "U+FEFF"],
    ["a soft hyphen", "\u00AD", "U+00AD"],
    ["a no-break space", "\u00A0", "U+00A0"],
    ["an ideographic space", "\u3000", "U+3000"],
    ["a Hangul filler", "\u3164", "U+3164"],
    ["an empty Braille cell", "\u2800", "U+2800"],
    ["a carriage return", "\r", "U+000D"],
    ["an escape", "\u001B", "U+001B"],
    ["a C1 control", "\u0085", "U+0085"],
    ["a line separator", "\u2028", "U+2028"],
    ["a tag character", "\u{E0041}", "U+E0041"],
    ["a variation selector", "\uFE0F", "U+FE0F"],
    ["a lone surrogate", "\uD800", "U+D800"],
    ["a private character", "\uE000", "U+E000"],
  ])("%s is marked", (_name, character, mark) => {
    expect(visibleParts(`a${character}b`, true)).toEqual([
      { text: "a", mark: null },
      { text: character, mark },
      { text: "b", mark: null },
    ]);
  });

  it("keep every other character, and joined again give the very same text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, multiline) => {
        expect(
          visibleParts(text, multiline)
            .map((part) => part.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });

  it("leave words in any script alone", () => {
    const text = "naïve 潮汐 приливы المد 🌊 a+b=c";
    expect(visibleParts(text, false)).toEqual([{ text, mark: null }]);
  });

  it("mark line breaks where the text is one line", () => {
    expect(visibleString("a\nb\tc")).toBe("a[U+000A]b[U+0009]c");
    expect(visibleParts("a\nb\tc", true)).toHaveLength(1);
  });
});

describe("growing markdown", () => {
  it("is cut only where a new block surely starts", () => {
    expect(splitMarkdown("One.\n\nTwo.\n\n- a\n\n- b\n\n  c\n\nThree.")).toEqual([
      "One.\n\n",
      "Two.\n\n- a\n\n- b\n\n  c\n\n",
      "Three.",
    ]);
  });

  it("keeps a fence whole, with blank lines and shorter fences inside", () => {
    const fence = "````ts\na\n\nb\n```\n\nc\n````";
    expect(splitMarkdown(`${fence}\n\nEnd.`)).toEqual([`${fence}\n\n`, "End."]);
  });

  it("is left whole where a reference is defined", () => {
    const text = "See [x].\n\nMore.\n\n[x]: https://example.com";
    expect(splitMarkdown(text)).toEqual([text]);
  });

  it("loses nothing", () => {
    const line = fc.constantFrom(
      "",
      "text",
      "- item",
      "```",
      "~~~~",
      "# head",
      "  in",
      "> q",
      "| a |",
      "1. x",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        expect(splitMarkdown(text).join("")).toBe(text);
      }),
    );
  });
});

describe("a terminal's output", () => {
  it.each([
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007", "link"],
    ["\u001B]0;title\u001B\\x", "x"],
    ["10%\r50%\r100%\n", "100%\n"],
    ["a\r\nb\r\n", "a\nb\n"],
    ["\u001B[2K\u001B[1Gdone", "done"],
    ["\u009B31mred", "red"],
  ])("%j reads %j", (output, plain) => {
    expect(plainOutput(output)).toBe(plain);
  });
});
