import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { committedIn } from "../../../src/main/git/committed-in.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

interface Repository extends Disposable {
  readonly root: string;
  git(...values: string[]): string;
  put(path: string, content: string): void;
  commit(): string;
}

function createRepository(): Repository {
  const folder = createTemporaryFolder();
  const root = realpathSync(folder.path);
  const git = (...values: string[]): string =>
    execFileSync("git", ["-c", "user.name=n", "-c", "user.email=e@x", ...values], {
      cwd: root,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  return {
    root,
    git,
    put(path, content) {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    commit() {
      git("add", "--all");
      git("commit", "--quiet", "--message", "m");
      return git("rev-parse", "HEAD");
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const result = (path: string, content: string, since: string | null) => ({
  path,
  blob: blobId(Buffer.from(content)),
  since,
});

const odd = ["s/a", "new\nline", "-rf", "*", ":(top)b", "ü"];

it("names the commit made since that holds just these bytes, whatever the name", async () => {
  using repository = createRepository();
  repository.put("other", "0");
  const since = repository.commit();
  for (const path of odd) repository.put(path, `made ${path}`);
  const made = repository.commit();
  repository.put("other", "1");
  repository.commit();
  const results = odd.map((path) => result(path, `made ${path}`, since));
  const found = await committedIn(repository.root, results);
  expect([...found.keys()].toSorted()).toEqual(odd.toSorted());
  for (const commit of found.values()) expect(made.startsWith(commit)).toBe(true);
  const below = await committedIn(join(repository.root, "s"), [result("a", "made s/a", since)]);
  expect([...below.keys()]).toEqual(["a"]);
});

it("is silent on what was not committed since, was committed otherwise, or is no longer so", async () => {
  using repository = createRepository();
  repository.put("same", "as before");
  repository.put("changed", "0");
  const since = repository.commit();
  repository.put("changed", "1");
  repository.put("other", "the person's");
  const later = repository.commit();
  repository.put("changed", "2");
  repository.commit();
  const results = [
    result("same", "as before", since),
    result("changed", "1", since),
    result("other", "the agent's", since),
    result("missing", "x", since),
    result("changed", "2", "0".repeat(40)),
  ];
  expect([...(await committedIn(repository.root, results))]).toEqual([]);
  expect((await committedIn(repository.root, [result("changed", "2", later)])).size).toBe(1);
});

it("counts every commit where there was none before, and knows a folder without a repository", async () => {
  using repository = createRepository();
  expect((await committedIn(repository.root, [result("a", "1", null)])).size).toBe(0);
  repository.put("a", "1");
  repository.commit();
  expect((await committedIn(repository.root, [result("a", "1", null)])).size).toBe(1);
  using folder = createTemporaryFolder();
  expect((await committedIn(folder.path, [result("a", "1", null)])).size).toBe(0);
});
