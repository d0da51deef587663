import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { uncoveredNotes } from "../../../src/main/checkpoints/uncovered.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { createCommandFixture } from "../../support/command-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const everything = { conflicts: "overwrite" } as const;

describe("what a command changed", () => {
  it("is recorded with the bytes and modes before and after, and told before the call ends", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("edit.txt", "old\n");
    fixture.put("gone.txt", "gone\n");
    fixture.put("name.txt", "same bytes\n");
    fixture.put("run.sh", "echo\n");
    fixture.put("same.txt", "stays\n");
    const ran = await fixture.command(
      "echo new > edit.txt; rm gone.txt; mv name.txt other.txt; chmod 755 run.sh; ln -s edit.txt link; mkdir -p a/b; echo in > a/b/in.txt",
    );
    expect(ran.changes.map(({ path, kind, from }) => [path, kind, from])).toEqual([
      ["a/b/in.txt", "created", undefined],
      ["edit.txt", "modified", undefined],
      ["gone.txt", "deleted", undefined],
      ["link", "created", undefined],
      ["other.txt", "moved", "name.txt"],
      ["run.sh", "modified", undefined],
    ]);
    expect(ran.notes).toEqual([]);
    expect(ran.notices.map((one) => one.checkpointId)).toEqual([ran.checkpointId]);
    const [intent] = await fixture.intents();
    const entry = (path: string) => intent?.entries.find((one) => one.path === path);
    expect(entry("run.sh")?.pre).toMatchObject({ type: "file", mode: 0o644 });
    expect(entry("run.sh")?.post).toMatchObject({ type: "file", mode: 0o755 });
    expect(entry("a")?.post).toMatchObject({ type: "folder" });
    expect(intent?.command).toMatchObject({ background: false, interrupted: false, shared: [] });
    expect(await fixture.records("window-end")).toHaveLength(1);
    const diffs = await fixture.service.diff({ callId: ran.callId });
    expect(diffs.find(({ path }) => path === "edit.txt")).toMatchObject({ added: 1, removed: 1 });
    await fixture.service.list({});
    expect(fixture.fsck()).toBe("");
  });

  it("is taken back byte for byte, and brought back", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("edit.txt", "old\n");
    fixture.put("gone.bin", Buffer.from([0, 255, 13, 10]));
    fixture.put("run.sh", "echo\n");
    const before = treeOf(fixture.root);
    const ran = await fixture.command(
      "echo new > edit.txt; rm gone.bin; chmod 700 run.sh; ln -s edit.txt link; echo made > made.txt",
    );
    const after = treeOf(fixture.root);
    const undone = await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(undone.conflicts).toEqual([]);
    expect(treeOf(fixture.root)).toEqual(before);
    await fixture.service.redo({});
    expect(treeOf(fixture.root)).toEqual(after);
  });

  it("leaves nothing when it is nothing", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "a\n");
    const ran = await fixture.command("cat a.txt; touch a.txt");
    expect(ran).toMatchObject({ checkpointId: null, changes: [], notes: [], notices: [] });
    expect(await fixture.intents()).toEqual([]);
    expect(await fixture.service.list({})).toEqual([]);
  });

  it("does not depend on ignore files, not even on those that the command writes", async () => {
    await using fixture = await createCommandFixture();
    fixture.shell("git init -q .");
    fixture.put(".env", "SECRET=1\n");
    const ran = await fixture.command("echo '*' > .gitignore; rm .env");
    await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(fixture.read(".env")).toBe("SECRET=1\n");
    expect(existsSync(join(fixture.root, ".gitignore"))).toBe(false);
  });

  it("counts when the command fails or is ended, and what it threw is thrown", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "a\n");
    const scope = fixture.scope();
    const run = fixture.service.aroundCommand(scope, async () => {
      fixture.put("a.txt", "half\n");
      throw new AppError("unavailable", "ended by the time limit");
    });
    await expect(run).rejects.toThrow("ended by the time limit");
    expect(scope.notices).toHaveLength(1);
    await fixture.service.undo({ unit: "call", callId: scope.callId }, everything);
    expect(fixture.read("a.txt")).toBe("a\n");
  });

  it("is one change for each of many files, in a few operations of bounded size", async () => {
    await using fixture = await createCommandFixture();
    const ran = await fixture.command(
      "for i in 1 2 3; do (echo $i; head -c 30000000 /dev/zero) > big$i.bin; done; for i in $(seq 100); do echo $i > f$i; done",
    );
    expect(ran.changes).toHaveLength(103);
    const intents = await fixture.intents();
    expect(intents).toHaveLength(2);
    expect(new Set(intents.map((one) => one.callId))).toEqual(new Set([ran.callId]));
    await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(treeOf(fixture.root)).toEqual({});
  });
});

