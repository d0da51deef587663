import {
  chmodSync,
  existsSync,
  lstatSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pathFromBytes, rawPath } from "../../../src/main/workspace/path-bytes.ts";
import { createTurnId } from "../../../src/shared/ids.ts";
import {
  createCheckpointFixture,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { recordCommand } from "../../support/recorded-command.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;
const overwrite = { conflicts: "overwrite" } as const;

/** Undone, redone and undone again it must be exactly what it was, with modes, links and folders. Answers what is not so. */
async function faultsOf(
  fixture: CheckpointFixture,
  paths: readonly string[],
  act: () => void,
): Promise<string[]> {
  const faults: string[] = [];
  // Also what steers: that it asks is tried elsewhere.
  const all = { ...merge, allowSteering: true };
  const compare = (what: string, tree: ReturnType<typeof treeOf>): void => {
    const now = treeOf(fixture.root);
    for (const path of new Set([...Object.keys(now), ...Object.keys(tree)]))
      if (now[path] !== tree[path])
        faults.push(`${what}: ${path} is ${now[path]}, not ${tree[path]}`);
  };
  const before = treeOf(fixture.root);
  const { callId } = await recordCommand(fixture, { paths }, act);
  const after = treeOf(fixture.root);
  const { conflicts } = await fixture.service.undo({ unit: "call", callId }, all);
  faults.push(...conflicts.map(({ path, reason }) => `conflict: ${path}: ${reason}`));
  compare("undone", before);
  await fixture.service.redo({ allowSteering: true });
  compare("redone", after);
  await fixture.service.undo({ unit: "call", callId }, all);
  compare("undone again", before);
  await fixture.service.list({});
  return [...faults, fixture.fsck()].filter((fault) => fault !== "");
}

describe("what a command did", () => {
  it("to folders goes back and comes again, the empty ones and their modes too", async () => {
    await using fixture = await createCheckpointFixture();
    mkdirSync(fixture.path("kept/empty"), { recursive: true });
    writeFileSync(fixture.path("kept/file"), "1");
    const faults = await faultsOf(
      fixture,
      ["new", "new/deep", "new/deep/a", "new/empty", "kept", "kept/empty", "kept/file"],
      () => {
        mkdirSync(fixture.path("new/deep"), { recursive: true });
        mkdirSync(fixture.path("new/empty"));
        writeFileSync(fixture.path("new/deep/a"), "a");
        chmodSync(fixture.path("new/deep"), 0o750);
        rmSync(fixture.path("kept/empty"), { recursive: true });
        chmodSync(fixture.path("kept"), 0o700);
      },
    );
    expect(faults).toEqual([]);
  });

  it("a file that became a folder, and a folder that became a file or a link", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("file"), "was a file");
    mkdirSync(fixture.path("folder/in"), { recursive: true });
    writeFileSync(fixture.path("folder/in/a"), "a");
    mkdirSync(fixture.path("linked"));
    writeFileSync(fixture.path("linked/b"), "b");
    const faults = await faultsOf(
      fixture,
      ["file", "file/x", "folder", "folder/in", "folder/in/a", "linked", "linked/b"],
      () => {
        rmSync(fixture.path("file"));
        mkdirSync(fixture.path("file"));
        writeFileSync(fixture.path("file/x"), "x");
        rmSync(fixture.path("folder"), { recursive: true });
        writeFileSync(fixture.path("folder"), "now a file", { mode: 0o755 });
        rmSync(fixture.path("linked"), { recursive: true });
        symlinkSync("file", fixture.path("linked"));
      },
    );
    expect(faults).toEqual([]);
  });

  it("modes alone, with setuid and sticky bits, of files and folders that nobody may write", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("tool"), "#!/bin/sh\n", { mode: 0o644 });
    mkdirSync(fixture.path("locked"));
    writeFileSync(fixture.path("locked/in"), "1");
    const faults = await faultsOf(fixture, ["tool", "locked", "locked/in"], () => {
      chmodSync(fixture.path("tool"), 0o6755);
      writeFileSync(fixture.path("locked/in"), "2");
      chmodSync(fixture.path("locked/in"), 0o444);
      chmodSync(fixture.path("locked"), 0o1555);
    });
    expect(faults).toEqual([]);
    chmodSync(fixture.path("locked"), 0o755);
  });

  it("several names of one file, made, changed and removed", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a"), "one");
    linkSync(fixture.path("a"), fixture.path("b"));
    writeFileSync(fixture.path("gone"), "two");
    linkSync(fixture.path("gone"), fixture.path("gone too"));
    writeFileSync(fixture.path("file"), "three");
    symlinkSync("file", fixture.path("link"));
    const faults = await faultsOf(
      fixture,
      ["a", "b", "gone", "gone too", "file", "file 2", "link", "link 2", "new", "new 2", "new 3"],
      () => {
        writeFileSync(fixture.path("a"), "changed through either name");
        rmSync(fixture.path("gone"));
        rmSync(fixture.path("gone too"));
        writeFileSync(fixture.path("file"), "changed as well");
        linkSync(fixture.path("file"), fixture.path("file 2"));
        rmSync(fixture.path("link"));
        symlinkSync("a", fixture.path("link"));
        linkSync(fixture.path("link"), fixture.path("link 2"));
        writeFileSync(fixture.path("new"), "new");
        linkSync(fixture.path("new"), fixture.path("new 2"));
        linkSync(fixture.path("new"), fixture.path("new 3"));
      },
    );
    expect(faults).toEqual([]);
  });

  it("folders that became names of one file", async () => {
    await using fixture = await createCheckpointFixture();
    for (const folder of ["d", "e"]) {
      mkdirSync(fixture.path(folder));
      writeFileSync(fixture.path(`${folder}/in`), folder);
    }
    const faults = await faultsOf(fixture, ["d", "d/in", "e", "e/in", "f"], () => {
      for (const folder of ["d", "e"]) rmSync(fixture.path(folder), { recursive: true });
      writeFileSync(fixture.path("d"), "a file of three names");
      linkSync(fixture.path("d"), fixture.path("e"));
      linkSync(fixture.path("d"), fixture.path("f"));
    });
    expect(faults).toEqual([]);
  });

  it("names of any bytes, and names that git would refuse or read itself", async () => {
    await using fixture = await createCheckpointFixture();
    const latin = pathFromBytes(Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    const names = [latin, ".gitmodules", ".gitattributes", "GIT~1", "-rf", 'a"\n\\b', ".mailmap"];
    const linked = ".gitignore";
    mkdirSync(fixture.path("d"));
    const faults = await faultsOf(
      fixture,
      [...names, linked].map((name) => `d/${name}`),
      () => {
        for (const name of names)
          writeFileSync(rawPath(join(fixture.root, "d", name)), `[submodule "${name}"]\nurl = -x`);
        symlinkSync("x", fixture.path(`d/${linked}`));
      },
    );
    expect(faults).toEqual([]);
  });

  it("keeps a folder that the person put something into, and says what", async () => {
    await using fixture = await createCheckpointFixture();
    const paths = ["made", "made/a"];
    const { callId } = await recordCommand(fixture, { paths }, () => {
      mkdirSync(fixture.path("made"));
      writeFileSync(fixture.path("made/a"), "a");
    });
    writeFileSync(fixture.path("made/mine"), "mine");
    const { conflicts, undone } = await fixture.service.undo({ unit: "call", callId }, overwrite);
    expect(conflicts).toEqual([{ path: "made", reason: "the folder is not empty: mine" }]);
    expect(undone).toEqual([{ path: "made/a", action: "delete" }]);
    expect(readFileSync(fixture.path("made/mine"), "utf8")).toBe("mine");
  });

  it("keeps a folder that a tool made, with its mode, where the person said so, though nothing is left in it", async () => {
    await using fixture = await createCheckpointFixture();
    const turnId = createTurnId();
    await fixture.apply([write("made/a", "a", null)], { turnId });
    await recordCommand(fixture, { paths: ["made"], turnId }, () =>
      chmodSync(fixture.path("made"), 0o700),
    );
    const choices = { made: "keep" } as const;
    const target = { unit: "turn", turnId } as const;
    const { conflicts, undone } = await fixture.service.undo(target, { ...merge, choices });
    expect(conflicts).toEqual([{ path: "made", reason: "it is kept as you chose" }]);
    expect(undone.map(({ path }) => path)).toEqual(["made/a"]);
    expect(lstatSync(fixture.path("made")).mode & 0o777).toBe(0o700);
  });

  it("does not put files under a file that the person made of their folder", async () => {
    await using fixture = await createCheckpointFixture();
    mkdirSync(fixture.path("d"));
    writeFileSync(fixture.path("d/a"), "a");
    writeFileSync(fixture.path("b"), "b");
    const { callId } = await recordCommand(fixture, { paths: ["d/a", "b"] }, () => {
      rmSync(fixture.path("d/a"));
      rmSync(fixture.path("b"));
    });
    rmSync(fixture.path("d"), { recursive: true });
    writeFileSync(fixture.path("d"), "mine");
    const { conflicts } = await fixture.service.undo({ unit: "call", callId }, overwrite);
    expect(conflicts).toMatchObject([{ path: "d/a", reason: expect.stringContaining("file") }]);
    expect(readFileSync(fixture.path("d"), "utf8")).toBe("mine");
    expect(readFileSync(fixture.path("b"), "utf8")).toBe("b");
  });

  it("a rename is undone as one file under both names, in turn and session", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("old"), "content\n");
    writeFileSync(fixture.path("other"), "1");
    const paths = ["old", "new", "other"];
    const { turnId } = await recordCommand(fixture, { paths }, () => {
      renameSync(fixture.path("old"), fixture.path("new"));
      writeFileSync(fixture.path("other"), "2");
    });
    await fixture.apply([write("new", "edited\n", "content\n")], { turnId });
    await fixture.service.undo({ unit: "file", turnId, path: "new" }, merge);
    expect(readFileSync(fixture.path("old"), "utf8")).toBe("content\n");
    expect(existsSync(fixture.path("new"))).toBe(false);
    expect(readFileSync(fixture.path("other"), "utf8")).toBe("2");
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("new"), "utf8")).toBe("edited\n");
    const { sessionId } = fixture;
    await fixture.service.undo({ unit: "file", sessionId, path: "old" }, merge);
    expect(readFileSync(fixture.path("old"), "utf8")).toBe("content\n");
  });
});

