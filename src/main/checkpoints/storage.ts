import { lstat, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { checkpointIdSchema, type CheckpointId } from "../../shared/ids.ts";
import type { Freed, StorageSize } from "../../shared/storage.ts";
import type { Baseline } from "./baseline/types.ts";
import type { Exclusive } from "./exclusive.ts";
import type { FileOps } from "./file-ops.ts";
import type { GitStore } from "./git-store.ts";
import type { Journal, Snapshot } from "./journal.ts";
import { createKeeper, foldLimits, type FoldLimits, type Keeper } from "./keeper.ts";
import { isChange, type Operations } from "./operations.ts";
import { recordsOf, type FoldPlace } from "./packs/fold.ts";
import { imageBlobs } from "./records.ts";
import { retain, type RetentionLimits } from "./retention/retain.ts";
import type { CheckpointService, CheckpointStorage } from "./types.ts";

/** What the person allows the checkpoints of a workspace. */
export interface StorageLimits {
  /** Of 2^20 bytes. */
  readonly megabytes: number;
  readonly days: number;
}

export interface StorageParts {
  readonly ops: FileOps;
  readonly journal: Journal;
  readonly index: Operations;
  readonly gitStore: GitStore;
  readonly baseline: Baseline;
  readonly refresh: () => Promise<void>;
  readonly onRefresh: (listener: () => void) => void;
}

export interface StorageOptions {
  readonly storeFolder: string;
  readonly foldLimits?: FoldLimits;
  readonly storageLimits?: () => StorageLimits;
}

export interface StorageVerbs extends Pick<Exclusive, "alone" | "reading"> {
  readonly list: CheckpointService["list"];
}

const defaultLimits: StorageLimits = { megabytes: 2048, days: 30 };
const day = 86_400_000;
/** Kept whatever the limits say: so many turns, and what is younger than this. */
const newestTurns = 20;
const spareMs = 3_600_000;
/** How long a person waits for another process that is at it. */
const waitMs = 10_000;

/** The disk side of a workspace's checkpoints, and what keeps it small: it looks after each act, and works behind them. */
export function openStorage(
  parts: StorageParts,
  options: StorageOptions,
  { alone, reading, list }: StorageVerbs,
): { readonly storage: CheckpointStorage; readonly keeper: Keeper } {
  const { journal, ops, index, gitStore, refresh } = parts;
  const folder = options.storeFolder;
  const limits = options.storageLimits ?? ((): StorageLimits => defaultLimits);
  const place: FoldPlace = {
    folder,
    journal,
    ops,
    // What was dropped is forgotten here before anybody else gets a turn.
    alone: (act) => alone(async () => afterwards(await act(), refresh)),
    writeFile: (file, content) => gitStore.replace(file, content),
  };
  const keeper = createKeeper({
    place,
    limits: options.foldLimits ?? foldLimits,
    sessions: () => new Set<string>(index.all().map(({ intent }) => intent.sessionId)),
    drop: async () => (await retain(place, await rulesNow(folder, limits()), false)) !== null,
  });
  parts.onRefresh(() => keeper.consider());

  async function freeSpace(how: Parameters<CheckpointStorage["freeSpace"]>[0]): Promise<Freed> {
    const days = how.olderThanDays ?? limits().days;
    const rules = { ...timesNow(days), quota: Number.POSITIVE_INFINITY };
    let freed: Freed | null = null;
    // What is written meanwhile may need what was to go: then once more.
    for (let attempt = 0; attempt < 3 && freed === null; attempt += 1)
      freed = await keeper.exclusive(
        () => keeper.work(async () => retain(place, rules, how.dryRun)),
        waitMs,
      );
    if (freed === null)
      throw new AppError(
        "unavailable",
        "Another Belay is at work on this store. Retry in a minute.",
      );
    return freed;
  }

  return {
    keeper,
    storage: {
      tidy: () => keeper.run(),
      size: async () => sizeOf({ ...parts, folder, limits: limits(), reading }, await list({})),
      freeSpace,
      pin: (id, pinned) => alone(() => pin(parts, id, pinned)),
    },
  };
}

async function afterwards<T>(value: T, refresh: () => Promise<void>): Promise<T> {
  await refresh();
  return value;
}

async function pin(
  { journal, index, refresh }: StorageParts,
  id: CheckpointId,
  pinned: boolean,
): Promise<void> {
  const found = index.find(id);
  if (found === undefined || !isChange(found.intent))
    throw new AppError("not-found", `There is no checkpoint ${id} here.`);
  await journal.append({ record: "pin", id, pinned, at: new Date().toISOString() }, [], true);
  await refresh();
}

function timesNow(days: number): Omit<RetentionLimits, "quota"> {
  const now = Date.now();
  return { now, cutoff: now - days * day, newestTurns, spareMs };
}

const rulesNow = async (folder: string, limits: StorageLimits): Promise<RetentionLimits> => ({
  ...timesNow(limits.days),
  quota: await quotaOf(folder, limits),
});

/** A tenth of what is free bounds it too: nobody's disk is to be filled by what they may never need. */
async function quotaOf(folder: string, { megabytes }: StorageLimits): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.min(megabytes * 1024 * 1024, Math.floor((bavail * bsize) / 10));
}

interface Measured extends StorageParts, Pick<StorageVerbs, "reading"> {
  readonly folder: string;
  readonly limits: StorageLimits;
}

async function sizeOf(
  { folder, journal, index, baseline, limits, reading }: Measured,
  checkpoints: Awaited<ReturnType<CheckpointService["list"]>>,
): Promise<StorageSize> {
  const [packs, objects, records, bytes] = await Promise.all(
    ["objects/pack", "objects", "segments", "."].map((name) => bytesIn(join(folder, name))),
  );
  const tail = journal.size() + (objects ?? 0) - (packs ?? 0);
  const changed =
    journal.manifest().packs.reduce((sum, pack) => sum + pack.changed, 0) +
    (await changedInTail(await reading(() => journal.snapshot())));
  const last = index.retention.drops().at(-1);
  const known = new Set<string>(checkpoints.map(({ checkpointId }) => checkpointId));
  return {
    checkpoints: checkpoints.length,
    bytes: bytes ?? 0,
    baseline: await baseline.size(),
    packs: packs ?? 0,
    tail,
    records: records ?? 0,
    changed,
    growth: changed === 0 ? null : ((packs ?? 0) + (records ?? 0) + tail) / changed,
    quota: await quotaOf(folder, limits),
    days: limits.days,
    oldest: checkpoints.at(-1)?.at ?? null,
    pinned: index.retention
      .pinned()
      .filter((id) => known.has(id))
      .map((id) => checkpointIdSchema.parse(id)),
    dropped: last === undefined ? null : { at: last.at, checkpoints: last.checkpoints },
  };
}

/** Lets the snapshot go. */
async function changedInTail(snapshot: Snapshot): Promise<number> {
  try {
    const versions = new Map<string, number>();
    for await (const { record, links } of recordsOf(snapshot)) {
      const blobs = imageBlobs(record);
      for (const { id, length } of links)
        if (blobs.has(id) && length > 0 && snapshot.tail.has(id)) versions.set(id, length);
    }
    return [...versions.values()].reduce((sum, length) => sum + length, 0);
  } finally {
    snapshot.release();
  }
}

/** Of a file, or of all files below a folder; 0 for nothing. */
async function bytesIn(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesIn(join(path, name));
  return sum;
}
