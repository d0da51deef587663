import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCheckpointService } from "../../../../src/main/checkpoints/create-checkpoint-service.ts";
import type { FileOps } from "../../../../src/main/checkpoints/file-ops.ts";
import type { CheckpointService } from "../../../../src/main/checkpoints/types.ts";
import {
  createCheckpointFixture,
  remove,
  write,
  type CheckpointFixture,
} from "../../../support/checkpoint-fixture.ts";
import { createFailingFileOps } from "../../../support/failing-file-ops.ts";
import { treeOf } from "../../../support/tree-hash.ts";

const keep = { conflicts: "keep" } as const;

const git = (fixture: CheckpointFixture, ...args: readonly string[]): string =>
  execFileSync("git", ["--git-dir", fixture.store, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

const log = (fixture: CheckpointFixture): string =>
  git(fixture, "log", "-p", `refs/belay/${fixture.sessionId}`);

/** As another process does. No power is cut here: nothing waits for the disk. */
const reopen = (
  fixture: CheckpointFixture,
  ops: FileOps = createFailingFileOps().ops,
): Promise<CheckpointService> =>
  createCheckpointService({
    workspace: fixture.workspace,
    storeFolder: fixture.store,
    lockFolder: fixture.locks,
    ops,
  });

const packsOf = (fixture: CheckpointFixture): string[] =>
  readdirSync(join(fixture.store, "objects/pack")).filter((name) => name.endsWith(".pack"));

const looseOf = (fixture: CheckpointFixture): string[] =>
  readdirSync(join(fixture.store, "objects"), { recursive: true, encoding: "utf8" }).filter(
    (name) => /^[0-9a-f]{2}.[0-9a-f]{38}$/.test(name),
  );

/** Text, bytes that do not compress, nothing, an edit and a deletion. */
async function work(fixture: CheckpointFixture): Promise<void> {
  writeFileSync(fixture.path("kept"), "before\n");
  await fixture.apply([write("kept", "after\n", "before\n"), write("in/a folder", "one\n", null)]);
  const noise = randomBytes(70_000);
  await fixture.apply([write("noise", noise, null), write("nothing", "", null)]);
  await fixture.apply([remove("noise", noise), write("kept", "after all\n", "after\n")]);
}

describe("folding", () => {
  it("makes packs that git takes, shows the same history, and leaves nothing twice", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    await work(fixture);
    await fixture.service.list({});
    const before = log(fixture);
    const objects = looseOf(fixture).length;
    expect(await fixture.service.storage.tidy()).toBe(true);
    const [pack = ""] = packsOf(fixture);
    expect(looseOf(fixture)).toEqual([]);
    expect(fixture.fsck()).toBe("");
    expect(log(fixture)).toBe(before);
    const verified = git(fixture, "verify-pack", "-v", join(fixture.store, "objects/pack", pack));
    expect(verified).toContain(`non delta: ${objects} objects`);
    expect(statSync(join(fixture.store, "journal")).size).toBeLessThan(2000);
  });

  it("leaves packs that a disk which failed for a moment does not make unreadable", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    await work(fixture);
    expect(await fixture.service.storage.tidy()).toBe(true);
    const target = { unit: "session", sessionId: fixture.sessionId } as const;
    let failures = 0;
    for (let call = 0; call < 30; call += 1) {
      const { ops, ...failing } = createFailingFileOps();
      const service = await reopen(fixture, ops);
      await service.list({});
      failing.failOnceAt(call, Object.assign(new Error("EMFILE"), { code: "EMFILE" }));
      await service.plan(target).catch(() => (failures += 1));
      failing.disarm();
      expect((await service.plan(target)).rows).toHaveLength(4);
      await service.close();
    }
    expect(failures).toBeGreaterThan(0);
  });

  it("goes on: more work, more folds, one small pack, and all of it can be undone by another process", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    writeFileSync(fixture.path("a"), "0");
    const original = treeOf(fixture.root);
    for (let round = 1; round <= 5; round += 1) {
      await fixture.apply([write("a", `${round}`, `${round - 1}`)]);
      await fixture.service.storage.tidy();
    }
    expect(packsOf(fixture)).toHaveLength(1);
    const again = await reopen(fixture);
    expect(await again.list({})).toHaveLength(5);
    await again.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
    await again.close();
    expect(treeOf(fixture.root)).toEqual(original);
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("a"), "utf8")).toBe("5");
    expect(fixture.fsck()).toBe("");
  });

  it("by one process is noticed by another that has the old journal open", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    const other = await reopen(fixture);
    await fixture.apply([write("a", "1", null)]);
    expect(await other.list({})).toHaveLength(1);
    await fixture.apply([write("a", "2", "1")]);
    await fixture.service.storage.tidy();
    await fixture.apply([write("a", "3", "2")]);
    expect(await other.list({})).toHaveLength(3);
    await other.undo({ unit: "last" }, keep);
    await other.storage.tidy();
    expect(await fixture.service.list({})).toHaveLength(3);
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("a"), "utf8")).toBe("3");
    await other.close();
  });

  it("at the same time as writes loses none of them", async () => {
    await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
    const other = await reopen(fixture);
    const folding = (async () => {
      for (let round = 0; round < 8; round += 1)
        await (round % 2 === 0 ? fixture.service : other).storage.tidy();
    })();
    for (let round = 1; round <= 20; round += 1)
      await fixture.apply([write("a", `${round}`, round === 1 ? null : `${round - 1}`)]);
    await folding;
    expect(await other.list({})).toHaveLength(20);
    await other.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
    expect(treeOf(fixture.root)).toEqual({});
    await other.close();
    expect(fixture.fsck()).toBe("");
  });
});

