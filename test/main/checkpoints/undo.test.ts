import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ConflictChoice } from "../../../src/shared/checkpoint.ts";
import { createTurnId } from "../../../src/shared/ids.ts";
import { createCheckpointFixture, move, remove, write } from "../../support/checkpoint-fixture.ts";
import type { AppliedUndo } from "../../../src/main/checkpoints/types.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;
const settled = ({ calls }: AppliedUndo): readonly string[] =>
  calls.filter((call) => call.isSettled).map((call) => call.callId);
const text = (lines: readonly string[]): string => lines.join("");

describe("undo", () => {
  it("keeps the person's later lines in the same file, and says that it merged", async () => {
    await using fixture = await createCheckpointFixture();
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);
    writeFileSync(fixture.path("f"), lines.join(""));
    const agent = lines.with(2, "agent\n").join("");
    const { callId } = await fixture.apply([write("f", agent, lines.join(""))]);
    writeFileSync(fixture.path("f"), agent.replace("line 17", "mine"));
    const result = await fixture.service.undo({ unit: "call", callId }, merge);
    expect(result.undone).toEqual([{ path: "f", action: "merge" }]);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe(lines.with(17, "mine\n").join(""));
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe(agent.replace("line 17", "mine"));
  });

  it("keeps what overlaps by default, and takes the old version when told; redo brings the person's back", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "one\n");
    const { callId } = await fixture.apply([write("f", "two\n", "one\n")]);
    writeFileSync(fixture.path("f"), "mine\n");
    const kept = await fixture.service.undo({ unit: "call", callId }, merge);
    expect(kept).toMatchObject({ undone: [], redo: null, conflicts: [{ path: "f" }] });
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("mine\n");
    expect((await fixture.service.plan({ unit: "call", callId })).rows[0]).toMatchObject({
      conflict: expect.any(String),
      mergeable: false,
    });
    await fixture.service.undo({ unit: "call", callId }, { conflicts: "overwrite" });
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("one\n");
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("mine\n");
  });

  it("calls only those steps undone of which nothing stands any more", async () => {
    await using fixture = await createCheckpointFixture();
    const turnId = createTurnId();
    const kept = await fixture.apply([write("kept", "agent\n", null)], { turnId });
    const gone = await fixture.apply([write("gone", "agent\n", null)], { turnId });
    writeFileSync(fixture.path("kept"), "mine\n");
    const target = { unit: "turn", turnId } as const;
    const undone = await fixture.service.undo(target, merge);
    expect(settled(undone)).toEqual([gone.callId]);
    const redone = await fixture.service.redo({});
    expect(settled(redone)).toContain(gone.callId);
    const all = await fixture.service.undo(target, { conflicts: "overwrite" });
    expect(new Set(settled(all))).toEqual(new Set([kept.callId, gone.callId]));
  });

  it("previews what each choice makes of the file as it is now, and writes nothing", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "one\n");
    const { callId } = await fixture.apply([write("f", "two\n", "one\n")]);
    const target = { unit: "call", callId } as const;
    const lines = async (choice: ConflictChoice) =>
      (await fixture.service.preview(target, { path: "f", choice }))?.hunks.flatMap((hunk) =>
        hunk.lines.map((line) => `${line.kind} ${line.text}`),
      );
    expect(await lines("merge")).toEqual(["removed two", "added one"]);
    writeFileSync(fixture.path("f"), "mine\n");
    expect(await lines("keep")).toBeUndefined();
    expect(await lines("overwrite")).toEqual(["removed mine", "added one"]);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("mine\n");
    expect(await fixture.service.preview(target, { path: "g", choice: "merge" })).toBeNull();
  });

  it("never deletes a file that the person made in the place of one the agent deleted", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "old");
    const { callId } = await fixture.apply([remove("f", "old")]);
    writeFileSync(fixture.path("f"), "mine");
    expect((await fixture.service.undo({ unit: "call", callId }, merge)).conflicts).toHaveLength(1);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("mine");
  });

  it("brings .env through an emptied .gitignore", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path(".gitignore"), ".env\n");
    writeFileSync(fixture.path(".env"), "KEY=1\n");
    const before = treeOf(fixture.root);
    await fixture.apply([write(".gitignore", "", ".env\n")]);
    await fixture.apply([remove(".env", "KEY=1\n")]);
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, merge);
    expect(treeOf(fixture.root)).toEqual(before);
  });

  it("takes an older call back while later ones stand", async () => {
    await using fixture = await createCheckpointFixture();
    const lines = Array.from({ length: 12 }, (_, index) => `l${index}\n`);
    writeFileSync(fixture.path("f"), text(lines));
    const first = lines.with(1, "first\n");
    const second = first.with(10, "second\n");
    const { callId } = await fixture.apply([write("f", text(first), text(lines))]);
    await fixture.apply([write("f", text(second), text(first))]);
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe(text(lines.with(10, "second\n")));
  });

  it("undoes the newest turn that stands, one after the other, and redoes in the opposite order", async () => {
    await using fixture = await createCheckpointFixture();
    const turnId = createTurnId();
    const states = [treeOf(fixture.root)];
    await fixture.apply([write("a", "1", null)]);
    states.push(treeOf(fixture.root));
    await fixture.apply([write("b/c/d", "1", null)], { turnId });
    await fixture.apply([move("a", "b/e", "1")], { turnId });
    states.push(treeOf(fixture.root));
    await fixture.service.undo({ unit: "last" }, merge);
    expect(treeOf(fixture.root)).toEqual(states[1]);
    await fixture.service.undo({ unit: "last" }, merge);
    expect(treeOf(fixture.root)).toEqual(states[0]);
    await expect(fixture.service.undo({ unit: "last" }, merge)).rejects.toMatchObject({
      code: "not-found",
    });
    await fixture.service.redo({});
    expect(treeOf(fixture.root)).toEqual(states[1]);
    const { redo } = await fixture.service.redo({});
    expect(treeOf(fixture.root)).toEqual(states[2]);
    if (redo === null) throw new Error("a redo can be taken back");
    await fixture.service.redo({ undoId: redo });
    expect(treeOf(fixture.root)).toEqual(states[1]);
  });

  it("goes to the state just before a checkpoint, and undoes one file of a call", async () => {
    await using fixture = await createCheckpointFixture();
    await fixture.apply([write("a", "1", null)]);
    const state = treeOf(fixture.root);
    const { checkpointId } = await fixture.apply([write("a", "2", "1")]);
    const both = await fixture.apply([write("x", "1", null), write("y", "1", null)]);
    await fixture.service.undo({ unit: "call", callId: both.callId, path: "x" }, merge);
    expect([existsSync(fixture.path("x")), existsSync(fixture.path("y"))]).toEqual([false, true]);
    await fixture.service.undo({ unit: "to", checkpointId }, merge);
    expect(treeOf(fixture.root)).toEqual(state);
  });

  it("leaves the person's git untouched", async () => {
    await using fixture = await createCheckpointFixture();
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@e.invalid", ...args], {
        cwd: fixture.root,
        encoding: "utf8",
      });
    git("init", "-q");
    writeFileSync(fixture.path("f"), "1");
    git("add", "f");
    git("commit", "-q", "-m", "x");
    const before = treeOf(join(fixture.root, ".git"));
    await fixture.apply([write("f", "2", "1")]);
    await fixture.service.undo({ unit: "last" }, merge);
    expect(treeOf(join(fixture.root, ".git"))).toEqual(before);
  });

  it("shows what a turn changed, from its first state to its last", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "a\nb\nc\n");
    const turnId = createTurnId();
    await fixture.apply([write("f", "a\nB\nc\n", "a\nb\nc\n")], { turnId });
    await fixture.apply([write("f", "a\nB\nc\nd\n", "a\nB\nc\n")], { turnId });
    const [diff] = await fixture.service.diff({ turnId });
    expect(diff).toMatchObject({
      path: "f",
      kind: "modified",
      added: 2,
      removed: 1,
      binary: false,
    });
  });

  it("undoes two deletions of the same file that both stand after a redo found it gone already", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "1");
    await fixture.apply([remove("f", "1")]);
    await fixture.service.undo({ unit: "last" }, merge);
    await fixture.apply([remove("f", "1")]);
    await fixture.service.redo({});
    await fixture.apply([write("f", "2", null)]);
    const session = { unit: "session", sessionId: fixture.sessionId } as const;
    expect((await fixture.service.undo(session, merge)).conflicts).toEqual([]);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("1");
  });

  it("takes back first what a redo brought last, though it was written long before", async () => {
    await using fixture = await createCheckpointFixture();
    const session = { unit: "session", sessionId: fixture.sessionId } as const;
    await fixture.apply([write("f", "old\n", null)]);
    await fixture.service.undo({ unit: "last" }, merge);
    await fixture.apply([write("f", "new\n", null)]);
    await fixture.apply([remove("f", "new\n")]);
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("old\n");
    await fixture.apply([write("f", "newest\n", "old\n")]);
    expect((await fixture.service.undo(session, merge)).conflicts).toEqual([]);
    expect(existsSync(fixture.path("f"))).toBe(false);
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("newest\n");
  });

  it("leaves a folder that took a file's place, whatever was chosen, and undoes the rest", async () => {
    await using fixture = await createCheckpointFixture();
    const { callId } = await fixture.apply([write("f", "1", null), write("g", "1", null)]);
    rmSync(fixture.path("f"));
    mkdirSync(fixture.path("f"));
    writeFileSync(fixture.path("f/mine"), "mine");
    const result = await fixture.service.undo({ unit: "call", callId }, { conflicts: "overwrite" });
    expect(result.conflicts).toMatchObject([
      { path: "f", reason: expect.stringContaining("folder") },
    ]);
    expect(readFileSync(fixture.path("f/mine"), "utf8")).toBe("mine");
    expect(existsSync(fixture.path("g"))).toBe(false);
  });
});
