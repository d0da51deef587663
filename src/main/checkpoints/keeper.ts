import { join } from "node:path";
import { takeKernelLock } from "../history/kernel-lock.ts";
import { foldJournal, type FoldPlace } from "./packs/fold.ts";
import { removePackedLoose, removeFile, sweepStore } from "./packs/sweep.ts";

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
  /** Runs `act` as the only one that changes packs, sealed records and what is kept; waits up to `waitMs` for another process. */
  exclusive<T>(act: () => Promise<T>, waitMs: number): Promise<T | null>;
  /** Ends what is under way, and folds what is worth it. */
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly place: FoldPlace;
  readonly limits: FoldLimits;
  /** Runs after each fold, in the same lock. */
  readonly afterFold: () => Promise<void>;
}

const day = 86_400_000;

export function createKeeper({ place, limits, afterFold }: KeeperOptions): Keeper {
  const { folder, journal, ops, alone } = place;
  let working: Promise<unknown> = Promise.resolve();
  let isDue = false;
  let isSwept = false;
  let isClosed = false;
  let quiet: NodeJS.Timeout | undefined;

  /** One after the other in this process, and only one process. */
  function exclusive<T>(act: () => Promise<T>, waitMs: number): Promise<T | null> {
    const turn = working.then(async () => {
      const lock = takeKernelLock(join(folder, "fold.lock"), waitMs);
      if (lock === null) return null;
      try {
        return await act();
      } finally {
        lock.release();
      }
    });
    working = turn.catch(() => undefined);
    return turn;
  }

  async function work(): Promise<true> {
    const ids = await foldJournal(place);
    for (const id of ids)
      await removeFile(join(folder, "objects", id.slice(0, 2), id.slice(2)), ops);
    const manifest = await alone(async () => journal.manifest());
    await sweepStore({ folder, ops }, manifest, { now: Date.now(), keepDamagedMs: 30 * day });
    if (!isSwept) await removePackedLoose({ folder, ops }, journal.isPacked);
    isSwept = true;
    await afterFold();
    return true;
  }

  const run = async (): Promise<boolean> => (await exclusive(work, 0)) === true;

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
    exclusive,
    async close() {
      isClosed = true;
      clearTimeout(quiet);
      await working;
      if (journal.size() > limits.quietBytes) await run().catch(() => false);
    },
  };
}
