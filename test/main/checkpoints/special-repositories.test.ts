import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createCheckpointFixture,
  write,
  type CheckpointFixture,
} from "../../support/checkpoint-fixture.ts";
import { git } from "../../support/run-git.ts";
import { treeOf } from "../../support/tree-hash.ts";

const merge = { conflicts: "merge" } as const;

const inside = async (
  prepare: (fixture: CheckpointFixture) => { readonly path: string; readonly gits: string[] },
): Promise<{ readonly before: object; readonly after: object; readonly text: string }> => {
  await using fixture = await createCheckpointFixture();
  const { path, gits } = prepare(fixture);
  const look = (): object => gits.map((folder) => treeOf(folder));
  const before = look();
  writeFileSync(fixture.path(path), "1");
  const { callId } = await fixture.apply([write(path, "2", "1")]);
  await fixture.service.undo({ unit: "call", callId }, merge);
  await fixture.service.redo({});
  await fixture.service.undo({ unit: "call", callId }, merge);
  await fixture.service.list({});
  expect(fixture.fsck()).toBe("");
  return { before, after: look(), text: readFileSync(fixture.path(path), "utf8") };
};

const created = (fixture: CheckpointFixture, folder: string, ...how: string[]): string => {
  mkdirSync(fixture.path(folder), { recursive: true });
  git(fixture.path(folder), "init", "-q", "-b", "main", ...how);
  return join(fixture.path(folder), ".git");
};

const committed = (fixture: CheckpointFixture, folder: string, ...how: string[]): string => {
  const folders = created(fixture, folder, ...how);
  writeFileSync(join(fixture.path(folder), "f"), "1");
  git(fixture.path(folder), "add", "f");
  git(fixture.path(folder), "commit", "-q", "-m", "x");
  return folders;
};

describe("other people's repositories", () => {
  it.each<[string, (fixture: CheckpointFixture) => { path: string; gits: string[] }]>([
    ["an unborn HEAD", (f) => ({ path: "f", gits: [created(f, ".")] })],
    ["a nested one without commits", (f) => ({ path: "in/f", gits: [created(f, "in")] })],
    [
      "a nested one with commits",
      (f) => ({ path: "in/f", gits: [committed(f, "."), committed(f, "in")] }),
    ],
    ["SHA-256", (f) => ({ path: "f", gits: [committed(f, ".", "--object-format=sha256")] })],
    [
      "a detached HEAD",
      (f) => {
        const folder = committed(f, ".");
        git(f.root, "checkout", "-q", "--detach");
        return { path: "f", gits: [folder] };
      },
    ],
    [
      "a submodule",
      (f) => {
        committed(f, "../library");
        const folder = committed(f, ".");
        const allow = ["-c", "protocol.file.allow=always"];
        git(f.root, ...allow, "submodule", "--quiet", "add", f.path("../library"), "sub");
        return { path: "sub/f", gits: [folder] };
      },
    ],
    [
      "a linked worktree",
      (f) => {
        const main = committed(f, "../main");
        git(f.path("../main"), "worktree", "add", "-q", "-f", "-b", "side", f.path("tree"));
        return { path: "tree/f", gits: [main] };
      },
    ],
    [
      "a sparse checkout and skip-worktree",
      (f) => {
        const folder = committed(f, ".");
        git(f.root, "sparse-checkout", "set", "--no-cone", "/nothing");
        return { path: "f", gits: [folder] };
      },
    ],
    [
      "a merge in progress",
      (f) => {
        const folder = committed(f, ".");
        git(f.root, "switch", "-q", "-c", "other");
        writeFileSync(f.path("f"), "theirs");
        git(f.root, "commit", "-q", "-a", "-m", "y");
        git(f.root, "switch", "-q", "main");
        writeFileSync(f.path("f"), "ours");
        git(f.root, "commit", "-q", "-a", "-m", "z");
        expect(spawnSync("git", ["merge", "other"], { cwd: f.root }).status).toBe(1);
        return { path: "f", gits: [folder] };
      },
    ],
    [
      "a rebase in progress",
      (f) => {
        const folder = committed(f, ".");
        const edit = ["-c", "sequence.editor=true"];
        const onto = spawnSync("git", [...edit, "rebase", "-q", "-i", "--root", "-x", "false"], {
          cwd: f.root,
          env: { ...process.env, GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@e.invalid" },
        });
        expect(onto.status).toBe(1);
        return { path: "f", gits: [folder] };
      },
    ],
  ])("%s: its git folder stays byte for byte, and the file comes back", async (_, prepare) => {
    const { before, after, text } = await inside(prepare);
    expect(after).toEqual(before);
    expect(text).toBe("1");
  });
});
