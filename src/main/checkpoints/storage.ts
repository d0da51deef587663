import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import type { Exclusive } from "./exclusive.ts";
import type { FileOps } from "./file-ops.ts";
import type { Journal } from "./journal.ts";
import { createKeeper, foldLimits, type FoldLimits, type Keeper } from "./keeper.ts";
import type { CheckpointService, CheckpointStorage } from "./types.ts";

export interface StorageParts {
  readonly ops: FileOps;
  readonly journal: Journal;
  readonly onRefresh: (listener: () => void) => void;
}

export interface StorageOptions {
  readonly storeFolder: string;
  readonly foldLimits?: FoldLimits;
}

export interface StorageVerbs extends Pick<Exclusive, "alone"> {
  readonly list: CheckpointService["list"];
}

const notYet = (): Promise<never> =>
  Promise.reject(new AppError("unavailable", "This version cannot drop checkpoints yet."));

/** The disk side of a workspace's checkpoints, and what keeps it small: it looks after each act, and works behind them. */
export function openStorage(
  { journal, ops, onRefresh }: StorageParts,
  { storeFolder: folder, foldLimits: limits = foldLimits }: StorageOptions,
  { alone, list }: StorageVerbs,
): { readonly storage: CheckpointStorage; readonly keeper: Keeper } {
  const keeper = createKeeper({
    place: { folder, journal, ops, alone },
    limits,
    afterFold: async () => {},
  });
  onRefresh(() => keeper.consider());
  const storage: CheckpointStorage = {
    tidy: () => keeper.run(),
    async size() {
      const all = await list({});
      return {
        checkpoints: all.length,
        bytes: await bytesIn(folder),
        baseline: await bytesIn(join(folder, "baseline.db")),
        packs: await bytesIn(join(folder, "objects/pack")),
        tail: journal.size(),
        records: 0,
        changed: 0,
        growth: null,
        quota: 2048 * 1024 * 1024,
        days: 30,
        oldest: all.at(-1)?.at ?? null,
        pinned: [],
        dropped: null,
      };
    },
    freeSpace: notYet,
    pin: notYet,
  };
  return { storage, keeper };
}

/** Of a file, or of all files below a folder; 0 for nothing. */
async function bytesIn(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesIn(join(path, name));
  return sum;
}
