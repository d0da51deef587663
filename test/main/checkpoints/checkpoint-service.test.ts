import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import { createCheckpointFixture, move, remove, write } from "../../support/checkpoint-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;

describe("a write", () => {
  it("is recorded before it happens and leaves nothing else behind", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a.txt"), "one");
    let seen = "";
    const signal = new AbortController().signal;
    const { callId, turnId } = await fixture.apply([write("b.txt", "b", null)]);
    await fixture.service.apply(
      {
        sessionId: fixture.sessionId,
        turnId,
        callId,
        tool: "edit_file",
        signal,
        onCheckpoint: async ({ paths }) => {
          seen = `${paths.join()} ${readFileSync(fixture.path("a.txt"), "utf8")}`;
        },
      },
      [write("a.txt", "two", "one")],
    );
    expect(seen).toBe("a.txt one");
    expect(Object.keys(treeOf(fixture.root))).toEqual(["a.txt", "b.txt"]);
    expect(readFileSync(fixture.path("a.txt"), "utf8")).toBe("two");
  });

  it.each([
    ["CRLF", Buffer.from("a\r\nb\r\n")],
    ["a BOM", Buffer.from("\ufeffx")],
    ["NUL bytes", Buffer.from([0, 1, 2, 0, 255])],
    ["no final newline", Buffer.from("x")],
    ["nothing", Buffer.alloc(0)],
    ["invalid UTF-8", Buffer.from([0xff, 0xfe, 0x80])],
    ["a git conflict", Buffer.from("<<<<<<< a\n=======\n>>>>>>> b\n")],
    [
      "an LFS pointer",
      Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
    ],
  ])("of a file with %s is undone and redone to the byte", async (_, before) => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), before);
    writeFileSync(fixture.path(".gitattributes"), "* text eol=crlf ident\n");
    const after = Buffer.concat([Buffer.from("new "), before, Buffer.from([0, 0xc3])]);
    const { callId } = await fixture.apply([write("f", after, before)]);
    const undone = await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readFileSync(fixture.path("f")).equals(before)).toBe(true);
    expect(undone).toMatchObject({ undone: [{ path: "f", action: "restore" }], conflicts: [] });
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f")).equals(after)).toBe(true);
    await fixture.service.list({});
    expect(fixture.fsck()).toBe("");
  });

  it.each([
    "with space",
    "-leading",
    "new\nline",
    'quo"te',
    "uml\u00e4ut",
    "uml\u0061\u0308ut",
    "emoji 🧗",
    "a\\b",
    "$(x)",
    "~",
    "x".repeat(255),
  ])("to a file named %j is undone", async (name) => {
    await using fixture = await createCheckpointFixture();
    const before = treeOf(fixture.root);
    await fixture.apply([write(name === "~" ? "d/~" : name, "x", null)]);
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(treeOf(fixture.root)).toEqual(before);
    await fixture.service.list({});
    expect(fixture.fsck()).toBe("");
  });

  it("keeps modes, and brings them back", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("run.sh"), "1");
    chmodSync(fixture.path("run.sh"), 0o4751);
    const before = treeOf(fixture.root);
    await fixture.apply([write("run.sh", "2", "1")]);
    expect(statSync(fixture.path("run.sh")).mode & 0o7777).toBe(0o4751);
    await fixture.apply([remove("run.sh", "2")]);
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(treeOf(fixture.root)).toEqual(before);
  });

  it("refuses a read-only file, a folder, a stale expectation and a name that is taken, and changes nothing", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("ro"), "1");
    chmodSync(fixture.path("ro"), 0o444);
    mkdirSync(fixture.path("folder"));
    writeFileSync(fixture.path("a"), "mine");
    const before = treeOf(fixture.root);
    await expect(fixture.apply([write("ro", "2", "1")])).rejects.toMatchObject({ code: "denied" });
    await expect(fixture.apply([write("folder", "2", null)])).rejects.toMatchObject({
      code: "invalid-input",
    });
    await expect(fixture.apply([write("a", "2", "other")])).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(fixture.apply([write("a", "2", null)])).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(fixture.apply([move("a", "ro", "mine")])).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(fixture.apply([write("a/b", "2", null)])).rejects.toMatchObject({
      name: "AppError",
    });
    await expect(fixture.apply([remove("none", "x")])).rejects.toMatchObject({ code: "conflict" });
    expect(treeOf(fixture.root)).toEqual(before);
    expect(await fixture.service.list({})).toEqual([]);
  });

  it("breaks a hard link and says so", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a"), "1");
    linkSync(fixture.path("a"), fixture.path("b"));
    const { notes } = await fixture.apply([write("a", "2", "1")]);
    expect(readFileSync(fixture.path("b"), "utf8")).toBe("1");
    expect(notes.join()).toContain("hard links");
  });

  it("goes through a link that stays inside, and moves and deletes links themselves", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("real"), "1");
    symlinkSync("real", fixture.path("link"));
    symlinkSync("nowhere", fixture.path("dangling"));
    const before = treeOf(fixture.root);
    await fixture.apply([write("link", "2", "1")]);
    expect(readFileSync(fixture.path("real"), "utf8")).toBe("2");
    expect(readlinkSync(fixture.path("link"))).toBe("real");
    await fixture.apply([move("link", "sub/link", "2")]);
    expect(lstatSync(fixture.path("sub/link")).isSymbolicLink()).toBe(true);
    await fixture.apply([remove("dangling", "")]);
    await expect(fixture.apply([write("dangling2", "x", "y")])).rejects.toMatchObject({
      code: "conflict",
    });
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(treeOf(fixture.root)).toEqual(before);
  });

  it("costs one journal fsync and one file fsync before its effect", async () => {
    const { nodeFileOps } = await import("../../../src/main/checkpoints/file-ops.ts");
    let syncs = 0;
    await using fixture = await createCheckpointFixture({
      ...nodeFileOps,
      fsync: (handle) => {
        syncs += 1;
        return nodeFileOps.fsync(handle);
      },
    });
    syncs = 0;
    await fixture.apply([write("a", "1", null)]);
    expect(syncs).toBe(2);
  });
});

