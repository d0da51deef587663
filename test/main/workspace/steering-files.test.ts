import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardedAtTop, steeringOf } from "../../../src/main/workspace/steering-files.ts";

describe("steeringOf", () => {
  it.each([
    [".mcp.json", "agent configuration"],
    [".MCP.json", "agent configuration"],
    ["packages/a/.Mcp.Json", "agent configuration"],
    [".cursor/mcp.json", "agent configuration"],
    [".cursor", "agent configuration"],
    [".claude/settings.local.json", "agent configuration"],
    ["AGENTS.md", "agent configuration"],
    [".husky/pre-commit", "git hooks"],
    [".vscode\\tasks.json", "tasks and settings of editors"],
    ["x.code-workspace", "tasks and settings of editors"],
    [".envrc", "start files of shells and tools"],
    [".envrc.", "start files of shells and tools"],
    [".envrc::$DATA", "start files of shells and tools"],
    [".env\u200Brc", "start files of shells and tools"],
    ["sub/.github/workflows/ci.yml", "continuous integration"],
    [".npmrc", "configuration of package managers"],
  ])("guards %s", (path, what) => {
    expect(steeringOf(path)).toEqual({ what, strength: "guarded" });
  });

  it.each(["package.json", "apps/web/package.json", "Makefile", "rules.mk", "build.rs"])(
    "watches %s",
    (path) => expect(steeringOf(path)?.strength).toBe("watched"),
  );

  it.each([
    "src/index.ts",
    "README.md",
    "my.mcp.json",
    "envrc",
    "github/workflows/ci.yml",
    ".github/ISSUE_TEMPLATE.md",
    "docs/vscode/tasks.json",
    "claude/notes.md",
    "..",
    "",
  ])("leaves %j alone", (path) => expect(steeringOf(path)).toBeNull());

  it("finds every guarded name in any folder and in any case", () => {
    const name = fc.constantFrom(...guardedAtTop.map((parts) => parts.join("/")));
    const folder = fc.constantFrom("", "a/", "a/b/", "src/.x/");
    fc.assert(
      fc.property(name, folder, fc.infiniteStream(fc.boolean()), (path, before, coin) => {
        const mixed = path
          .split("")
          .map((one) => (coin.next().value === true ? one.toUpperCase() : one));
        expect(steeringOf(before + mixed.join(""))?.strength).toBe("guarded");
      }),
    );
  });
});
