import { z } from "zod";
import { fileChangeSchema } from "./diff.ts";

/** What stood in a command's way. `read-only`: a path that no need opens. */
export const wallSchema = z.enum([
  "network",
  "private-network",
  "git-history",
  "steering-files",
  "write",
  "read-only",
]);

/** One wall of the sandbox that a command has hit. All of it is Belay's own reading; nothing is decided by it. */
export const blockedSchema = z.object({
  wall: wallSchema,
  /** The host ("registry.example:8443") or the path that was wanted; "" where that did not show. */
  place: z.string(),
  /** What would open it, as `needs` of the command's call names it; null: it cannot be asked for by name. */
  need: z.string().nullable(),
});
export type Blocked = z.infer<typeof blockedSchema>;

/** How a blocked command goes on: the same with what it needs, once outside of the sandbox after a question of its own, or not at all: the model learns of it. */
export const waySchema = z.enum(["here", "outside", "tell"]);
export type Way = z.infer<typeof waySchema>;

/** A run that was blocked, as far as it came: in the question how to go on, and in the conversation whatever becomes of that. */
export const blockedRunSchema = z.object({
  walls: z.array(blockedSchema).min(1),
  /** As the model would get it. */
  result: z.string(),
  exitCode: z.int().nullable(),
  /** What its call has changed so far. */
  changes: z.array(fileChangeSchema),
  notes: z.array(z.string()),
});
export type BlockedRun = z.infer<typeof blockedRunSchema>;
