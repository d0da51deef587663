import { mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LockHolder } from "../../../src/main/checkpoints/holder-note.ts";
import { createWriterLock, type WriterLock } from "../../../src/main/checkpoints/writer-lock.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const holder: LockHolder = {
  pid: process.pid,
  sessionId: "s",
  what: "npm test",
  since: new Date(0).toISOString(),
};

/** Locks of folders in one folder, each with a store of its own unless named. */
function openLocks(): Disposable & {
  readonly lockFolder: string;
  at(path: string, store?: string): WriterLock;
} {
  const folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  const lockFolder = join(base, "locks");
  mkdirSync(lockFolder);
  const opened: WriterLock[] = [];
  return {
    lockFolder,
    at(path, store = path) {
      const storeFolder = join(base, "stores", store);
      mkdirSync(storeFolder, { recursive: true });
      const lock = createWriterLock({ root: join(base, path) }, { lockFolder, storeFolder });
      opened.push(lock);
      return lock;
    },
    [Symbol.dispose]() {
      for (const lock of opened) lock.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Whether `other` gets in while `lock` is held, and whom it would be told that it waits for. */
async function meets(
  lock: WriterLock,
  other: () => WriterLock,
): Promise<{ readonly gotIn: boolean; readonly told: LockHolder | null }> {
  return lock.hold({ holder }, async () => {
    const late = other();
    const gotIn = await late
      .hold({ signal: AbortSignal.timeout(50) }, async () => true)
      .catch(() => false);
    return { gotIn, told: late.holder() };
  });
}

describe("workspaces that overlap", () => {
  it("keep out a folder above that is opened for the first time while a command runs below", async () => {
    using locks = openLocks();
    expect(await meets(locks.at("a/b/c"), () => locks.at("a"))).toMatchObject({ gotIn: false });
  });

  it("tell whose command is at work, to who waits above and to who waits below", async () => {
    using locks = openLocks();
    expect((await meets(locks.at("a/b/c"), () => locks.at("a"))).told).toEqual(holder);
    expect((await meets(locks.at("a"), () => locks.at("a/b/c"))).told).toEqual(holder);
    expect((await meets(locks.at("a"), () => locks.at("a"))).told).toEqual(holder);
  });

  it("do not meet beside each other, and leave no word behind", async () => {
    using locks = openLocks();
    const [a, b] = [locks.at("a/b"), locks.at("a/c")];
    expect(await meets(a, () => b)).toEqual({ gotIn: true, told: null });
    expect(locks.at("a").holder()).toBeNull();
    expect(a.holder()).toBeNull();
  });

  it("are one where they write one store, as a folder does that was moved", async () => {
    using locks = openLocks();
    const moved = await meets(locks.at("old", "store"), () => locks.at("new", "store"));
    expect(moved.gotIn).toBe(false);
  });

  it("open a lock again that a power cut left unsound", async () => {
    using locks = openLocks();
    locks.at("a").close();
    for (const file of readdirSync(locks.lockFolder))
      writeFileSync(join(locks.lockFolder, file), Buffer.alloc(8192));
    expect(await meets(locks.at("a"), () => locks.at("a/b"))).toMatchObject({ gotIn: false });
  });
});