describe("whose change it is", () => {
  it("gives to the person what changed between commands, and takes out what a tool wrote", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("mine.txt", "1\n");
    await fixture.command("true");
    fixture.put("mine.txt", "2\n");
    await writer(fixture).apply("tool.txt", "by a tool\n");
    const ran = await fixture.command("echo x > cmd.txt");
    expect(ran.changes.map(({ path }) => path)).toEqual(["cmd.txt"]);
    const outside = await fixture.service.outside({});
    expect(outside.map(({ path, kind, added }) => [path, kind, added])).toEqual([
      ["mine.txt", "modified", 1],
    ]);
    // What was told once is not told again.
    await fixture.command("true");
    expect(await fixture.service.outside({})).toHaveLength(1);
  });

  it("is in a store that git finds sound, also where a content came in as the person's first", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "1\n");
    await fixture.command("true");
    fixture.put("a.txt", "2\n");
    await fixture.command("echo 3 > a.txt");
    await fixture.service.list({});
    expect(fixture.fsck()).toBe("");
  });

  it("takes out both sides of a tool's write that the person changed before and after", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "1\n");
    await fixture.command("true");
    fixture.put("a.txt", "2\n");
    await writer(fixture).apply("a.txt", "3\n", "2\n");
    fixture.put("a.txt", "4\n");
    const ran = await fixture.command("true");
    expect(ran.changes).toEqual([]);
    const [first] = await fixture.records("outside");
    expect(first?.entries.map(({ path }) => path)).toEqual(["a.txt", "a.txt"]);
  });

  it("marks a path that the person had changed just before, and everything of a long command", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "1\n");
    fixture.put("b.txt", "1\n");
    await fixture.command("true");
    fixture.put("a.txt", "2\n");
    await fixture.command("echo 3 > a.txt; echo 3 > b.txt");
    const [intent] = await fixture.intents();
    expect(intent?.command?.shared).toEqual([{ path: "a.txt", by: "person" }]);
  });

  it("is not what an undo of the newest means that was asked for while it ran", async () => {
    await using fixture = await createCommandFixture();
    const before = await fixture.command("echo made > before.txt");
    let undone: ReturnType<typeof fixture.service.undo> | undefined;
    await fixture.command("echo made > during.txt", {
      meanwhile: async () => {
        undone = fixture.service.undo({ unit: "last" }, { conflicts: "merge" });
        await fixture.service.list({});
      },
    });
    expect((await undone)?.calls.map(({ callId }) => callId)).toEqual([before.callId]);
    expect(existsSync(join(fixture.root, "before.txt"))).toBe(false);
    expect(existsSync(join(fixture.root, "during.txt"))).toBe(true);
  });

  it("holds the workspace while it runs: another writer waits, can be stopped, and learns for whom it waits", async () => {
    await using fixture = await createCommandFixture();
    const other = await fixture.open();
    const abort = new AbortController();
    const waited = Promise.withResolvers<string | undefined>();
    await fixture.command("echo x > a.txt", {
      meanwhile: async () => {
        const scope = fixture.scope({
          signal: abort.signal,
          onWait: (holder) => waited.resolve(holder?.what),
        });
        const waiting = other.aroundCommand(scope, async () => "ran");
        expect(await waited.promise).toBe("echo x > a.txt");
        abort.abort();
        await expect(waiting).rejects.toThrow("Stopped while waiting");
        // Who only reads does not wait.
        expect(await fixture.service.list({})).toEqual([]);
        expect(await other.list({})).toEqual([]);
      },
    });
  });
});

