import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGlob } from "../../../src/main/workspace/glob.ts";

describe("createGlob", () => {
  it.each([
    ["*.ts", "src/a.ts", true],
    ["*.ts", "src/a.tsx", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/b/a.ts", false],
    ["src/**", "src/b/a.ts", true],
    ["src/", "src/b/a.ts", true],
    ["**/test/**/*.js", "test/a.js", true],
    ["**/test/**/*.js", "x/test/y/z/a.js", true],
    ["./src/?.{js,ts}", "src/a.ts", true],
    ["[!a]*.md", "a.md", false],
    ["[!a]*.md", "b.md", true],
    ["**", ".env", true],
    ["a[1.md", "a[1.md", true],
    ["*.{a,b{c,d}}", "x.bd", true],
    ["a.b", "aXb", false],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(createGlob(pattern)(path)).toBe(expected);
  });

  it("matches as a plain regular expression does, for stars and question marks", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ab*?]{1,8}$/),
        fc.stringMatching(/^[ab]{1,8}$/),
        (pattern, name) => {
          fc.pre(!pattern.includes("**"));
          const reference = new RegExp(
            `^${pattern.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`,
          );
          expect(createGlob(`x/${pattern}`)(`x/${name}`)).toBe(reference.test(name));
        },
      ),
    );
  });
});
