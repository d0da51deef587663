import { execFile } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openBaseline } from "../../../../src/main/checkpoints/baseline/open-baseline.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

test("the worker builds, looks, and gives contents back", async () => {
  using folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "work");
  mkdirSync(join(root, "node_modules/kept"), { recursive: true });
  writeFileSync(join(root, "node_modules/kept/a.js"), "tracked");
  writeFileSync(join(root, "b.txt"), "one");
  const baseline = await openBaseline({
    workspace: { root, id: "w" },
    storeFolder: join(folder.path, "store"),
    privateFolders: [],
    tracked: () => Promise.resolve(new Set(["node_modules/kept/a.js"])),
    capBytes: 1000,
  });
  const told: number[] = [];
  baseline.onCoverage((coverage) => told.push(coverage.covered));
  baseline.start();
  expect(await baseline.settle(20_000)).toMatchObject({ complete: true, files: 2, heavy: [] });
  expect(told.at(-1)).toBe(2);
  expect(baseline.coverage().covered).toBe(2);
  await baseline.look({ mark: "1", durable: true, window: "open" });
  await baseline.confirm();
  writeFileSync(join(root, "b.txt"), "two");
  const look = await baseline.look({ mark: "2", durable: true, window: "close" });
  expect(look.previousMark).toBe("1");
  const [change] = look.changes;
  if (change === undefined || change.before === "unknown" || change.before.type !== "file")
    throw new Error(`no pre-image: ${JSON.stringify(look.changes)}`);
  expect((await baseline.object(change.before.blob)).toString()).toBe("one");
  expect(await baseline.size()).toBeGreaterThan(4096);
  await expect(baseline.object("0".repeat(40))).rejects.toMatchObject({ code: "not-found" });
  await baseline.close();
  await expect(baseline.size()).rejects.toMatchObject({ code: "unavailable" });
});

test("a thread that runs out of its memory is begun anew with more, and loses no call", async () => {
  using folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "work");
  mkdirSync(root);
  for (const name of ["a", "b", "c"]) writeFileSync(join(root, name), name);
  // 20 MB of names for a thread of 12 MB.
  const many = Array.from(
    { length: 150_000 },
    (_, index) => `node_modules/${"name".repeat(30)}/${index}`,
  );
  let asked = 0;
  const baseline = await openBaseline({
    workspace: { root, id: "w" },
    storeFolder: join(folder.path, "store"),
    privateFolders: [],
    tracked: () => {
      asked += 1;
      return Promise.resolve(new Set(many));
    },
    capBytes: 1000,
    heapMb: 12,
  });
  const told: number[] = [];
  baseline.onCoverage((coverage) => told.push(coverage.covered));
  baseline.start();
  const [coverage, first] = await Promise.all([
    baseline.settle(60_000),
    baseline.look({ mark: "0", durable: true }),
    baseline.size(),
  ]);
  expect(asked).toBeGreaterThan(1); // By the thread that died, and by the next.
  expect(told).toContain(0);
  expect(coverage).toMatchObject({ complete: true, files: 3, covered: 3 });
  expect(first.changes).toEqual([]);
  await baseline.look({ mark: "1", durable: true, window: "open" });
  await baseline.confirm();
  writeFileSync(join(root, "b"), "changed");
  const { changes, previousMark } = await baseline.look({
    mark: "2",
    durable: true,
    window: "close",
  });
  expect(previousMark).toBe("1");
  expect(changes.map((change) => change.path)).toEqual(["b"]);
  await baseline.close();
});

test("a process that awaits the end of the baseline ends only after it", async () => {
  using folder = createTemporaryFolder();
  const root = realpathSync(folder.path);
  const script = `
    import { openBaseline } from ${JSON.stringify(import.meta.resolve("../../../../src/main/checkpoints/baseline/open-baseline.ts"))};
    const baseline = await openBaseline({
      workspace: { root: ${JSON.stringify(root)}, id: "w" }, storeFolder: ${JSON.stringify(join(root, "store"))},
      privateFolders: [], tracked: () => Promise.resolve(null), capBytes: 1000,
    });
    baseline.start();
    await baseline.settle(10_000);
    await baseline.close();
    console.log("closed");`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    script,
  ]);
  expect(stdout).toBe("closed\n");
});
