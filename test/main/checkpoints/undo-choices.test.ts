import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTurnId } from "../../../src/shared/ids.ts";
import { createCheckpointFixture, write } from "../../support/checkpoint-fixture.ts";

/** Two files written in one turn, of which the person then changes the second one's own line. */
async function twoFiles() {
  const fixture = await createCheckpointFixture();
  const turnId = createTurnId();
  for (const name of ["a", "b"]) {
    writeFileSync(fixture.path(name), "top\nold\nend\n");
    await fixture.apply([write(name, "top\nagent\nend\n", "top\nold\nend\n")], { turnId });
  }
  writeFileSync(fixture.path("b"), "top\nmine\nend\n");
  const textOf = (name: string): string => readFileSync(fixture.path(name), "utf8");
  return Object.assign(fixture, { target: { unit: "turn", turnId } as const, textOf });
}

describe("a choice for one file", () => {
  it("keeps a file that nothing stands in the way of, and leaves it to be undone later", async () => {
    await using fixture = await twoFiles();
    const { service, target, textOf } = fixture;
    const kept = await service.undo(target, {
      conflicts: "merge",
      choices: { a: "keep", b: "overwrite" },
    });
    expect(kept.conflicts).toEqual([{ path: "a", reason: "it is kept as you chose" }]);
    expect([textOf("a"), textOf("b")]).toEqual(["top\nagent\nend\n", "top\nold\nend\n"]);
    const later = await service.undo(target, { conflicts: "keep" });
    expect(later.undone).toEqual([{ path: "a", action: "restore" }]);
    expect(textOf("a")).toBe("top\nold\nend\n");
  });

  it("is a merge that the person wrote, from the three texts that overlap", async () => {
    await using fixture = await twoFiles();
    const { service, target, textOf } = fixture;
    expect(await service.merge(target, "b")).toEqual([
      { kind: "same", text: "top\n" },
      { kind: "overlap", now: "mine\n", changed: "agent\n", old: "old\n" },
      { kind: "same", text: "end\n" },
    ]);
    const edit = "top\nmine and old\nend\n";
    const done = await service.undo(target, { conflicts: "merge", choices: { b: { edit } } });
    expect(done.conflicts).toEqual([]);
    expect([textOf("a"), textOf("b")]).toEqual(["top\nold\nend\n", edit]);
    await service.redo({});
    expect([textOf("a"), textOf("b")]).toEqual(["top\nagent\nend\n", "top\nmine\nend\n"]);
  });
});

describe("what a diff says of undo", () => {
  it("names the undo of a file of which nothing stands, and no other", async () => {
    await using fixture = await twoFiles();
    const { service, target } = fixture;
    const undone = await service.undo(target, { conflicts: "keep" });
    const diff = () => service.diff({ turnId: target.turnId });
    expect(await diff()).toMatchObject([
      { path: "a", added: 1, removed: 1, undoneBy: undone.redo },
      { path: "b", added: 1, removed: 1, undoneBy: undefined },
    ]);
    await service.redo({});
    expect(await diff()).toMatchObject([
      { path: "a", undoneBy: undefined },
      { path: "b", undoneBy: undefined },
    ]);
  });
});
