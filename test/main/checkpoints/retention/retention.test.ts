import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createCheckpointService } from "../../../../src/main/checkpoints/create-checkpoint-service.ts";
import type { FileOps } from "../../../../src/main/checkpoints/file-ops.ts";
import type { CheckpointService } from "../../../../src/main/checkpoints/types.ts";
import { createTurnId, sessionIdSchema, turnIdSchema } from "../../../../src/shared/ids.ts";
import {
  createCheckpointFixture,
  write,
  type CheckpointFixture,
} from "../../../support/checkpoint-fixture.ts";
import { createFailingFileOps } from "../../../support/failing-file-ops.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";
import { treeOf } from "../../../support/tree-hash.ts";

const keep = { conflicts: "keep" } as const;
const day = 86_400_000;

const reopen = (fixture: CheckpointFixture, megabytes = 2048): Promise<CheckpointService> =>
  createCheckpointService({
    workspace: fixture.workspace,
    storeFolder: fixture.store,
    lockFolder: fixture.locks,
    storageLimits: () => ({ megabytes, days: 30 }),
    ops: createFailingFileOps().ops,
  });

/** `days` ago as far as Belay can tell. */
async function ago<T>(days: number, act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - days * day });
  try {
    return await act();
  } finally {
    vi.useRealTimers();
  }
}

/** An id as it was made then: those of one process never go back in time. */
const oldId = (prefix: string): string =>
  `${prefix}-${(Date.now() - 40 * day).toString(36)}00${randomBytes(5).toString("hex")}`;

/** Old turns of one session, then enough new ones of another that none of the old is among the newest. */
async function oldAndNew(fixture: CheckpointFixture) {
  const sessionId = sessionIdSchema.parse(oldId("s"));
  const turnId = turnIdSchema.parse(oldId("t"));
  await ago(40, async () => {
    for (let index = 0; index < 4; index += 1)
      await fixture.apply([write(`old-${index}`, randomBytes(20_000), null)], {
        sessionId,
        turnId,
      });
  });
  for (let index = 0; index < 20; index += 1)
    await fixture.apply([write("new", `${index}`, index === 0 ? null : `${index - 1}`)]);
  return { sessionId, turnId };
}

const refsOf = (fixture: CheckpointFixture): string[] =>
  readdirSync(join(fixture.store, "refs/belay"));

describe("the age limit", () => {
  it("drops what is too old with its contents and its ref, says so, and git still takes the store", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    const { sessionId, turnId } = await oldAndNew(fixture);
    await fixture.service.list({});
    expect(refsOf(fixture)).toHaveLength(2);
    const before = await fixture.service.storage.size();
    await fixture.service.storage.tidy();
    await fixture.service.list({});
    const after = await fixture.service.storage.size();
    expect(after.checkpoints).toBe(20);
    expect(after.bytes).toBeLessThan(before.bytes - 60_000);
    expect(after.dropped).toMatchObject({ checkpoints: 4 });
    expect(refsOf(fixture)).toEqual([fixture.sessionId]);
    expect(fixture.fsck()).toBe("");
    for (const target of [
      { unit: "session", sessionId },
      { unit: "turn", turnId },
    ] as const)
      await expect(fixture.service.undo(target, keep)).rejects.toThrow(
        /^Too old: dropped by the storage limit on \d{4}-\d{2}-\d{2}\.$/,
      );
    // What never was is not said to have been dropped.
    await expect(
      fixture.service.undo({ unit: "turn", turnId: createTurnId() }, keep),
    ).rejects.toThrow(/changed no file/);
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
    expect(existsSync(fixture.path("new"))).toBe(false);
    expect(existsSync(fixture.path("old-0"))).toBe(true);
  });

  it("never takes what is pinned, an undo with what it undid, a safety copy, or the newest turns", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    const kept = await ago(50, async () => {
      const pinned = await fixture.apply([write("pinned", "p", null)]);
      await fixture.service.storage.pin(pinned.checkpointId, true);
      const undone = await fixture.apply([write("undone", "u", null)]);
      await fixture.service.undo({ unit: "call", callId: undone.callId }, keep);
      return { pinned, undone };
    });
    await oldAndNew(fixture);
    await fixture.service.storage.tidy();
    const left = await fixture.service.list({});
    expect(left.map(({ checkpointId }) => checkpointId)).toEqual(
      expect.arrayContaining([kept.pinned.checkpointId, kept.undone.checkpointId]),
    );
    expect(left).toHaveLength(22);
    await fixture.service.undo({ unit: "call", callId: kept.pinned.callId }, keep);
    expect(existsSync(fixture.path("pinned"))).toBe(false);
    await fixture.service.redo({});
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("undone"), "utf8")).toBe("u");
    expect(fixture.fsck()).toBe("");
    await fixture.service.storage.pin(kept.pinned.checkpointId, false);
    expect((await fixture.service.storage.size()).pinned).toEqual([]);
  });

  it("cuts a session in the middle: what is left of it goes on, and git shows it", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    writeFileSync(fixture.path("a"), "start");
    await ago(40, async () => {
      await fixture.apply([write("a", "one", "start")]);
      await fixture.apply([write("a", "two", "one")]);
    });
    let last = "two";
    for (let index = 0; index < 21; index += 1) {
      await fixture.apply([write("a", `${index}`, last)]);
      last = `${index}`;
    }
    await fixture.service.storage.tidy();
    await fixture.apply([write("a", "end", last)]);
    expect(await fixture.service.list({})).toHaveLength(22);
    const log = execFileSync(
      "git",
      ["--git-dir", fixture.store, "log", "--oneline", `refs/belay/${fixture.sessionId}`],
      { encoding: "utf8" },
    );
    expect(log.trim().split("\n")).toHaveLength(22);
    expect(fixture.fsck()).toBe("");
    await fixture.service.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
    expect(readFileSync(fixture.path("a"), "utf8")).toBe("two");
  });

  it("is noticed by a process that has the store open, which goes on without what is gone", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    await oldAndNew(fixture);
    const other = await reopen(fixture);
    expect(await other.list({})).toHaveLength(24);
    await fixture.service.storage.tidy();
    expect(await other.list({})).toHaveLength(20);
    await other.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
    expect(existsSync(fixture.path("new"))).toBe(false);
    await other.close();
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("new"), "utf8")).toBe("19");
  });
});

