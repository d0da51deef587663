import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const content = (tools: ToolFixture, path: string): string =>
  readFileSync(join(tools.root, path), "utf8");

describe("the stale-write guard", () => {
  const calls = [
    ["write_file", { path: "a.txt", content: "mine\n" }],
    ["edit_file", { path: "a.txt", old_string: "one", new_string: "mine" }],
    ["move_file", { from: "a.txt", to: "b.txt" }],
    ["delete_file", { path: "a.txt" }],
  ] as const;

  it.each(calls)("%s writes nothing to a file that was not read", async (name, input) => {
    await using tools = createToolFixture({ "a.txt": "one\ntwo\n" });
    const { status, result } = await tools.call(name, input);
    expect(status).toBe("failed");
    expect(result).toMatch(/not read in this session.*Read it first/);
    expect(content(tools, "a.txt")).toBe("one\ntwo\n");
    expect(tools.applied).toEqual([]);
  });

  it.each(calls)(
    "%s writes nothing to a file that changed since it was read, and shows how",
    async (name, input) => {
      await using tools = createToolFixture({ "a.txt": "one\ntwo\n" });
      await tools.call("read_file", { path: "a.txt", limit: 1 });
      tools.put("a.txt", "one\ntwo, says the person\n");
      const { status, result } = await tools.call(name, input);
      expect(status).toBe("failed");
      expect(result).toContain("changed since you read it");
      expect(result).toContain("-two\n+two, says the person");
      expect(content(tools, "a.txt")).toBe("one\ntwo, says the person\n");
      expect(tools.applied).toEqual([]);
    },
  );

  it.each(calls)("%s works after a read that is still true", async (name, input) => {
    await using tools = createToolFixture({ "a.txt": "one\ntwo\n" });
    await tools.call("read_file", { path: "a.txt" });
    expect((await tools.call(name, input)).status).toBe("completed");
    expect(tools.applied).toHaveLength(1);
  });

  it("counts what this session wrote as read", async () => {
    await using tools = createToolFixture();
    await tools.call("write_file", { path: "new/a.txt", content: "one\n" });
    expect(
      (await tools.call("edit_file", { path: "new/a.txt", old_string: "one", new_string: "two" }))
        .result,
    ).toBe("edited new/a.txt: +1 −1");
    expect((await tools.call("move_file", { from: "new/a.txt", to: "b.txt" })).result).toBe(
      "moved new/a.txt to b.txt",
    );
    expect(
      (await tools.call("edit_file", { path: "b.txt", old_string: "two", new_string: "three" }))
        .status,
    ).toBe("completed");
    expect((await tools.call("delete_file", { path: "b.txt" })).changes).toEqual([
      { path: "b.txt", kind: "deleted", added: 0, removed: 1, binary: false },
    ]);
    expect(existsSync(join(tools.root, "b.txt"))).toBe(false);
  });

  it("gives the writer the bytes it saw, so that a change in the last moment is a conflict", async () => {
    await using tools = createToolFixture({ "a.txt": "one\n" });
    await tools.call("read_file", { path: "a.txt" });
    await tools.call("edit_file", { path: "a.txt", old_string: "one", new_string: "two" });
    expect(tools.applied[0]?.expect).toEqual({ blobId: blobId(Buffer.from("one\n")) });
    await tools.call("write_file", { path: "b.txt", content: "" });
    expect(tools.applied[1]?.expect).toBe("absent");
  });
});

