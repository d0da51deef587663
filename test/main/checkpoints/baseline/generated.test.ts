import { readdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { absent, sameImage, type Image } from "../../../../src/main/checkpoints/records.ts";
import type { Baseline, LookChange } from "../../../../src/main/checkpoints/baseline/types.ts";
import { createBaselineFixture } from "../../../support/baseline-fixture.ts";
import { imagesOf, takeStep, treeStep } from "../../../support/random-tree.ts";

type Images = ReadonlyMap<string, Image>;

/** What must be told between two full readings. */
function difference(before: Images, after: Images): LookChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const change = { path, before: before.get(path) ?? absent, after: after.get(path) ?? absent };
    return sameImage(change.before, change.after) ? [] : [change];
  });
}

async function expectContents(baseline: Baseline, images: Iterable<Image>): Promise<void> {
  for (const image of images)
    if (image.type === "file" || image.type === "link") await baseline.object(image.blob);
}

const round = fc.record({
  steps: fc.array(treeStep, { maxLength: 12 }),
  /** Who looks: this engine or a second one on the same store, with or without the changes being told afterwards. */
  isOther: fc.boolean(),
  isTold: fc.boolean(),
  window: fc.constantFrom("open", "close", undefined),
});

/** One engine and a second one on the same store, through all sequences. */
async function lookAtSequences(sequences: number, settleMs: number): Promise<number> {
  await using fixture = createBaselineFixture();
  const engines = [fixture.baseline, fixture.open()] as const;
  await fixture.look();
  const sequence = fc.asyncProperty(
    fc.array(treeStep, { maxLength: 30 }),
    fc.array(round, { maxLength: 6 }),
    async (start, rounds) => {
      for (const name of readdirSync(fixture.root, "buffer"))
        rmSync(Buffer.concat([Buffer.from(`${fixture.root}/`), name]), { recursive: true });
      for (const step of start) takeStep(fixture.root, step);
      await fixture.look({ budgetMs: 60_000 });
      await fixture.baseline.confirm();
      let told = imagesOf(fixture.root);
      for (const { steps, isOther, isTold, window } of rounds) {
        await sleep(settleMs);
        for (const step of steps) takeStep(fixture.root, step);
        const engine = engines[isOther ? 1 : 0];
        const now = imagesOf(fixture.root);
        const look = await engine.look({ mark: "m", durable: false, ...(window && { window }) });
        expect(look.changes).toEqual(difference(told, now));
        expect(look.coverage.complete).toBe(true);
        await expectContents(engine, [...told.values(), ...now.values()]);
        if (!isTold) continue;
        await engine.confirm();
        told = now;
      }
    },
  );
  const { failed, counterexample, errorInstance, numRuns } = await fc.check(sequence, {
    numRuns: sequences,
  });
  if (failed) throw new Error(JSON.stringify(counterexample), { cause: errorInstance });
  return numRuns;
}

test("each look tells exactly what a full reading of the tree tells", async () => {
  expect(await lookAtSequences(30, 0)).toBe(30);
});

// Every entry is older than the looks then, so that nothing is read again for safety: identities alone must tell.
test("the same where no entry is racily clean", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  try {
    // Longer than the tick of a file system's clock.
    expect(await lookAtSequences(20, 11)).toBe(20);
  } finally {
    vi.useRealTimers();
  }
});
