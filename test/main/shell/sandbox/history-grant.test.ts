import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { git } from "../../../support/run-git.ts";
import {
  createSandboxFixture,
  noSandboxHere,
  skipNote,
  type SandboxFixture,
} from "../../../support/sandbox-fixture.ts";
import { treeOf } from "../../../support/tree-hash.ts";

const history = { gitHistory: true };
/** A repository of the command's own making, whose configuration starts a program. */
const evil = `mkdir -p evil/objects evil/refs; printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfsmonitor = touch pwned\\n' > evil/config;`;

/** A project with history, as a person has it who keeps no hooks. */
function project(): SandboxFixture {
  const box = createSandboxFixture({ "a.txt": "a\n" });
  git(box.root, "init", "-q");
  git(box.root, "add", "a.txt");
  git(box.root, "commit", "-qm", "first");
  for (const name of ["hooks", "info"]) rmSync(join(box.root, ".git", name), { recursive: true });
  return box;
}

const steered = (folder: string): string =>
  git(folder, "config", "--get", "--default", "none", "core.fsmonitor").trim();

describe.skipIf(noSandboxHere !== null)(
  `a command that may change git's history${skipNote}`,
  () => {
    it.each([
      ["leads git to another folder's configuration", `${evil} echo ../evil > .git/commondir`],
      ["makes the hooks that were not there", "mkdir .git/hooks; echo x > .git/hooks/pre-commit"],
      ["makes them a link", "ln -s ../a.txt .git/hooks"],
      ["leads it by a link", `${evil} echo ../evil > where; ln -s ../where .git/commondir`],
      ["names drivers", "mkdir .git/info; echo '* filter=x' > .git/info/attributes"],
      ["brings a second configuration", "cp .git/config .git/config.worktree"],
      [
        "leads a worktree elsewhere",
        "mkdir -p .git/worktrees/w; echo ../../../evil > .git/worktrees/w/commondir",
      ],
    ])("has it taken back where it %s", async (_what, command) => {
      await using box = project();
      const done = await box.run(
        `${command}; git -c core.fsmonitor= log --format=%s; true`,
        history,
      );
      expect(done.notes).toEqual([
        expect.stringMatching(/^Took back \.git\/.+, which steers what is executed here/),
      ]);
      expect(steered(box.root)).toBe("none");
      for (const name of ["hooks", "commondir", "config.worktree", "info/attributes"])
        expect(existsSync(join(box.root, ".git", name))).toBe(false);
    });

    it("commits, tags, and makes worktrees, of which nothing is taken back", async () => {
      await using box = project();
      const done = await box.run(
        "echo b > b.txt; git add b.txt; git -c user.name=t -c user.email=t@e.invalid commit -qm second; git tag t; git worktree add -q w; git -C w log --format=%s",
        history,
      );
      expect(done.output).toContain("second\nfirst");
      expect(done.notes).toEqual([]);
    });

    it("changes nothing that git executes in a repository inside, nor a file that names one", async () => {
      await using box = project();
      mkdirSync(join(box.root, "nested"));
      git(join(box.root, "nested"), "init", "-q");
      git(box.root, "worktree", "add", "-q", "linked");
      const before = [treeOf(join(box.root, "nested/.git/hooks")), steered(box.root)];
      const done = await box.runner.run(
        {
          command: `${evil} git -C nested config core.fsmonitor x; echo x > nested/.git/hooks/pre-commit;
            echo 'gitdir: ../evil' > linked/.git; echo ../../../evil > .git/worktrees/linked/commondir; git -C nested tag -l; git -C nested symbolic-ref HEAD refs/heads/next`,
          cwd: box.root,
          signal: new AbortController().signal,
          onOutput: () => undefined,
          launcher: box.launcher(history, ["nested/.git", "linked/.git"]),
        },
        60_000,
      );
      expect(done.output.match(/Read-only file system|Device or resource busy/g)).toHaveLength(4);
      expect([treeOf(join(box.root, "nested/.git/hooks")), steered(box.root)]).toEqual(before);
      expect(steered(join(box.root, "nested"))).toBe("none");
      expect(steered(join(box.root, "linked"))).toBe("none");
      expect(readFileSync(join(box.root, "nested/.git/HEAD"), "utf8")).toContain("next");
    });

    it("cannot rewrite the file by which a worktree is found, nor where that leads", async () => {
      await using box = createSandboxFixture();
      const main = join(box.outside, "main");
      mkdirSync(main);
      git(main, "init", "-q");
      git(main, "commit", "-qm", "first", "--allow-empty");
      git(box.root, "-C", main, "worktree", "add", "-qf", "--detach", box.root);
      const done = await box.run(
        `${evil} echo 'gitdir: evil' > .git; for one in ${main}/.git/worktrees/*; do echo ${box.root}/evil > $one/commondir; cp evil/config $one/config.worktree; done; echo c > c; git add c; git -c user.name=t -c user.email=t@e.invalid commit -qm second; git log --format=%s`,
        history,
      );
      expect(done.output).toContain("second\nfirst");
      expect(steered(box.root)).toBe("none");
      expect(done.notes).toEqual([
        expect.stringMatching(/^Took back .+\/main\/\.git\/worktrees\/project\/config\.worktree,/),
      ]);
    });
  },
);
