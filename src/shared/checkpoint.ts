import { z } from "zod";
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

/** What to undo. `last` = the newest turn not undone; `to` = the state just before that checkpoint. */
export const undoTargetSchema = z.discriminatedUnion("unit", [
  z.object({ unit: z.literal("last"), sessionId: sessionIdSchema.optional() }),
  z.object({ unit: z.literal("call"), callId: callIdSchema, path: z.string().optional() }),
  z.object({ unit: z.literal("turn"), turnId: turnIdSchema }),
  z.object({ unit: z.literal("session"), sessionId: sessionIdSchema }),
  z.object({ unit: z.literal("to"), checkpointId: checkpointIdSchema }),
]);
export type UndoTarget = z.infer<typeof undoTargetSchema>;

export const undoActionSchema = z.enum(["restore", "create", "delete", "merge", "none"]);
export type UndoAction = z.infer<typeof undoActionSchema>;

/** For a path that somebody else changed since: keep it (default), put the old version back, or merge where nothing overlaps. */
export const conflictChoiceSchema = z.enum(["keep", "overwrite", "merge"]);
export type ConflictChoice = z.infer<typeof conflictChoiceSchema>;

/** One row of an undo plan. A `conflict` names why the path cannot simply be put back. */
export const undoPlanRowSchema = z.object({
  path: z.string(),
  action: undoActionSchema,
  conflict: z.string().optional(),
  mergeable: z.boolean(),
  added: z.int(),
  removed: z.int(),
});
export type UndoPlanRow = z.infer<typeof undoPlanRowSchema>;

export const undoPlanSchema = z.object({
  rows: z.array(undoPlanRowSchema),
  uncoveredCommands: z.int(),
});
export type UndoPlan = z.infer<typeof undoPlanSchema>;

/** The answer of undo and redo. `redo` is the id that takes this very act back, null when nothing was done. */
export const undoResultSchema = z.object({
  undone: z.array(z.object({ path: z.string(), action: undoActionSchema })),
  conflicts: z.array(z.object({ path: z.string(), reason: z.string() })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  redo: undoIdSchema.nullable(),
  /** What a person should know beside it, such as a conversation that could not be told. */
  notes: z.array(z.string()).optional(),
});
export type UndoResult = z.infer<typeof undoResultSchema>;
