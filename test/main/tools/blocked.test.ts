import { limitLines } from "../../../src/main/tools/limits-hit.ts";
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wallsIn } from "../../../src/main/tools/blocked.ts";
import { networkWords, parseNeeds } from "../../../src/main/tools/command-needs.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { grantsOf } from "../../support/network-fixture.ts";

const wall = { root: "/w", knowsHosts: false };

it.each([
  ["fatal: Unable to create '/w/.git/index.lock': Read-only file system", "git-history"],
  ["bash: line 1: .git/config: Read-only file system", "git-history"],
  ["touch: cannot touch '/w/.github/workflows/a.yml': Read-only file system", "steering-files"],
  ["Error: EROFS: read-only file system, open '/opt/x'", "write to /opt/x"],
  ["touch: cannot touch '/opt/a b/c': Read-only file system", "write to /opt/a b/c"],
  ["OSError: [Errno 30] Read-only file system: '/usr/lib/a'", "write to /usr/lib/a"],
  ["curl: (6) Could not resolve host: example.com", "no-sandbox"],
  ["npm error code EAI_AGAIN", "no-sandbox"],
])("names the wall in %j", (output, words) => {
  expect(wallsIn(output, wall)).toMatchObject([{ line: expect.stringContaining(words) }]);
});

it.each([
  ["a: /usr/lib/a: Read-only file system", "write", "/usr/lib/a", "write:/usr/lib"],
  ["a: /x: Read-only file system", "read-only", "/x", null],
  ["a: /nowhere/at/all: Read-only file system", "read-only", "/nowhere/at/all", null],
  ["a: /w/sub/x: Read-only file system", "read-only", "/w/sub/x", null],
  ["a: sub/x: Read-only file system", "read-only", "sub/x", null],
  ["a: .git/HEAD: Read-only file system", "git-history", ".git/HEAD", "git-history"],
  ["a: /w/.envrc: Read-only file system", "steering-files", ".envrc", "steering-files"],
  ["npm error code EAI_AGAIN", "network", "", null],
])("says of %j which wall it is, and what would open it", (output, ...said) => {
  const [kind, place, need] = said;
  expect(wallsIn(output, wall)).toMatchObject([{ wall: kind, place, need }]);
});

it("offers no folder that is the project, lies in it or holds it", () => {
  using folder = createTemporaryFolder();
  const outer = realpathSync(folder.path);
  const root = join(outer, "project");
  mkdirSync(join(root, "sub"), { recursive: true });
  mkdirSync(join(outer, "other"));
  symlinkSync(join(outer, "other"), join(outer, "link"));
  const needAt = (path: string) =>
    wallsIn(`touch: '${join(outer, path)}': Read-only file system`, { ...wall, root })[0]?.need;
  expect(["project/sub/x", "project/x", "x"].map(needAt)).toEqual([null, null, null]);
  // A folder is granted by its own name.
  expect(["other/x", "link/x"].map(needAt)).toEqual([
    `write:${join(outer, "other")}`,
    `write:${join(outer, "other")}`,
  ]);
});

it("says nothing of an ordinary failure, and each wall once", () => {
  expect(wallsIn("npm error ENOTFOUND", { ...wall, knowsHosts: true })).toEqual([]);
  expect(wallsIn("1 test failed: expected 2", wall)).toEqual([]);
  const twice = "x: Read-only file system\n".repeat(30);
  expect(wallsIn(twice, wall)).toHaveLength(1);
});

it.each([
  "git",
  "write:relative",
  "write:/",
  "write:/a/../etc",
  "read:/a/",
  "read:/a\u202Eb",
  "write:/a\nb",
  "network",
  "network:",
  "network:*.example.com",
  "network:localhost",
  "network:a.example/path",
  "network:user@a.example",
  "network:bücher.example",
  "network:0x7f.1",
  "public-network:a.example",
  "__proto__",
  "",
])("refuses the need %j", (name) => expect(parseNeeds([name])).toMatchObject({ ok: false }));

it("turns hosts into grants, and says that they also take", () => {
  const needs = parseNeeds(["network:A.example", "private-network:b.example:8443"]);
  const local = parseNeeds(["network:localhost:5432"]);
  expect(needs).toMatchObject({
    ok: true,
    network: grantsOf("a.example", "private:b.example:8443"),
  });
  expect(local).toMatchObject({ ok: true, network: grantsOf("localhost:5432") });
  expect(networkWords(grantsOf("a.example", "private:b.example:8443", "localhost:5432"))).toEqual([
    "For the rest of this session, commands may reach a.example and send there what they can read.",
    "For the rest of this session, commands may reach b.example:8443, which may lie in your private network, and send there what they can read.",
    "For the rest of this session, commands may reach port 5432 of this machine, outside of the sandbox.",
  ]);
});

it.each([
  ["bash: fork: retry: Resource temporarily unavailable", 1, "processes at a time"],
  ["RuntimeError: can't start new thread", 1, "processes at a time"],
  ["Error: spawn node EAGAIN", 1, "processes at a time"],
  ["Traceback\nMemoryError", 1, "GB of data"],
  ["terminate called after throwing an instance of 'std::bad_alloc'", 134, "GB of data"],
  ["memory allocation of 99999 bytes failed", 101, "GB of data"],
  ["Killed", 137, "It was killed"],
])("names the limit in %j", (output, code, words) => {
  const lines = limitLines(output, code);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(words);
});

it("names no limit in an ordinary failure", () => {
  expect(limitLines("AssertionError: expected a fork, got a spoon", 1)).toEqual([]);
});

it("turns needs into grants and into words of Belay's own", () => {
  expect(parseNeeds(["git-history", "write:/opt/a b", "git-history"])).toMatchObject({
    ok: true,
    outside: false,
    grants: { gitHistory: true, steering: false, writable: ["/opt/a b"], readable: [] },
    words: ["It may change git's history.", "It may change /opt/a b."],
  });
  expect(parseNeeds([])).toMatchObject({ ok: true, outside: false, words: [] });
});
