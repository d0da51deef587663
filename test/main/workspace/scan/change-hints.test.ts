import { EventEmitter } from "node:events";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watch, type FSWatcher } from "chokidar";
import { expect, test } from "vitest";
import { watchForHints } from "../../../../src/main/workspace/scan/change-hints.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

test("hints come from the root, from git's HEAD and from followed folders, and from nowhere else", async () => {
  using folder = createTemporaryFolder();
  const root = realpathSync(folder.path);
  for (const path of [".git/objects", "a/deep", "b"])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, ".git/HEAD"), "one");
  const watchers: FSWatcher[] = [];
  const seen: string[] = [];
  let hinted = 0;
  const hints = watchForHints({
    root,
    onChange: () => (hinted += 1),
    start: (paths, options) => {
      const watcher = watch(paths, options).on("all", (_event, path) => seen.push(path));
      watchers.push(watcher);
      return watcher;
    },
  });
  hints.follow(["a"]);
  await expect.poll(() => Object.keys(watchers[0]?.getWatched() ?? {})).toContain(join(root, "a"));
  // A watch that is new hears nothing for a moment, so the edits come again until they are heard.
  let round = 0;
  await expect
    .poll(
      () => {
        round += 1;
        for (const path of [
          "top",
          "a/own",
          "b/other",
          "a/deep/other",
          ".git/HEAD",
          ".git/config",
          ".belay-tmp-x",
        ])
          writeFileSync(join(root, path), String(round));
        return ["top", "a/own", ".git/HEAD"].every((path) => seen.includes(join(root, path)));
      },
      { interval: 100, timeout: 10_000 },
    )
    .toBe(true);
  await hints.close();
  expect(hinted).toBeGreaterThan(0);
  const names = seen.map((path) => path.slice(root.length));
  expect(names.filter((path) => /other|config|tmp/.test(path))).toEqual([]);
});

test("without watches to give it goes quiet, and follows nothing more", async () => {
  const added: string[] = [];
  let closed = 0;
  const fake = Object.assign(new EventEmitter(), {
    add: (path: string) => added.push(path),
    close: async () => void (closed += 1),
  });
  let hinted = 0;
  const hints = watchForHints({
    root: "/project",
    onChange: () => (hinted += 1),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is used
    start: () => fake as unknown as FSWatcher,
  });
  hints.follow(Array.from({ length: 500 }, (_, index) => `f${index}`));
  expect(added.length).toBeLessThan(64);
  fake.emit("all", "change", "/project/x");
  expect(hinted).toBe(1);
  fake.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }));
  expect(hints.isOn()).toBe(false);
  expect(closed).toBe(1);
  const before = added.length;
  hints.follow(["later"]);
  fake.emit("all", "change", "/project/x");
  expect([hinted, added.length]).toEqual([1, before]);
});

test.each([
  ["never ends", () => new Promise<void>(() => {})],
  ["fails", () => Promise.reject(new Error("no such watch"))],
])("is closed also when the library's own close %s", async (_, close) => {
  const hints = watchForHints({
    root: "/project",
    onChange: () => {},
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is used
    start: () => Object.assign(new EventEmitter(), { close }) as unknown as FSWatcher,
  });
  await expect(hints.close()).resolves.toBeUndefined();
  expect(hints.isOn()).toBe(false);
});
