import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeFileOps, type FileOps } from "../../../src/main/checkpoints/file-ops.ts";
import { createCheckpointFixture, remove, write } from "../../support/checkpoint-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;
const overwrite = { conflicts: "overwrite" } as const;

describe("what is no file, and systems that refuse", () => {
  it("a pipe in a file's place is left, with the reason", async () => {
    await using fixture = await createCheckpointFixture();
    const { callId } = await fixture.apply([write("f", "1", null)]);
    rmSync(fixture.path("f"));
    execFileSync("mkfifo", [fixture.path("f")]);
    const { conflicts } = await fixture.service.undo({ unit: "call", callId }, overwrite);
    expect(conflicts).toMatchObject([{ path: "f", reason: expect.stringContaining("pipe") }]);
    expect(lstatSync(fixture.path("f")).isFIFO()).toBe(true);
  });

  it.each(["ENOSPC", "EMFILE", "EDQUOT"])(
    "%s in the middle of an undo puts everything back and says what to do",
    async (code) => {
      let left = Infinity;
      const ops: FileOps = {
        ...nodeFileOps,
        async fsync(handle) {
          left -= 1;
          if (left === 0) throw Object.assign(new Error(code), { code });
          await nodeFileOps.fsync(handle);
        },
      };
      await using fixture = await createCheckpointFixture(ops);
      for (const name of ["a", "b", "c"]) writeFileSync(fixture.path(name), "1");
      const { callId } = await fixture.apply([
        write("a", "2", "1"),
        write("b", "2", "1"),
        remove("c", "1"),
      ]);
      const before = treeOf(fixture.root);
      left = 3;
      const undo = fixture.service.undo({ unit: "call", callId }, merge);
      await expect(undo).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("Nothing was changed"),
      });
      expect(treeOf(fixture.root)).toEqual(before);
      left = Infinity;
      await fixture.service.undo({ unit: "call", callId }, merge);
      expect(readFileSync(fixture.path("c"), "utf8")).toBe("1");
    },
  );

  it("a disk that gives other bytes back is found out: everything is put back, and it says so", async () => {
    let isBroken = false;
    const ops: FileOps = {
      ...nodeFileOps,
      async open(path, flags, mode) {
        const handle = await nodeFileOps.open(path, flags, mode);
        const writeFile = handle.writeFile.bind(handle);
        if (isBroken && path.endsWith("-new")) handle.writeFile = () => writeFile("spoilt");
        return handle;
      },
    };
    await using fixture = await createCheckpointFixture(ops);
    writeFileSync(fixture.path("f"), "one");
    const { callId } = await fixture.apply([write("f", "two", "one"), write("g", "new", null)]);
    const before = treeOf(fixture.root);
    isBroken = true;
    await expect(fixture.service.undo({ unit: "call", callId }, merge)).rejects.toMatchObject({
      message: expect.stringContaining("everything is put back"),
    });
    expect(treeOf(fixture.root)).toEqual(before);
    isBroken = false;
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("one");
  });

  it("what changed while the dialog was open is kept, whatever was chosen; the rest is undone", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a"), "1");
    writeFileSync(fixture.path("b"), "1");
    const { callId } = await fixture.apply([write("a", "2", "1"), write("b", "2", "1")]);
    const target = { unit: "call", callId } as const;
    const { rows } = await fixture.service.plan(target);
    const seen = Object.fromEntries(rows.map((row) => [row.path, row.fingerprint]));
    writeFileSync(fixture.path("a"), "mine");
    const result = await fixture.service.undo(target, { ...overwrite, seen });
    expect(result.conflicts).toEqual([
      { path: "a", reason: "it changed while the dialog was open" },
    ]);
    expect([
      readFileSync(fixture.path("a"), "utf8"),
      readFileSync(fixture.path("b"), "utf8"),
    ]).toEqual(["mine", "1"]);
  });

  it("the text that the person edited is the result, and redo brings back what was there", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "1\n", { mode: 0o755 });
    const { callId } = await fixture.apply([write("f", "2\n", "1\n")]);
    writeFileSync(fixture.path("f"), "mine\n");
    const choices = { f: { edit: "1 and mine\n" } };
    await fixture.service.undo({ unit: "call", callId }, { ...merge, choices });
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("1 and mine\n");
    expect(lstatSync(fixture.path("f")).mode & 0o777).toBe(0o755);
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("mine\n");
  });

  it("3,000 files are undone with 256 descriptors at hand", async () => {
    const script = new URL("../../support/undo-many.ts", import.meta.url).pathname;
    const run = spawnSync(
      "sh",
      ["-c", `ulimit -n 256; exec "$0" "$@"`, process.execPath, script, "3000"],
      {
        encoding: "utf8",
        env: { ...process.env, NODE_NO_WARNINGS: "1" },
      },
    );
    expect({ out: run.stdout.trim(), error: run.stderr }).toEqual({
      out: "3000 undone",
      error: "",
    });
  }, 120_000);
});
