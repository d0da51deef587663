import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createBaselineEngine } from "../../../src/main/checkpoints/baseline/engine.ts";
import type { LateRecord } from "../../../src/main/checkpoints/command-types.ts";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import { callIdSchema, createSessionId } from "../../../src/shared/ids.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { createCommandFixture, type CommandFixture } from "../../support/command-fixture.ts";

const everything = { conflicts: "overwrite" } as const;

/** A tool's write over the content "1". */
const write = (fixture: CommandFixture, path: string, content: string) =>
  fixture.service.apply({ ...fixture.scope(), tool: "write_file" }, [
    {
      kind: "write",
      path,
      content: Buffer.from(content),
      expect: { blobId: blobId(Buffer.from("1\n")) },
    },
  ]);

describe("a command in the background", () => {
  it("holds nothing, is told when it ends, and its changes are a guess without what tools wrote", async () => {
    await using fixture = await createCommandFixture();
    for (const name of ["tool.txt", "both.txt"]) fixture.put(name, "1\n");
    const scope = fixture.scope({ line: "serve" });
    const window = await fixture.service.openWindow(scope);
    fixture.put("log.txt", "by the server\n");
    await write(fixture, "tool.txt", "2\n");
    await write(fixture, "both.txt", "2\n");
    fixture.put("both.txt", "3\n");
    await window.closeLate();
    await fixture.service.list({});
    expect(fixture.late).toHaveLength(1);
    const [late] = fixture.late;
    expect([late?.callId, late?.changes.map(({ path }) => path)]).toEqual([
      scope.callId,
      ["both.txt", "log.txt"],
    ]);
    const [intent] = await fixture.intents();
    expect(intent?.command).toMatchObject({ background: true, line: "serve" });
    expect(intent?.command?.shared).toEqual([
      { path: "both.txt", by: "session" },
      { path: "both.txt", by: "long" },
      { path: "log.txt", by: "long" },
    ]);
    expect(intent?.entries.find(({ path }) => path === "both.txt")?.pre).toMatchObject({
      blob: blobId(Buffer.from("2\n")),
    });
    await fixture.service.undo({ unit: "call", callId: scope.callId }, everything);
    expect([existsSync(join(fixture.root, "log.txt")), fixture.read("both.txt")]).toEqual([
      false,
      "2\n",
    ]);
  });

  it("shares with a command that runs meanwhile, and each change is one's only, in the order it happened", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "1\n");
    const scope = fixture.scope({ line: "watch" });
    const window = await fixture.service.openWindow(scope);
    fixture.put("a.txt", "2\n");
    const ran = await fixture.command("echo 3 > a.txt", {
      scope: { sessionId: createSessionId() },
      meanwhile: () => fixture.put("watched.txt", "w\n"),
    });
    expect(ran.changes.map(({ path }) => path)).toEqual(["a.txt", "watched.txt"]);
    fixture.put("a.txt", "4\n");
    const record = await window.close();
    expect(record.changes.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(fixture.late).toEqual([]);
    const intents = await fixture.intents();
    expect(intents.map((one) => one.callId)).toEqual([scope.callId, ran.callId, scope.callId]);
    expect(new Set(intents[1]?.command?.shared.map(({ by }) => by))).toContain("background");
    // Nothing of it counts as the person's.
    expect(await fixture.service.outside({})).toEqual([]);
    await fixture.service.undo({ unit: "session", sessionId: scope.sessionId }, everything);
    expect(fixture.read("a.txt")).toBe("1\n");
  });

  it("answers the same however often it is closed, and tells nobody what its call told", async () => {
    await using fixture = await createCommandFixture();
    const scope = fixture.scope();
    const window = await fixture.service.openWindow(scope);
    fixture.put("a.txt", "1\n");
    const first = await window.close();
    await window.closeLate();
    expect(await window.close()).toEqual(first);
    expect([fixture.late, scope.notices.length > 0]).toEqual([[], true]);
    expect(await fixture.intents()).toHaveLength(1);
  });

  it("is closed with the service, and left alone by another Belay as long as its own lives", async () => {
    await using fixture = await createCommandFixture();
    const other = await fixture.open();
    await fixture.service.openWindow(fixture.scope({ line: "serve" }));
    fixture.put("a.txt", "1\n");
    expect(await other.recover()).toEqual([]);
    await fixture.command("true", { service: other });
    expect(await fixture.records("window-end")).toHaveLength(1);
    fixture.put("b.txt", "1\n");
    await fixture.service.close();
    expect(await fixture.records("window-end")).toHaveLength(2);
    expect(fixture.late.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
      ["a.txt", "b.txt"],
    ]);
  });
});

