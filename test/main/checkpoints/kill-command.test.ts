import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createBaselineEngine } from "../../../src/main/checkpoints/baseline/engine.ts";
import { createCheckpointService } from "../../../src/main/checkpoints/create-checkpoint-service.ts";
import type { CheckpointService } from "../../../src/main/checkpoints/types.ts";
import { createSessionId, type SessionId } from "../../../src/shared/ids.ts";
import { allow } from "../../support/allow-error.ts";
import { isAlive } from "../../support/processes.ts";
import { git } from "../../support/run-git.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

const child = fileURLToPath(new URL("../../support/commands-by-moment.ts", import.meta.url));
/** Before the look, while it runs, before it is recorded, after that. */
const moments = ["b", "r", "e", "a"] as const;
const rounds = 16;
/** Folders at work at the same time: a child's start takes most of a round. */
const lanes = 2;

interface Place {
  readonly base: string;
  readonly root: string;
  readonly store: string;
  readonly locks: string;
}

const tracked = async (): Promise<null> => null;

const open = ({ root, store, locks }: Place): Promise<CheckpointService> => {
  const workspace = { root, id: "w" };
  return createCheckpointService({
    workspace,
    storeFolder: store,
    lockFolder: locks,
    baseline: (privateFolders) =>
      createBaselineEngine({
        workspace,
        storeFolder: store,
        privateFolders,
        capBytes: 1e6,
        tracked,
      }),
  });
};

/** Kills it some milliseconds after a moment of one of its first commands. How many of them had come back, and were begun. */
async function killOne(
  { base, root, store, locks }: Place,
  sessionId: SessionId,
  moment: (typeof moments)[number],
): Promise<{ readonly back: number; readonly begun: number }> {
  const running = spawn(
    process.execPath,
    [child, root, store, locks, join(base, "out"), sessionId],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const wanted = 1 + Math.floor(Math.random() * 3);
  let said = "";
  let isDue = false;
  running.stdout.on("data", (letters: Buffer) => {
    said += letters.toString();
    if (isDue || said.split(moment).length - 1 < wanted) return;
    isDue = true;
    setTimeout(() => running.kill("SIGKILL"), Math.random() * 12);
  });
  await once(running, "close");
  const times = (letter: string): number => said.split(letter).length - 1;
  return { back: times("a"), begun: times("r") };
}

/** Nothing of the command's is at work any more: the shell says who it is first of all. */
async function expectNoStray({ base }: Place, sessionId: SessionId): Promise<void> {
  const file = join(base, `pid-${sessionId}`);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  if (pid > 0) await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
}

async function playRound(place: Place, moment: (typeof moments)[number]): Promise<void> {
  const before = treeOf(place.root);
  const sessionId = createSessionId();
  const { back, begun } = await killOne(place, sessionId, moment);
  await expectNoStray(place, sessionId);
  const left = treeOf(place.root);
  const service = await open(place);
  try {
    await service.recover();
    expect(treeOf(place.root)).toEqual(left);
    expect(await service.recover()).toEqual([]);
    const { length } = await service.list({ sessionId });
    // One that was killed right at its start may not have changed anything.
    expect(length).toBeGreaterThanOrEqual(back);
    expect(length).toBeLessThanOrEqual(begun);
    // Nobody else was there: nothing is held to be the person's.
    expect(await service.outside({})).toEqual([]);
    const target = { unit: "session", sessionId } as const;
    const undone = await service.undo(target, { conflicts: "overwrite" }).catch(allow("not-found"));
    expect(undone?.conflicts ?? []).toEqual([]);
    expect(treeOf(place.root)).toEqual(before);
    if (undone !== undefined) await service.redo({ sessionId });
    expect(treeOf(place.root)).toEqual(left);
  } finally {
    await service.close();
  }
}

async function playLane(): Promise<void> {
  using folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  const [root, store, locks] = ["project", "store", "locks"].map((name) => join(base, name));
  const place = { base, root: root ?? "", store: store ?? "", locks: locks ?? "" };
  mkdirSync(place.root);
  writeFileSync(join(place.root, "edit-0"), "the person's\n");
  writeFileSync(join(place.root, "made-1"), "the person's too\n");
  const first = await open(place);
  await first.recover();
  first.start();
  await first.settle(10_000);
  await first.outside({});
  await first.close();
  for (let round = 0; round < rounds; round += 1)
    await playRound(place, moments[round % moments.length] ?? "b");
  const said = git(place.store, "--git-dir", ".", "fsck", "--strict", "--no-dangling");
  expect(said.replaceAll(/^notice:.*\n/gm, "")).toBe("");
}

it(
  `after each of ${rounds * lanes} kills around a command what it did is known, nothing of it runs on, and it can be undone`,
  { timeout: 900_000 },
  async () => {
    await Promise.all(Array.from({ length: lanes }, playLane));
  },
);
