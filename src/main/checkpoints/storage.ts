import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import type { Journal } from "./journal.ts";
import type { CheckpointStorage } from "./types.ts";

export interface StorageOptions {
  readonly folder: string;
  readonly journal: Journal;
  readonly list: (filter: object) => Promise<readonly { readonly at: string }[]>;
}

const notYet = (): Promise<never> =>
  Promise.reject(new AppError("unavailable", "This version cannot drop checkpoints yet."));

/** The disk side of a workspace's checkpoints. */
export function createStorage({ folder, journal, list }: StorageOptions): CheckpointStorage {
  return {
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
}

/** Of a file, or of all files below a folder; 0 for nothing. */
async function bytesIn(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesIn(join(path, name));
  return sum;
}
