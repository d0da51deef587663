import { z } from "zod";
import { protocolSchema } from "./events.ts";
import { requestIdSchema, sessionIdSchema, turnIdSchema } from "./ids.ts";
import { currencySchema, moneySchema } from "./money.ts";
import { meterOperations } from "./usage-meters.ts";
import {
  billingSchema,
  percentilesSchema,
  requestPurposeSchema,
  tokenUsageSchema,
} from "./usage.ts";

const name = z.string().max(4096);

/** Which requests. Times are ISO 8601; `since` is inclusive, `until` exclusive. What is missing does not choose. */
export const usageFilterSchema = z.object({
  workspace: name.optional(),
  sessionId: sessionIdSchema.optional(),
  model: name.optional(),
  region: name.optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
export type UsageFilter = z.infer<typeof usageFilterSchema>;

/** Which requests, one by one. `keyFingerprint`: "" = those of which no key is known. */
export const callFilterSchema = usageFilterSchema.extend({
  keyFingerprint: z.string().max(8).optional(),
});
export type CallFilter = z.infer<typeof callFilterSchema>;

const count = z.int().nonnegative();

/** Sums of requests. Amounts are one per currency and never added; what is not known is counted apart, never as zero. */
export const usageFiguresSchema = tokenUsageSchema.extend({
  calls: count,
  completed: count,
  failed: count,
  cancelled: count,
  /** Their process died before they ended. */
  lost: count,
  /** Sent again after a failure. */
  retriedCalls: count,
  /** Without a known price, those without usage among them. */
  unpricedCalls: count,
  cost: z.array(moneySchema),
  /** Ended without saying what they used: at most so many tokens and so much, which is in no other figure. */
  unknownCalls: count,
  unknownTokens: count,
  unknownMaximum: z.array(moneySchema),
  /** null where no request was measured. */
  firstTokenMs: percentilesSchema.nullable(),
  totalMs: percentilesSchema.nullable(),
});
export type UsageFigures = z.infer<typeof usageFiguresSchema>;

export const usageStepSchema = z.enum(["quarter", "hour", "day", "month"]);
export type UsageStep = z.infer<typeof usageStepSchema>;

/** Figures over time. Hours, days and months are those of this computer's time zone. */
export const usageOverviewSchema = z.object({
  total: usageFiguresSchema,
  step: usageStepSchema,
  /** From the first request to the last, or as the filter says; empty stretches included. `start` inclusive, `end` exclusive. */
  points: z.array(usageFiguresSchema.extend({ start: z.string(), end: z.string() })),
});
export type UsageOverview = z.infer<typeof usageOverviewSchema>;

export const usageDimensionSchema = z.enum(["model", "region", "day", "session", "workspace"]);
export type UsageDimension = z.infer<typeof usageDimensionSchema>;

export const usageGroupRowSchema = usageFiguresSchema.extend({
  key: z.string(),
  /** Of a session: its title. */
  title: z.string().nullable(),
});
export type UsageGroupRow = z.infer<typeof usageGroupRowSchema>;

export const usageGroupPageSchema = z.object({
  /** The newest day first, else the dearest; amounts of two currencies are never compared. */
  rows: z.array(usageGroupRowSchema),
  /** How many groups there are in all. */
  groups: count,
  /** In which any of them has a cost. */
  currencies: z.array(currencySchema),
});
export type UsageGroupPage = z.infer<typeof usageGroupPageSchema>;

/** One request as a list shows it. */
export const usageCallSchema = z.object({
  /** Place in the ledger: a page goes on from the last one. */
  id: z.int(),
  requestId: requestIdSchema,
  at: z.string(),
  workspace: z.string(),
  sessionId: sessionIdSchema,
  turnId: turnIdSchema,
  title: z.string().nullable(),
  model: z.string(),
  region: z.string(),
  protocol: protocolSchema,
  purpose: requestPurposeSchema,
  billing: billingSchema,
  keyFingerprint: z.string().nullable(),
  providerRequestId: z.string().nullable(),
  status: z.enum(["completed", "failed", "cancelled", "unknown"]),
  /** null: the provider reported none. */
  usage: tokenUsageSchema.nullable(),
  cost: moneySchema.nullable(),
  /** The most tokens it can have used, and the most it can have cost; null = not known. */
  mostTokens: count.nullable(),
  bound: moneySchema.nullable(),
  firstTokenMs: z.int().nullable(),
  durationMs: z.int().nullable(),
  retries: count,
  errorCode: z.string().nullable(),
});
export type UsageCall = z.infer<typeof usageCallSchema>;

export const usageCallPageSchema = z.object({
  calls: z.array(usageCallSchema),
  /** Give it as `before` for what comes next; null at the end. */
  next: z.int().nullable(),
});
export type UsageCallPage = z.infer<typeof usageCallPageSchema>;

export const usageExportFormatSchema = z.enum(["csv", "json"]);
export type UsageExportFormat = z.infer<typeof usageExportFormatSchema>;

/** The part of the contract about what was used. All of it reads the ledger. */
export const usageOperations = {
  ...meterOperations,
  "usage.overview": {
    input: z.object({ filter: usageFilterSchema }),
    output: usageOverviewSchema,
  },
  "usage.groups": {
    input: z.object({
      filter: usageFilterSchema,
      by: usageDimensionSchema,
      /** No more sessions than that: a month has thousands. */
      first: z.int().min(1).max(5000).optional(),
    }),
    output: usageGroupPageSchema,
  },
  /** Newest first. */
  "usage.calls": {
    input: z.object({
      filter: callFilterSchema,
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(500),
    }),
    output: usageCallPageSchema,
  },
  /** Every request that the filter chooses, as a file where the person wants it; null when they closed the dialog. */
  "usage.export": {
    input: z.object({ filter: usageFilterSchema, format: usageExportFormatSchema }),
    output: z.object({ path: z.string(), calls: count }).nullable(),
  },
} as const;
