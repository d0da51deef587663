import { existsSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UndoTarget } from "../../../src/shared/checkpoint.ts";
import { createTurnId, type TurnId } from "../../../src/shared/ids.ts";
import {
  createCheckpointFixture,
  move,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";

const merge = { conflicts: "merge" } as const;
const numbered = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
const text = (lines: readonly string[]): string => lines.join("");
const with3 = numbered.with(3, "A\n").with(20, "B\n").with(36, "C\n");

const read = (fixture: CheckpointFixture): string => readFileSync(fixture.path("f"), "utf8");

async function hunkOf(
  fixture: CheckpointFixture,
  turnId: TurnId,
  index: number,
): Promise<UndoTarget> {
  const diff = (await fixture.service.diff({ turnId })).find((one) => one.path === "f");
  const hunk = diff?.hunks[index];
  if (hunk === undefined) throw new Error("there is no such hunk");
  return { unit: "hunk", turnId, path: "f", hunk };
}

async function edited(fixture: CheckpointFixture): Promise<{ turnId: TurnId; target: UndoTarget }> {
  writeFileSync(fixture.path("f"), text(numbered));
  const { turnId } = await fixture.apply([write("f", text(with3), text(numbered))]);
  return { turnId, target: await hunkOf(fixture, turnId, 1) };
}

describe("one part of a file's change", () => {
  it("is taken back alone; the rest stands, can be looked at, undone, and redone with it", async () => {
    await using fixture = await createCheckpointFixture();
    const { turnId, target } = await edited(fixture);
    const undone = await fixture.service.undo(target, merge);
    const without = text(with3.with(20, "line 20\n"));
    expect(undone.undone).toEqual([{ path: "f", action: "restore" }]);
    expect(undone.calls.every((call) => !call.isSettled)).toBe(true);
    expect(read(fixture)).toBe(without);
    const [shown] = await fixture.service.diff({ turnId });
    expect(shown?.hunks).toHaveLength(2);
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    expect(read(fixture)).toBe(text(numbered));
    await fixture.service.redo({});
    expect(read(fixture)).toBe(without);
    await fixture.service.redo({});
    expect(read(fixture)).toBe(text(with3));
    expect((await fixture.service.diff({ turnId }))[0]?.hunks).toHaveLength(3);
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    expect(read(fixture)).toBe(text(numbered));
    expect(fixture.fsck()).toBe("");
  });

  it("keeps what the person changed elsewhere, before and after", async () => {
    await using fixture = await createCheckpointFixture();
    const { turnId, target } = await edited(fixture);
    const mine = with3.with(10, "mine\n");
    writeFileSync(fixture.path("f"), text(mine));
    expect((await fixture.service.undo(target, merge)).undone).toEqual([
      { path: "f", action: "merge" },
    ]);
    expect(read(fixture)).toBe(text(mine.with(20, "line 20\n")));
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    expect(read(fixture)).toBe(text(numbered.with(10, "mine\n")));
  });

  it("is a conflict where the person changed those lines, taken only when told, and only there", async () => {
    await using fixture = await createCheckpointFixture();
    const { target } = await edited(fixture);
    const mine = with3.with(20, "mine\n").with(10, "also mine\n");
    writeFileSync(fixture.path("f"), text(mine));
    const kept = await fixture.service.undo(target, merge);
    expect(kept).toMatchObject({ undone: [], conflicts: [{ path: "f" }], redo: null });
    expect(read(fixture)).toBe(text(mine));
    await fixture.service.undo(target, { conflicts: "overwrite" });
    expect(read(fixture)).toBe(text(mine.with(20, "line 20\n")));
    await fixture.service.redo({});
    expect(read(fixture)).toBe(text(mine));
  });

  it("is gone once it was undone, with a word of what to do", async () => {
    await using fixture = await createCheckpointFixture();
    const { target } = await edited(fixture);
    await fixture.service.undo(target, merge);
    await expect(fixture.service.undo(target, merge)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Look at the change again"),
    });
  });

  it("does not come again without the change that it was a part of", async () => {
    await using fixture = await createCheckpointFixture();
    const { turnId, target } = await edited(fixture);
    const { redo } = await fixture.service.undo(target, merge);
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    if (redo === null) throw new Error("it was undone");
    await expect(fixture.service.redo({ undoId: redo })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Redo that first"),
    });
    expect(read(fixture)).toBe(text(numbered));
  });

  it("of a whole new file takes the file away, and redo brings it", async () => {
    await using fixture = await createCheckpointFixture();
    const { turnId, callId } = await fixture.apply([write("f", "one\n", null)]);
    const undone = await fixture.service.undo(await hunkOf(fixture, turnId, 0), merge);
    expect(undone.calls).toMatchObject([{ callId, isSettled: true }]);
    expect(existsSync(fixture.path("f"))).toBe(false);
    await fixture.service.redo({});
    expect(read(fixture)).toBe("one\n");
  });

  it("that several steps built goes from all of them", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), text(numbered));
    const turnId = createTurnId();
    const one = numbered.with(20, "first\n");
    const two = one.with(20, "second\n").with(3, "other\n");
    await fixture.apply([write("f", text(one), text(numbered))], { turnId });
    await fixture.apply([write("f", text(two), text(one))], { turnId });
    await fixture.service.undo(await hunkOf(fixture, turnId, 1), merge);
    expect(read(fixture)).toBe(text(numbered.with(3, "other\n")));
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    expect(read(fixture)).toBe(text(numbered));
  });

  it("of a moved file stays with it under its new name", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("old"), text(numbered));
    const turnId = createTurnId();
    await fixture.apply([move("old", "f", text(numbered))], { turnId });
    await fixture.apply([write("f", text(with3), text(numbered))], { turnId });
    await fixture.service.undo(await hunkOf(fixture, turnId, 0), merge);
    expect(read(fixture)).toBe(text(with3.with(3, "line 3\n")));
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    expect(readFileSync(fixture.path("old"), "utf8")).toBe(text(numbered));
    expect(existsSync(fixture.path("f"))).toBe(false);
  });

  it("is refused where a later step was built on it", async () => {
    await using fixture = await createCheckpointFixture();
    const { target } = await edited(fixture);
    const later = with3.with(20, "B, and more\n");
    await fixture.apply([write("f", text(later), text(with3))]);
    const { conflicts } = await fixture.service.undo(target, { conflicts: "overwrite" });
    expect(conflicts).toEqual([{ path: "f", reason: "a later step changed the same lines" }]);
    expect(read(fixture)).toBe(text(later));
  });

  it("in whatever order parts are undone and redone: all undone is the old file, all redone the new", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (picks, isLater) => {
          await using fixture = await createCheckpointFixture();
          const { turnId } = await edited(fixture);
          const end = isLater ? with3.with(12, "later\n") : with3;
          if (isLater) await fixture.apply([write("f", text(end), text(with3))]);
          let undone = 0;
          for (const pick of picks) {
            const [shown] = await fixture.service.diff({ turnId });
            const standing = undone === 3 ? [] : (shown?.hunks ?? []);
            if (pick >= standing.length) {
              if (undone === 0) continue;
              await fixture.service.redo({});
              undone -= 1;
            } else {
              await fixture.service.undo(await hunkOf(fixture, turnId, pick), merge);
              undone += 1;
            }
          }
          const now = read(fixture);
          if (undone < 3) {
            await fixture.service.undo({ unit: "turn", turnId }, merge);
            expect(read(fixture)).toBe(text(numbered.with(12, end[12] ?? "")));
            await fixture.service.redo({});
            expect(read(fixture)).toBe(now);
          }
          for (; undone > 0; undone -= 1) await fixture.service.redo({});
          expect(read(fixture)).toBe(text(end));
        },
      ),
      { numRuns: 12 },
    );
  });
});