describe("what undo does not cover", () => {
  it("is named: heavy folders, files over the cap, files whose bytes were never kept", async () => {
    await using fixture = await createCommandFixture({
      capBytes: 100,
      keeps: (path) => path !== "unkept.txt",
    });
    fixture.put("unkept.txt", "u\n");
    fixture.put("big.bin", "b".repeat(101));
    fixture.put("grows.txt", "g\n");
    const ran = await fixture.command(
      "mkdir node_modules; echo x >> unkept.txt; echo b >> big.bin; head -c 200 /dev/zero > grows.txt",
    );
    expect(ran.changes).toEqual([]);
    expect(ran.notes).toEqual([
      expect.stringMatching(/^What grows.txt was before is kept as safety copy [0-9a-f]{10}\.$/),
      "Undo does not cover unkept.txt: changed before the old bytes were kept.",
      "Undo does not cover big.bin, grows.txt: too large to be kept.",
      "Undo does not cover node_modules: of folders like this only the presence is known.",
    ]);
    expect(await fixture.service.uncovered({ unit: "turn", turnId: ran.turnId })).toBe(1);
    expect(await fixture.service.list({})).toEqual([]);
  });

  it("says nothing of a command that touched none of it", async () => {
    await using fixture = await createCommandFixture({ capBytes: 100 });
    mkdirSync(join(fixture.root, "node_modules"));
    fixture.put("big.bin", "b".repeat(101));
    const ran = await fixture.command("echo x > a.txt");
    expect(ran.notes).toEqual([]);
    expect(await fixture.service.uncovered({ unit: "turn", turnId: ran.turnId })).toBe(0);
  });

  it("calls a repository inside what it is", () => {
    const uncovered = {
      complete: true,
      files: 1,
      covered: 1,
      heavy: [],
      tooLarge: [],
      unknown: [],
    };
    expect(uncoveredNotes({ ...uncovered, special: ["lib/.git", "pipe"] })).toEqual([
      "Undo does not cover lib/.git: another repository's history.",
      "Undo does not cover pipe: no regular file or folder.",
    ]);
  });

  it("names every folder whose mode changed", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("src/deep/a.sh", "echo\n");
    const ran = await fixture.command("chmod -R 750 src");
    expect(ran.notes).toEqual(["Folders with another mode: src/, src/deep/."]);
  });

  it("names empty folders, which no list of files shows", async () => {
    await using fixture = await createCommandFixture();
    mkdirSync(join(fixture.root, "old"));
    const ran = await fixture.command("mkdir -p made/in; rmdir old; mkdir with; echo x > with/a");
    expect(ran.notes).toEqual(["Folders made: made/, made/in/.", "Folders removed: old/."]);
  });
});

describe("git's history", () => {
  it("is named when a command changed it, kept from before, and counted as not covered", async () => {
    await using fixture = await createCommandFixture();
    fixture.shell(
      "git init -q -b main . && git config user.name A && git config user.email a@b.c && git commit -q --allow-empty -m one",
    );
    const head = fixture.shell("git rev-parse --short=7 HEAD").trim();
    const ran = await fixture.command(
      "git checkout -q -b fix-1 && git commit -q --allow-empty -m two",
    );
    const now = fixture.shell("git rev-parse --short=7 HEAD").trim();
    expect(ran.notes).toEqual([
      `Git history was changed, which undo leaves as it is: HEAD main → fix-1; fix-1 new at ${now}.`,
    ]);
    expect(head).not.toBe(now);
    const [intent] = await fixture.intents();
    expect(intent?.entries).toEqual([]);
    expect(await fixture.service.uncovered({ unit: "turn", turnId: ran.turnId })).toBe(1);
    const status = await fixture.command("git status");
    expect(status.notes).toEqual([]);
  });
});

const writer = (fixture: Awaited<ReturnType<typeof createCommandFixture>>) => ({
  async apply(path: string, content: string, before?: string): Promise<void> {
    const { blobId } = await import("../../../src/main/workspace/blob-id.ts");
    const scope = { ...fixture.scope(), tool: "write_file" };
    await fixture.service.apply(scope, [
      {
        kind: "write",
        path,
        content: Buffer.from(content),
        expect: before === undefined ? "absent" : { blobId: blobId(Buffer.from(before)) },
      },
    ]);
  },
});
