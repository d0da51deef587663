import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { takeKernelLock, type KernelLock } from "../history/kernel-lock.ts";
import { foldJournal, type FoldPlace } from "./packs/fold.ts";
import { removePackedLoose, removeFile, sweepRefs, sweepStore } from "./packs/sweep.ts";

/** When the journal file is folded. Bytes and records of it; the quiet after the last act in milliseconds. */
export interface FoldLimits {
  readonly bytes: number;
  readonly records: number;
  /** At close, and after `quietMs` without an act, a smaller file is folded too. */
  readonly quietBytes: number;
  readonly quietMs: number;
}

export const foldLimits: FoldLimits = {
  bytes: 8 * 1024 * 1024,
  records: 4000,
  quietBytes: 1024 * 1024,
  quietMs: 30_000,
};

/** Keeps the store small, behind the work: folds, sweeps, and drops what is over the limits. */
export interface Keeper {
  /** After an act: starts what is due, and waits for nothing. */
  consider(): void;
  /** Folds and sweeps now; false where another process is at it. AppErrors and failures of the disk are thrown. */
  run(): Promise<boolean>;
  /** Folds, acts, sweeps. Only within `exclusive`. */
  work<T>(act: () => Promise<T>): Promise<T>;
  /** Runs `act` as the only one that changes packs, sealed records and what is kept; waits up to `waitMs` for another process. */
  readonly exclusive: FoldLock["run"];
  /** Ends what is under way, and folds what is worth it. */
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly place: FoldPlace;
  readonly limits: FoldLimits;
  /** Those of which an operation is left. Called under the writer's lock. */
  readonly sessions: () => ReadonlySet<string>;
  /** Drops what is over the person's limits. False: what came meanwhile was in the way. */
  readonly drop: () => Promise<boolean>;
}

const day = 86_400_000;
/** How often the limits are looked at. */
const dropEveryMs = 3_600_000;

export function createKeeper({ place, limits, sessions, drop }: KeeperOptions): Keeper {
  const { folder, journal, ops, alone } = place;
  const exclusive = createFoldLock(join(folder, "fold.lock"));
  let isDue = false;
  let isSwept = false;
  let isClosed = false;
  let droppedAt = Number.NEGATIVE_INFINITY;
  let quiet: NodeJS.Timeout | undefined;

  async function work<T>(act: () => Promise<T>): Promise<T> {
    const ids = await foldJournal(place);
    for (const id of ids)
      await removeFile(join(folder, "objects", id.slice(0, 2), id.slice(2)), ops);
    const result = await act();
    const { manifest, left } = await alone(async () => ({
      manifest: journal.manifest(),
      left: sessions(),
    }));
    await sweepStore({ folder, ops }, manifest, { now: Date.now(), keepDamagedMs: 30 * day });
    await sweepRefs({ folder, ops }, left);
    if (!isSwept) await removePackedLoose({ folder, ops }, journal.isPacked);
    isSwept = true;
    return result;
  }

  async function dropWhenDue(): Promise<true> {
    if (Date.now() - droppedAt > dropEveryMs && (await drop())) droppedAt = Date.now();
    return true;
  }

  const run = async (): Promise<boolean> =>
    (await exclusive.run(() => work(dropWhenDue), 0)) === true;

  /** What fails behind the work is tried again with the next act; nothing was changed by it. */
  function start(): void {
    if (isDue || isClosed) return;
    isDue = true;
    void run()
      .catch(() => false)
      .finally(() => {
        isDue = false;
      });
  }

  return {
    consider() {
      if (journal.size() > limits.bytes || journal.records() > limits.records) return start();
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        if (journal.size() > limits.quietBytes || !isSwept) start();
      }, limits.quietMs).unref();
    },
    run,
    work,
    exclusive: exclusive.run,
    async close() {
      isClosed = true;
      clearTimeout(quiet);
      await exclusive.idle();
      if (journal.size() > limits.quietBytes) await run().catch(() => false);
    },
  };
}

interface FoldLock {
  readonly run: <T>(act: () => Promise<T>, waitMs: number) => Promise<T | null>;
  idle(): Promise<void>;
}

/** One after the other in this process, and only one process. */
function createFoldLock(file: string): FoldLock {
  let working: Promise<unknown> = Promise.resolve();
  return {
    run(act, waitMs) {
      const turn = working.then(async () => {
        const lock = await takeLock(file, waitMs);
        if (lock === null) return null;
        try {
          return await act();
        } finally {
          lock.release();
        }
      });
      working = turn.catch(() => undefined);
      return turn;
    },
    idle: async () => void (await working),
  };
}

/** Asks again and again, so that nothing in this process waits with it. */
async function takeLock(file: string, waitMs: number): Promise<KernelLock | null> {
  for (let waited = 0; ; waited += 50) {
    const lock = takeKernelLock(file, 0);
    if (lock !== null || waited >= waitMs) return lock;
    await wait(50);
  }
}