describe("a save of the person's while a command runs", () => {
  it("counts as the command's, but undo keeps it where the person had changed the file just before", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("mine.txt", "1\n");
    await fixture.command("true");
    fixture.put("mine.txt", "2\n");
    const ran = await fixture.command("echo x > its.txt", {
      meanwhile: () => fixture.put("mine.txt", "3\n"),
    });
    const undone = await fixture.service.undo(
      { unit: "call", callId: ran.callId },
      { conflicts: "merge" },
    );
    expect(undone.undone.map(({ path }) => path)).toEqual(["its.txt"]);
    expect(undone.conflicts.map(({ path }) => path)).toEqual(["mine.txt"]);
    expect(fixture.read("mine.txt")).toBe("3\n");
  });
});

describe("a look that fails", () => {
  it("keeps a command from running when it is the one before", async () => {
    await using fixture = await createCommandFixture({ failLook: () => new Error("disk gone") });
    await expect(fixture.command("echo x > a.txt")).rejects.toThrow("disk gone");
    expect(existsSync(join(fixture.root, "a.txt"))).toBe(false);
  });

  it("loses nothing when it is the one after: the next look tells", async () => {
    await using fixture = await createCommandFixture({
      failLook: (look) => (look === 2 ? new Error("disk gone") : null),
    });
    fixture.put("a.txt", "1\n");
    const ran = await fixture.command("echo 2 > a.txt");
    expect(ran.notes.join()).toMatch(/could not be looked at \(disk gone\)/);
    await fixture.command("true");
    expect(fixture.late.map(({ callId, changes }) => [callId, changes.length])).toEqual([
      [ran.callId, 1],
    ]);
    const undone = await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(undone.conflicts).toEqual([]);
    expect(fixture.read("a.txt")).toBe("1\n");
  });
});

describe("a folder whose last command was not looked at", () => {
  it("opens although the look fails again, and starts no command before it was made", async () => {
    await using fixture = await createCommandFixture({
      failLook: (look) => (look >= 2 && look <= 4 ? new Error("disk gone") : null),
    });
    const ran = await fixture.command("echo 1 > a.txt");
    expect(await fixture.service.recover()).toEqual([
      "What a command changed before Belay ended could not be looked at yet (disk gone). Belay looks again before the next command.",
    ]);
    await expect(fixture.command("echo 1 > b.txt")).rejects.toThrow("disk gone");
    expect(existsSync(join(fixture.root, "b.txt"))).toBe(false);
    await fixture.command("true");
    expect(fixture.late.map(({ callId }) => callId)).toEqual([ran.callId]);
  });
});

describe("a Belay that is killed while a command runs", () => {
  it("leaves what the next one finds, says, and can take back", async () => {
    await using fixture = await createCommandFixture();
    fixture.put("a.txt", "1\n");
    fixture.put("gone.txt", "g\n");
    const outputs = join(fixture.store, "../outputs");
    const line = "echo 2 > a.txt; rm gone.txt; echo x > made.txt; touch ../ready; sleep 60";
    const script = fileURLToPath(new URL("../../support/command-until-killed.ts", import.meta.url));
    const child = spawn(
      process.execPath,
      [script, fixture.root, fixture.store, fixture.locks, outputs, line],
      { stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.once("close", resolve));
    await expect
      .poll(() => existsSync(join(fixture.root, "../ready")), { timeout: 20_000 })
      .toBe(true);
    child.kill("SIGKILL");
    await ended;
    const late: LateRecord[] = [];
    const workspace = { root: fixture.root, id: "w" };
    const service = await createCheckpointService({
      workspace,
      storeFolder: fixture.store,
      lockFolder: fixture.locks,
      onLateRecord: async (record) => void late.push(record),
      baseline: (privateFolders) =>
        createBaselineEngine({
          workspace,
          storeFolder: fixture.store,
          privateFolders,
          capBytes: 1e6,
          tracked: async () => null,
        }),
    });
    const lines = await service.recover();
    expect(lines).toEqual([
      "Belay ended while `echo 2 > a.txt; rm gone.txt; echo x > made.txt; touch ../re…` ran. What changed meanwhile is on its card, and undo asks about it.",
    ]);
    expect(late.map((one) => [one.callId, one.changes.map(({ path }) => path)])).toEqual([
      ["c-killed", ["a.txt", "gone.txt", "made.txt"]],
    ]);
    expect((await fixture.intents())[0]?.command?.interrupted).toBe(true);
    const target = { unit: "call", callId: callIdSchema.parse("c-killed") } as const;
    // Whether it was the command or the person nobody knows: without a decision it stays.
    const kept = await service.undo(target, { conflicts: "merge" });
    expect([kept.undone, kept.conflicts.length]).toEqual([[], 3]);
    await service.undo(target, everything);
    expect([fixture.read("a.txt"), fixture.read("gone.txt")]).toEqual(["1\n", "g\n"]);
    expect(await service.recover()).toEqual([]);
    await service.close();
  });
});
