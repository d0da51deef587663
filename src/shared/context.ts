import { z } from "zod";
import { requestIdSchema, sessionIdSchema } from "./ids.ts";
import { moneySchema } from "./money.ts";
import { usageCallSchema, usageFilterSchema } from "./usage-panel.ts";

/** What a part of a request is. `memory`: what a memory or rules file adds to the system message; `file`: what read_file brought. */
export const partKindSchema = z.enum([
  "system",
  "memory",
  "tool",
  "summary",
  "prompt",
  "answer",
  "file",
  "result",
]);
export type PartKind = z.infer<typeof partKindSchema>;

const names = z.array(z.string());

/** How the beginning of a request differs from the one before it. `at`: number of the first part that differs, from 1. */
export const prefixChangeSchema = z.discriminatedUnion("cause", [
  z.object({ cause: z.literal("system") }),
  z.object({ cause: z.literal("memory"), names }),
  /** All three empty: the same tools in another order. */
  z.object({ cause: z.literal("tools"), added: names, removed: names, changed: names }),
  z.object({ cause: z.literal("compaction") }),
  z.object({
    cause: z.literal("part"),
    at: z.int().positive(),
    kind: partKindSchema,
    label: z.string(),
  }),
]);
export type PrefixChange = z.infer<typeof prefixChangeSchema>;

/** Why what had been sent before was not read from the provider's cache, or why nothing could be. */
export const cacheCauseSchema = z.discriminatedUnion("cause", [
  ...prefixChangeSchema.options,
  z.object({ cause: z.literal("first-call") }),
  z.object({ cause: z.literal("model-switch"), from: z.string() }),
  z.object({ cause: z.literal("region-switch"), from: z.string() }),
  z.object({ cause: z.literal("protocol-switch"), from: z.string() }),
  z.object({ cause: z.literal("key-switch") }),
  /** `ttlMs` null: how long an entry of this kind of cache lives is not promised. */
  z.object({ cause: z.literal("expired"), gapMs: z.int(), ttlMs: z.int().nullable() }),
  z.object({ cause: z.literal("below-minimum"), minimumTokens: z.int() }),
  /** The beginning was the same, and the provider did not read it from its cache. */
  z.object({ cause: z.literal("not-hit") }),
  z.object({ cause: z.literal("no-cache") }),
  z.object({ cause: z.literal("cache-unknown") }),
  z.object({ cause: z.literal("unknown-usage") }),
  z.object({ cause: z.literal("not-recorded") }),
]);
export type CacheCause = z.infer<typeof cacheCauseSchema>;

export const cacheStatusSchema = z.enum(["hit", "miss", "new", "unknown"]);

const tokens = z.int().nonnegative();

/** What the provider's cache did for one request. `new`: nothing of it could be in a cache; `unknown`: nobody can say. */
export const cacheVerdictSchema = z.object({
  status: cacheStatusSchema,
  /** Of the input, 0 to 1; null without usage. */
  hitShare: z.number().nullable(),
  cachedTokens: tokens.nullable(),
  /** About how many of the input tokens had been sent before. */
  knownTokens: tokens.nullable(),
  /** Of these, what was not read from the cache; 0 unless it is a miss. */
  missedTokens: tokens.nullable(),
  /** What the missed tokens cost more than from the cache; null = the price is not known. */
  lost: moneySchema.nullable(),
  /** The decisive one first; empty for a hit. */
  causes: z.array(cacheCauseSchema),
});
export type CacheVerdict = z.infer<typeof cacheVerdictSchema>;

/** Parts of one kind and name, together. */
export const contextPartSchema = z.object({
  kind: partKindSchema,
  /** A tool, a path; "" where the kind says it all. */
  label: z.string(),
  count: z.int().positive(),
  tokens,
  /** Of these, read from the cache, or of a request to come, likely to be. */
  cachedTokens: tokens,
  /** null = the price is not known. */
  cost: moneySchema.nullable(),
});
export type ContextPart = z.infer<typeof contextPartSchema>;

/** What fills a request. Tokens of parts are always an estimate by their size; of a past request they add up to what was reported. */
export const contextReportSchema = z.object({
  /** null: the request that would be sent next, without a new prompt. */
  requestId: requestIdSchema.nullable(),
  at: z.string().nullable(),
  model: z.string(),
  region: z.string(),
  tokens,
  /** Whether `tokens` itself is an estimate. */
  isEstimate: z.boolean(),
  /** How far the estimate was off in this session's last requests, in percent at most; null = not measured yet. */
  errorPercent: z.number().nullable(),
  /** The most input tokens that the model takes; null = not known. */
  windowTokens: tokens.nullable(),
  /** Where the price of a request changes, in input tokens. */
  brackets: z.array(z.int()),
  /** Of the input. Of the next request: with what the cache is likely to hold. */
  cost: moneySchema.nullable(),
  /** Of the next request: when the cache holds nothing. */
  costUncached: moneySchema.nullable(),
  parts: z.array(contextPartSchema),
  /** What compacting now would take out of the next request; null = there is nothing to compact. */
  freedTokens: tokens.nullable(),
});
export type ContextReport = z.infer<typeof contextReportSchema>;

/** How full the model is; all of it an estimate. */
export const contextMeterSchema = z.object({
  tokens,
  windowTokens: tokens.nullable(),
  brackets: z.array(z.int()),
});
export type ContextMeter = z.infer<typeof contextMeterSchema>;

/** One request with what the cache did for it. */
export const cachedCallSchema = z.object({ call: usageCallSchema, verdict: cacheVerdictSchema });
export type CachedCall = z.infer<typeof cachedCallSchema>;

/** Requests of one cause: the decisive one of each. `lost` is one amount per currency. */
export const cacheGroupSchema = z.object({
  status: cacheStatusSchema,
  /** null for hits. */
  cause: z.string().nullable(),
  calls: z.int(),
  missedTokens: tokens,
  lost: z.array(moneySchema),
  /** Of these, requests whose price is not known. */
  unpricedCalls: z.int(),
});
export type CacheGroup = z.infer<typeof cacheGroupSchema>;

/** What the caches did for many requests. Requests without usage are in no sum of tokens. */
export const cacheReportSchema = z.object({
  calls: z.int(),
  unknownCalls: z.int(),
  inputTokens: tokens,
  cachedTokens: tokens,
  missedTokens: tokens,
  lost: z.array(moneySchema),
  /** The dearest first. */
  groups: z.array(cacheGroupSchema),
  /** Newest first, as many as were asked for. */
  requests: z.array(cachedCallSchema),
});
export type CacheReport = z.infer<typeof cacheReportSchema>;

/** The part of the contract about what a request holds and what the cache did for it. All of it only reads. */
export const contextOperations = {
  "context.meter": { input: z.object({ sessionId: sessionIdSchema }), output: contextMeterSchema },
  "context.next": { input: z.object({ sessionId: sessionIdSchema }), output: contextReportSchema },
  /** Not-found for a request that is not in the ledger; `report` null where nothing was kept of its parts. */
  "context.past": {
    input: z.object({ requestId: requestIdSchema }),
    output: cachedCallSchema.extend({ report: contextReportSchema.nullable() }),
  },
  "usage.cache": {
    input: z.object({ filter: usageFilterSchema, limit: z.int().min(0).max(500) }),
    output: cacheReportSchema,
  },
} as const;
