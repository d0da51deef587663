import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/renderer/src/styles/tokens.css", "utf8");
const [ordinary = "", highContrast = ""] = css.split("@media (prefers-contrast: more)");

type Theme = "light" | "dark";

function tokensIn(text: string): Readonly<Record<string, Record<Theme, string>>> {
  const found = text.matchAll(/--([a-z-]+):\s*light-dark\((#[0-9a-f]{6,8}),\s*(#[0-9a-f]{6,8})\)/g);
  return Object.fromEntries(
    Array.from(found, ([, name = "", light = "", dark = ""]) => [name, { light, dark }]),
  );
}

const tokens = tokensIn(ordinary);
const contrasty = { ...tokens, ...tokensIn(highContrast) };

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ["window", "pane", "card", "hover"];
const diffs = ["diff-added", "diff-added-word", "diff-removed", "diff-removed-word"];
const texts = ["primary", "secondary", "muted"];
const signals = ["accent", "ok", "needs", "failed"];

const textPairs = [
  ...[...texts, ...signals].flatMap((text) => surfaces.map((surface) => [text, surface])),
  ...diffs.map((surface) => ["primary", surface]),
  ["secondary", "diff-added"],
  ["secondary", "diff-removed"],
  ["on-accent", "accent-solid"],
  ["on-accent", "accent-solid-hover"],
];
const controlPairs = [
  ...["line-control", "accent"].flatMap((edge) => surfaces.map((surface) => [edge, surface])),
  // What is drawn of a chart: its marks, and the one that is hovered.
  ...["chart-one", "chart-two", "chart-three", "chart-four", "chart-five", "failed"].flatMap(
    (mark) => ["pane", "card", "hover"].map((surface) => [mark, surface]),
  ),
  ["accent-solid", "window"],
  ["accent-solid", "pane"],
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  it.each(textPairs)("text in %s on %s has a contrast of 4.5 : 1", (text = "", surface = "") => {
    expect(
      contrast(tokens[text]?.[theme] ?? "", tokens[surface]?.[theme] ?? ""),
    ).toBeGreaterThanOrEqual(4.5);
  });

  it.each(controlPairs)(
    "a control in %s on %s has a contrast of 3 : 1",
    (edge = "", surface = "") => {
      expect(
        contrast(tokens[edge]?.[theme] ?? "", tokens[surface]?.[theme] ?? ""),
      ).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(texts.flatMap((text) => surfaces.map((surface) => [text, surface])))(
    "with high contrast, text in %s on %s has 7 : 1",
    (text = "", surface = "") => {
      expect(
        contrast(contrasty[text]?.[theme] ?? "", contrasty[surface]?.[theme] ?? ""),
      ).toBeGreaterThanOrEqual(7);
    },
  );
});

it("every token is defined once for both themes", () => {
  const names = Array.from(ordinary.matchAll(/^ {2}--([a-z-]+):/gm), ([, name = ""]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !(name in tokens))).toEqual([]);
});
