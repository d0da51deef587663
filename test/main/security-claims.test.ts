import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { attackClasses } from "../support/attack-classes.ts";

const tests = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8");

const rows = document
  .split("\n")
  .filter((line) => /^\| *\d+ /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

/** Why a named test is not there; empty when it is. */
function missing(file: string, name: string): string {
  if (!existsSync(tests + file)) return `${file} is not there`;
  return readFileSync(tests + file, "utf8").includes(name) ? "" : `${file} has no "${name}"`;
}

const namedIn = (cell: string): [string, string][] =>
  [...cell.matchAll(/`([\w./-]+\.test\.tsx?)`(?:: "([^"]+)")?/g)].map(
    ([, file = "", name = ""]) => [file, name],
  );

describe("SECURITY.md", () => {
  it("goes through all forty items, in order", () => {
    const numbers = rows.map(([, item = ""]) => Number(item.split(" ")[0]));
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it("names for each a test that is there, or says that the thing is not", () => {
    const faults = rows.flatMap(([, item = "", how = "", tried = ""]) => {
      const named = namedIn(tried);
      if (named.length === 0)
        return /there is none|not there yet/.test(how) ? [] : [`${item}: no test`];
      return named.map(([file, name]) => missing(file, name)).filter((fault) => fault !== "");
    });
    expect(faults).toEqual([]);
  });

  it("names no other test that is not there", () => {
    const faults = namedIn(document).map(([file, name]) => missing(file, name));
    expect(faults.filter((fault) => fault !== "")).toEqual([]);
  });
});

describe("a known way in", () => {
  it.each(attackClasses)("$found: $attack", ({ tried, open }) => {
    expect(
      tried.map(([file, name]) => missing(file, name)).filter((fault) => fault !== ""),
    ).toEqual([]);
    expect(tried.length > 0 || open !== undefined).toBe(true);
  });
});
