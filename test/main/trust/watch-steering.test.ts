import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { watchSteering } from "../../../src/main/trust/watch-steering.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

function watched(
  settleMs = 20,
): Disposable & { readonly root: string; readonly told: () => number } {
  const folder = createTemporaryFolder();
  const root = folder.path;
  for (const name of [".git/hooks", "deep/er"]) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, "deep/er/AGENTS.md"), "a\n");
  let told = 0;
  const watch = watchSteering(root, { onChange: () => (told += 1), settleMs });
  watch.follow(["deep/er/AGENTS.md", "../.git/config"]);
  return {
    root,
    told: () => told,
    [Symbol.dispose]: () => {
      watch.close();
      folder[Symbol.dispose]();
    },
  };
}

describe("the watch over what steers", () => {
  it.each<readonly [string, (root: string) => void]>([
    ["a file that is followed", (root) => writeFileSync(join(root, "deep/er/AGENTS.md"), "b\n")],
    ["one that goes", (root) => rmSync(join(root, "deep/er/AGENTS.md"))],
    ["one that comes beside it", (root) => writeFileSync(join(root, "deep/er/.envrc"), "x\n")],
    ["one that comes on top", (root) => writeFileSync(join(root, "Makefile"), "x\n")],
    ["a hook", (root) => writeFileSync(join(root, ".git/hooks/pre-commit"), "x\n")],
    ["git's configuration", (root) => writeFileSync(join(root, ".git/config"), "x\n")],
    ["a folder that may hold some", (root) => mkdirSync(join(root, ".vscode"))],
    [
      "one that takes another name",
      (root) => renameSync(join(root, "deep"), join(root, ".claude")),
    ],
  ])("tells of %s", async (_what, change) => {
    using watch = watched();
    change(watch.root);
    await expect.poll(watch.told).toBeGreaterThan(0);
  });

  it("tells once of many, and not of what means nothing", async () => {
    using watch = watched(500);
    for (const name of ["a.ts", ".git/index", ".git/HEAD", "deep/er/b.ts"])
      writeFileSync(join(watch.root, name), "x\n");
    for (let index = 0; index < 20; index += 1)
      writeFileSync(join(watch.root, ".envrc"), `${index}\n`);
    await expect.poll(watch.told).toBe(1);
    writeFileSync(join(watch.root, "a.ts"), "y\n");
    writeFileSync(join(watch.root, "Makefile"), "y\n");
    await expect.poll(watch.told).toBe(2);
  });

  it("tells nothing once it is closed", async () => {
    using folder = createTemporaryFolder();
    let told = 0;
    const watch = watchSteering(folder.path, { onChange: () => (told += 1), settleMs: 1 });
    watch.follow([]);
    writeFileSync(join(folder.path, ".envrc"), "x\n");
    watch.close();
    watch.follow(["AGENTS.md"]);
    writeFileSync(join(folder.path, "AGENTS.md"), "x\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toBe(0);
  });
});
