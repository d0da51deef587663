import { z } from "zod";
import { undoIdSchema } from "./ids.ts";

export const changeKindSchema = z.enum(["created", "modified", "deleted", "moved"]);
export type ChangeKind = z.infer<typeof changeKindSchema>;

/** One file that a call changed, in numbers: what a tool row shows. Binary files count no lines. */
export const fileChangeSchema = z.object({
  path: z.string(),
  kind: changeKindSchema,
  from: z.string().optional(),
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  binary: z.boolean(),
});
export type FileChange = z.infer<typeof fileChangeSchema>;

export const diffLineSchema = z.object({
  kind: z.enum(["context", "added", "removed"]),
  text: z.string(),
});
export type DiffLine = z.infer<typeof diffLineSchema>;

/** `key` names a change by what it says, not by where it stands: other lines have another key. */
export const hunkSchema = z.object({
  key: z.string(),
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  lines: z.array(diffLineSchema),
});
export type Hunk = z.infer<typeof hunkSchema>;

/** A file's change with its hunks. `key` names the whole change, by the contents on both sides. `undoneBy`: nothing of it stands, and it is shown as it was. `committedIn`: the person's commit (abbreviated) that took up just this result. `truncated`: too large to show whole; the numbers are still exact where given. */
export const fileDiffSchema = fileChangeSchema.extend({
  key: z.string(),
  undoneBy: undoIdSchema.optional(),
  committedIn: z.string().optional(),
  hunks: z.array(hunkSchema),
  truncated: z.boolean(),
});
export type FileDiff = z.infer<typeof fileDiffSchema>;
