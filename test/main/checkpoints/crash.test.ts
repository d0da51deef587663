import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import {
  createCheckpointFixture,
  move,
  remove,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { createFailingFileOps } from "../../support/failing-file-ops.ts";
import { allow } from "../../support/allow-error.ts";
import { treeOf } from "../../support/tree-hash.ts";

const keep = { conflicts: "keep" } as const;
type Tree = ReturnType<typeof treeOf>;

function fill(fixture: CheckpointFixture): void {
  writeFileSync(fixture.path("edited"), "one\n");
  chmodSync(fixture.path("edited"), 0o755);
  writeFileSync(fixture.path("deleted"), "two\n");
  writeFileSync(fixture.path("moved"), "three\n");
  mkdirSync(fixture.path("folder"));
  symlinkSync("edited", fixture.path("folder/link"));
}

/** A write, a creation in new folders, a deletion, a move and a deleted link, in one call. */
const change = (fixture: CheckpointFixture) =>
  fixture.apply([
    write("edited", "ONE\n", "one\n"),
    write("new/er/made", "four\n", null),
    remove("deleted", "two\n"),
    move("moved", "folder/moved", "three\n"),
    remove("folder/link", ""),
  ]);

const reopen = (fixture: CheckpointFixture) =>
  createCheckpointService({
    workspace: fixture.workspace,
    storeFolder: fixture.store,
    lockFolder: fixture.locks,
  });

interface Trial {
  readonly before: Tree;
  readonly after: Tree;
  readonly failed: boolean;
  readonly left: Tree;
  readonly lines: readonly string[];
  readonly undone: Tree;
}

/** Lets the process die at one file operation of `act`, recovers with a new one and looks. */
async function dieAt(
  call: number,
  act: (fixture: CheckpointFixture) => Promise<unknown>,
  prepare: (fixture: CheckpointFixture) => Promise<unknown>,
): Promise<Trial> {
  const failing = createFailingFileOps();
  await using fixture = await createCheckpointFixture(failing.ops);
  fill(fixture);
  const original = treeOf(fixture.root);
  await prepare(fixture);
  const before = treeOf(fixture.root);
  failing.armAt(call, new Error("the process is dead"));
  const failed = await act(fixture).then(
    () => false,
    () => true,
  );
  const again = await reopen(fixture);
  const lines = await again.recover();
  expect(await again.recover()).toEqual([]);
  const left = treeOf(fixture.root);
  await again
    .undo({ unit: "session", sessionId: fixture.sessionId }, keep)
    .catch(allow("not-found"));
  const undone = treeOf(fixture.root);
  expect(undone).toEqual(original);
  await again.close();
  expect(fixture.fsck()).toBe("");
  failing.disarm();
  return { before, after: original, failed, left, lines, undone };
}

describe("a process that dies", () => {
  it(
    "at any file operation of a write leaves all of it or nothing, says so, and can undo it",
    { timeout: 120_000 },
    async () => {
      await using whole = await createCheckpointFixture();
      fill(whole);
      await change(whole);
      const after = treeOf(whole.root);
      let trials = 0;
      for (let failed = true; failed; trials += 1) {
        const trial = await dieAt(trials, change, async () => {});
        failed = trial.failed;
        expect([trial.before, after]).toContainEqual(trial.left);
      }
      expect(trials).toBeGreaterThan(30);
    },
  );

  it(
    "at any file operation of an undo has it finished or not begun",
    { timeout: 120_000 },
    async () => {
      let [trials, finished] = [0, 0];
      for (let failed = true; failed; trials += 1) {
        const undo = (fixture: CheckpointFixture) => fixture.service.undo({ unit: "last" }, keep);
        const trial = await dieAt(trials, undo, change);
        failed = trial.failed;
        expect([trial.before, trial.after]).toContainEqual(trial.left);
        if (trial.lines.length > 0) finished += 1;
      }
      expect(trials).toBeGreaterThan(30);
      expect(finished).toBeGreaterThan(10);
    },
  );
});

describe("a file operation that fails once", () => {
  it.each(["ENOSPC", "EMFILE", "EACCES", "EIO"])(
    "with %s leaves a write whole or undoes it, wherever it is",
    async (code) => {
      let trials = 0;
      for (let reached = true; reached; trials += 1) {
        const failing = createFailingFileOps();
        await using fixture = await createCheckpointFixture(failing.ops);
        fill(fixture);
        const before = treeOf(fixture.root);
        failing.failOnceAt(trials, Object.assign(new Error(code), { code }));
        const failed = await change(fixture).then(
          () => false,
          (error: unknown) => {
            // What to do about it, never the system's bare code.
            expect(error).toBeInstanceOf(AppError);
            return true;
          },
        );
        reached = failing.calls() > trials;
        failing.disarm();
        await fixture.service.recover();
        if (!failed) await fixture.service.undo({ unit: "last" }, keep);
        expect(treeOf(fixture.root)).toEqual(before);
      }
      expect(trials).toBeGreaterThan(30);
    },
  );
});
