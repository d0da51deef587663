import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBaselineEngine } from "../../../src/main/checkpoints/baseline/engine.ts";
import type { Baseline } from "../../../src/main/checkpoints/baseline/types.ts";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import type { CheckpointService } from "../../../src/main/checkpoints/types.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { createCallId, createTurnId, sessionIdSchema } from "../../../src/shared/ids.ts";
import { write } from "../../support/checkpoint-fixture.ts";
import { createFailingFileOps, type FailingFileOps } from "../../support/failing-file-ops.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

const everything = { conflicts: "overwrite" } as const;
const sessionId = sessionIdSchema.parse("s-command");
const call = { unit: "call", callId: createCallId() } as const;
const scopeOf = (callId: typeof call.callId) => ({
  sessionId,
  turnId: createTurnId(),
  callId,
  signal: new AbortController().signal,
  onCheckpoint: async () => {},
});

type Tree = ReturnType<typeof treeOf>;

interface Folder extends Disposable {
  readonly root: string;
  readonly original: Tree;
  open(door: FailingFileOps): Promise<CheckpointService>;
  /** What the command does: changes, makes, deletes, moves, a mode, a folder. */
  change(): void;
  fsck(): string;
}

/** Before and behind each look and each confirmation the process can die as well: these count as calls of the door. */
function atDoor(baseline: Baseline, { ops }: FailingFileOps, root: string): Baseline {
  const around = async <T>(act: () => Promise<T>): Promise<T> => {
    await ops.lstat(root);
    const result = await act();
    await ops.lstat(root);
    return result;
  };
  return {
    ...baseline,
    look: (options) => around(() => baseline.look(options)),
    confirm: () => around(() => baseline.confirm()),
  };
}