describe("write_file and edit_file", () => {
  it("keep CRLF, the byte order mark and a missing newline at the end", async () => {
    await using tools = createToolFixture({ "w.txt": "\uFEFFone\r\ntwo" });
    await tools.call("read_file", { path: "w.txt" });
    await tools.call("edit_file", { path: "w.txt", old_string: "one\ntwo", new_string: "1\n2\n3" });
    expect(content(tools, "w.txt")).toBe("\uFEFF1\r\n2\r\n3");
    const written = await tools.call("write_file", { path: "w.txt", content: "a\nb\n" });
    expect(content(tools, "w.txt")).toBe("\uFEFFa\r\nb\r\n");
    expect(written.result).toContain("Kept the file's CRLF line ends and byte order mark.");
    expect(written.notes).toEqual(["Kept the file's CRLF line ends and byte order mark."]);
  });

  it("leave every byte of a file that is no UTF-8 but the edited ones", async () => {
    const bytes = Buffer.concat([Buffer.from([0xe9, 0xff, 0x0a]), Buffer.from("name = x\n")]);
    await using tools = createToolFixture({ "l.txt": bytes });
    await tools.call("read_file", { path: "l.txt" });
    await tools.call("edit_file", { path: "l.txt", old_string: "x\n", new_string: "é\n" });
    const expected = Buffer.concat([Buffer.from([0xe9, 0xff, 0x0a]), Buffer.from("name = é\n")]);
    expect(readFileSync(join(tools.root, "l.txt"))).toEqual(expected);
  });

  it("write nothing when nothing would change", async () => {
    await using tools = createToolFixture({ "a.txt": "one\n" });
    await tools.call("read_file", { path: "a.txt" });
    expect(
      (await tools.call("edit_file", { path: "a.txt", old_string: "one", new_string: "one" }))
        .status,
    ).toBe("failed");
    expect((await tools.call("write_file", { path: "a.txt", content: "one\n" })).result).toContain(
      "already",
    );
    expect(tools.applied).toEqual([]);
  });

  it("count added and removed lines", async () => {
    await using tools = createToolFixture({ "a.txt": "1\n2\n3\n" });
    const made = await tools.call("write_file", { path: "b.txt", content: "x\ny\n" });
    expect(made.changes).toEqual([
      { path: "b.txt", kind: "created", added: 2, removed: 0, binary: false },
    ]);
    await tools.call("read_file", { path: "a.txt" });
    const edited = await tools.call("edit_file", {
      path: "a.txt",
      old_string: "2\n",
      new_string: "two\nand a half\n",
    });
    expect(edited.changes).toEqual([
      { path: "a.txt", kind: "modified", added: 2, removed: 1, binary: false },
    ]);
  });

  it("write to a link's target when it is inside", async () => {
    await using tools = createToolFixture({ "real/a.txt": "one\n" });
    symlinkSync("real/a.txt", join(tools.root, "link.txt"));
    await tools.call("read_file", { path: "link.txt" });
    expect(
      (await tools.call("edit_file", { path: "link.txt", old_string: "one", new_string: "two" }))
        .status,
    ).toBe("completed");
    expect(readlinkSync(join(tools.root, "link.txt"))).toBe("real/a.txt");
    expect(content(tools, "real/a.txt")).toBe("two\n");
  });

  it("delete a link, not what it leads to", async () => {
    await using tools = createToolFixture({ "a.txt": "one\n" });
    symlinkSync("a.txt", join(tools.root, "link.txt"));
    expect((await tools.call("delete_file", { path: "link.txt" })).status).toBe("completed");
    expect(content(tools, "a.txt")).toBe("one\n");
  });

  it("do not move over a file, nor touch folders and git's own", async () => {
    await using tools = createToolFixture({
      "a.txt": "one\n",
      "b.txt": "two\n",
      ".git/config": "[core]\n",
    });
    await tools.call("read_file", { path: "a.txt" });
    expect((await tools.call("move_file", { from: "a.txt", to: "b.txt" })).result).toContain(
      "b.txt exists",
    );
    expect(
      (await tools.call("move_file", { from: "a.txt", to: ".git/hooks/pre-commit" })).status,
    ).toBe("failed");
    expect((await tools.call("write_file", { path: ".GIT/config", content: "" })).status).toBe(
      "failed",
    );
    expect((await tools.call("delete_file", { path: ".git" })).status).toBe("failed");
    expect((await tools.call("delete_file", { path: "." })).status).toBe("failed");
    expect(tools.applied).toEqual([]);
  });
});

