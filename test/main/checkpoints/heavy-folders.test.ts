import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { uncoveredBy, uncoveredNotes } from "../../../src/main/checkpoints/uncovered.ts";
import { createBaselineFixture } from "../../support/baseline-fixture.ts";

it("a command that removes something in a dependency folder is told to have done what undo does not cover", async () => {
  await using fixture = createBaselineFixture();
  writeFileSync(join(fixture.root, "package.json"), "{}");
  mkdirSync(join(fixture.root, "node_modules/p"), { recursive: true });
  const before = await fixture.look({ budgetMs: 10_000 });
  await fixture.baseline.confirm();
  const notesNow = async (): Promise<string[]> => {
    const now = await fixture.look();
    const gaps = now.changes.map(({ path, before: pre, after: post }) => ({
      path,
      pre,
      post,
      contested: false,
    }));
    return uncoveredNotes(uncoveredBy(before.coverage, now.coverage, gaps));
  };
  expect(await notesNow()).toEqual([]);
  rmSync(join(fixture.root, "node_modules/p"), { recursive: true });
  expect(await notesNow()).toEqual([
    "Undo does not cover node_modules: of folders like this only the presence is known.",
  ]);
});
