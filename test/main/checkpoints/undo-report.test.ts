import { rmSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { UndoTarget } from "../../../src/shared/checkpoint.ts";
import {
  createCheckpointFixture,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;
const session = ({ sessionId }: CheckpointFixture): UndoTarget => ({ unit: "session", sessionId });

describe("what an undo reports", () => {
  it("undoes the rest when the person deleted a folder that the agent had made", async () => {
    await using fixture = await createCheckpointFixture();
    const before = treeOf(fixture.root);
    await fixture.apply([write("made/by/agent", "1", null), write("beside", "1", null)]);
    rmSync(fixture.path("made"), { recursive: true });
    const result = await fixture.service.undo(session(fixture), merge);
    expect(result).toMatchObject({
      undone: [{ path: "beside", action: "delete" }],
      skipped: [{ path: "made/by/agent" }],
      conflicts: [],
    });
    expect(treeOf(fixture.root)).toEqual(before);
  });

  it("does not touch a file that is already as it was", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "old\n");
    await fixture.apply([write("f", "new\n", "old\n")]);
    writeFileSync(fixture.path("f"), "old\n");
    const { ino, mtimeMs } = statSync(fixture.path("f"));
    const result = await fixture.service.undo(session(fixture), merge);
    expect(result).toMatchObject({ undone: [], skipped: [{ path: "f" }], conflicts: [] });
    expect(statSync(fixture.path("f"))).toMatchObject({ ino, mtimeMs });
    await expect(fixture.service.undo(session(fixture), merge)).rejects.toMatchObject({
      message: expect.stringContaining("undone already"),
    });
  });

  it("previews exactly what each choice then does, and changes nothing", async () => {
    for (const conflicts of ["keep", "overwrite", "merge"] as const) {
      await using fixture = await createCheckpointFixture();
      const lines = Array.from({ length: 12 }, (_, index) => `line ${index}\n`);
      const agent = lines.with(1, "agent\n").join("");
      writeFileSync(fixture.path("merges"), lines.join(""));
      writeFileSync(fixture.path("clash"), "old\n");
      writeFileSync(fixture.path("same"), "old\n");
      await fixture.apply([write("merges", agent, lines.join(""))]);
      await fixture.apply([write("clash", "agent\n", "old\n"), write("same", "agent\n", "old\n")]);
      await fixture.apply([write("new", "agent\n", null)]);
      writeFileSync(fixture.path("merges"), `${agent}mine\n`);
      writeFileSync(fixture.path("clash"), "mine\n");
      writeFileSync(fixture.path("same"), "old\n");
      const before = treeOf(fixture.root);
      const { redo, ...preview } = await fixture.service.dryRun(session(fixture), { conflicts });
      expect([redo, treeOf(fixture.root)]).toEqual([null, before]);
      const {
        undone,
        skipped,
        conflicts: left,
      } = await fixture.service.undo(session(fixture), {
        conflicts,
      });
      expect(preview).toEqual({ undone, skipped, conflicts: left });
      expect(undone.length).toBe(conflicts === "keep" ? 1 : conflicts === "merge" ? 2 : 3);
    }
  });
});
