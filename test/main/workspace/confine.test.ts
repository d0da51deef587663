import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertNoGitFolder,
  assertWritable,
  followInside,
  openForReading,
  resolveInside,
  withParent,
} from "../../../src/main/workspace/confine.ts";
import {
  createEscapeGround,
  escapingLinks,
  escapingPaths,
  gitPaths,
} from "../../support/escape-attempts.ts";
import { allow } from "../../support/allow-error.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

function createGround() {
  const folder = createTemporaryFolder();
  const ground = createEscapeGround(realpathSync(folder.path));
  return {
    ...ground,
    workspace: { root: ground.root, id: "w" },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("resolveInside", () => {
  it.each(escapingPaths)("refuses %j, naming what is allowed", async (path) => {
    using ground = createGround();
    await expect(resolveInside(ground.workspace, path)).rejects.toMatchObject({ code: "denied" });
    await expect(openForReading(ground.workspace, path)).rejects.toMatchObject({ code: "denied" });
  });

  it.each([
    ["", ""],
    [".", ""],
    ["sub/", "sub"],
    ["sub/../file", "file"],
    ["./sub//inner/./x", "sub/inner/x"],
    ["inside/file", "sub/file"],
    ["inside", "inside"],
    ["secret-link", "secret-link"],
    ["missing/deeper", "missing/deeper"],
    ["..file", "..file"],
    ["...", "..."],
    ["-rf", "-rf"],
    ["x".repeat(255), "x".repeat(255)],
  ])("resolves %j to %j", async (path, expected) => {
    using ground = createGround();
    const confined = await resolveInside(ground.workspace, path);
    expect(confined).toEqual({ relative: expected, absolute: join(ground.root, expected) });
  });

  it("never answers a path outside, whatever the parts", async () => {
    using ground = createGround();
    const part = fc.constantFrom(
      ..."..|.|sub|inner|out|up|slash|inside|file|twin|loop|dangling|missing|~||\\|C:".split("|"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const confined = await resolveInside(ground.workspace, parts.join("/")).catch(
          allow("denied"),
        );
        if (confined === undefined || confined.relative === "") return;
        const parent = join(confined.absolute, "..");
        const real = ((): string => {
          try {
            return realpathSync(parent);
          } catch {
            return parent;
          }
        })();
        expect(relative(ground.root, real).startsWith("..")).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a link as the last part", () => {
  it.each(escapingLinks)("%s is not followed out, neither to read nor to write", async (path) => {
    using ground = createGround();
    const confined = await resolveInside(ground.workspace, path);
    await expect(followInside(ground.workspace, confined)).rejects.toMatchObject({
      code: "denied",
    });
    await expect(openForReading(ground.workspace, path)).rejects.toMatchObject({ code: "denied" });
  });
});

describe("what belongs to git", () => {
  it.each(gitPaths)("%j is not to be written", async (path) => {
    using ground = createGround();
    const confined = await resolveInside(ground.workspace, path);
    expect(() => {
      assertWritable(confined);
      assertNoGitFolder(ground.workspace, confined);
    }).toThrow(/git/);
  });

  it.each([".gitignore", ".github/workflows/ci.yml", "git/config", "a.git/x", ".gitmodules"])(
    "%s is a file like any other",
    async (path) => {
      using ground = createGround();
      const confined = await resolveInside(ground.workspace, path);
      expect(() => {
        assertWritable(confined);
        assertNoGitFolder(ground.workspace, confined);
      }).not.toThrow();
    },
  );
});

describe("openForReading", () => {
  it("follows a link that stays inside", async () => {
    using ground = createGround();
    const handle = await openForReading(ground.workspace, "inside/file");
    expect(await handle.readFile("utf8")).toBe("file");
    await handle.close();
  });

  it("refuses a pipe at once instead of waiting for its writer, and a folder by name", async () => {
    using ground = createGround();
    await expect(openForReading(ground.workspace, "pipe")).rejects.toThrow(/no regular file/);
    await expect(openForReading(ground.workspace, "sub")).rejects.toThrow(/is a folder/);
    await expect(openForReading(ground.workspace, "none")).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe.runIf(process.platform === "linux")("withParent", () => {
  it("refuses a parent that became a link after the check", async () => {
    using ground = createGround();
    const { workspace, root, outside } = ground;
    const confined = await resolveInside(workspace, "sub/secret");
    renameSync(join(root, "sub"), join(root, "sub-before"));
    symlinkSync(outside, join(root, "sub"));
    const reached = withParent(workspace, confined.relative, ({ entry }) => readFile(entry));
    await expect(reached).rejects.toMatchObject({ code: "conflict" });
  });

  it("acts in the folder it opened although another took its name meanwhile", async () => {
    using ground = createGround();
    const { workspace, root, outside } = ground;
    await withParent(workspace, "sub/secret", async ({ entry }) => {
      renameSync(join(root, "sub"), join(root, "sub-before"));
      symlinkSync(outside, join(root, "sub"));
      writeFileSync(entry, "written");
    });
    expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
    expect(readFileSync(join(root, "sub-before/secret"), "utf8")).toBe("written");
  });

  it("makes missing folders and says which", async () => {
    using ground = createGround();
    mkdirSync(join(ground.root, "a"));
    const place = { path: "a/b/c/file", makeFolder: (path: string) => mkdir(path) };
    expect(await withParent(ground.workspace, place, async ({ created }) => created)).toEqual([
      "a/b",
      "a/b/c",
    ]);
  });
});
