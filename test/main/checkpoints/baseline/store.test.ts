import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { databaseFile } from "../../../../src/main/checkpoints/baseline/database.ts";
import type { LookChange } from "../../../../src/main/checkpoints/baseline/types.ts";
import { createBaselineFixture } from "../../../support/baseline-fixture.ts";

const pathsOf = (changes: readonly LookChange[]): string[] => changes.map((change) => change.path);

/** Bytes that this process has read so far. */
const read = (): number =>
  Number(/^rchar: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

test("a damaged file, and one of another version, are set aside and begun anew, and that is said", async () => {
  await using fixture = createBaselineFixture();
  writeFileSync(join(fixture.root, "a"), "1");
  await fixture.look({ budgetMs: 10_000 });
  await fixture.baseline.confirm();
  const file = databaseFile(fixture.storeFolder);
  const other = new Database(file);
  other.pragma("user_version = 99");
  other.close();
  const second = fixture.open();
  writeFileSync(join(fixture.root, "a"), "2");
  const look = await second.look({ mark: "m", durable: false, budgetMs: 10_000 });
  expect(look).toMatchObject({
    changes: [],
    previousMark: null,
    coverage: { restarted: true, complete: true },
  });
  expect(existsSync(`${file}.damaged`)).toBe(true);
  // The first engine still has the old file open.
  writeFileSync(join(fixture.root, "a"), "3");
  expect(pathsOf((await fixture.look()).changes)).toEqual(["a"]);
  await second.close();

  const bytes = readFileSync(file);
  bytes.fill(0xab, 100, Math.floor(bytes.length / 2));
  for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
  rmSync(file);
  writeFileSync(file, bytes);
  const third = fixture.open();
  expect(
    (await third.look({ mark: "m", durable: false, budgetMs: 10_000 })).coverage,
  ).toMatchObject({
    restarted: true,
    complete: true,
  });
});

test("the build takes nothing in while a window is open, and a window left open is closed", async () => {
  await using fixture = createBaselineFixture();
  writeFileSync(join(fixture.root, "a"), "before");
  await fixture.look({ window: "open", budgetMs: 0 });
  const builder = fixture.open();
  expect(await builder.settle(300)).toMatchObject({ complete: false, covered: 0 });
  const look = await fixture.look({ window: "close" });
  expect(look.changes).toEqual([]);
  expect(await builder.settle(10_000)).toMatchObject({ complete: true });

  await fixture.look({ window: "open" });
  // As if that process had ended: no process has this number.
  const database = new Database(databaseFile(fixture.storeFolder));
  database.prepare("UPDATE state SET holder = 2147483646").run();
  database.close();
  writeFileSync(join(fixture.root, "b"), "new");
  await fixture.open().settle(1500);
  expect(pathsOf((await fixture.look()).changes)).toEqual(["b"]);
});

test("contents that nothing needs go, so that the file does not grow with each change", async () => {
  await using fixture = createBaselineFixture();
  const file = join(fixture.root, "f");
  const sizes: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    writeFileSync(file, randomBytes(200_000));
    await fixture.look();
    await fixture.baseline.confirm();
  }
  const database = new Database(databaseFile(fixture.storeFolder), { readonly: true });
  const count = (table: string): unknown =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  sizes.push(Number(count("contents")), Number(count("blobs")));
  database.close();
  expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
});

test("nothing is read again at the next opening that did not change", async () => {
  if (!existsSync("/proc/self/io")) return console.log("skipped: no /proc/self/io here");
  await using fixture = createBaselineFixture();
  const size = 8 * 1024 * 1024;
  writeFileSync(join(fixture.root, "big"), randomBytes(size));
  // ctime cannot be put back, and what is younger than two seconds is read again for safety.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  try {
    await fixture.look({ budgetMs: 60_000 });
    const again = fixture.open();
    const before = read();
    const { coverage } = await again.look({ mark: "m", durable: false, budgetMs: 60_000 });
    expect(coverage.complete).toBe(true);
    expect(read() - before).toBeLessThan(size / 8);
    renameSync(join(fixture.root, "big"), join(fixture.root, "big2"));
    await again.look({ mark: "m", durable: false });
    expect(read() - before).toBeGreaterThan(size);
  } finally {
    vi.useRealTimers();
  }
});
