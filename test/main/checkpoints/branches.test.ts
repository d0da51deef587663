import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createHeadReader } from "../../../src/main/git/read-head.ts";
import {
  createCheckpointFixture,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;

const gitIn =
  (folder: string) =>
  (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@e.invalid", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();

function initialize(fixture: CheckpointFixture, ...how: string[]) {
  const git = gitIn(fixture.root);
  git("init", "-q", "-b", "main", ...how);
  writeFileSync(fixture.path("f"), "1\n");
  git("add", "f");
  git("commit", "-q", "-m", "x");
  return git;
}

describe("an undo after the branch changed", () => {
  it("waits for the branch and says so; its patch can be had, and it goes on when the branch is back", async () => {
    await using fixture = await createCheckpointFixture();
    const git = initialize(fixture);
    git("branch", "fix-1");
    const { turnId } = await fixture.apply([write("f", "2\n", "1\n")]);
    git("commit", "-q", "-a", "-m", "y");
    git("switch", "-q", "fix-1");
    const before = treeOf(join(fixture.root, ".git"));
    const target = { unit: "turn", turnId } as const;
    const text = "You switched main → fix-1; earlier undo waits for main.";
    const waits = { code: "conflict", message: text };
    await expect(fixture.service.undo(target, merge)).rejects.toMatchObject(waits);
    await expect(fixture.service.dryRun(target, merge)).rejects.toMatchObject(waits);
    const plan = await fixture.service.plan(target);
    expect(plan.waitsFor).toEqual({ branch: "main", now: "fix-1", message: text });
    const { sessionId } = fixture;
    expect(await fixture.service.waiting(sessionId)).toEqual({
      branch: "main",
      now: "fix-1",
      turnId,
      target: { unit: "session", sessionId },
    });
    const { patch } = await fixture.service.patch(target);
    expect(patch).toContain("-1\n+2\n");
    expect(treeOf(join(fixture.root, ".git"))).toEqual(before);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("1\n");
    // With a change of this branch as well, the one that waits is named alone.
    const here = await fixture.apply([write("g", "1\n", null)]);
    expect(await fixture.service.waiting(sessionId)).toMatchObject({ turnId, target });
    await fixture.service.undo({ unit: "turn", turnId: here.turnId }, merge);
    git("switch", "-q", "main");
    expect(await fixture.service.waiting(sessionId)).toBe(null);
    await fixture.service.undo(target, merge);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("1\n");
    git("switch", "-q", "-f", "fix-1");
    expect(await fixture.service.waiting(sessionId)).toBe(null);
  });

  it("does not wait for a commit on the same branch, nor for a new branch at the same commit", async () => {
    await using fixture = await createCheckpointFixture();
    const git = initialize(fixture);
    const { turnId } = await fixture.apply([write("f", "2\n", "1\n")]);
    git("commit", "-q", "-a", "-m", "y");
    await fixture.service.undo({ unit: "turn", turnId }, merge);
    await fixture.service.redo({});
    const other = await fixture.apply([write("f", "3\n", "2\n")]);
    git("switch", "-q", "-c", "new");
    await fixture.service.undo({ unit: "call", callId: other.callId }, merge);
    expect(readFileSync(fixture.path("f"), "utf8")).toBe("2\n");
  });
});

describe("the head of a repository", () => {
  it("agrees with git: unborn, committed, packed, detached, with SHA-256, in a linked worktree", async () => {
    using folder = createTemporaryFolder();
    for (const how of [[], ["--object-format=sha256"]]) {
      const root = join(folder.path, `r${how.length}`);
      mkdirSync(join(root, "sub"), { recursive: true });
      const git = gitIn(root);
      const reader = createHeadReader(join(root, "sub"));
      expect(await reader.read()).toBeNull();
      git("init", "-q", "-b", "main", ...how);
      expect(await reader.read()).toEqual({ branch: "main", commit: null });
      git("commit", "-q", "--allow-empty", "-m", "x");
      const commit = git("rev-parse", "HEAD");
      expect(await reader.read()).toEqual({ branch: "main", commit });
      git("pack-refs", "--all");
      expect(await reader.read()).toEqual({ branch: "main", commit });
      git("worktree", "add", "-q", "-b", "side/line", join(folder.path, `w${how.length}`));
      const worktree = createHeadReader(join(folder.path, `w${how.length}`));
      expect(await worktree.read()).toEqual({ branch: "side/line", commit });
      git("checkout", "-q", "--detach");
      expect(await reader.read()).toEqual({ branch: null, commit });
    }
  });
});
