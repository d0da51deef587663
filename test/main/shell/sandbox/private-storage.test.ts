import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  clearCaches,
  privateStorage,
  sweepHeld,
} from "../../../../src/main/shell/sandbox/private-storage.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

const now = Date.parse("2026-06-01T12:00:00.000Z");
const day = 86_400_000;
const megabyte = 2 ** 20;

function place() {
  const folder = createTemporaryFolder();
  const base = join(folder.path, "w");
  function put(path: string, size = 10): string {
    const whole = join(base, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, Buffer.alloc(size, "x"));
    return whole;
  }
  return { folder, base, put, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("what commands keep for themselves", () => {
  it("is counted: caches and what was taken back apart, nothing where there is none", async () => {
    using here = place();
    expect(await privateStorage(here.base)).toEqual({ caches: 0, held: 0, heldCopies: 0 });
    here.put("home/.npm/a", 1000);
    here.put("tmp/b", 500);
    here.put("held/h-1/.mcp.json", 30);
    here.put("held/h-2/hooks/x", 70);
    here.put("run/9-x/out", 10_000);
    const { caches, held, heldCopies } = await privateStorage(here.base);
    expect([caches, held, heldCopies]).toEqual([1500, 100, 2]);
  });

  it("is cleared to the last file, read-only folders too, and nothing that links lead to", async () => {
    using here = place();
    const outside = join(here.folder.path, "mine");
    mkdirSync(outside);
    writeFileSync(join(outside, "kept"), "kept");
    const cached = here.put("home/go/pkg/mod/x/a.go", 1000);
    chmodSync(cached, 0o400);
    chmodSync(dirname(cached), 0o500);
    symlinkSync(outside, join(here.base, "home/out"));
    symlinkSync("/nonexistent", join(here.base, "home/dangling"));
    const held = here.put("held/h-1/.mcp.json");
    here.put("tmp/b", 24);
    const { bytes } = await clearCaches(here.base);
    expect(bytes).toBeGreaterThanOrEqual(1024);
    expect(readdirSync(here.base).toSorted()).toEqual(["held", "home", "tmp"]);
    expect(readdirSync(join(here.base, "home"))).toEqual([]);
    expect(statSync(join(here.base, "home")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(outside, "kept"), "utf8")).toBe("kept");
    expect(existsSync(held)).toBe(true);
    expect(await clearCaches(join(here.folder.path, "never"))).toEqual({ bytes: 0 });
  });

  it("stays while a command is at work, here or in another process", async () => {
    using here = place();
    here.put("home/a");
    await expect(clearCaches(here.base, true)).rejects.toThrow("at work in this project");
    here.put(`run/${process.ppid}-abc/out`);
    await expect(clearCaches(here.base)).rejects.toThrow("at work in this project");
    expect(existsSync(join(here.base, "home/a"))).toBe(true);
  });

  it("is cleared where only sockets of a Belay that is no more are left", async () => {
    using here = place();
    here.put("home/a");
    here.put("run/4194999-abc/out");
    expect(await clearCaches(here.base)).toEqual({ bytes: 10 });
  });
});

/** Copies of a megabyte each, so many days old. */
function holding(ages: readonly number[]) {
  const here = place();
  for (const age of ages) here.put(`held/h-${age}/.mcp.json`, megabyte);
  for (const age of ages) {
    const at = new Date(now - age * day);
    utimesSync(join(here.base, `held/h-${age}`), at, at);
  }
  const kept = (): readonly number[] =>
    ages.filter((age) => lstatSync(join(here.base, `held/h-${age}`)).isDirectory());
  return { ...here, kept, [Symbol.dispose]: () => here[Symbol.dispose]() };
}

describe("what was taken back from commands", () => {
  it("goes by age, and a file in its place says so", async () => {
    using here = holding([1, 29, 61, 90]);
    await sweepHeld(here.base, { days: 60, megabytes: 100 }, now);
    expect(here.kept()).toEqual([1, 29]);
    expect(readFileSync(join(here.base, "held/h-90"), "utf8")).toBe(
      ".mcp.json lay here and was removed on 2026-06-01, after 90 days.\n",
    );
    await sweepHeld(here.base, { days: 60, megabytes: 100 }, now + day);
    expect(here.kept()).toEqual([1, 29]);
    expect(readFileSync(join(here.base, "held/h-90"), "utf8")).toContain("after 90 days");
    expect((await privateStorage(here.base)).heldCopies).toBe(2);
  });

  it("goes by size, the oldest first", async () => {
    using here = holding([31, 32, 33, 34]);
    await sweepHeld(here.base, { days: 365, megabytes: 2 }, now);
    expect(here.kept()).toEqual([31, 32]);
  });

  it("never goes in its first 30 days, whatever the limits say", async () => {
    using here = holding([0, 10, 29.9, 30.1]);
    await sweepHeld(here.base, { days: 1, megabytes: 0 }, now);
    expect(here.kept()).toEqual([0, 10, 29.9]);
  });
});
