import { z } from "zod";
import { moneySchema } from "./money.ts";

/** Token counts of one request as the provider reported them. `inputTokens` includes cached and cache-written tokens. */
export const tokenUsageSchema = z.object({
  inputTokens: z.int().nonnegative(),
  cachedTokens: z.int().nonnegative(),
  cacheWriteTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  reasoningTokens: z.int().nonnegative(),
});
export type TokenUsage = z.infer<typeof tokenUsageSchema>;

/** Of a request that cost nothing; one whose usage is not known has none instead. */
export const noTokens: TokenUsage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

/** What a request was for. `check`: of a key, an endpoint or a model. */
export const requestPurposeSchema = z.enum([
  "chat",
  "quick-ask",
  "completion",
  "compaction",
  "title",
  "check",
]);
export type RequestPurpose = z.infer<typeof requestPurposeSchema>;

/** Who pays: by the token, the free quota, a plan paid by the month, or nobody (a server of one's own, the demo). Only `metered` costs. */
export const billingSchema = z.enum(["metered", "free-quota", "plan", "local"]);
export type Billing = z.infer<typeof billingSchema>;

export const usageGroupSchema = z.enum(["day", "model", "session", "workspace", "call"]);
export type UsageGroup = z.infer<typeof usageGroupSchema>;

/** Nearest rank over completed requests, in milliseconds. */
export const percentilesSchema = z.object({ p50: z.int(), p95: z.int() });
export type Percentiles = z.infer<typeof percentilesSchema>;

/** What to sum. Times are ISO 8601; `since` is inclusive, `until` exclusive. */
export const usageQuerySchema = z.object({
  workspace: z.string().optional(),
  sessionId: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  by: usageGroupSchema.default("session"),
});
export type UsageQuery = z.infer<typeof usageQuerySchema>;

/** Sums of one key in one currency. Calls of unknown price are in `unpricedCalls`, never counted as zero cost. */
export const usageRowSchema = z.object({
  key: z.string(),
  calls: z.int(),
  failedCalls: z.int(),
  inputTokens: z.int(),
  cachedTokens: z.int(),
  cacheWriteTokens: z.int(),
  outputTokens: z.int(),
  reasoningTokens: z.int(),
  cost: z.string().nullable(),
  currency: z.string().nullable(),
  unpricedCalls: z.int(),
  /** Of these, calls that ended without usage, and the most they can have cost together: not in `cost`. */
  unknownCalls: z.int().optional(),
  unknownTokens: z.int(),
  unknownMaximum: z.string().nullable().optional(),
  /** Of completed calls; null where none was measured. */
  firstTokenMs: percentilesSchema.nullable(),
  totalMs: percentilesSchema.nullable(),
});
export type UsageRow = z.infer<typeof usageRowSchema>;

export const usageReportSchema = z.object({
  rows: z.array(usageRowSchema),
  total: z.array(usageRowSchema.omit({ key: true })),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

/** A session's running totals, one amount per currency. */
export const usageTotalsSchema = tokenUsageSchema.extend({
  calls: z.int(),
  cost: z.array(moneySchema),
  unpricedCalls: z.int(),
  /** Of these, requests that ended without usage and whose price is known: the most they can have cost, not in `cost`. */
  unknownCalls: z.int(),
  unknownMost: z.array(moneySchema),
});
export type UsageTotals = z.infer<typeof usageTotalsSchema>;
