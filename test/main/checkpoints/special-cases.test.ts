import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFileOps, type FileOps } from "../../../src/main/checkpoints/file-ops.ts";
import {
  createCheckpointFixture,
  remove,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { recordCommand } from "../../support/recorded-command.ts";
import { git } from "../../support/run-git.ts";
import { treeOf } from "../../support/tree-hash.ts";
import { faultsOf } from "../../support/undo-faults.ts";

const merge = { conflicts: "merge" } as const;

/** A repository in the workspace, and a look at all of its git folder. */
function repositoryIn(fixture: CheckpointFixture, ...how: string[]): () => object {
  git(fixture.root, "init", "-q", "-b", "main", ...how);
  return () => treeOf(join(fixture.root, ".git"));
}

const latin = (all: readonly string[]): Buffer => Buffer.from(all.join(""), "latin1");

describe("bytes that git would convert", () => {
  it.each([
    ["text", "* text\n", []],
    ["text=auto", "* text=auto\n", []],
    ["eol=crlf", "* text eol=crlf\n", []],
    ["ident", "* ident\n", []],
    ["filter", "* filter=upper\n", ["filter.upper.clean=tr a-z A-Z", "filter.upper.smudge=false"]],
    ["working-tree-encoding", "* working-tree-encoding=UTF-16LE\n", []],
    ["an LFS filter", "* filter=lfs diff=lfs merge=lfs -text\n", ["filter.lfs.clean=false"]],
    ["autocrlf=true", "", ["core.autocrlf=true"]],
    ["autocrlf=input", "", ["core.autocrlf=input"]],
    ["safecrlf and eol", "", ["core.safecrlf=true", "core.eol=crlf"]],
  ])("%s: stay as they are, and the person's git is not touched", async (_, attributes, config) => {
    await using fixture = await createCheckpointFixture();
    const look = repositoryIn(fixture);
    for (const one of config) git(fixture.root, "config", ...one.split(/=(.*)/s, 2));
    writeFileSync(fixture.path(".gitattributes"), attributes);
    const before = Buffer.from("$Id$ one\r\ntwo\nthree\r", "utf8");
    writeFileSync(fixture.path("f.txt"), before);
    const untouched = look();
    expect(await faultsOf(fixture, "f.txt", [before, Buffer.from("$Id: x$\r\n\n")])).toEqual([]);
    expect(look()).toEqual(untouched);
  });

  it.each([
    ["a byte order mark", Buffer.from("\ufeffa\n"), Buffer.from("\ufeffb\n")],
    ["NUL bytes", Buffer.of(0, 1, 0, 10), Buffer.of(0, 0)],
    ["no line end at the end", Buffer.from("a\nb"), Buffer.from("a\nb\n")],
    ["no UTF-8", Buffer.of(0xff, 0xfe, 10, 0xe9), Buffer.of(0xe9, 10)],
    ["nothing at all", Buffer.of(), Buffer.from("a")],
    [
      "an LFS pointer for its content",
      Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"),
      Buffer.from("the content itself"),
    ],
  ])("%s stay exact", async (_, before, after) => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("f"), before);
    expect(await faultsOf(fixture, "f", [before, after])).toEqual([]);
  });

  it("a sparse file keeps its bytes, holes read as zeros", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("sparse"), "start");
    truncateSync(fixture.path("sparse"), 1024 * 1024);
    const before = readFileSync(fixture.path("sparse"));
    expect(await faultsOf(fixture, "sparse", [before, Buffer.from("dense")])).toEqual([]);
  });

  it("text of another encoding is merged line by line, byte for byte", async () => {
    await using fixture = await createCheckpointFixture();
    const lines = Array.from({ length: 12 }, (_, index) => `caf\u00e9 ${index}\n`);
    writeFileSync(fixture.path("f"), latin(lines));
    const { callId } = await fixture.apply([
      write("f", latin(lines.with(1, "agent\n")), latin(lines)),
    ]);
    writeFileSync(fixture.path("f"), latin(lines.with(1, "agent\n").with(9, "mine \u00e9\n")));
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readFileSync(fixture.path("f"))).toEqual(latin(lines.with(9, "mine \u00e9\n")));
  });
});

