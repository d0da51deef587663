import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { createContentReader } from "../../../../src/main/checkpoints/baseline/content-reader.ts";
import { databaseFile } from "../../../../src/main/checkpoints/baseline/database.ts";
import { fillContents } from "../../../../src/main/checkpoints/baseline/fill.ts";
import { runToEnd } from "../../../../src/main/checkpoints/baseline/run-steps.ts";
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
  mkdirSync(join(outside, "in"), { recursive: true });
  mkdirSync(join(fixture.root, "a/in"), { recursive: true });
  for (const path of ["secret", "in/secret"]) writeFileSync(join(outside, path), "secret");
  await fixture.look({ budgetMs: 10_000 });
  await fixture.baseline.confirm();
  for (const path of ["a/secret", "a/in/secret"]) writeFileSync(join(fixture.root, path), "other!");
  const database = new Database(databaseFile(fixture.storeFolder));
  const store = createBaselineStore(database);
  const tree = createBaselineTree();
  tree.refresh(store);
  // Before the first folder in it is opened, and before the second, which then lies behind the link.
  for (const stepsBefore of [1, 2]) {
    const steps = walkWorkspace({
      root: fixture.root,
      tree,
      rules: createScanRules({ root: fixture.root, privateFolders: [], inUse: new Set() }),
      reader: createContentReader({ store, capBytes: 1000, mayRead: () => true, look: 9 }),
      mayOpen: true,
      trustTimes: true,
    });
    for (let step = 0; step < stepsBefore; step += 1) steps.next();
    renameSync(join(fixture.root, "a"), join(outside, "../kept"));
    symlinkSync(outside, join(fixture.root, "a"));
    const { changes } = runToEnd(steps);
    expect(pathsOf(changes)).toEqual(stepsBefore === 1 ? [] : ["a/secret"]);
    rmSync(join(fixture.root, "a"));
    renameSync(join(outside, "../kept"), join(fixture.root, "a"));
  }
  expect(store.hasContent(blobId(Buffer.from("secret")))).toBe(false);
  database.close();
  expect(pathsOf((await fixture.look()).changes)).toEqual(["a/in/secret", "a/secret"]);
});

test("an edit of the same size with its time put back is seen by its change time", async () => {
  await using fixture = createBaselineFixture();
  const file = join(fixture.root, "f");
  const write = (text: string): void => {
    writeFileSync(file, text);
    utimesSync(file, 1, 1);
  };
  write("one");
  // An hour later nothing is racily clean.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  try {
    await fixture.look({ budgetMs: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    write("two");
    expect(pathsOf((await fixture.look()).changes)).toEqual(["f"]);
  } finally {
    vi.useRealTimers();
  }
});

test("what the build read before a window was opened is not stored in it", async () => {
  await using fixture = createBaselineFixture();
  writeFileSync(join(fixture.root, "f"), "before");
  await fixture.look({ budgetMs: 0 });
  const database = new Database(databaseFile(fixture.storeFolder));
  const store = createBaselineStore(database);
  const tree = createBaselineTree();
  tree.refresh(store);
  const place = { root: fixture.root, tree, store, capBytes: 1000 };
  const steps = fillContents({ ...place, stale: new Set(), mayRead: () => true });
  steps.next();
  expect((await fixture.look({ window: "open" })).coverage.covered).toBe(0);
  expect(runToEnd(steps)).toBe(true);
  expect((await fixture.look({ window: "close" })).coverage.covered).toBe(0);
  runToEnd(fillContents({ ...place, stale: new Set(), mayRead: () => true }));
  expect((await fixture.look()).coverage.covered).toBe(1);
  database.close();
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
  writeFileSync(at("target/new.txt"), "new");
  rmSync(at("target/own.txt"));
  rmSync(at("env/own.txt"));
  const { changes } = await fixture.look();
  expect(pathsOf(changes)).toContain("target/new.txt");
  expect(changes.filter(({ path }) => path.endsWith("own.txt"))).toMatchObject([
    { before: { type: "file" }, after: { type: "absent" } },
    { before: { type: "file" }, after: { type: "absent" } },
  ]);
});
