import { z } from "zod";
import { steeringKindSchema } from "./trust.ts";
import {
  callIdSchema,
  checkpointIdSchema,
  sessionIdSchema,
  turnIdSchema,
  undoIdSchema,
} from "./ids.ts";

/** The exact bytes of every path that one writing tool call was about to change, kept as a commit in Belay's own store. */
export const checkpointSchema = z.object({
  checkpointId: checkpointIdSchema,
  sessionId: sessionIdSchema,
  turnId: turnIdSchema,
  callId: callIdSchema,
  tool: z.string(),
  at: z.string(),
  paths: z.array(z.string()),
  commit: z.string(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** Which lines of a diff a hunk is: its numbers as the diff of the same call or turn shows them. */
export const hunkPlaceSchema = z.object({
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
});
export type HunkPlace = z.infer<typeof hunkPlaceSchema>;

const wholeTargetSchema = z.discriminatedUnion("unit", [
  z.object({ unit: z.literal("last"), sessionId: sessionIdSchema.optional() }),
  z.object({ unit: z.literal("call"), callId: callIdSchema, path: z.string().optional() }),
  z.object({ unit: z.literal("turn"), turnId: turnIdSchema }),
  z.object({ unit: z.literal("session"), sessionId: sessionIdSchema }),
  z.object({ unit: z.literal("to"), checkpointId: checkpointIdSchema }),
]);

const file = { unit: z.literal("file"), path: z.string() };
const hunk = { unit: z.literal("hunk"), path: z.string(), hunk: hunkPlaceSchema };

/**
 * What to undo. `last` = the newest turn not undone; `to` = the state just before that checkpoint; `file` = what all steps of a turn
 * or session did to one file, wherever they moved it; `hunk` = one part of a file's diff.
 */
export const undoTargetSchema = z.union([
  wholeTargetSchema,
  z.object({ ...file, turnId: turnIdSchema }),
  z.object({ ...file, sessionId: sessionIdSchema }),
  z.object({ ...hunk, callId: callIdSchema }),
  z.object({ ...hunk, turnId: turnIdSchema }),
]);
export type UndoTarget = z.infer<typeof undoTargetSchema>;

export const undoActionSchema = z.enum(["restore", "create", "delete", "merge", "none"]);
export type UndoAction = z.infer<typeof undoActionSchema>;

/** For a path that somebody else changed since: keep it (default), put the old version back, or merge where nothing overlaps. */
export const conflictRuleSchema = z.enum(["keep", "overwrite", "merge"]);
export type ConflictRule = z.infer<typeof conflictRuleSchema>;

/** The person's word for one path: a rule, or the text that the file is to have. */
export const conflictChoiceSchema = z.union([
  conflictRuleSchema,
  z.object({ edit: z.string().max(8 * 1024 * 1024) }),
]);
export type ConflictChoice = z.infer<typeof conflictChoiceSchema>;

/**
 * One row of an undo plan. A `conflict` names why the path cannot simply be put back. `held`: it could be, but the change may be the
 * person's, and stays unless `overwrite` is chosen. `steers`: the file runs code or steers the agent, and stays unless `overwrite` is
 * chosen. `fingerprint` stands for what the row was made of: sent back with the choices, it
 * keeps them from being applied to other bytes.
 */
export const undoPlanRowSchema = z.object({
  path: z.string(),
  action: undoActionSchema,
  conflict: z.string().optional(),
  held: z.string().optional(),
  steers: steeringKindSchema.optional(),
  fingerprint: z.string(),
  mergeable: z.boolean(),
  added: z.int(),
  removed: z.int(),
});
export type UndoPlanRow = z.infer<typeof undoPlanRowSchema>;

export const undoPlanSchema = z.object({
  rows: z.array(undoPlanRowSchema),
  uncoveredCommands: z.int(),
  /** The person is on another branch than the changes were made on: they can be looked at and exported, and undone only there. */
  waitsFor: z.object({ branch: z.string(), now: z.string(), message: z.string() }).optional(),
});
export type UndoPlan = z.infer<typeof undoPlanSchema>;

/** Changes that were made on another branch, `branch`, than the one of `now`: undo waits. `turnId` is the newest of them, `target` names them all. */
export const waitingChangesSchema = z.object({
  branch: z.string(),
  now: z.string(),
  turnId: turnIdSchema,
  target: undoTargetSchema,
});
export type WaitingChanges = z.infer<typeof waitingChangesSchema>;

/**
 * A file that an undo overlaps, as a text in parts: what all sides agree on or only one changed, and where they overlap. `now` is what
 * is there, `old` what was there before the change, `changed` what the change made of it. Joined with `now` it is the file as far as
 * it could be merged.
 */
export const mergePartSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("same"), text: z.string() }),
  z.object({
    kind: z.literal("overlap"),
    now: z.string(),
    changed: z.string(),
    old: z.string(),
  }),
]);
export type MergePart = z.infer<typeof mergePartSchema>;

/** The answer of undo and redo. `redo` is the id that takes this very act back, null when nothing was done. */
export const undoResultSchema = z.object({
  undone: z.array(z.object({ path: z.string(), action: undoActionSchema })),
  /** `steers`: it stays for that reason, until the person says that it may change. */
  conflicts: z.array(
    z.object({ path: z.string(), reason: z.string(), steers: steeringKindSchema.optional() }),
  ),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  redo: undoIdSchema.nullable(),
  /** What a person should know beside it, such as a conversation that could not be told. */
  notes: z.array(z.string()).optional(),
});
export type UndoResult = z.infer<typeof undoResultSchema>;
