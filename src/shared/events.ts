import { z } from "zod";
import {
  callIdSchema,
  checkpointIdSchema,
  requestIdSchema,
  sessionIdSchema,
  turnIdSchema,
  undoIdSchema,
} from "./ids.ts";
import { blockedRunSchema, blockedSchema, waySchema } from "./blocked.ts";
import { cautionSchema } from "./cautions.ts";
import { commandFactsSchema, ruleCoverSchema } from "./approvals.ts";
import { fileChangeSchema } from "./diff.ts";
import { moneySchema } from "./money.ts";
import { tokenUsageSchema } from "./usage.ts";

export const modeSchema = z.enum(["plan", "ask", "edit", "auto"]);
/** plan = read-only; ask = writes and commands ask; edit = writes run, commands ask; auto = both run inside the sandbox. */
export type Mode = z.infer<typeof modeSchema>;

export const sessionKindSchema = z.enum(["chat", "quick", "demo"]);
export type SessionKind = z.infer<typeof sessionKindSchema>;

export const protocolSchema = z.enum(["openai", "dashscope"]);
export type Protocol = z.infer<typeof protocolSchema>;

export const thinkingLevelSchema = z.enum(["off", "low", "medium", "high"]);
export type ThinkingLevel = z.infer<typeof thinkingLevelSchema>;

/** How much a model thinks before it answers. Which levels it takes, and how large a budget in tokens, the catalogue says. */
export const thinkingSchema = z.union([
  thinkingLevelSchema,
  z.object({ budgetTokens: z.int().positive() }),
]);
export type Thinking = z.infer<typeof thinkingSchema>;

/** What was put right in a tool call before it could run; shown on its card and counted per model and endpoint. */
export const repairSchema = z.enum([
  "text-call", // written into the answer's text instead of being called
  "arguments", // arguments of the wrong type that say plainly what was meant
  "escapes", // newlines and quotes escaped twice
  "json", // JSON that only lacked an outer brace, or the mark where a value ends
]);
export type Repair = z.infer<typeof repairSchema>;

export const toolStatusSchema = z.enum(["completed", "failed", "denied", "cancelled"]);
export type ToolStatus = z.infer<typeof toolStatusSchema>;

export const turnStatusSchema = z.enum([
  "completed",
  "failed",
  "cancelled",
  "budget",
  "needs-approval",
  "interrupted",
]);
export type TurnStatus = z.infer<typeof turnStatusSchema>;

/**
 * `leaveOut`: the call that probably caused the refusal; without its result the step may succeed. `successors`: models to take
 * instead of one that is gone, best first. `raise`: the limit of money that stood in the way, and what would let the request through.
 */
const turnErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  leaveOut: callIdSchema.optional(),
  successors: z.array(z.string()).optional(),
  raise: z
    .object({ limit: z.enum(["session", "workspace", "day", "month"]), to: moneySchema })
    .optional(),
  /** Of a limit of money that was not used up, but cannot be kept: the price is not known, or it is in the other currency. */
  unkept: z.enum(["unknown-price", "other-currency"]).optional(),
});
export type TurnError = z.infer<typeof turnErrorSchema>;

/** For how long a yes to an unknown price counts. */
export const priceLastsSchema = z.enum(["prompt", "session"]);
export type PriceLasts = z.infer<typeof priceLastsSchema>;

/** Who answers a step, and how much it is asked to think; null = the model's own. */
const answererSchema = z.object({
  model: z.string(),
  region: z.string(),
  protocol: protocolSchema,
  thinking: thinkingSchema.nullable(),
});
export type Answerer = z.infer<typeof answererSchema>;

/** What a new model does not get of what the one before had. */
export const droppedSchema = z.enum([
  "reasoning", // what was thought so far
  "thinking", // the wish how much to think, which it does not take
]);
export type Dropped = z.infer<typeof droppedSchema>;

export const compactReasonSchema = z.enum(["manual", "full", "switch"]);
/** manual = asked for; full = the next request would not fit; switch = the next model takes less. */
export type CompactReason = z.infer<typeof compactReasonSchema>;

const base = { sessionId: sessionIdSchema, seq: z.int().positive(), at: z.string() };
const inTurn = { ...base, turnId: turnIdSchema };

