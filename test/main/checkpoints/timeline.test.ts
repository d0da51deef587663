import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTurnId } from "../../../src/shared/ids.ts";
import { createCheckpointFixture, move, remove, write } from "../../support/checkpoint-fixture.ts";
import { recordCommand } from "../../support/recorded-command.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;

describe("the timeline", () => {
  it("names every change, newest first, page by page, and how much of it stands", async () => {
    await using fixture = await createCheckpointFixture();
    const turnId = createTurnId();
    const first = await fixture.apply([write("a", "1", null), write("b", "1", null)], { turnId });
    const command = await recordCommand(fixture, { paths: ["c"], turnId }, () => {
      writeFileSync(fixture.path("c"), "1");
    });
    const { redo } = await fixture.service.undo(
      { unit: "call", callId: first.callId, path: "a" },
      merge,
    );
    const all = await fixture.service.timeline({ limit: 10 });
    expect(all).toMatchObject([
      { id: redo, kind: "undo", who: "undo", counts: { created: 0, modified: 0, deleted: 1 } },
      { id: command.checkpointId, kind: "command", who: "agent", what: "make", undone: "none" },
      { id: first.checkpointId, kind: "write", what: "write_file", turnId, undone: "some" },
    ]);
    const older = await fixture.service.timeline({ limit: 1, before: command.checkpointId });
    expect(older).toEqual(all.slice(2));
    await expect(fixture.service.timeline({ limit: 1, before: "k-none" })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("shows the folder and each file as they were at a point", async () => {
    await using fixture = await createCheckpointFixture();
    mkdirSync(fixture.path("d"));
    writeFileSync(fixture.path("d/same"), "same");
    writeFileSync(fixture.path("gone"), "old\n");
    const edit = await fixture.apply([
      write("d/new", "new", null),
      write("far/away", "1", null),
      remove("gone", "old\n"),
    ]);
    const point = (side: "before" | "after") => ({ id: edit.checkpointId, side }) as const;
    const names = async (side: "before" | "after", folder: string) =>
      (await fixture.service.treeAt(point(side), folder)).map(({ path, isSame }) => [path, isSame]);
    expect(await names("before", "")).toEqual([
      ["d", true],
      ["gone", false],
    ]);
    expect(await names("after", "")).toEqual([
      ["d", true],
      ["far", true],
    ]);
    expect(await names("before", "d")).toEqual([["d/same", true]]);
    expect(await fixture.service.fileAt(point("before"), "gone")).toMatchObject({
      type: "file",
      content: "old\n",
    });
    expect(await fixture.service.fileAt(point("after"), "gone")).toMatchObject({ type: "absent" });
    expect(await fixture.service.fileAt(point("before"), "d/same")).toMatchObject({
      content: "same",
    });
    await expect(fixture.service.fileAt(point("after"), "../x")).rejects.toMatchObject({
      code: "denied",
    });
  });
});

describe("the patch of an undo", () => {
  it("takes back with git apply -R what the undo would, and brings it again", async () => {
    await using fixture = await createCheckpointFixture();
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: fixture.root, stdio: ["pipe", "pipe", "inherit"] });
    const lines = Array.from({ length: 30 }, (_, index) => `l${index}\n`);
    writeFileSync(fixture.path("edited"), lines.join(""));
    writeFileSync(fixture.path("ends"), "no end");
    writeFileSync(fixture.path('old "name"'), lines.join(""));
    symlinkSync("edited", fixture.path("link"));
    const before = treeOf(fixture.root);
    const turnId = createTurnId();
    const edited = lines.with(2, "x\n").with(25, "y").join("");
    await fixture.apply(
      [
        write("edited", edited, lines.join("")),
        write("ends", "an end\n", "no end"),
        write("sub/new", "n\n", null),
        write("empty", "", null),
        write("binary", Buffer.of(0, 1), null),
        remove("link", ""),
        move('old "name"', "moved", lines.join("")),
      ],
      { turnId },
    );
    const after = treeOf(fixture.root);
    const { patch, leftOut } = await fixture.service.patch({ unit: "turn", turnId });
    expect(leftOut).toEqual(["binary"]);
    writeFileSync(`${fixture.store}/patch`, patch);
    const binary = readFileSync(fixture.path("binary"));
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    git("apply", "--whitespace=nowarn", `${fixture.store}/patch`);
    writeFileSync(fixture.path("binary"), binary);
    expect(treeOf(fixture.root)).toEqual(after);
    git("apply", "-R", "--whitespace=nowarn", `${fixture.store}/patch`);
    const { binary: _, ...back } = treeOf(fixture.root);
    expect(back).toEqual(before);
  });
});