describe("a change that may be the person's", () => {
  it.each([
    [
      "over five seconds",
      { seconds: 6, shared: [{ path: "f", by: "long" as const }] },
      "ran for over 5 s",
    ],
    ["looked at for over five seconds", { seconds: 6 }, "looking at what the command changed took"],
    ["in the background", { background: true }, "in the background"],
    ["shared", { shared: [{ path: "f", by: "session" as const }] }, "another conversation"],
  ])("stays unless it is chosen, and says why: %s", async (_, how, reason) => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), "before");
    const { callId } = await recordCommand(fixture, { ...how, paths: ["f"] }, () => {
      writeFileSync(fixture.path("f"), "after");
    });
    const target = { unit: "call", callId } as const;
    const { rows } = await fixture.service.plan(target);
    expect(rows).toMatchObject([{ path: "f", held: expect.stringContaining(reason) }]);
    const kept = await fixture.service.undo(target, merge);
    expect(kept).toMatchObject({ undone: [], redo: null });
    expect(kept.conflicts[0]?.reason).toMatch(/^may be yours: /);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("after");
    await fixture.service.undo(target, { ...merge, choices: { f: "overwrite" } });
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("before");
    await fixture.service.redo({});
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("after");
  });

  it("is not one where a tool wrote it, or the command was short and alone", async () => {
    await using fixture = await createCheckpointFixture();
    const { callId } = await recordCommand(fixture, { paths: ["f"] }, () => {
      writeFileSync(fixture.path("f"), "1");
    });
    const [row] = (await fixture.service.plan({ unit: "call", callId })).rows;
    expect(row?.held).toBeUndefined();
  });
});
