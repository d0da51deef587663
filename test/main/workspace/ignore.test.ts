import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIgnoreRules } from "../../../src/main/workspace/ignore.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What git itself says. */
function gitIgnores(root: string, path: string): boolean {
  try {
    execFileSync(
      "git",
      ["-c", "core.excludesFile=/dev/null", "check-ignore", "-q", "--no-index", path],
      { cwd: root },
    );
    return true;
  } catch {
    return false;
  }
}

describe("ignore rules", () => {
  it("agree with git on nested files, negation and .git/info/exclude", async () => {
    const name = fc.constantFrom("a", "b", "c.log", "d.ts");
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const rule = fc.record({
      not: fc.boolean(),
      root: fc.boolean(),
      body: fc.oneof(name, path, fc.constantFrom("*.log", "*", "a/**", "**/b", "?.log")),
      folder: fc.boolean(),
    });
    const text = fc
      .array(rule, { maxLength: 3 })
      .map((rules) =>
        rules
          .map(
            ({ not, root, body, folder }) =>
              `${not ? "!" : ""}${root ? "/" : ""}${body}${folder ? "/" : ""}`,
          )
          .join("\n"),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.record({ top: text, nested: text, exclude: text, file: path }),
        async ({ top, nested, exclude, file }) => {
          using folder = createTemporaryFolder();
          const root = realpathSync(folder.path);
          execFileSync("git", ["init", "-q"], { cwd: root });
          put(root, ".gitignore", top);
          put(root, "a/.gitignore", nested);
          put(root, ".git/info/exclude", exclude);
          const target = `a/x/${file}/leaf.txt`;
          put(root, target, "");
          const rules = createIgnoreRules({ root, id: "w" });
          const hint = `${top} | ${nested} | ${exclude} | ${target}`;
          const said = gitIgnores(root, target);
          expect(rules.known(target, false)).toBeUndefined();
          const answers = { hint, first: await rules.ignores(target, false) };
          expect({ ...answers, again: rules.known(target, false) }).toEqual({
            hint,
            first: said,
            again: said,
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("take rule files for text: a link out of the folder is no rule file", async () => {
    using folder = createTemporaryFolder();
    const root = join(realpathSync(folder.path), "project");
    put(root, "a.txt", "");
    writeFileSync(join(folder.path, "rules"), "*\n");
    symlinkSync("../rules", join(root, ".gitignore"));
    expect(await createIgnoreRules({ root, id: "w" }).ignores("a.txt", false)).toBe(false);
    expect(await createIgnoreRules({ root, id: "w" }).ignores(".git", true)).toBe(true);
  });
});