it("names the file whose saved bytes the disk lost, and undoes everything else", async () => {
  await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
  const lost = randomBytes(2000);
  writeFileSync(fixture.path("lost"), lost);
  writeFileSync(fixture.path("safe"), "before");
  const first = await fixture.apply([write("lost", "after", lost)]);
  const second = await fixture.apply([write("safe", "after", "before")]);
  await fixture.service.storage.tidy();
  const pack = join(fixture.store, "objects/pack", packsOf(fixture)[0] ?? "");
  const bytes = readFileSync(pack);
  const at = bytes.indexOf(lost.subarray(100, 120));
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(pack, bytes);
  const again = await reopen(fixture);
  await expect(again.undo({ unit: "call", callId: first.callId }, keep)).rejects.toThrow(
    /^The saved bytes of lost \([0-9a-f]{10}\) are damaged on the disk/,
  );
  expect(readFileSync(fixture.path("lost"), "utf8")).toBe("after");
  await again.undo({ unit: "call", callId: second.callId }, keep);
  expect(readFileSync(fixture.path("safe"), "utf8")).toBe("before");
  await again.close();
});

interface Trial {
  readonly reached: boolean;
  readonly failed: boolean;
}

/** A fold in which one call fails, or all from one on: then another process goes on. */
async function foldFailingAt(call: number, how: "once" | "for ever"): Promise<Trial> {
  const failing = createFailingFileOps();
  await using fixture = await createCheckpointFixture(failing.ops);
  writeFileSync(fixture.path("a"), "old");
  const original = treeOf(fixture.root);
  await fixture.apply([write("a", "1", "old")]);
  await fixture.service.storage.tidy();
  await fixture.apply([write("a", "2", "1"), write("b", "new", null)]);
  const error = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  if (how === "once") failing.failOnceAt(call, error);
  else failing.armAt(call, error);
  const failed = await fixture.service.storage.tidy().then(
    () => false,
    () => true,
  );
  const reached = failing.calls() > call;
  if (how === "once") {
    failing.disarm();
    await fixture.apply([write("b", "newer", "new")]);
  }
  const again = await reopen(fixture);
  await again.storage.tidy();
  expect(packsOf(fixture)).toHaveLength(1);
  expect(readdirSync(join(fixture.store, "segments"))).toHaveLength(1);
  expect(looseOf(fixture)).toEqual([]);
  expect(readdirSync(join(fixture.store, "objects/pack"))).toHaveLength(2);
  await again.undo({ unit: "session", sessionId: fixture.sessionId }, keep);
  expect(treeOf(fixture.root)).toEqual(original);
  await again.close();
  failing.disarm();
  return { reached, failed };
}

describe("a fold", () => {
  it.each(["once", "for ever"] as const)(
    "that fails %s at any call loses nothing, and leaves nothing behind",
    { timeout: 120_000 },
    async (how) => {
      let [trials, failures] = [0, 0];
      for (let reached = true; reached; trials += 1) {
        const trial = await foldFailingAt(trials, how);
        reached = trial.reached;
        if (trial.failed) failures += 1;
      }
      expect(failures).toBeGreaterThan(20);
    },
  );
});