/** Paths that lead, or seem to lead, out of the folder `project`, beside which `outside` lies. */
const escapes = [
  "../outside/secret.txt",
  "a/../../outside/secret.txt",
  "./../outside/secret.txt",
  "out/secret.txt",
  "out-file",
  "deep/link/secret.txt",
  "loop/secret.txt",
  "dangling-out",
  "/etc/passwd",
  "~/secret.txt",
  "C:\\secret.txt",
  "c:secret.txt",
  "\\\\host\\share\\secret.txt",
  "//host/share/secret.txt",
  "secret.txt\0.png",
  "\0",
  "..",
  "../",
  "a/../..",
  "proc-self/root/etc/passwd",
];

async function withOutside(): Promise<ToolFixture> {
  const tools = createToolFixture({ "deep/a.txt": "inside\n", "a/b.txt": "inside\n" });
  const outside = join(tools.root, "../outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret.txt"), "SECRET\n");
  const link = (target: string, path: string): void => symlinkSync(target, join(tools.root, path));
  link(outside, "out");
  link(join(outside, "secret.txt"), "out-file");
  link("../../outside", "deep/link");
  link("loop", "loop");
  link(join(outside, "new.txt"), "dangling-out");
  link("/proc/self", "proc-self");
  return tools;
}

describe("paths out of the folder", () => {
  it.each(escapes)(
    "%j is refused by every tool, and nothing outside is read or written",
    async (path) => {
      await using tools = await withOutside();
      const before = treeOf(join(tools.root, "../outside"));
      const inputs: [string, Record<string, unknown>][] = [
        ["read_file", { path }],
        ["list_files", { path: path.endsWith("secret.txt") ? path.slice(0, -10) : path }],
        ["search_files", { pattern: "SECRET", path }],
        ["write_file", { path, content: "mine" }],
        ["edit_file", { path, old_string: "SECRET", new_string: "mine" }],
        ["move_file", { from: path, to: "stolen.txt" }],
        ["move_file", { from: "a/b.txt", to: path }],
      ];
      await tools.call("read_file", { path: "a/b.txt" });
      const isLink = ["out-file", "dangling-out"].includes(path);
      const allowed: string[] = [];
      for (const [name, input] of inputs) {
        const { status, result } = await tools.call(name, input);
        expect(result).not.toContain("SECRET\n");
        // A link is inside, wherever it leads: it may be moved as the link it is.
        if (status !== "failed" && !(isLink && name === "move_file"))
          allowed.push(`${name}: ${result}`);
      }
      expect(allowed).toEqual([]);
      expect(treeOf(join(tools.root, "../outside"))).toEqual(before);
      expect(existsSync(join(tools.root, "../outside/new.txt"))).toBe(false);
    },
  );

  it("a folder swapped for a link while reads run never shows what is outside", async () => {
    await using tools = await withOutside();
    const swapped = join(tools.root, "swap");
    mkdirSync(swapped);
    writeFileSync(join(swapped, "secret.txt"), "inside\n");
    const aside = join(tools.root, "aside");
    for (let round = 0; round < 150; round += 1) {
      const reading = tools.call("read_file", { path: "swap/secret.txt" });
      await Promise.resolve();
      renameSync(swapped, aside);
      symlinkSync(join(tools.root, "../outside"), swapped);
      const { result } = await reading;
      expect(result).not.toContain("SECRET");
      rmSync(swapped);
      renameSync(aside, swapped);
    }
  });

  it("keeps the mode of what it knows nothing of", async () => {
    await using tools = createToolFixture({ "run.sh": "#!/bin/sh\n" });
    chmodSync(join(tools.root, "run.sh"), 0o755);
    await tools.call("read_file", { path: "run.sh" });
    await tools.call("edit_file", { path: "run.sh", old_string: "sh\n", new_string: "sh\nexit\n" });
    expect(statSync(join(tools.root, "run.sh")).mode & 0o777).toBe(0o755);
    expect(lstatSync(realpathSync(tools.root)).isDirectory()).toBe(true);
  });
});
