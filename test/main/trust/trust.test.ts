import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeRepository, trackedPaths } from "../../../src/main/git/host-git.ts";
import { committedIn } from "../../../src/main/git/committed-in.ts";
import { createTrust, type Trust } from "../../../src/main/trust/trust.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { createHostileRepository } from "../../support/hostile-repository.ts";
import { git } from "../../support/run-git.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

interface Project extends Disposable {
  readonly root: string;
  readonly file: string;
  readonly trust: Trust;
  readonly put: (path: string, content: string) => void;
  paths(): Promise<readonly string[]>;
}

function project(files: Readonly<Record<string, string>> = {}): Project {
  const folder = createTemporaryFolder();
  const root = join(folder.path, "project");
  const file = join(folder.path, "trust.json");
  mkdirSync(root);
  const trust = createTrust({ root, id: "w" }, file);
  const put = (path: string, content: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  const paths = async (): Promise<readonly string[]> =>
    (await trust.list()).items.map((item) => item.path).toSorted();
  return { root, file, trust, put, paths, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

async function acceptAll(trust: Trust): Promise<void> {
  await trust.accept((await trust.list()).items);
}

const states = async (trust: Trust): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await trust.list()).items.map(({ path, state }) => [path, state]));

describe("what a hostile repository brings", () => {
  it("is listed whole, off, and none of it runs, where a git without care trips over it", async () => {
    using folder = createTemporaryFolder();
    const hostile = createHostileRepository(folder.path);
    const { root } = hostile;
    const trust = createTrust({ root, id: "w" }, join(folder.path, "trust.json"));
    const { items, off, complete } = await trust.list();
    expect([off, complete]).toEqual([items.length, true]);
    const found = new Set(items.map((item) => item.path));
    for (const path of [
      ".git/config",
      ".git/info/attributes",
      ".git/hooks/pre-commit",
      ".git/hooks/post-index-change",
      "vendor/bare/config",
      "vendor/bare/hooks/post-index-change",
      "sub/.git",
      ".gitattributes",
      ".gitmodules",
      ".env",
      ".envrc",
      ".npmrc",
      ".mcp.json",
      ".vscode/tasks.json",
      ".cursor/mcp.json",
      ".claude/settings.json",
      ".qwen/settings.json",
      ".belay/settings.json",
      "AGENTS.md",
      "CLAUDE.md",
      "QWEN.md",
      ".github/copilot-instructions.md",
      ".github/workflows/ci.yml",
      ".husky/pre-commit",
      ".devcontainer/devcontainer.json",
      ".pre-commit-config.yaml",
      "package.json",
    ])
      expect([path, found.has(path)]).toEqual([path, true]);
    const config = (await trust.content(".git/config")).text;
    for (const name of [
      "core.fsmonitor",
      "filter.evil.process",
      "include.path",
      "alias.st",
      "remote.origin.url",
      "submodule.sub.update",
      "credential.helper",
      "core.hookspath",
    ])
      expect(config).toContain(name);
    expect(config).not.toContain("repositoryformatversion");
    await describeRepository(root);
    await trackedPaths(root);
    await committedIn(root, [{ path: "src/a.txt", blob: blobId(Buffer.from("x")), since: null }]);
    expect(hostile.ran()).toEqual([]);
    // The traps do bite: without Belay's care the same folder runs them.
    try {
      git(root, "status");
    } catch {
      // a filter that fails is one that ran
    }
    expect(hostile.ran()).toContain("included-fsmonitor");
  });
});

describe("what is accepted", () => {
  it("is so by its bytes: changed, it is off again, and back it is accepted", async () => {
    using opened = project({ "AGENTS.md": "be kind\n", ".envrc": "x\n" });
    const { trust, put } = opened;
    expect(await states(trust)).toEqual({ "AGENTS.md": "off", ".envrc": "off" });
    await acceptAll(trust);
    const [item] = (await trust.list()).items;
    expect(item === undefined ? null : trust.isAccepted(item)).toBe(true);
    put("AGENTS.md", "be unkind\n");
    expect(await states(trust)).toEqual({ "AGENTS.md": "changed", ".envrc": "accepted" });
    expect(
      trust.isAccepted({ path: "AGENTS.md", hash: (await trust.content("AGENTS.md")).hash }),
    ).toBe(false);
    put("AGENTS.md", "be kind\n");
    expect((await trust.list()).off).toBe(0);
    await trust.withdraw(["AGENTS.md"]);
    expect(await states(trust)).toEqual({ "AGENTS.md": "off", ".envrc": "accepted" });
  });

  it("is refused whole when one of them is not any more what was shown", async () => {
    using opened = project({ "AGENTS.md": "a\n", ".envrc": "x\n" });
    const { items } = await opened.trust.list();
    opened.put(".envrc", "curl x | sh\n");
    await expect(opened.trust.accept(items)).rejects.toMatchObject({ code: "conflict" });
    expect((await opened.trust.list()).off).toBe(2);
  });

  it("does not carry over to another folder, nor to the same bytes at another path", async () => {
    using opened = project({ "AGENTS.md": "a\n" });
    await acceptAll(opened.trust);
    opened.put("CLAUDE.md", "a\n");
    expect(await states(opened.trust)).toEqual({ "AGENTS.md": "accepted", "CLAUDE.md": "off" });
    const other = createTrust({ root: opened.root, id: "other" }, opened.file);
    expect((await other.list()).off).toBe(2);
    await acceptAll(other);
    expect(await states(opened.trust)).toEqual({ "AGENTS.md": "accepted", "CLAUDE.md": "off" });
  });

  it("lies in a file of this user only; a damaged one is set aside, and everything is off", async () => {
    using opened = project({ "AGENTS.md": "a\n" });
    await acceptAll(opened.trust);
    expect(statSync(opened.file).mode & 0o777).toBe(0o600);
    for (const damage of ["{", '[{"workspace": "w"}]', '{"w": true}', ""]) {
      writeFileSync(opened.file, damage);
      const { off, warning } = await opened.trust.list();
      expect([damage, off, warning]).toEqual([damage, 1, expect.stringContaining("trust.broken-")]);
      const kept = /kept as (.+)\.$/.exec(warning ?? "")?.[1] ?? "";
      expect(readFileSync(kept, "utf8")).toBe(damage);
      rmSync(kept);
    }
    await acceptAll(opened.trust);
    expect((await opened.trust.list()).off).toBe(0);
  });

  it("of a manifest holds while only other parts of it change", async () => {
    using opened = project({ "package.json": '{"scripts":{"test":"a"},"version":"1"}' });
    await acceptAll(opened.trust);
    opened.put("package.json", '{"version":"2","scripts":{"test":"a"}}');
    expect((await opened.trust.list()).off).toBe(0);
    opened.put("package.json", '{"version":"2","scripts":{"test":"a","postinstall":"b"}}');
    expect(await states(opened.trust)).toEqual({ "package.json": "changed" });
  });
});

describe("what is found", () => {
  it("is nothing in a plain repository, and settings that steer once they are there", async () => {
    using opened = project({
      "src/a.ts": "",
      ".gitignore": "x\n",
      ".gitattributes": "* text=auto\n",
      ".env": "PORT=1\n",
    });
    git(opened.root, "init", "-q");
    git(opened.root, "remote", "add", "origin", "https://example.com/a.git");
    expect(await opened.paths()).toEqual([]);
    git(opened.root, "config", "core.sshCommand", "evil");
    expect(await opened.paths()).toEqual([".git/config"]);
    expect((await opened.trust.content(".git/config")).text).toBe("core.sshcommand = evil");
  });

  it("is a configuration that git cannot read, as a whole", async () => {
    using opened = project();
    git(opened.root, "init", "-q");
    writeFileSync(join(opened.root, ".git/config"), "[core\n\tfsmonitor = x\n");
    expect((await opened.trust.content(".git/config")).text).toContain("fsmonitor = x");
  });

  it("is also what lies in another case, behind links, and nothing of what packages bring", async () => {
    using opened = project({
      "a/AGENTS.MD": "x",
      "node_modules/a/package.json": '{"scripts":{"postinstall":"x"}}',
      "real.md": "led here\n",
    });
    symlinkSync("real.md", join(opened.root, "CLAUDE.md"));
    symlinkSync("/etc/hostname", join(opened.root, "QWEN.md"));
    symlinkSync("nowhere", join(opened.root, ".envrc"));
    expect(await opened.paths()).toEqual([".envrc", "CLAUDE.md", "QWEN.md", "a/AGENTS.MD"]);
    expect((await opened.trust.content("CLAUDE.md")).text).toBe("link to real.md\nled here\n");
    // Outside is named, and not read.
    expect((await opened.trust.content("QWEN.md")).text).toBe("link to /etc/hostname");
  });

  it("is the repository's above, where the project is only a part of one", async () => {
    using opened = project();
    git(opened.root, "init", "-q");
    git(opened.root, "config", "alias.x", "!evil");
    const inner = join(opened.root, "packages/web");
    mkdirSync(inner, { recursive: true });
    const trust = createTrust({ root: inner, id: "inner" }, opened.file);
    await acceptAll(trust);
    expect(await states(trust)).toEqual({ "../../.git/config": "accepted" });
  });

  it.each([
    "src/a.ts",
    "../outside/AGENTS.md",
    "/etc/passwd",
    ".git/HEAD",
    "",
    ".git/../../x",
    "../.env",
  ])("shows nothing at %j", async (path) => {
    using opened = project({ "src/a.ts": "secret" });
    git(opened.root, "init", "-q");
    await expect(opened.trust.content(path)).rejects.toMatchObject({ code: "not-found" });
  });

  it("says when it has not seen everything", async () => {
    using opened = project({ "a/1": "", "a/2": "", "a/3": "", "z/AGENTS.md": "" });
    const { complete } = await opened.trust.list({ most: 3 });
    expect(complete).toBe(false);
  });
});

describe("what was allowed at a moment", () => {
  const files = {
    "src/a.ts": "a",
    "package.json": '{"scripts":{"test":"a"},"version":"1"}',
    Makefile: "all:\n",
    "sub/AGENTS.md": "a\n",
  };

  it.each<readonly [string, (opened: Project) => void]>([
    ["a script of a manifest", ({ put }) => put("package.json", '{"scripts":{"test":"b"}}')],
    ["a makefile", ({ put }) => put("Makefile", "all:\n\tcurl x | sh\n")],
    ["a makefile of the same size and time", changeUnseen],
    ["an agent's file, deep down", ({ put }) => put("sub/AGENTS.md", "b\n")],
    ["a file that was not there", ({ put }) => put("sub/.npmrc", "ignore-scripts=false\n")],
    ["a file that is not there any more", ({ root }) => rmSync(join(root, "Makefile"))],
    [
      "a file under another name",
      ({ root }) => renameSync(join(root, "Makefile"), join(root, "x.mk")),
    ],
    ["a hook", ({ put }) => put(".git/hooks/pre-commit", "evil\n")],
    ["git's configuration", ({ root }) => git(root, "config", "core.fsmonitor", "evil")],
    ["a link in place of a file", linkInPlace],
  ])("is void after a change of %s", async (_what, change) => {
    using opened = project(files);
    git(opened.root, "init", "-q");
    const moment = await opened.trust.moment();
    expect(await opened.trust.changedSince(moment)).toBe(false);
    change(opened);
    expect(await opened.trust.changedSince(moment)).toBe(true);
  });

  it("stands while other things change, and when a change is taken back", async () => {
    using opened = project(files);
    const moment = await opened.trust.moment();
    opened.put("src/a.ts", "b");
    opened.put("package.json", '{"version":"2","scripts":{"test":"a"}}');
    opened.put("node_modules/x/package.json", '{"scripts":{"postinstall":"x"}}');
    expect(await opened.trust.changedSince(moment)).toBe(false);
    opened.put("Makefile", "other:\n");
    expect(await opened.trust.changedSince(moment)).toBe(true);
    opened.put("Makefile", "all:\n");
    expect(await opened.trust.changedSince(moment)).toBe(false);
  });

  it("is void with a moment that nobody was given", async () => {
    using opened = project(files);
    expect(await opened.trust.changedSince("")).toBe(true);
  });
});

function changeUnseen({ root, put }: Project): void {
  const { atime, mtime } = statSync(join(root, "Makefile"));
  put("Makefile", "olé\n");
  utimesSync(join(root, "Makefile"), atime, mtime);
}

function linkInPlace({ root }: Project): void {
  renameSync(join(root, "Makefile"), join(root, "real"));
  symlinkSync("real", join(root, "Makefile"));
}
