import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createBaselineFixture } from "../../../support/baseline-fixture.ts";

test("a look finds what was made, changed, removed and turned into something else", async () => {
  await using fixture = createBaselineFixture();
  const at = (path: string): string => join(fixture.root, path);
  mkdirSync(at("a/b"), { recursive: true });
  writeFileSync(at("a/b/x"), "hello");
  writeFileSync(at("a/y"), "why");
  symlinkSync("a/y", at("l"));
  const first = await fixture.look({ budgetMs: 10_000 });
  expect(first.changes).toEqual([]);
  expect(first.coverage).toMatchObject({ complete: true, files: 3, covered: 3 });
  expect((await fixture.look()).changes).toEqual([]);

  writeFileSync(at("a/b/x"), "hellO");
  rmSync(at("l"));
  mkdirSync(at("l"));
  writeFileSync(at("l/new"), "n");
  chmodSync(at("a/y"), 0o600);
  const { changes } = await fixture.look();
  expect(changes.map((change) => change.path)).toEqual(["a/b/x", "a/y", "l", "l/new"]);
  expect(changes[0]).toMatchObject({ before: { size: 5 }, after: { size: 5 } });
  expect(changes[1]).toMatchObject({ before: { mode: 0o644 }, after: { mode: 0o600 } });
  expect(changes[2]).toMatchObject({ before: { type: "link" }, after: { type: "folder" } });
  expect(changes[3]).toMatchObject({ before: { type: "absent" }, after: { type: "file" } });
  const old = changes[0]?.before;
  if (old === undefined || old === "unknown" || old.type !== "file") throw new Error("no image");
  expect((await fixture.baseline.object(old.blob)).toString()).toBe("hello");
});

test("a folder that is gone is an error, or empty for who says that it may be; what comes next is new", async () => {
  await using fixture = createBaselineFixture();
  const file = join(fixture.root, "a/x");
  mkdirSync(join(fixture.root, "a"));
  writeFileSync(file, "old");
  await fixture.look({ budgetMs: 10_000 });
  await fixture.baseline.confirm();
  rmSync(fixture.root, { recursive: true });
  await expect(fixture.look()).rejects.toMatchObject({ code: "unavailable" });
  const gone = await fixture.look({ mayBeGone: true });
  expect(gone.changes.map(({ path, after }) => [path, after])).toEqual([
    ["a", { type: "absent" }],
    ["a/x", { type: "absent" }],
  ]);
  await fixture.baseline.confirm();
  expect((await fixture.look({ mayBeGone: true })).changes).toEqual([]);
  mkdirSync(join(fixture.root, "a"), { recursive: true });
  writeFileSync(file, "new");
  const back = await fixture.look();
  expect(back.changes).toMatchObject([
    { path: "a", before: { type: "absent" } },
    { path: "a/x", before: { type: "absent" }, after: { size: 3 } },
  ]);
});
