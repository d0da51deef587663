import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCommandFixture, type CommandFixture } from "../../support/command-fixture.ts";
import { treeOf } from "../../support/tree-hash.ts";

const everything = { conflicts: "overwrite" } as const;

function fill(fixture: CommandFixture): Record<string, string> {
  fixture.put("a.txt", "a\n");
  fixture.put("src/deep/b.bin", Buffer.from([0, 255]));
  chmodSync(fixture.root, 0o750);
  return treeOf(fixture.root);
}

describe("a command that takes the project folder itself away", () => {
  it("by putting a new one in its place is told, and undone into the new one", async () => {
    await using fixture = await createCommandFixture();
    const before = fill(fixture);
    const ran = await fixture.command(
      "cd .. && rm -rf project && mkdir project && echo n > project/n",
    );
    expect(ran.notes).toEqual([
      "This command put another folder in the place of the project folder. Its checkpoints go on there, and undo puts the files back into it.",
    ]);
    expect(ran.changes.map(({ path, kind }) => [path, kind])).toEqual([
      ["a.txt", "deleted"],
      ["n", "created"],
      ["src/deep/b.bin", "deleted"],
    ]);
    await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(treeOf(fixture.root)).toEqual(before);
  });

  it("by removing it is told, and undo makes it again with its mode; redo empties it again", async () => {
    await using fixture = await createCommandFixture();
    const before = fill(fixture);
    const ran = await fixture.command("cd .. && rm -rf project");
    expect(ran.notes.join()).toContain("removed or moved the project folder itself. Undo makes");
    const target = { unit: "call", callId: ran.callId } as const;
    expect(
      (await fixture.service.dryRun(target, everything)).undone.map(({ path }) => path),
    ).toContain("src/deep/b.bin");
    expect(existsSync(fixture.root)).toBe(false);
    const undone = await fixture.service.undo(target, everything);
    expect(undone.notes).toEqual([`${fixture.root} was gone and was made again.`]);
    expect(treeOf(fixture.root)).toEqual(before);
    expect(statSync(fixture.root).mode & 0o777).toBe(0o750);
    await fixture.service.redo({});
    expect(readdirSync(fixture.root)).toEqual([]);
  });

  it("by renaming it is told with its new name, which undo leaves alone", async () => {
    await using fixture = await createCommandFixture();
    const before = fill(fixture);
    const ran = await fixture.command("mv ../project ../elsewhere");
    const elsewhere = join(dirname(fixture.root), "elsewhere");
    expect(ran.notes.join()).toContain(`moved the project folder itself to ${elsewhere}.`);
    await fixture.service.undo({ unit: "call", callId: ran.callId }, everything);
    expect(treeOf(fixture.root)).toEqual(before);
    expect(treeOf(elsewhere)).toEqual(before);
  });

  it("by putting a link there is told, and undo writes nothing until that is moved away", async () => {
    await using fixture = await createCommandFixture();
    const before = fill(fixture);
    const other = join(dirname(fixture.root), "other");
    mkdirSync(other);
    const ran = await fixture.command("cd .. && rm -rf project && ln -s other project");
    expect(ran.notes.join()).toContain("put something else in the place of the project folder");
    const target = { unit: "call", callId: ran.callId } as const;
    const refusal = expect.objectContaining({
      code: "conflict",
      message: expect.stringContaining("is no folder"),
    });
    await expect(fixture.service.plan(target)).rejects.toEqual(refusal);
    await expect(fixture.service.undo(target, everything)).rejects.toEqual(refusal);
    expect(readdirSync(other)).toEqual([]);
    rmSync(fixture.root);
    await fixture.service.undo(target, everything);
    expect(treeOf(fixture.root)).toEqual(before);
  });
});

describe("the mode of the project folder itself", () => {
  it("is told when a command changed it, and that undo leaves it", async () => {
    await using fixture = await createCommandFixture();
    fill(fixture);
    const ran = await fixture.command("chmod 700 .");
    expect(ran.notes).toEqual([
      "This command changed the mode of the project folder itself, 750 → 700. Undo leaves it as it is.",
    ]);
  });
});
