import { expect, it } from "vitest";
import { blockedLines } from "../../../src/main/tools/blocked.ts";
import { parseNeeds } from "../../../src/main/tools/command-needs.ts";

it.each([
  ["fatal: Unable to create '/w/.git/index.lock': Read-only file system", "git-history"],
  ["bash: line 1: .git/config: Read-only file system", "git-history"],
  ["touch: cannot touch '/w/.github/workflows/a.yml': Read-only file system", "steering-files"],
  ["Error: EROFS: read-only file system, open '/opt/x'", "write to /opt/x"],
  ["OSError: [Errno 30] Read-only file system: '/usr/lib/a'", "write to /usr/lib/a"],
  ["curl: (6) Could not resolve host: example.com", "no-sandbox"],
  ["npm error code EAI_AGAIN", "no-sandbox"],
])("names the wall in %j", (output, words) => {
  expect(blockedLines(output, "/w").join("\n")).toContain(words);
});

it("says nothing of an ordinary failure, and each wall once", () => {
  expect(blockedLines("1 test failed: expected 2", "/w")).toEqual([]);
  const twice = "x: Read-only file system\n".repeat(30);
  expect(blockedLines(twice, "/w")).toHaveLength(1);
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
  "__proto__",
  "",
])("refuses the need %j", (name) => expect(parseNeeds([name])).toMatchObject({ ok: false }));

it("turns needs into grants and into words of Belay's own", () => {
  expect(parseNeeds(["git-history", "write:/opt/a b", "git-history"])).toMatchObject({
    ok: true,
    outside: false,
    grants: { gitHistory: true, steering: false, writable: ["/opt/a b"], readable: [] },
    words: ["It may change git's history.", "It may change /opt/a b."],
  });
  expect(parseNeeds([])).toMatchObject({ ok: true, outside: false, words: [] });
});
