import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openWorkspace } from "../../../src/main/workspace/open-workspace.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const open = (path: string, confirmed = false) => openWorkspace(path, { confirmed });

describe("openWorkspace", () => {
  it("names a folder by its real path, the same through a link, another after it was replaced", async () => {
    using folder = createTemporaryFolder();
    const root = join(realpathSync(folder.path), "project");
    mkdirSync(root);
    symlinkSync(root, join(folder.path, "link"));
    const first = await open(root);
    const second = await open(join(folder.path, "link"));
    expect(first.workspace).toEqual(second.workspace);
    expect(first.workspace.id).toMatch(/^[0-9a-f]{32}$/);
    expect(first.info).toEqual({
      path: root,
      name: basename(root),
      needsConfirmation: null,
      recovered: [],
    });
    mkdirSync(join(folder.path, "placeholder"));
    rmSync(root, { recursive: true });
    mkdirSync(join(folder.path, "other"));
    mkdirSync(root);
    expect((await open(root)).workspace.root).toBe(root);
  });

  it("asks before folders that hold more than one project, and says why", async () => {
    using folder = createTemporaryFolder();
    const home = realpathSync(folder.path);
    for (const name of ["Desktop", "Documents", "Downloads", "code"]) mkdirSync(join(home, name));
    const before = process.env["HOME"];
    process.env["HOME"] = home;
    try {
      expect(homedir()).toBe(home);
      for (const path of [
        "/",
        home,
        dirname(home),
        ...["Desktop", "Documents", "Downloads"].map((name) => join(home, name)),
      ]) {
        expect((await open(path)).info.needsConfirmation).toMatch(/project/);
        expect((await open(path, true)).info.needsConfirmation).toBeNull();
      }
      expect((await open(join(home, "code"))).info.needsConfirmation).toBeNull();
    } finally {
      process.env["HOME"] = before;
    }
  });

  it("says what is wrong with a path that is no folder", async () => {
    using folder = createTemporaryFolder();
    writeFileSync(join(folder.path, "file"), "");
    await expect(open(join(folder.path, "none"))).rejects.toMatchObject({ code: "not-found" });
    await expect(open(join(folder.path, "file"))).rejects.toMatchObject({ code: "invalid-input" });
    await expect(open("a\0b")).rejects.toMatchObject({ code: "invalid-input" });
  });
});
