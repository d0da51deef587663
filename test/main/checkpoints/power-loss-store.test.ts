import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { CheckpointService } from "../../../src/main/checkpoints/types.ts";
import {
  createCallId,
  createTurnId,
  sessionIdSchema,
  type SessionId,
  type TurnId,
} from "../../../src/shared/ids.ts";
import { allow } from "../../support/allow-error.ts";
import { write } from "../../support/checkpoint-fixture.ts";
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
const day = 86_400_000;

interface Writing {
  readonly path: string;
  readonly now: string | Buffer;
  readonly before: string | null;
  readonly sessionId?: SessionId;
  readonly turnId?: TurnId;
}

const apply = (service: CheckpointService, { path, now, before, ...scope }: Writing) =>
  service.apply(
    {
      sessionId,
      turnId: createTurnId(),
      callId: createCallId(),
      tool: "write_file",
      signal: new AbortController().signal,
      onCheckpoint: async () => {},
      ...scope,
    },
    [write(path, now, before)],
  );

function fill(base: string): void {
  mkdirSync(join(base, "data/locks"), { recursive: true });
  mkdirSync(join(base, "project"));
  writeFileSync(join(base, "project/edited"), "one\n");
}

/** Every content of every checkpoint can be read, and git takes the store once it has been tidied. */
async function expectSound(base: string, service: CheckpointService): Promise<void> {
  for (const { callId } of await service.list({})) await service.diff({ callId });
  await service.storage.tidy();
  await service.list({});
  const git = ["--git-dir", join(base, "data/store"), "fsck", "--strict", "--no-dangling"];
  const said = execFileSync("git", git, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  expect(said.replaceAll(/^notice:.*\n/gm, "")).toBe("");
}

/** Packs and segments come for the first time, in a store that is new. */
const foldingFirst: Scenario = async (base, skipped) => {
  fill(base);
  const old = projectOf(base);
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await apply(service, { path: "edited", now: "ONE\n", before: "one\n" });
  const now = projectOf(base);
  await service.storage.tidy();
  await service.close();
  return {
    disk,
    async check(left, recovered, isWhole) {
      expect(isWhole ? [now] : [old, now]).toContainEqual(projectOf(left));
      await recovered.undo(session, keep).catch(allow("not-found"));
      expect(projectOf(left)).toEqual(old);
      await expectSound(left, recovered);
    },
  };
};

/** What was folded before is taken into the new pack and segment, and goes. */
const foldingAgain: Scenario = async (base, skipped) => {
  fill(base);
  const old = projectOf(base);
  const before = await open(base, quick());
  await apply(before, { path: "edited", now: "ONE\n", before: "one\n" });
  await before.storage.tidy();
  await apply(before, { path: "edited", now: "TWO\n", before: "ONE\n" });
  await before.list({});
  await before.close();
  const now = projectOf(base);
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await service.storage.tidy();
  await service.close();
  return {
    disk,
    async check(left, recovered) {
      expect(await recovered.list({})).toHaveLength(2);
      expect(projectOf(left)).toEqual(now);
      await expectSound(left, recovered);
      await recovered.undo(session, keep);
      expect(projectOf(left)).toEqual(old);
      await recovered.redo({});
      expect(projectOf(left)).toEqual(now);
    },
  };
};

/** An id as it was made then: those of one process never go back in time. */
const oldId = (prefix: string): string =>
  `${prefix}-${(Date.now() - 40 * day).toString(36)}00${randomBytes(5).toString("hex")}`;

/** What is too old goes: packs and segments are written anew without it. */
const dropping: Scenario = async (base, skipped) => {
  fill(base);
  const forEver = { storageLimits: () => ({ megabytes: 2048, days: 10_000 }) };
  const before = await open(base, quick(), forEver);
  const turnId = createTurnId();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 40 * day });
  try {
    const old = { sessionId: sessionIdSchema.parse(oldId("s")), before: null };
    await apply(before, { path: "old-0", now: randomBytes(2000), ...old });
    await apply(before, { path: "old-1", now: randomBytes(2000), ...old });
  } finally {
    vi.useRealTimers();
  }
  await apply(before, { path: "edited", now: "0\n", before: "one\n", turnId });
  for (let turn = 1; turn < 20; turn += 1)
    await apply(before, { path: "edited", now: `${turn}\n`, before: `${turn - 1}\n` });
  await before.list({});
  await before.storage.tidy();
  await before.close();
  const now = projectOf(base);
  const disk = recordDisk(base, skipped);
  const service = await open(base, disk.ops);
  await service.storage.tidy();
  await service.close();
  return {
    disk,
    async check(left, recovered, isWhole) {
      const { length } = await recovered.list({});
      expect(isWhole ? [20] : [20, 22]).toContain(length);
      expect(projectOf(left)).toEqual(now);
      await expectSound(left, recovered);
      await recovered.undo(session, keep);
      expect(readFileSync(join(left, "project/edited"), "utf8")).toBe("one\n");
      expect(existsSync(join(left, "project/old-0"))).toBe(true);
    },
  };
};

const scenarios = { foldingFirst, foldingAgain, dropping };

/** Opening seals the journal's name, which here had been durable before. */
const isFirst = (_: string, index: number): boolean => index === 0;

const mustBeMissed = [
  {
    name: "folding for the first time",
    scenario: foldingFirst,
    isSpare: (path: string, index: number) =>
      index > 0 && isOpening(path) && path !== "data/store/objects",
  },
  { name: "folding again", scenario: foldingAgain, isSpare: isFirst },
  {
    name: "dropping",
    scenario: dropping, // The record of the drop is written once more, into the journal that takes the place of this one.
    isSpare: (path: string, index: number) => index === 0 || path === "data/store/journal",
  },
];

describe("a power cut behind the work", () => {
  it.each(Object.entries(scenarios))(
    "while %s leaves every checkpoint that is listed with all of its contents",
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