describe("links", () => {
  it.each([
    ["to a file", "target"],
    ["to a folder", "folder"],
    ["dangling", "nowhere"],
    ["to the outside", "/etc/hostname"],
    ["with any bytes in its target", "\u00e9\n'"],
  ])("%s come back as links, and what they point at is never touched", async (_, target) => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("target"), "1");
    mkdirSync(fixture.path("folder"));
    symlinkSync(target, fixture.path("link"));
    const { callId } = await fixture.apply([remove("link", "")]);
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(readlinkSync(fixture.path("link"))).toBe(target);
    expect(readFileSync(fixture.path("target"), "utf8")).toBe("1");
    await fixture.service.redo({});
    expect(existsSync(fixture.path("link"))).toBe(false);
  });

  it("a folder that becomes a link to the outside between the plan and the swap leads nowhere", async () => {
    let isArmed = false;
    const outside: { path?: string; swap?: () => void } = {};
    const ops: FileOps = {
      ...nodeFileOps,
      exchange(names) {
        if (isArmed) outside.swap?.();
        nodeFileOps.exchange(names);
      },
    };
    await using fixture = await createCheckpointFixture(ops);
    const elsewhere = join(fixture.root, "../elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "f"), "theirs");
    mkdirSync(fixture.path("d"));
    writeFileSync(fixture.path("d/f"), "1");
    const { callId } = await fixture.apply([write("d/f", "2", "1")]);
    outside.swap = () => {
      isArmed = false;
      renameSync(fixture.path("d"), fixture.path("moved"));
      symlinkSync(elsewhere, fixture.path("d"));
    };
    isArmed = true;
    await fixture.service.undo({ unit: "call", callId }, merge).catch(() => undefined);
    expect(readFileSync(join(elsewhere, "f"), "utf8")).toBe("theirs");
    expect(readdirSync(elsewhere)).toEqual(["f"]);
  });

  it("a file with several names loses the bond, and its other name keeps its bytes", async () => {
    await using fixture = await createCheckpointFixture();
    writeFileSync(fixture.path("a"), "1");
    linkSync(fixture.path("a"), fixture.path("b"));
    const { callId, notes } = await fixture.apply([write("a", "2", "1")]);
    expect(notes).toMatchObject([expect.stringContaining("hard links")]);
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect([
      readFileSync(fixture.path("a"), "utf8"),
      readFileSync(fixture.path("b"), "utf8"),
    ]).toEqual(["1", "1"]);
  });
});

describe("modes", () => {
  it.each([0o755, 0o600, 0o4755, 0o2640, 0o1644, 0o777])(
    "%o comes back with the file, and the person's own mode stays",
    async (mode) => {
      await using fixture = await createCheckpointFixture();
      writeFileSync(fixture.path("f"), "1");
      chmodSync(fixture.path("f"), mode);
      const { callId } = await fixture.apply([remove("f", "1")]);
      await fixture.service.undo({ unit: "call", callId }, merge);
      expect(lstatSync(fixture.path("f")).mode & 0o7777).toBe(mode);
      const edit = await fixture.apply([write("f", "2", "1")]);
      chmodSync(fixture.path("f"), 0o711);
      await fixture.service.undo({ unit: "call", callId: edit.callId }, merge);
      expect(lstatSync(fixture.path("f")).mode & 0o7777).toBe(0o711);
    },
  );

  it("a read-only file in a read-only folder is brought back as both were", async () => {
    await using fixture = await createCheckpointFixture();
    mkdirSync(fixture.path("d"));
    writeFileSync(fixture.path("d/f"), "1", { mode: 0o444 });
    const paths = ["d", "d/f"];
    const before = treeOf(fixture.root);
    const { callId } = await recordCommand(fixture, { paths }, () => {
      rmSync(fixture.path("d/f"));
      writeFileSync(fixture.path("d/f"), "2", { mode: 0o400 });
      chmodSync(fixture.path("d"), 0o555);
    });
    await fixture.service.undo({ unit: "call", callId }, merge);
    expect(treeOf(fixture.root)).toEqual(before);
  });
});
