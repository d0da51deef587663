import { z } from "zod";

/** Ids are lower case, digits and dashes: safe in a git ref, a file name and a URL. */
const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "an id is lower-case letters, digits and dashes");

export const sessionIdSchema = idSchema.brand<"SessionId">();
export const turnIdSchema = idSchema.brand<"TurnId">();
export const callIdSchema = idSchema.brand<"CallId">();
export const checkpointIdSchema = idSchema.brand<"CheckpointId">();
export const undoIdSchema = idSchema.brand<"UndoId">();
export const requestIdSchema = idSchema.brand<"RequestId">();
export const ruleIdSchema = idSchema.brand<"RuleId">();

export type SessionId = z.infer<typeof sessionIdSchema>;
export type TurnId = z.infer<typeof turnIdSchema>;
export type CallId = z.infer<typeof callIdSchema>;
/** One checkpoint per writing tool call. */
export type CheckpointId = z.infer<typeof checkpointIdSchema>;
/** One undo or redo that was applied; what `redo` takes. */
export type UndoId = z.infer<typeof undoIdSchema>;
/** One request to a model, as the ledger knows it. */
export type RequestId = z.infer<typeof requestIdSchema>;
/** What the person allowed for good in one project. */
export type RuleId = z.infer<typeof ruleIdSchema>;

let counter = 0;
let lastMs = 0;

/** A new id: prefix, milliseconds in base 36, a counter and 40 random bits. Ids of one process sort in the order they were made. */
export function createId(prefix: string): string {
  const now = Date.now();
  // A full counter, or a clock set back, borrows the next millisecond instead of starting over.
  counter = now > lastMs ? 0 : counter + 1;
  if (counter === 1296) counter = 0;
  lastMs = counter === 0 ? Math.max(now, lastMs + 1) : lastMs;
  const random = crypto.getRandomValues(new Uint8Array(5));
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${prefix}-${lastMs.toString(36)}${counter.toString(36).padStart(2, "0")}${tail}`;
}

export const createSessionId = (): SessionId => sessionIdSchema.parse(createId("s"));
export const createTurnId = (): TurnId => turnIdSchema.parse(createId("t"));
export const createCallId = (): CallId => callIdSchema.parse(createId("c"));
export const createCheckpointId = (): CheckpointId => checkpointIdSchema.parse(createId("k"));
export const createUndoId = (): UndoId => undoIdSchema.parse(createId("u"));
export const createRequestId = (): RequestId => requestIdSchema.parse(createId("r"));
export const createRuleId = (): RuleId => ruleIdSchema.parse(createId("a"));
