import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import type { CheckpointService, FileEffect } from "../../../src/main/checkpoints/types.ts";
import { createCallId, createTurnId, sessionIdSchema } from "../../../src/shared/ids.ts";
import { allow } from "../../support/allow-error.ts";
import { move, remove, write } from "../../support/checkpoint-fixture.ts";
import { createFailingFileOps } from "../../support/failing-file-ops.ts";
import {
  explore,
  isOpening,
  openAt as open,
  projectOf,
  quick,
  type Scenario,
  unmissedSyncs,
} from "../../support/explore-power-loss.ts";
import { recordDisk } from "../../support/power-loss.ts";

const sessionId = sessionIdSchema.parse("s-power");
const session = { unit: "session", sessionId } as const;
const keep = { conflicts: "keep" } as const;

function fill(base: string): void {
  const at = (name: string): string => join(base, "project", name);
  mkdirSync(join(base, "data/locks"), { recursive: true });
  mkdirSync(at("folder"), { recursive: true });
  writeFileSync(at("edited"), "one\n");
  chmodSync(at("edited"), 0o755);
  writeFileSync(at("deleted"), "two\n");
  writeFileSync(at("moved"), "three\n");
  symlinkSync("edited", at("folder/link"));
}

const effects = [
  write("edited", "ONE\n", "one\n"),
  write("new/er/made", "four\n", null),
  remove("deleted", "two\n"),
  move("moved", "folder/moved", "three\n"),
  remove("folder/link", ""),
];

const apply = (service: CheckpointService, given: readonly FileEffect[] = effects) =>
  service.apply(
    {
      sessionId,
      turnId: createTurnId(),
      callId: createCallId(),
      tool: "write_file",
      signal: new AbortController().signal,
      onCheckpoint: async () => {},
    },
    given,
  );

interface Trees {
  readonly old: object;
  readonly now: object;
  /** What was told as done is done. */
  readonly isWhole: boolean;
}

function expectEither(base: string, { old, now, isWhole }: Trees): void {
  expect(isWhole ? [now] : [old, now]).toContainEqual(projectOf(base));
}

const writing: Scenario = async (base, skipped) => {
  fill(base);
  const old = projectOf(base);
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await apply(service);
  await service.close();
  const now = projectOf(base);
  return {
    disk,
    async check(left, recovered) {
      // A write that was told as done may go back as a whole, checkpoint and all: its end is not synced.
      expectEither(left, { old, now, isWhole: false });
      const isNew = JSON.stringify(projectOf(left)) === JSON.stringify(now);
      const { length } = await recovered.list({});
      expect(length > 0).toBe(isNew);
      await recovered.undo(session, keep).catch(allow("not-found"));
      expect(projectOf(left)).toEqual(old);
    },
  };
};

const undoing: Scenario = async (base, skipped) => {
  fill(base);
  const now = projectOf(base);
  const before = await open(base, quick());
  await apply(before);
  await before.close();
  const old = projectOf(base);
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await service.undo(session, keep);
  await service.close();
  return {
    disk,
    async check(left, recovered, isWhole) {
      expectEither(left, { old, now, isWhole });
      await recovered.undo(session, keep).catch(allow("not-found"));
      expect(projectOf(left)).toEqual(now);
      await recovered.redo({});
      expect(projectOf(left)).toEqual(old);
    },
  };
};

/** The undo was told as done, then the person put the agent's text back: no recovery may take that away again. */
const undoneAndPutBack: Scenario = async (base, skipped) => {
  const { disk } = await undoing(base, skipped);
  const path = join(base, "project/edited");
  disk.save(path, Buffer.from("ONE\n"));
  return {
    disk,
    async check(left, _recovered, isWhole) {
      if (isWhole) expect(readFileSync(join(left, "project/edited"), "utf8")).toBe("ONE\n");
    },
  };
};

/** Somebody saves between the last look and the swap. */
const saving: Scenario = async (base, skipped) => {
  fill(base);
  const disk = recordDisk(base, skipped);
  const path = join(base, "project/edited");
  let isSaved = false;
  const service = await open(base, {
    ...disk.ops,
    exchange(names) {
      if (!isSaved) disk.save(path, Buffer.from("theirs\n"));
      isSaved = true;
      disk.ops.exchange(names);
    },
  });
  await apply(service, [write("edited", "ONE\n", "one\n")]);
  await service.close();
  return {
    disk,
    async check(left, recovered) {
      const there = readFileSync(join(left, "project/edited"), "utf8");
      if (there === "theirs\n" || there === "one\n") return;
      await recovered.list({});
      const id = blobId(Buffer.from("theirs\n"));
      const git = ["--git-dir", join(left, "data/store"), "cat-file", "blob", id];
      expect(execFileSync("git", git, { encoding: "utf8" })).toBe("theirs\n");
    },
  };
};

/** Belay dies in the middle of an undo, and the power fails while the next one recovers. */
const recovering: Scenario = async (base, skipped) => {
  fill(base);
  const now = projectOf(base);
  const failing = createFailingFileOps();
  const before = await open(base, failing.ops);
  await apply(before);
  const old = projectOf(base);
  // In the middle of the swaps.
  let swaps = 0;
  const dying = await open(base, {
    ...failing.ops,
    exchange(names) {
      swaps += 1;
      if (swaps === 2) failing.armAt(1, new Error("the process is dead"));
      failing.ops.exchange(names);
    },
  });
  await before.close();
  await expect(dying.undo(session, keep)).rejects.toMatchObject({ code: "unavailable" });
  await dying.close();
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await service.recover();
  await service.close();
  return {
    disk,
    async check(left, recovered, isWhole) {
      expectEither(left, { old: now, now, isWhole });
      await recovered.redo({});
      expect(projectOf(left)).toEqual(old);
    },
  };
};

const scenarios = { writing, undoing, undoneAndPutBack, saving, recovering };

const mustBeMissed = [
  {
    name: "writing",
    scenario: writing,
    isSpare: (path: string, index: number) => index > 0 && isOpening(path),
  },
  {
    name: "undoing",
    scenario: undoing,
    // The folder goes itself, and the end of an undo matters to what a person does after it: see the next.
    isSpare: (path: string, index: number) =>
      isOpening(path) || path === "project/new/er" || (index > 2 && path === "data/store/journal"),
  },
  {
    name: "undoing, with an end that must hold",
    scenario: undoneAndPutBack,
    isSpare: (path: string, index: number) => index < 3 || path !== "data/store/journal",
  },
];

describe("a power cut", () => {
  it.each(Object.entries(scenarios))(
    "while %s leaves old or new, never less, and all of it can be undone",
    { timeout: 300_000 },
    async (_, scenario) => {
      const { found, tried } = await explore(scenario);
      expect(found).toEqual([]);
      expect(tried).toBeGreaterThan(20);
    },
  );

  it.each(mustBeMissed)(
    "shows every fsync that is missing while $name",
    { timeout: 600_000 },
    async ({ scenario, isSpare }) => {
      expect(await unmissedSyncs(scenario, isSpare)).toEqual([]);
    },
  );
});