function createFolder(): Folder {
  const folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  const root = join(base, "project");
  const store = join(base, "store");
  const at = (name: string): string => join(root, name);
  mkdirSync(root);
  mkdirSync(store);
  for (const name of ["edited", "deleted", "moved", "run.sh"]) writeFileSync(at(name), `${name}\n`);
  return {
    root,
    original: treeOf(root),
    open(door) {
      const workspace = { root, id: "w" };
      const baseline = createBaselineEngine({
        workspace,
        storeFolder: store,
        privateFolders: [],
        tracked: async () => null,
        capBytes: 1 << 20,
      });
      return createCheckpointService({
        workspace,
        storeFolder: store,
        lockFolder: join(base, "locks"),
        baseline: atDoor(baseline, door, root),
        ops: door.ops,
      });
    },
    change() {
      writeFileSync(at("edited"), "EDITED\n");
      rmSync(at("deleted"));
      rmSync(at("moved"));
      mkdirSync(at("new"));
      writeFileSync(at("new/moved"), "moved\n");
      chmodSync(at("run.sh"), 0o755);
    },
    fsck: () =>
      execFileSync("git", ["--git-dir", store, "fsck", "--strict", "--full"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }).replaceAll(/^notice:.*\n/gm, ""),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** A write of a tool's, so that the journal is not empty, and everything looked at. */
async function prepare(service: CheckpointService): Promise<void> {
  await service.recover();
  service.start();
  await service.settle(10_000);
  const scope = { ...scopeOf(createCallId()), tool: "write_file" };
  await service.apply(scope, [write("written", "by a tool\n", null)]);
  await service.outside({});
}

interface Told {
  readonly hasRun: boolean;
  /** What was thrown; null when the command's output came back. */
  readonly error: unknown;
}

async function runCommand(service: CheckpointService, folder: Folder): Promise<Told> {
  let hasRun = false;
  const scope = { ...scopeOf(call.callId), line: "make" };
  const run = async (): Promise<void> => {
    hasRun = true;
    folder.change();
  };
  return service.aroundCommand(scope, run).then(
    () => ({ hasRun, error: null }),
    (error: unknown) => ({ hasRun, error }),
  );
}

/** Whatever happened around it: what it did stands, is its own and nobody else's, and goes and comes to the byte. */
async function expectAllKnown(
  service: CheckpointService,
  folder: Folder,
  { before, hasRun }: { readonly before: Tree; readonly hasRun: boolean },
): Promise<void> {
  const after = treeOf(folder.root);
  expect(await service.outside({})).toEqual([]);
  const diffs = await service.diff({ callId: call.callId });
  const paths = diffs.map(({ path }) => path).toSorted();
  expect(paths).toEqual(hasRun ? ["deleted", "edited", "new/moved", "run.sh"] : []);
  if (hasRun) {
    const { conflicts } = await service.undo(call, everything);
    expect(conflicts).toEqual([]);
    expect(treeOf(folder.root)).toEqual(before);
    await service.redo({});
  }
  expect(treeOf(folder.root)).toEqual(after);
  await service.undo({ unit: "session", sessionId }, everything);
  expect(treeOf(folder.root)).toEqual(folder.original);
}

/** Whether the call of this number was reached. */
async function dieAt(number: number): Promise<{ readonly reached: boolean; readonly told: Told }> {
  using folder = createFolder();
  const door = createFailingFileOps();
  const first = await folder.open(door);
  await prepare(first);
  const before = treeOf(folder.root);
  door.armAt(number, new Error("the process is dead"));
  const told = await runCommand(first, folder);
  const reached = door.calls() > number;
  const left = treeOf(folder.root);
  await first.close();
  const second = await folder.open(createFailingFileOps());
  await second.recover();
  expect(treeOf(folder.root)).toEqual(left);
  expect(await second.recover()).toEqual([]);
  await expectAllKnown(second, folder, { before, hasRun: told.hasRun });
  await second.list({});
  expect(folder.fsck()).toBe("");
  await second.close();
  return { reached, told };
}

async function runInBackground(service: CheckpointService, folder: Folder): Promise<Told> {
  const scope = { ...scopeOf(call.callId), line: "serve" };
  const window = await service.openWindow(scope).catch((error: unknown) => ({ error }));
  if ("error" in window) return { hasRun: false, error: window.error };
  folder.change();
  return window.close().then(
    () => ({ hasRun: true, error: null }),
    (error: unknown) => ({ hasRun: true, error }),
  );
}

/** Whether the call of this number was reached. */
async function failAt(number: number, code: string, run: typeof runCommand): Promise<boolean> {
  using folder = createFolder();
  const door = createFailingFileOps();
  const service = await folder.open(door);
  await prepare(service);
  const before = treeOf(folder.root);
  door.failOnceAt(number, Object.assign(new Error(code), { code }));
  const { hasRun, error } = await run(service, folder);
  const reached = door.calls() > number;
  door.disarm();
  // A command that ran is answered with what it said, whatever became of its record.
  if (hasRun) expect(error).toBeNull();
  else expect(error).toBeInstanceOf(AppError);
  await service.recover();
  await expectAllKnown(service, folder, { before, hasRun });
  await service.close();
  return reached;
}

describe("around a command", () => {
  it(
    "a process that dies at any call leaves what the command did, as the command's, to be undone",
    { timeout: 240_000 },
    async () => {
      let [number, ran, unheard] = [0, 0, 0];
      for (let reached = true; reached; number += 1) {
        const { reached: wasReached, told } = await dieAt(number);
        reached = wasReached;
        if (told.hasRun) ran += 1;
        else unheard += 1;
      }
      expect(ran).toBeGreaterThan(8);
      expect(unheard).toBeGreaterThan(8);
    },
  );

  it.each([
    ["ENOSPC", "foreground", runCommand],
    ["EACCES", "foreground", runCommand],
    ["EIO", "foreground", runCommand],
    ["EMFILE", "foreground", runCommand],
    ["ENOSPC", "background", runInBackground],
  ] as const)(
    "a call that fails once with %s, wherever it is, costs no byte and no command (%s)",
    { timeout: 240_000 },
    async (code, _, run) => {
      let number = 0;
      while (await failAt(number, code, run)) number += 1;
      expect(number).toBeGreaterThan(16);
    },
  );
});