describe("freeing space", () => {
  it("says what would go, then drops it, and keeps what is younger than an hour", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    await oldAndNew(fixture);
    const asked = await fixture.service.storage.freeSpace({ olderThanDays: 0, dryRun: true });
    expect(asked).toMatchObject({ dryRun: true, checkpoints: 4, sessions: 1, spared: 20 });
    expect(await fixture.service.list({})).toHaveLength(24);
    const done = await fixture.service.storage.freeSpace({ olderThanDays: 0, dryRun: false });
    expect(done).toEqual({ ...asked, dryRun: false });
    expect(await fixture.service.list({})).toHaveLength(20);
  });

  it("goes by the quota, the oldest first, and leaves a content that something newer needs", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    const shared = randomBytes(900_000);
    await ago(2, async () => {
      await fixture.apply([write("first", shared, null)]);
      await fixture.apply([write("second", randomBytes(900_000), null)]);
    });
    await ago(1, async () => fixture.apply([write("third", shared, null)]));
    for (let index = 0; index < 20; index += 1)
      await fixture.apply([write("new", `${index}`, index === 0 ? null : `${index - 1}`)]);
    const small = await reopen(fixture, 1.6);
    await small.storage.tidy();
    const left = await small.list({});
    expect(left.flatMap(({ paths }) => paths)).toContain("third");
    expect(left.flatMap(({ paths }) => paths)).not.toContain("second");
    const { packs } = await small.storage.size();
    expect(packs).toBeLessThan(1_300_000);
    const call = left.find(({ paths }) => paths.includes("third"))?.callId;
    if (call !== undefined) await small.undo({ unit: "call", callId: call }, keep);
    await small.redo({});
    expect(readFileSync(fixture.path("third"))).toEqual(shared);
    await small.close();
    expect(fixture.fsck()).toBe("");
  });
});

interface Copy extends AsyncDisposable {
  readonly store: string;
  open(ops: FileOps): Promise<CheckpointService>;
  tree(): ReturnType<typeof treeOf>;
}

/** The project and its store once more: making them anew for each trial would take a second. */
function copyOf(fixture: CheckpointFixture): Copy {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  const store = join(folder.path, "store");
  cpSync(fixture.root, root, { recursive: true });
  cpSync(fixture.store, store, { recursive: true });
  const opened: CheckpointService[] = [];
  return {
    store,
    async open(ops) {
      const service = await createCheckpointService({
        workspace: { root, id: "w" },
        storeFolder: store,
        lockFolder: join(folder.path, "locks"),
        ops,
      });
      opened.push(service);
      return service;
    },
    tree: () => treeOf(root),
    async [Symbol.asyncDispose]() {
      for (const service of opened) await service.close();
      folder[Symbol.dispose]();
    },
  };
}

it.each(["once", "for ever"] as const)(
  "a drop that fails %s at any call is made whole or not at all, and leaves nothing behind",
  { timeout: 120_000 },
  async (how) => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    await oldAndNew(fixture);
    await fixture.service.list({});
    let failures = 0;
    // Every other call: the fold in front of it is tried call by call elsewhere.
    for (let call = 0, reached = true; reached; call += 2) {
      await using copy = copyOf(fixture);
      const tree = copy.tree();
      const failing = createFailingFileOps();
      const service = await copy.open(failing.ops);
      await service.list({});
      const error = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      if (how === "once") failing.failOnceAt(call, error);
      else failing.armAt(call, error);
      await service.storage.tidy().catch(() => {
        failures += 1;
      });
      reached = failing.calls() > call;
      const again = await copy.open(createFailingFileOps().ops);
      expect([20, 24]).toContain((await again.list({})).length);
      expect(await again.storage.tidy()).toBe(true);
      expect([call, await again.list({})]).toEqual([
        call,
        expect.toSatisfy((all: readonly unknown[]) => all.length === 20),
      ]);
      expect(readdirSync(join(copy.store, "segments"))).toHaveLength(1);
      expect(readdirSync(join(copy.store, "objects/pack"))).toHaveLength(2);
      expect(copy.tree()).toEqual(tree);
      await again.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
      expect(Object.keys(copy.tree())).not.toContain("new");
      failing.disarm();
    }
    expect(failures).toBeGreaterThan(15);
  },
);
