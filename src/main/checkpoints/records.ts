import { z } from "zod";
import { callIdSchema, sessionIdSchema, turnIdSchema } from "../../shared/ids.ts";

/** What is at a path: nothing, a file with its bytes, or a link with its target (as a blob too). Modes are the low 12 bits. */
export const imageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("absent") }),
  z.object({ type: z.literal("file"), blob: z.string(), mode: z.int(), size: z.int() }),
  z.object({ type: z.literal("link"), blob: z.string() }),
]);
export type Image = z.infer<typeof imageSchema>;

export const absent: Image = { type: "absent" };

/** One path of an operation: what was there, what it is to become, and the names used on the way. */
export const entrySchema = z.object({
  path: z.string(),
  pre: imageSchema,
  post: imageSchema,
  temporary: z.string(),
  aside: z.string(),
});
export type Entry = z.infer<typeof entrySchema>;

/** Which paths of an earlier operation this one takes back. */
export const reversalSchema = z.object({ id: z.string(), paths: z.array(z.string()) });

/** Written durably before anything is touched. `id` is a checkpoint's for a write, an undo's for an undo or redo. */
export const intentSchema = z.object({
  record: z.literal("intent"),
  id: z.string(),
  kind: z.enum(["write", "undo", "redo"]),
  sessionId: sessionIdSchema,
  turnId: turnIdSchema.nullable(),
  callId: callIdSchema.nullable(),
  tool: z.string(),
  at: z.string(),
  commit: z.string(),
  entries: z.array(entrySchema),
  /** Folders that did not exist and are made for this, outermost first. */
  folders: z.array(z.string()),
  /** Folders that the operations taken back had made: they go, outermost last, as far as they are empty. */
  emptied: z.array(z.string()).default([]),
  reverses: z.array(reversalSchema),
});
export type Intent = z.infer<typeof intentSchema>;

/** How an operation ended. `paths` really took effect; `rescued` are safety copies of bytes that another writer left. */
export const doneSchema = z.object({
  record: z.literal("done"),
  id: z.string(),
  paths: z.array(z.string()),
  rescued: z.array(z.object({ path: z.string(), blob: z.string() })),
  recovered: z.boolean(),
});
export type Done = z.infer<typeof doneSchema>;

/** Bytes of another writer that would be nowhere else any more, durable before their last name goes. `id` is the operation's. */
export const rescueSchema = z.object({
  record: z.literal("rescue"),
  id: z.string(),
  path: z.string(),
  blob: z.string(),
});

export const recordSchema = z.discriminatedUnion("record", [
  intentSchema,
  doneSchema,
  rescueSchema,
]);
export type JournalRecord = z.infer<typeof recordSchema>;

export const sameContent = (a: Image, b: Image): boolean =>
  a.type === b.type && (a.type === "absent" || b.type === "absent" || a.blob === b.blob);

/** Whether there is nothing to do from one to the other: same content and, of a file, same mode. */
export const sameImage = (a: Image, b: Image): boolean =>
  sameContent(a, b) && (a.type !== "file" || b.type !== "file" || a.mode === b.mode);
