import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeRepository, readFromGit, trackedPaths } from "../../../src/main/git/host-git.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const git = (folder: string, ...values: string[]): void => {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.invalid", ...values], {
    cwd: folder,
    stdio: "ignore",
  });
};

describe("describeRepository", () => {
  it("names branch and root, before the first commit, in a subfolder and on a detached HEAD", async () => {
    using folder = createTemporaryFolder();
    const root = realpathSync(folder.path);
    git(root, "init", "-q", "-b", "trunk");
    expect(await describeRepository(root)).toEqual({ branch: "trunk", root });
    mkdirSync(join(root, "sub"));
    expect(await describeRepository(join(root, "sub"))).toEqual({ branch: "trunk", root });
    git(root, "commit", "-q", "--allow-empty", "-m", "one");
    git(root, "checkout", "-q", "--detach");
    expect(await describeRepository(root)).toEqual({ branch: null, root });
  });

  it("answers null for a folder without git and on a machine without it", async () => {
    using folder = createTemporaryFolder();
    expect(await describeRepository(folder.path)).toBeNull();
    git(folder.path, "init", "-q");
    const path = process.env["PATH"];
    process.env["PATH"] = join(folder.path, "nothing");
    try {
      expect(await describeRepository(folder.path)).toBeNull();
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("gives up a git that prints without end", async () => {
    using folder = createTemporaryFolder();
    const root = realpathSync(folder.path);
    git(root, "init", "-q");
    writeFileSync(join(root, "large"), "x".repeat(3 * 1024 * 1024));
    writeFileSync(join(root, "small"), "y".repeat(1000));
    git(root, "add", ".");
    expect(await readFromGit(root, ["cat-file", "blob", ":small"])).toBe("y".repeat(1000));
    expect(await readFromGit(root, ["cat-file", "blob", ":large"])).toBeNull();
  });

  it("runs nothing that a hostile repository or the environment names, and writes nothing", async () => {
    using folder = createTemporaryFolder();
    const root = realpathSync(folder.path);
    git(root, "init", "-q", "-b", "main");
    const sentinel = join(root, "ran");
    const program = join(root, "hostile.sh");
    writeFileSync(program, `#!/bin/sh\necho "$0 $@" >> ${sentinel}\n`);
    chmodSync(program, 0o755);
    mkdirSync(join(root, "hooks"));
    for (const hook of [
      "post-checkout",
      "fsmonitor-watchman",
      "post-index-change",
      "reference-transaction",
    ]) {
      writeFileSync(join(root, "hooks", hook), `#!/bin/sh\necho ${hook} >> ${sentinel}\n`);
      chmodSync(join(root, "hooks", hook), 0o755);
    }
    const settings = {
      "core.fsmonitor": program,
      "core.hooksPath": join(root, "hooks"),
      "core.pager": program,
      "pager.rev-parse": program,
      "pager.symbolic-ref": program,
      "diff.external": program,
      "core.sshCommand": program,
      "core.askPass": program,
      "credential.helper": program,
      "core.editor": program,
      "gpg.program": program,
      "alias.rev-parse": `!${program}`,
      "alias.symbolic-ref": `!${program}`,
    };
    for (const [name, value] of Object.entries(settings)) git(root, "config", name, value);
    const planted = {
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      GIT_TRACE: sentinel,
      GIT_DIR: "/nowhere",
    };
    Object.assign(process.env, planted);
    try {
      expect(await describeRepository(root)).toEqual({ branch: "main", root });
      // What a careless caller might ask is held back as well.
      expect(await readFromGit(root, ["status", "--porcelain", "-z"])).toContain("hostile.sh");
      expect(await readFromGit(root, ["ls-remote", "ssh://example.invalid/x"])).toBeNull();
    } finally {
      for (const name of Object.keys(planted)) delete process.env[name];
    }
    expect(existsSync(sentinel)).toBe(false);
    // The trap itself works: without the safeguards the program runs.
    execFileSync("git", ["status"], { cwd: root, stdio: "ignore" });
    expect(existsSync(sentinel)).toBe(true);
  });
});

describe("trackedPaths", () => {
  it("lists what is tracked below a folder, relative to it, whatever the names", async () => {
    using folder = createTemporaryFolder();
    git(folder.path, "init", "-q");
    const names = ["node_modules/own/a b.js", "-dash", "new\nline", "ü", "lib/node_modules/x"];
    for (const name of ["outside", ...names.map((own) => `sub/${own}`)]) {
      mkdirSync(join(folder.path, name, ".."), { recursive: true });
      writeFileSync(join(folder.path, name), "");
    }
    git(folder.path, "add", "-A");
    writeFileSync(join(folder.path, "sub/untracked"), "");
    const sub = join(folder.path, "sub");
    expect(await trackedPaths(sub)).toEqual(new Set(names));
    expect(await trackedPaths(sub, ["node_modules", ".venv"])).toEqual(
      new Set(["node_modules/own/a b.js", "lib/node_modules/x"]),
    );
  });

  it("takes lists that are longer than any other answer may be", async () => {
    using folder = createTemporaryFolder();
    git(folder.path, "init", "-q");
    const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: folder.path,
      input: "",
      encoding: "utf8",
    }).trim();
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `100644 ${blob}\t${"a".repeat(100)}/${index}`,
    );
    execFileSync("git", ["update-index", "--index-info"], {
      cwd: folder.path,
      input: lines.join("\n"),
    });
    expect((await trackedPaths(folder.path))?.size).toBe(20_000);
    expect(await readFromGit(folder.path, ["ls-files"])).toBeNull();
  });

  it("answers null without a repository", async () => {
    using folder = createTemporaryFolder();
    expect(await trackedPaths(folder.path)).toBeNull();
  });
});
