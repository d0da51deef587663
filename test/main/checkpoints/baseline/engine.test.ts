import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { createContentReader } from "../../../../src/main/checkpoints/baseline/content-reader.ts";
import { databaseFile } from "../../../../src/main/checkpoints/baseline/database.ts";
import { packFolder } from "../../../../src/main/checkpoints/baseline/packed-folder.ts";
import { createScanRules } from "../../../../src/main/checkpoints/baseline/scan-rules.ts";
import { createBaselineStore } from "../../../../src/main/checkpoints/baseline/store.ts";
import { createBaselineTree } from "../../../../src/main/checkpoints/baseline/tree.ts";
import type { LookChange } from "../../../../src/main/checkpoints/baseline/types.ts";
import { walkWorkspace } from "../../../../src/main/checkpoints/baseline/walk.ts";
import type { Image } from "../../../../src/main/checkpoints/records.ts";
import { blobId } from "../../../../src/main/workspace/blob-id.ts";
import { identityOf } from "../../../../src/main/workspace/scan/identity.ts";
import { createBaselineFixture } from "../../../support/baseline-fixture.ts";
import { imagesOf } from "../../../support/random-tree.ts";

const pathsOf = (changes: readonly LookChange[]): string[] => changes.map((change) => change.path);

test("an edit in the same tick of the clock as the look is seen, because what is that young is read again", async () => {
  await using fixture = createBaselineFixture();
  const file = join(fixture.root, "f");
  writeFileSync(file, "one");
  await fixture.look({ budgetMs: 10_000 });
  writeFileSync(file, "two");
  // The identity that a coarse clock would have left: what the last look saw is what is there, but for the bytes.
  const database = new Database(databaseFile(fixture.storeFolder));
  const store = createBaselineStore(database);
  const row = store.folder("");
  const entry = row?.entry(0, "f");
  if (row === null || entry === undefined) throw new Error("no row");
  const stats = identityOf(lstatSync(file, { bigint: true }));
  const put = (racy: boolean): void =>
    store.transaction(false, () => {
      const { generation, looks } = store.state();
      const next = packFolder(row.times(), [{ ...entry, ...stats, racy }]);
      store.putFolders(new Map([["", next]]), generation + 1, looks);
      store.setState({ generation: generation + 1 });
    });
  // The trap itself works: without the flag the identity is believed.
  put(false);
  expect((await fixture.look()).changes).toEqual([]);
  put(true);
  expect((await fixture.look()).changes).toMatchObject([
    { before: { blob: blobId(Buffer.from("one")) }, after: { blob: blobId(Buffer.from("two")) } },
  ]);
  database.close();
});

test("what a look did not tell for good is told again, also by another engine", async () => {
  await using fixture = createBaselineFixture();
  writeFileSync(join(fixture.root, "a"), "1");
  await fixture.look({ mark: "start", budgetMs: 10_000 });
  await fixture.baseline.confirm();
  writeFileSync(join(fixture.root, "a"), "2");
  await fixture.look({ mark: "lost" });
  writeFileSync(join(fixture.root, "b"), "new");
  const again = await fixture.open().look({ mark: "again", durable: true });
  expect(again.previousMark).toBe("start");
  expect(pathsOf(again.changes)).toEqual(["a", "b"]);
  expect(again.changes[0]?.before).toMatchObject({ blob: blobId(Buffer.from("1")) });
  writeFileSync(join(fixture.root, "a"), "1");
  expect(pathsOf((await fixture.look()).changes)).toEqual(["b"]);
});

