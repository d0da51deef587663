import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { historyChanges } from "../../../src/main/git/history-changes.ts";
import { readHistory } from "../../../src/main/git/history-state.ts";
import { indexDigest } from "../../../src/main/git/index-digest.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

const isolated = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  PATH: process.env["PATH"],
};

function createRepository() {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  mkdirSync(root);
  const git = (...values: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...values], {
      cwd: root,
      env: isolated,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  git("init", "-q", "-b", "main");
  writeFileSync(join(root, "a.txt"), "a\n");
  git("add", "a.txt");
  git("commit", "-q", "-m", "one");
  /** What a command is said to have done to the history. */
  async function told(act: () => unknown): Promise<string[]> {
    const before = await readHistory(root);
    act();
    const after = await readHistory(root);
    return historyChanges(before?.state ?? null, after?.state ?? null);
  }
  return { root, git, told, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("git's history before and after a command", () => {
  it("tells commits, branches, tags, a stash and where HEAD went", async () => {
    using repository = createRepository();
    const { git, told } = repository;
    const at = (name: string): string => git("rev-parse", "--short=7", name);
    const one = at("HEAD");
    expect(await told(() => git("commit", "-q", "--allow-empty", "-m", "two"))).toEqual([
      `main ${one} → ${at("HEAD")}`,
    ]);
    expect(await told(() => git("checkout", "-q", "-b", "fix-1"))).toEqual([
      "HEAD main → fix-1",
      `fix-1 new at ${at("HEAD")}`,
    ]);
    expect(await told(() => git("tag", "v1"))).toEqual([`tag v1 new at ${at("HEAD")}`]);
    const detached = await told(() => git("checkout", "-q", "--detach"));
    expect(detached).toEqual([`HEAD fix-1 → ${at("HEAD")}`]);
    expect(await told(() => git("branch", "-q", "-D", "fix-1"))).toContain(
      `fix-1 ${at("HEAD")} removed`,
    );
    writeFileSync(join(repository.root, "a.txt"), "b\n");
    expect((await told(() => git("stash")))[0]).toMatch(/^stash new at [0-9a-f]{7}$/);
    const two = at("HEAD");
    git("checkout", "-q", "main");
    expect(await told(() => git("reset", "-q", "--hard", one))).toEqual([`main ${two} → ${one}`]);
  });

  it("tells staging, but not what git only remembers of the files' dates", async () => {
    using repository = createRepository();
    const { git, told, root } = repository;
    writeFileSync(join(root, "a.txt"), "other\n");
    expect(await told(() => git("add", "a.txt"))).toEqual(["index"]);
    const raw = readFileSync(join(root, ".git/index"));
    execFileSync("touch", ["-d", "2001-01-01", "a.txt"], { cwd: root });
    expect(await told(() => git("status"))).toEqual([]);
    // It has written the index all the same.
    expect(readFileSync(join(root, ".git/index")).equals(raw)).toBe(false);
    expect(await told(() => git("update-index", "--assume-unchanged", "a.txt"))).toEqual(["index"]);
  });

  it("reads the index in all its versions as the same", async () => {
    using repository = createRepository();
    const { git, root } = repository;
    mkdirSync(join(root, "folder"));
    for (const name of ["folder/aa", "folder/ab", "folder/abc", "z"]) {
      writeFileSync(join(root, name), name);
      git("add", name);
    }
    git("update-index", "--skip-worktree", "z");
    const digests = ["3", "4"].map((version) => {
      git("update-index", "--index-version", version);
      const bytes = readFileSync(join(root, ".git/index"));
      expect(bytes.readUInt32BE(4)).toBe(Number(version));
      return indexDigest(bytes);
    });
    expect(new Set(digests).size).toBe(1);
    git("mv", "folder/ab", "folder/b");
    expect(indexDigest(readFileSync(join(root, ".git/index")))).not.toBe(digests[0]);
    expect(indexDigest(Buffer.from("DIRC no index"))).toMatch(/^[0-9a-f]{40}$/);
  });

  it("takes packed refs as the same, and an expired reflog as lost", async () => {
    using repository = createRepository();
    const { git, told } = repository;
    git("branch", "other");
    git("commit", "-q", "--allow-empty", "-m", "two");
    expect(await told(() => git("pack-refs", "--all"))).toEqual([]);
    expect(await told(() => git("branch", "-f", "other", "HEAD"))).toHaveLength(1);
    expect(await told(() => git("reflog", "expire", "--expire=all", "--all"))).toEqual(
      expect.arrayContaining(["reflog of HEAD shortened"]),
    );
    expect(await told(() => git("config", "a.b", "c"))).toEqual(["config"]);
  });

  it("finds the folders of a work tree beside it and of a subfolder", async () => {
    using repository = createRepository();
    const { git, root } = repository;
    const beside = join(root, "../beside");
    git("worktree", "add", "-q", "-b", "wt", beside);
    const before = await readHistory(beside);
    expect(before?.state.head).toBe("ref: refs/heads/wt");
    git("-C", beside, "commit", "-q", "--allow-empty", "-m", "there");
    const after = await readHistory(beside);
    expect(historyChanges(before?.state ?? null, after?.state ?? null)).toEqual([
      expect.stringMatching(/^wt [0-9a-f]{7} → [0-9a-f]{7}$/),
    ]);
    mkdirSync(join(root, "deep/er"), { recursive: true });
    expect((await readHistory(join(root, "deep/er")))?.state.head).toBe("ref: refs/heads/main");
  });

  it("notices that refs are kept as a table, and that it changed", async () => {
    using repository = createRepository();
    const list = join(repository.root, ".git/reftable/tables.list");
    mkdirSync(join(repository.root, ".git/reftable"));
    writeFileSync(list, "0x000000000001-0x000000000002-0123abcd.ref\n");
    const told = await repository.told(() =>
      writeFileSync(list, "0x000000000001-0x000000000003-4567abcd.ref\n"),
    );
    expect(told).toEqual(["refs"]);
  });

  it("holds the bytes of index, config and reflogs, and changes nothing", async () => {
    using repository = createRepository();
    const before = treeOf(repository.root);
    const found = await readHistory(repository.root);
    expect(treeOf(repository.root)).toEqual(before);
    expect(found?.leftOut).toEqual([]);
    expect(found?.files.map(({ name }) => name).toSorted()).toEqual([
      "config",
      "index",
      "logs/HEAD",
      "logs/refs/heads/main",
    ]);
    const index = found?.files.find(({ name }) => name === "index")?.content;
    expect(index?.equals(readFileSync(join(repository.root, ".git/index")))).toBe(true);
  });

  it("says what is too large to be kept, and still tells that it changed", async () => {
    using repository = createRepository();
    const file = join(repository.root, ".git/index");
    writeFileSync(file, Buffer.alloc(17 * 1024 * 1024));
    const before = await readHistory(repository.root);
    expect(before?.leftOut).toEqual(["index"]);
    writeFileSync(file, Buffer.alloc(17 * 1024 * 1024 + 1));
    const after = await readHistory(repository.root);
    expect(historyChanges(before?.state ?? null, after?.state ?? null)).toEqual(["index"]);
  });

  it("follows no link, and takes a broken repository for none", async () => {
    using repository = createRepository();
    using folder = createTemporaryFolder();
    writeFileSync(join(folder.path, ".git"), "gitdir: nowhere");
    expect(await readHistory(folder.path)).toBeNull();
    symlinkSync("/etc/passwd", join(repository.root, ".git/refs/heads/evil"));
    symlinkSync("/etc/passwd", join(repository.root, ".git/MERGE_HEAD"));
    const found = await readHistory(repository.root);
    expect(Object.keys(found?.state.refs ?? {})).toEqual(["refs/heads/main"]);
  });
});