/** Everything that happens in a session, in order of `seq`; a gap means "reload". Fields may be added, never renamed. */
export const sessionEventSchema = z.discriminatedUnion("type", [
  z.object({
    ...base,
    type: z.literal("session-start"),
    workspace: z.string(),
    kind: sessionKindSchema,
    mode: modeSchema,
    model: z.string(),
    title: z.string(),
    // Missing: the model's own.
    thinking: thinkingSchema.nullable().optional(),
  }),
  z.object({
    ...base,
    type: z.literal("session-update"),
    mode: modeSchema.optional(),
    model: z.string().optional(),
    title: z.string().optional(),
    kind: sessionKindSchema.optional(),
    // null: back to the model's own.
    thinking: thinkingSchema.nullable().optional(),
  }),
  // `context` is the line appended for the model: files changed by the person or by undo since the last turn.
  z.object({
    ...inTurn,
    type: z.literal("turn-start"),
    prompt: z.string(),
    context: z.string().optional(),
    // The answer is to be bare code.
    codeOnly: z.literal(true).optional(),
  }),
  // An ended turn goes on: an approval was given from outside, or the person pressed Continue.
  z.object({ ...inTurn, type: z.literal("turn-resume") }),
  z.object({ ...inTurn, type: z.literal("step-start"), step: z.int().positive() }),
  // From this step on somebody else answers, or thinks otherwise; also before a session's first step.
  z.object({
    ...inTurn,
    ...answererSchema.shape,
    type: z.literal("model-bind"),
    step: z.int().positive(),
    dropped: z.array(droppedSchema),
  }),
  z.object({ ...inTurn, type: z.literal("text-delta"), text: z.string() }),
  z.object({ ...inTurn, type: z.literal("reasoning-delta"), text: z.string() }),
  // The answer of this step was cut or failed: its text so far is not sent back to the model.
  z.object({
    ...inTurn,
    type: z.literal("step-discard"),
    step: z.int().positive(),
    reason: z.string(),
  }),
  // `modelCallId` and `argumentsText` are what the model sent, to the byte, or what its call was read as where `repairs` says
  // that it was no JSON: history is replayed from them.
  z.object({
    ...inTurn,
    type: z.literal("tool-call-start"),
    callId: callIdSchema,
    modelCallId: z.string(),
    name: z.string(),
    arguments: z.union([z.record(z.string(), z.unknown()), z.string()]),
    argumentsText: z.string(),
    malformed: z.literal(true).optional(),
    repairs: z.array(repairSchema).optional(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("tool-output-delta"),
    callId: callIdSchema,
    text: z.string(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("checkpoint-add"),
    checkpointId: checkpointIdSchema,
    callId: callIdSchema,
    commit: z.string(),
    paths: z.array(z.string()),
  }),
  // `changes` is what the call did to files; `notes` are lines a person should read on the card; `exitCode` is a command's.
  // `seen` are files whose bytes the session knows now, by git blob id (null = no longer): it outlives the process.
  // `blocked` are the walls of the sandbox that a command has failed at.
  // `repairs` are those that needed a look at the files, beside the ones of `tool-call-start`.
  z.object({
    ...inTurn,
    type: z.literal("tool-call-end"),
    callId: callIdSchema,
    status: toolStatusSchema,
    result: z.string(),
    durationMs: z.int().nonnegative(),
    changes: z.array(fileChangeSchema).optional(),
    notes: z.array(z.string()).optional(),
    exitCode: z.int().nullable().optional(),
    blocked: z.array(blockedSchema).optional(),
    seen: z.array(z.object({ path: z.string(), blobId: z.string().nullable() })).optional(),
    repairs: z.array(repairSchema).optional(),
  }),
  // `title` is one line for a person, `detail` the exact bytes to be run or written.
  z.object({
    ...inTurn,
    type: z.literal("approval-request"),
    callId: callIdSchema,
    reason: z.string(),
    title: z.string(),
    detail: z.string(),
    // A yes for the session is a yes for this call alone.
    onlyOnce: z.literal(true).optional(),
    // A command that nothing would keep to the project.
    unconfined: z.literal(true).optional(),
    // Of a command: what the card shows beside its bytes.
    command: commandFactsSchema.optional(),
    // What `reason` says beside what `command` holds, for who has words of their own for it.
    cautions: z.array(cautionSchema).optional(),
    // The sandbox stopped it: asked is how it goes on, and `command` is what it would be with what it needs.
    blocked: blockedRunSchema.optional(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("approval-end"),
    callId: callIdSchema,
    decision: z.enum(["allow", "allow-session", "allow-always", "deny", "cancel"]),
    message: z.string().optional(),
    // What the yes covers beyond this call; missing: nothing.
    cover: ruleCoverSchema.optional(),
    // Of a blocked command: how it goes on.
    way: waySchema.optional(),
  }),
  z.object({
    ...inTurn,
    ...tokenUsageSchema.shape,
    type: z.literal("usage-add"),
    requestId: requestIdSchema,
    model: z.string(),
    region: z.string(),
    protocol: protocolSchema,
    cost: moneySchema.nullable(),
    priceVersion: z.string().nullable(),
    // Size of the request as JSON: with the input tokens it tells how many tokens a byte is here.
    inputBytes: z.int().nonnegative().optional(),
    // It ended without usage: the most it can have taken and cost.
    unknown: z
      .object({ mostTokens: z.int().nonnegative(), mostCost: moneySchema.nullable() })
      .optional(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("retry"),
    attempt: z.int().positive(),
    code: z.string(),
    message: z.string(),
    waitMs: z.int().nonnegative(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("plan-update"),
    items: z.array(z.object({ text: z.string(), done: z.boolean() })),
  }),
  // `forModel`: the model is told too, after the results of the step.
  z.object({
    ...inTurn,
    type: z.literal("notice"),
    level: z.enum(["info", "warning"]),
    message: z.string(),
    forModel: z.literal(true).optional(),
  }),
  z.object({
    ...inTurn,
    type: z.literal("turn-end"),
    status: turnStatusSchema,
    error: turnErrorSchema.optional(),
    durationMs: z.int().nonnegative().optional(),
  }),
  // The person lets requests of this model go out under a limit of money although their price is not known: for that prompt, or
  // for as long as the session lasts.
  z.object({
    ...inTurn,
    type: z.literal("price-allow"),
    model: z.string(),
    region: z.string(),
    lasts: priceLastsSchema,
  }),
  // From now on the results of these calls, of whichever turn, are not sent to the model. What they were stays in the log.
  z.object({ ...base, type: z.literal("history-omit"), callIds: z.array(callIdSchema) }),
  // The older part of the conversation is being summarised; `history-compact` or `compact-end` follows.
  z.object({
    ...inTurn,
    type: z.literal("compact-start"),
    reason: compactReasonSchema,
    model: z.string(),
  }),
  /*
   * From now on `summary` is sent in place of everything up to that turn, or up to that step of it, whose prompt is sent all the
   * same. The events that it stands for stay. Sizes are estimates of the next request.
   */
  z.object({
    ...inTurn,
    type: z.literal("history-compact"),
    throughTurnId: turnIdSchema,
    throughStep: z.int().positive().nullable(),
    summary: z.string(),
    tokensBefore: z.int().nonnegative(),
    tokensAfter: z.int().nonnegative(),
  }),
  // No summary came of it; what is sent stays as it was.
  z.object({
    ...inTurn,
    type: z.literal("compact-end"),
    status: z.enum(["failed", "cancelled"]),
    message: z.string(),
  }),
  // What a command changed that was found after its call had ended: it ran in the background, or Belay ended meanwhile.
  z.object({
    ...inTurn,
    type: z.literal("command-changes"),
    callId: callIdSchema,
    // null: nothing of it can be taken back.
    checkpointId: checkpointIdSchema.nullable(),
    changes: z.array(fileChangeSchema),
    notes: z.array(z.string()),
  }),
  // An undo or redo that touched files of this session. `callIds` are the calls whose effect it took away or brought back.
  z.object({
    ...base,
    type: z.literal("undo-add"),
    undoId: undoIdSchema,
    direction: z.enum(["undo", "redo"]),
    callIds: z.array(callIdSchema),
    paths: z.array(z.string()),
    conflicts: z.array(z.string()),
  }),
  // The person has looked at these changes of a prompt and keeps them, or takes that back. `keys` are those of a `FileDiff` and its hunks.
  z.object({
    ...inTurn,
    type: z.literal("review-mark"),
    keys: z.array(z.string()),
    kept: z.boolean(),
  }),
]);

export type SessionEvent = z.infer<typeof sessionEventSchema>;
/** An event before the log has numbered and dated it. */
export type NewSessionEvent = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, "seq" | "at">
    : never
  : never;
