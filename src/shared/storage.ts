import { z } from "zod";
import { checkpointIdSchema } from "./ids.ts";

const bytes = z.int().nonnegative();

/** What the checkpoints of one workspace take on the disk, in bytes, and what bounds it. */
export const storageSizeSchema = z.object({
  checkpoints: z.int().nonnegative(),
  /** Everything in the store's folder. */
  bytes,
  /** The first version of every file, from which what commands change is taken: apart, since it does not grow with the work. */
  baseline: bytes,
  packs: bytes,
  /** What is not packed yet. */
  tail: bytes,
  /** What happened when, without the contents. */
  records: bytes,
  /** The versions that are kept, each once, compressed. */
  changed: bytes,
  /** Packs, tail and records for each byte of `changed`; null while nothing was changed. */
  growth: z.number().nullable(),
  /** In force now: the setting, or a tenth of the free disk where that is less. */
  quota: bytes,
  days: z.int().positive(),
  oldest: z.string().nullable(),
  pinned: z.array(checkpointIdSchema),
  /** When the limit last dropped something, and how many checkpoints; null = never. */
  dropped: z.object({ at: z.string(), checkpoints: z.int() }).nullable(),
});
export type StorageSize = z.infer<typeof storageSizeSchema>;

/** What was dropped, or would be. */
export const freedSchema = z.object({
  dryRun: z.boolean(),
  checkpoints: z.int().nonnegative(),
  /** Sessions of which no checkpoint is left. */
  sessions: z.int().nonnegative(),
  bytes,
  /** Older than asked for, and kept all the same: pinned, among the newest turns, an undo, a safety copy. */
  spared: z.int().nonnegative(),
});
export type Freed = z.infer<typeof freedSchema>;

/** What a project's commands keep for themselves on the disk, in bytes: apart from checkpoints, and bounded by nothing but the disk. */
export const privateStorageSchema = z.object({
  /** Their home and temporary folder, with the package caches. */
  caches: bytes,
  /** Files that steer, taken back from commands. */
  held: bytes,
  heldCopies: z.int().nonnegative(),
});
export type PrivateStorage = z.infer<typeof privateStorageSchema>;

const byWorkspace = z.object({ workspace: z.string().min(1).max(4096) });

/** The part of the contract about the checkpoints' place on the disk. */
export const storageOperations = {
  "storage.size": { input: byWorkspace, output: storageSizeSchema },
  "storage.private": { input: byWorkspace, output: privateStorageSchema },
  /** Empties the home and temporary folder of a project's commands. AppError("conflict") while one runs. */
  "storage.clearCaches": { input: byWorkspace, output: z.object({ bytes }) },
  /** Drops what is older than `olderThanDays` (the setting's age when not given), or only says what would go. */
  "storage.freeSpace": {
    input: byWorkspace.extend({
      olderThanDays: z.number().nonnegative().max(36_500).optional(),
      dryRun: z.boolean(),
    }),
    output: freedSchema,
  },
  /** A pinned checkpoint is never dropped. */
  "storage.pin": {
    input: byWorkspace.extend({ checkpointId: checkpointIdSchema, pinned: z.boolean() }),
    output: z.object({}),
  },
} as const;