describe("the store", () => {
  it("is readable by any git, and survives being opened again", async () => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write("a.txt", "one\n", null)]);
    await fixture.apply([write("a.txt", "two\n", "one\n")]);
    await fixture.service.list({});
    const log = execFileSync(
      "git",
      ["--git-dir", fixture.store, "log", "-p", `refs/belay/${fixture.sessionId}`],
      { encoding: "utf8" },
    );
    expect(log).toContain("+two");
    const again = await createCheckpointService({
      workspace: fixture.workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
    });
    expect(await again.recover()).toEqual([]);
    await again.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(existsSync(fixture.path("a.txt"))).toBe(false);
    await again.close();
    expect(fixture.fsck()).toBe("");
  });

  it("cuts a torn tail off and goes on", async () => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write("a", "1", null)]);
    writeFileSync(
      join(fixture.store, "journal"),
      Buffer.concat([
        readFileSync(join(fixture.store, "journal")),
        Buffer.from([0, 0, 1, 0, 9, 9, 9]),
      ]),
    );
    const again = await createCheckpointService({
      workspace: fixture.workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
    });
    await again.recover();
    await again.undo({ unit: "last" }, merge);
    await again.close();
    expect(existsSync(fixture.path("a"))).toBe(false);
    const third = await createCheckpointService({
      workspace: fixture.workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
    });
    await third.redo({});
    expect(readFileSync(fixture.path("a"), "utf8")).toBe("1");
    await third.close();
  });

  it("derives git's objects again after they were lost", async () => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write("a", "1", null)]);
    await fixture.service.list({});
    rmSync(join(fixture.store, "objects"), { recursive: true });
    const again = await createCheckpointService({
      workspace: fixture.workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
    });
    await again.list({});
    await again.close();
    expect(fixture.fsck()).toBe("");
  });

  it("shares one workspace between two services, as two processes do", async () => {
    await using fixture = await createCheckpointFixture();
    const other = await createCheckpointService({
      workspace: fixture.workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
    });
    const signal = new AbortController().signal;
    const base = {
      sessionId: fixture.sessionId,
      tool: "write_file",
      signal,
      onCheckpoint: async () => {},
    };
    const { callId, turnId } = await fixture.apply([write("start", "x", null)]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? fixture.apply([write(`f${index}`, "1", null)])
          : other.apply({ ...base, callId, turnId }, [write(`f${index}`, "1", null)]),
      ),
    );
    expect((await other.list({})).length).toBe(21);
    await other.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(treeOf(fixture.root)).toEqual({});
    await other.close();
  });
});