test("a tree that changes all the time adds up in the end", async () => {
  await using fixture = createBaselineFixture();
  const script = `
    const fs = require("node:fs"); const root = process.argv[1];
    const until = Date.now() + 1200;
    for (let i = 0; Date.now() < until; i += 1) {
      const folder = root + "/d" + (i % 7); const file = folder + "/f" + (i % 13);
      try {
        if (i % 29 === 0) fs.rmSync(folder, { recursive: true, force: true });
        else if (i % 31 === 0) fs.renameSync(folder, root + "/d" + ((i + 3) % 7));
        else { fs.mkdirSync(folder, { recursive: true }); fs.writeFileSync(file, "x".repeat(i % 5000)); fs.appendFileSync(file, "tail"); }
      } catch (error) { if (!error.code) throw error; }
    }`;
  await fixture.look();
  const writer = spawn(process.execPath, ["-e", script, fixture.root], { stdio: "inherit" });
  const images = new Map<string, Image | "unknown">();
  const apply = (changes: readonly LookChange[]): void => {
    for (const { path, after } of changes) {
      if (after !== "unknown" && after.type === "absent") images.delete(path);
      else images.set(path, after);
    }
  };
  let looks = 0;
  while (writer.exitCode === null) {
    apply((await fixture.look()).changes);
    await fixture.baseline.confirm();
    looks += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  apply((await fixture.look()).changes);
  expect(looks).toBeGreaterThan(3);
  expect(images).toEqual(imagesOf(fixture.root));
});

test("a folder swapped for a link in the middle of a walk is not followed", async () => {
  await using fixture = createBaselineFixture();
  const outside = join(fixture.root, "../outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "secret");
  for (const name of ["a", "b"]) {
    mkdirSync(join(fixture.root, name));
    writeFileSync(join(fixture.root, name, "f"), name);
  }
  await fixture.look({ budgetMs: 10_000 });
  const database = new Database(databaseFile(fixture.storeFolder));
  const store = createBaselineStore(database);
  const tree = createBaselineTree();
  tree.refresh(store);
  for (const name of ["a", "b"]) writeFileSync(join(fixture.root, name, "secret"), "other!");
  const steps = walkWorkspace({
    root: fixture.root,
    tree,
    rules: createScanRules({ root: fixture.root, privateFolders: [], inUse: new Set() }),
    reader: createContentReader({ store, capBytes: 1000, mayRead: () => true, look: 9 }),
    mayOpen: true,
    trustTimes: true,
  });
  steps.next();
  for (const name of ["a", "b"]) {
    rmSync(join(fixture.root, name), { recursive: true });
    symlinkSync(outside, join(fixture.root, name));
  }
  let end = steps.next();
  while (end.done !== true) end = steps.next();
  expect(pathsOf(end.value.changes)).toEqual([]);
  expect(store.hasContent(blobId(Buffer.from("secret")))).toBe(false);
  database.close();
  const look = await fixture.look();
  expect(pathsOf(look.changes)).toEqual(["a", "a/f", "b", "b/f"]);
  expect(look.changes[0]?.after).toMatchObject({ type: "link" });
});

test("a look without time keeps nothing, and says so; with time it reads what was missing", async () => {
  await using fixture = createBaselineFixture();
  for (let index = 0; index < 20; index += 1)
    writeFileSync(join(fixture.root, `f${index}`), `${index}`);
  expect((await fixture.look({ budgetMs: 0 })).coverage).toMatchObject({
    complete: false,
    files: 20,
    covered: 0,
  });
  writeFileSync(join(fixture.root, "f3"), "changed");
  const look = await fixture.look({ budgetMs: 0 });
  expect(look.changes).toEqual([{ path: "f3", before: "unknown", after: "unknown" }]);
  await fixture.baseline.confirm();
  writeFileSync(join(fixture.root, "f4"), "changed");
  const full = await fixture.look();
  expect(full.changes).toMatchObject([{ path: "f4", before: "unknown", after: { type: "file" } }]);
  expect(full.coverage).toMatchObject({ complete: false, covered: 1 });
  expect((await fixture.look({ budgetMs: 10_000 })).coverage).toMatchObject({
    complete: true,
    covered: 20,
  });
});

test("what is not covered is named, and never read", async () => {
  await using fixture = createBaselineFixture({ capBytes: 2 * 1024 * 1024 });
  const at = (path: string): string => join(fixture.root, path);
  for (const path of [
    "node_modules/a",
    ".git/objects",
    "sub/.git",
    "bare/objects",
    "bare/refs",
    "own/x",
  ])
    mkdirSync(at(path), { recursive: true });
  writeFileSync(at("bare/HEAD"), "ref: refs/heads/main\n");
  writeFileSync(at("node_modules/a/i.js"), "x");
  writeFileSync(at(".env"), "SECRET=1");
  writeFileSync(at(".gitignore"), "*\n");
  writeFileSync(at(".belay-tmp-1-2-new"), "x");
  writeFileSync(at("large"), Buffer.alloc(2 * 1024 * 1024 + 1));
  const parts = randomBytes(2 * 1024 * 1024);
  writeFileSync(at("at-cap"), parts);
  execFileSync("mkfifo", [at("pipe")]);
  const baseline = fixture.open({ privateFolders: [at("own").toLowerCase()] });
  const { coverage } = await baseline.look({ mark: "m", durable: false, budgetMs: 20_000 });
  expect(coverage).toMatchObject({
    complete: true,
    files: 4,
    covered: 3,
    heavy: ["node_modules"],
    tooLarge: [{ path: "large", size: 2 * 1024 * 1024 + 1 }],
    counts: { heavy: 1, tooLarge: 1, special: 3 },
  });
  expect([...coverage.special].toSorted()).toEqual(["bare", "pipe", "sub/.git"]);
  expect((await baseline.object(blobId(parts))).equals(parts)).toBe(true);
  rmSync(at("node_modules"), { recursive: true });
  rmSync(at("pipe"));
  appendFileSync(at("large"), "x");
  rmSync(at(".git"), { recursive: true });
  expect((await baseline.look({ mark: "m", durable: false })).changes).toEqual([
    { path: "large", before: "unknown", after: "unknown" },
    { path: "node_modules", before: "unknown", after: { type: "absent" } },
    { path: "pipe", before: "unknown", after: { type: "absent" } },
  ]);
});

test("a covered folder stays covered, whatever appears beside it", async () => {
  await using fixture = createBaselineFixture();
  const at = (path: string): string => join(fixture.root, path);
  mkdirSync(at("target"));
  mkdirSync(at("env"));
  writeFileSync(at("target/own.txt"), "one");
  writeFileSync(at("env/own.txt"), "one");
  await fixture.look({ budgetMs: 10_000 });
  await fixture.baseline.confirm();
  writeFileSync(at("Cargo.toml"), "");
  writeFileSync(at("env/pyvenv.cfg"), "");
  for (const name of ["HEAD", "objects", "refs"]) writeFileSync(at(`env/${name}`), "");
  rmSync(at("target/own.txt"));
  rmSync(at("env/own.txt"));
  const { changes } = await fixture.look();
  expect(changes.filter(({ path }) => path.endsWith("own.txt"))).toMatchObject([
    { before: { type: "file" }, after: { type: "absent" } },
    { before: { type: "file" }, after: { type: "absent" } },
  ]);
});
