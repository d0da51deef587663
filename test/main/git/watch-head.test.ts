import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { HeadState } from "../../../src/main/git/read-head.ts";
import { watchHead } from "../../../src/main/git/watch-head.ts";
import { git } from "../../support/run-git.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const patient = { timeout: 20_000, interval: 20 };
const commit = (folder: string, message: string) =>
  git(folder, "commit", "--quiet", "--allow-empty", "-m", message);

it("tells of another branch and of a detached commit, and not of commits on the branch", async () => {
  using folder = createTemporaryFolder();
  const project = join(folder.path, "inside");
  git(folder.path, "init", "--quiet", "--initial-branch=main");
  mkdirSync(project);
  commit(folder.path, "one");
  git(folder.path, "branch", "fix-1");
  const told: HeadState[] = [];
  // The folder that is open lies inside the repository.
  const watch = watchHead(project, (head) => told.push(head));
  const branches = () => told.map(({ branch }) => branch);
  // The watch begins a moment later, so the first switch is made until it is heard.
  let to = "fix-1";
  const switchUntilHeard = () => {
    git(folder.path, "switch", "--quiet", to);
    to = to === "fix-1" ? "main" : "fix-1";
    return told.length;
  };
  await expect.poll(switchUntilHeard, patient).toBeGreaterThan(0);
  git(folder.path, "switch", "--quiet", "-C", "fix-2");
  await expect.poll(() => branches().at(-1), patient).toBe("fix-2");
  const before = told.length;
  commit(folder.path, "two");
  git(folder.path, "switch", "--quiet", "--detach", "HEAD");
  await expect.poll(() => branches().at(-1), patient).toBe(null);
  expect(told).toHaveLength(before + 1);
  expect(told.at(-1)?.commit).toBe(git(folder.path, "rev-parse", "HEAD").trim());
  watch.close();
});
