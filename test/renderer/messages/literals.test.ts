import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = "src/renderer/src";
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("messages"))
  .map((path) => ({ path, text: withoutComments(readFileSync(join(root, path), "utf8")) }));

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

const words = /\p{L}{2,}/u;

/** Text between tags and readable attributes, written out in the source instead of taken from the catalogue. */
export function literalsIn(text: string): string[] {
  const attributes = text.matchAll(
    /\s(?:aria-label|aria-description|title|placeholder|alt|label|help|detail|description)=(?:"([^"]*)"|\{"([^"]*)"\}|\{`([^`$]*)`\})/g,
  );
  const between = text.matchAll(
    /<[A-Za-z][\w.]*(?:\s[^<>]*?)?(?<!=)>\s*([^<>{}()=;]+?)\s*(?:<\/?[A-Za-z]|\{)/g,
  );
  return [
    ...Array.from(attributes, ([, one, two, three]) => one ?? two ?? three ?? ""),
    ...Array.from(between, ([, one = ""]) => one),
  ].filter((literal) => words.test(literal) && !literal.startsWith("extends "));
}

/** Colours that are not tokens, and utilities of the stock palette. */
export function coloursIn(text: string): string[] {
  const found = text.matchAll(
    /#[0-9a-f]{3,8}\b(?=["'`\s;)])|\b(?:rgba?|hsla?|oklch|oklab)\(|\b(?:bg|text|border|ring|fill|stroke|outline|from|to|via)-(?:black|white|(?:slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose)-\d{2,3})\b/gi,
  );
  return Array.from(found, ([one]) => one).filter((one) => one !== "#root");
}

describe("the scanner", () => {
  it("finds text and attributes that are written out", () => {
    expect(literalsIn('<p className="a">Hello there</p>')).toEqual(["Hello there"]);
    expect(literalsIn('<b aria-label="Close it">{x}</b>')).toEqual(["Close it"]);
    expect(literalsIn("<b title={`Close it`} />")).toEqual(["Close it"]);
    expect(literalsIn("<p>{messages.common.close}</p>")).toEqual([]);
    expect(literalsIn("<p>·</p>")).toEqual([]);
  });

  it("finds raw colours", () => {
    expect(coloursIn('style={{ color: "#fff" }} className="bg-red-500 text-white"')).toHaveLength(
      3,
    );
    expect(coloursIn('className="bg-pane text-primary"')).toEqual([]);
  });
});

it("finds the renderer's sources", () => {
  expect(sources.length).toBeGreaterThan(40);
});

it.each(sources)("$path says nothing that is not in the catalogue", ({ text }) => {
  expect(literalsIn(text)).toEqual([]);
});

it.each(sources)("$path has no colour of its own", ({ text }) => {
  expect(coloursIn(text)).toEqual([]);
});
