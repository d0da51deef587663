import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const root = "src/renderer/src";
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("messages"))
  .map((path) => ({ path, text: withoutComments(readFileSync(join(root, path), "utf8")) }));

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

const words = /\p{L}{2,}/u;
const spoken = new Set([
  "aria-label",
  "aria-description",
  "aria-valuetext",
  "title",
  "placeholder",
  "alt",
  "label",
  "help",
  "detail",
  "description",
  "error",
]);

type SyntaxNode = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value;

const childrenOf = (node: SyntaxNode): SyntaxNode[] => Object.values(node).flat().filter(isNode);

/** The strings that an expression can show as it stands: itself, a template's fixed parts, the arms of a choice. */
function shownBy(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node["type"]) {
    case "Literal":
      return typeof node["value"] === "string" ? [node["value"]] : [];
    case "JSXExpressionContainer":
      return shownBy(node["expression"]);
    case "TemplateLiteral":
      return childrenOf(node).flatMap((part) =>
        part["type"] === "TemplateElement" &&
        typeof part["value"] === "object" &&
        part["value"] !== null
          ? Object.values(part["value"]).slice(0, 1).map(String)
          : [],
      );
    case "ConditionalExpression":
      return [...shownBy(node["consequent"]), ...shownBy(node["alternate"])];
    case "LogicalExpression":
      return [...shownBy(node["left"]), ...shownBy(node["right"])];
    default:
      return [];
  }
}

/** Text between tags and readable attributes, written out in the source instead of taken from the catalogue. */
function literalsIn(text: string): string[] {
  const found: unknown[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node["type"] === "JSXText") found.push(node["value"]);
    if (
      node["type"] === "JSXAttribute" &&
      isNode(node["name"]) &&
      spoken.has(String(node["name"]["name"]))
    )
      found.push(...shownBy(node["value"]));
    if (node["type"] === "JSXElement" || node["type"] === "JSXFragment")
      found.push(...[node["children"]].flat().flatMap(shownBy));
    for (const child of childrenOf(node)) visit(child);
  };
  const { program, errors } = parseSync("source.tsx", text);
  if (errors.length > 0) throw new Error(`The source cannot be read: ${JSON.stringify(errors[0])}`);
  for (const statement of program.body) visit({ ...statement });
  return found.flatMap((one) => (typeof one === "string" && words.test(one) ? [one.trim()] : []));
}

/** Colours that are not tokens, and utilities of the stock palette. */
function coloursIn(text: string): string[] {
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
    expect(literalsIn('<p>{busy ? "Wait" : "Go on"}</p>')).toEqual(["Wait", "Go on"]);
    expect(literalsIn("<p>{busy && `Step ${1}`}</p>")).toEqual(["Step"]);
    expect(literalsIn('<p className="grow" key={name("one")}>{name("one")}</p>')).toEqual([]);
    expect(literalsIn('const a = useCallback<Messages["conversation"], string>(b);')).toEqual([]);
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
