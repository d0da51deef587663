import { describe, expect, it } from "vitest";
import { parseFilePlace } from "../../../src/renderer/src/text/file-links.ts";

describe("a place in a file", () => {
  it.each([
    ["lib/application.js:152", "lib/application.js", 152],
    ["README.md:3:7", "README.md", 3],
    ["src/a b", null, null],
    ["src/main.rs:10-24", "src/main.rs", 10],
    ["src/main.rs:10\u201324", "src/main.rs", 10],
    ["bin/start:4", "bin/start", 4],
    ["docs/设计.md:12", "docs/设计.md", 12],
  ])("%s", (text, path, line) => {
    expect(parseFilePlace(text)).toEqual(path === null ? null : { path, line });
  });

  it.each([
    "localhost:3000",
    "127.0.0.1:8080",
    "https://example.com:443",
    "std::vec",
    "a:b",
    "key:12",
    "src/:12",
    "a.ts:0",
    "a.ts",
    "a.ts:12 and more",
  ])("is none in %s", (text) => {
    expect(parseFilePlace(text)).toBeNull();
  });
});
