import { z } from "zod";
import { undoTargetSchema } from "./checkpoint.ts";
import { callIdSchema, sessionIdSchema, turnIdSchema } from "./ids.ts";

/** What one point of the timeline did to a path. */
export const timelineChangeSchema = z.object({
  path: z.string(),
  kind: z.enum(["created", "modified", "deleted"]),
});
export type TimelineChange = z.infer<typeof timelineChangeSchema>;

/**
 * One point of a workspace's history. `who`: a tool call or command of the agent, an undo or redo, or "you" for what changed outside of
 * all tools. `changes` holds the first 100 paths, `counts` all.
 */
export const timelineEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(["write", "command", "undo", "redo", "outside"]),
  who: z.enum(["agent", "undo", "you"]),
  at: z.string(),
  sessionId: sessionIdSchema.nullable(),
  turnId: turnIdSchema.nullable(),
  callId: callIdSchema.nullable(),
  /** The tool's name, or the command line; of a change by the person nothing. */
  what: z.string(),
  /** The prompt that it was done for; null where the conversation is not known. */
  why: z.string().nullable(),
  changes: z.array(timelineChangeSchema),
  counts: z.object({ created: z.int(), modified: z.int(), deleted: z.int() }),
  /** How much of it was taken back. */
  undone: z.enum(["none", "some", "all"]),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** Just before, or right after, a point of the timeline. */
export const timelinePointSchema = z.object({
  id: z.string().max(64),
  side: z.enum(["before", "after"]),
});
export type TimelinePoint = z.infer<typeof timelinePointSchema>;

/** One name of a folder as it was at a point. `isSame`: so it still is. Folders have neither mode nor size where nobody recorded them. */
export const treeEntrySchema = z.object({
  path: z.string(),
  type: z.enum(["file", "link", "folder"]),
  mode: z.int().nullable(),
  size: z.int().nullable(),
  isSame: z.boolean(),
});
export type TreeEntry = z.infer<typeof treeEntrySchema>;

/** One file as it was at a point; `content` is null where its bytes were never kept, or are no text. */
export const fileAtSchema = z.object({
  path: z.string(),
  type: z.enum(["absent", "file", "link", "folder"]),
  mode: z.int().nullable(),
  size: z.int().nullable(),
  content: z.string().nullable(),
});
export type FileAt = z.infer<typeof fileAtSchema>;

const bySession = z.object({ sessionId: sessionIdSchema });

/** The history of a session's whole workspace. */
export const timelineOperations = {
  /** Newest first, older than the entry `before`. */
  "timeline.list": {
    input: bySession.extend({
      before: z.string().max(64).optional(),
      limit: z.int().min(1).max(500),
    }),
    output: z.array(timelineEntrySchema),
  },
  /** One folder ("" = the project's own) as it was at a point. */
  "timeline.tree": {
    input: bySession.extend({ point: timelinePointSchema, folder: z.string().max(4096) }),
    output: z.array(treeEntrySchema),
  },
  "timeline.file": {
    input: bySession.extend({ point: timelinePointSchema, path: z.string().min(1).max(4096) }),
    output: fileAtSchema,
  },
  /** What an undo would take back, as a patch for git or patch; also while the undo waits for its branch. `leftOut` are no texts. */
  "checkpoint.patch": {
    input: bySession.extend({ target: undoTargetSchema }),
    output: z.object({ patch: z.string(), leftOut: z.array(z.string()) }),
  },
  /**
   * The same into a file that the person chooses in the system's dialog, whose path is answered; null where no text is to be saved.
   * AppError("cancelled") when the person closed the dialog.
   */
  "checkpoint.savePatch": {
    input: bySession.extend({ target: undoTargetSchema }),
    output: z.object({ saved: z.string().nullable(), leftOut: z.array(z.string()) }),
  },
} as const;
