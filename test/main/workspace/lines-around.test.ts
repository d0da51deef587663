import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linesAround } from "../../../src/main/workspace/lines-around.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

function createProject() {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  mkdirSync(root);
  writeFileSync(join(folder.path, "outside"), "secret\n");
  writeFileSync(join(root, "f"), Array.from({ length: 1000 }, (_, i) => `l${i + 1}\r\n`).join(""));
  symlinkSync(join(folder.path, "outside"), join(root, "link"));
  return { workspace: { root, id: "w" }, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("the lines about a place", () => {
  it("are two hundred on either side, without their ends", async () => {
    using project = createProject();
    const found = await linesAround(project.workspace, { path: "f", line: 500 });
    expect(found).toMatchObject({ path: "f", line: 500, firstLine: 300, totalLines: 1000 });
    expect(found.lines).toHaveLength(401);
    expect(found.lines[200]).toBe("l500");
  });

  it("are the end of the file for a line beyond it", async () => {
    using project = createProject();
    const found = await linesAround(project.workspace, { path: "./f", line: 5000 });
    expect(found).toMatchObject({ line: 1000, totalLines: 1000 });
    expect(found.lines.at(-1)).toBe("l1000");
  });

  it("are those of a file named by its whole path", async () => {
    using project = createProject();
    const path = join(project.workspace.root, "f");
    expect(await linesAround(project.workspace, { path, line: 1 })).toMatchObject({ path: "f" });
  });

  it.each(["../outside", "link", "/etc/passwd", "no-such-file", "."])(
    "are not to be had of %s",
    async (path) => {
      using project = createProject();
      await expect(linesAround(project.workspace, { path, line: 1 })).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:denied|not-found|invalid-input)$/),
      });
    },
  );
});
