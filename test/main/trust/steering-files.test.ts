import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isSteering,
  steeringRuleOf,
  steeringRules,
  steersCommands,
} from "../../../src/main/trust/steering-files.ts";

const everyPattern = steeringRules.flatMap((rule) =>
  rule.patterns.map((pattern) => ({ rule, pattern })),
);

/** A path that a pattern is meant for. */
const example = (pattern: string): string =>
  pattern.replace(/\/\*\*$/, "/a/b.txt").replaceAll("*", "x");

test("each pattern of the list finds its path, at the top and deep in the folder, in any case", () => {
  for (const { rule, pattern } of everyPattern) {
    const path = example(pattern);
    for (const one of [path, path.toUpperCase(), `packages/web/${path}`])
      expect([one, steeringRuleOf(one) !== null]).toEqual([one, true]);
    // A file of two sorts is told of by the first.
    const found = steeringRuleOf(path);
    expect([path, steeringRules.indexOf(found ?? rule) <= steeringRules.indexOf(rule)]).toEqual([
      path,
      true,
    ]);
  }
});

test("the list is in lower case, names nothing twice and gives each kind one reason", () => {
  const patterns = everyPattern.map(({ pattern }) => pattern);
  expect(patterns.filter((pattern) => pattern !== pattern.toLowerCase())).toEqual([]);
  expect(patterns.filter((one, index) => patterns.indexOf(one) !== index)).toEqual([]);
  expect(patterns.filter((one) => /[?{}[\]]|\*\*.|^\//.test(one))).toEqual([]);
  const kinds = steeringRules.map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test.each([
  [".git/config", "git"],
  [".git/hooks/pre-commit", "git"],
  ["vendor/lib/.git/hooks/post-checkout", "git"],
  [".git", "git"],
  [".husky/pre-push", "hook-manager"],
  ["lefthook.yml", "hook-manager"],
  [".mcp.json", "tool-server"],
  [".vscode/mcp.json", "tool-server"],
  [".cursor/mcp.json", "tool-server"],
  ["AGENTS.md", "agent"],
  ["docs/CLAUDE.md", "agent"],
  ["QWEN.md", "agent"],
  [".cursor/rules/x.mdc", "agent"],
  [".clinerules", "agent"],
  [".claude/settings.local.json", "agent"],
  [".github/copilot-instructions.md", "agent"],
  [".belay/anything", "agent"],
  [".belayignore", "hidden-files"],
  [".envrc", "environment"],
  [".npmrc", "packages"],
  [".cargo/config.toml", "packages"],
  [".vscode/tasks.json", "editor"],
  [".vscode/settings.json", "editor"],
  ["my.code-workspace", "editor"],
  [".devcontainer/devcontainer.json", "container"],
  [".github/workflows/ci.yml", "ci"],
  [".gitlab-ci.yml", "ci"],
  [".zshrc", "shell"],
])("%s steers as %s, and asks in every mode", (path, kind) => {
  expect([steeringRuleOf(path)?.kind, isSteering(path)]).toEqual([kind, true]);
});

test.each([
  ["package.json", "scripts"],
  ["packages/a/package.json", "scripts"],
  [".env", "variables"],
  [".env.local", "variables"],
  [".gitattributes", "git-drivers"],
  ["Makefile", "build"],
  ["vite.config.ts", "build"],
  ["setup.py", "build"],
])("%s voids what was allowed for commands, and is free as a whole", (path, kind) => {
  expect([steeringRuleOf(path)?.kind, isSteering(path), steersCommands(path)]).toEqual([
    kind,
    false,
    true,
  ]);
});

test.each([
  "src/index.ts",
  "README.md",
  ".gitignore",
  "git/config",
  "docs/agents.md.txt",
  "src/hooks/use-x.ts",
  "vscode/tasks.json",
  "environment.ts",
  "a.env.ts",
  "src/build/output.js",
  "my-agents.md",
  "hooks/pre-commit.md",
  "",
  "/",
])("%s steers nothing", (path) => {
  expect(steeringRuleOf(path)).toBeNull();
});

test.each([
  [".GIT/CONFIG", "case"],
  [".Git/hOOks/post-commit", "case"],
  ["agents.MD", "case"],
  [".g\u200Cit/config", "a character that HFS+ leaves out"],
  [".\u202Eenvrc", "a mark of direction"],
  ["\uFEFF.envrc", "a byte order mark"],
  [".git./config", "a dot at the end, which Windows leaves out"],
  [".git /config", "a blank at the end, which Windows leaves out"],
  ["AGENTS.md. . ", "dots and blanks at the end"],
  [".envrc::$DATA", "a stream of NTFS"],
  [".git::$INDEX_ALLOCATION/config", "a stream of NTFS"],
  ["GIT~1/config", "a short name of NTFS"],
  [".vſcode/tasks.json", "the long s, which folds to s"],
  [".hus\u212Ay/pre-push", "the Kelvin sign, which folds to k"],
  ["ＡＧＥＮＴＳ.md", "full-width letters"],
  ["./.envrc", "a dot before it"],
  ["a/../.envrc", "a way round"],
  ["a\\..\\.vscode\\tasks.json", "backslashes"],
  [".vscode//tasks.json", "two slashes"],
])("%j is found in spite of %s", (path) => {
  expect(isSteering(path)).toBe(true);
});

test("any mix of case and unseen characters in a pattern's path is found", () => {
  const unseen = fc.constantFrom("", "", "", "\u200D", "\u2060", "\uFEFF", "\u202A");
  const disguise = fc
    .tuple(
      fc.constantFrom(...everyPattern),
      fc.array(fc.tuple(fc.boolean(), unseen), { minLength: 80, maxLength: 80 }),
    )
    .map(([{ pattern }, masks]) =>
      Array.from(example(pattern), (char, index) => {
        const [upper, extra] = masks[index] ?? [false, ""];
        return extra + (upper ? char.toUpperCase() : char);
      }).join(""),
    );
  fc.assert(fc.property(disguise, (path) => steeringRuleOf(path) !== null));
});

test("a file of the list is asked about in time also in a large folder", () => {
  const paths = Array.from({ length: 20_000 }, (_, index) => `a/b${index}/c/d/e${index}.ts`);
  expect(paths.filter((path) => isSteering(path))).toEqual([]);
});
