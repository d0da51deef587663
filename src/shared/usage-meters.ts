import { z } from "zod";
import { sessionIdSchema } from "./ids.ts";
import { currencySchema, moneySchema } from "./money.ts";

const count = z.int().nonnegative();

export const budgetNameSchema = z.enum(["session", "project", "day", "month"]);
export type BudgetName = z.infer<typeof budgetNameSchema>;

/** What was used of one currency in one place; never added to another currency. */
const spendingMeterSchema = z.object({
  currency: currencySchema,
  spent: moneySchema,
  /** The most that requests without usage can have cost. */
  unknown: moneySchema,
  /** The most that requests under way can cost. */
  reserved: moneySchema,
});
export type SpendingMeter = z.infer<typeof spendingMeterSchema>;

/** One budget. Without a limit it tells what was used all the same. */
export const budgetMeterSchema = z.object({
  name: budgetNameSchema,
  limit: moneySchema.nullable(),
  /** The limit's currency first; others only where something was used in them. */
  used: z.array(spendingMeterSchema),
  /** Of the limit, less than zero where a server went beyond its own limits; null without one. */
  left: moneySchema.nullable(),
  /** Settled and held (unknown and reserved) shares of the limit, 0 to 1 together; 0 without one. */
  share: z.object({ spent: z.number(), held: z.number() }),
  /** `near`: four fifths are used. `over`: nothing is left. `none`: there is no limit. */
  state: z.enum(["none", "fine", "near", "over"]),
  /** When it begins anew, ISO 8601; null = never. */
  endsAt: z.string().nullable(),
});
export type BudgetMeter = z.infer<typeof budgetMeterSchema>;

/** What one model was sent in the last minute by this machine, against what its account may send; null = no such limit is known. */
export const rateMeterSchema = z.object({
  model: z.string(),
  requests: count,
  tokens: count,
  rpm: count.nullable(),
  tpm: count.nullable(),
});
export type RateMeter = z.infer<typeof rateMeterSchema>;

/** What is free in a region, by model, since a day that only the person can tell; null = they have not. */
export const freeQuotaMeterSchema = z.object({
  since: z.string().nullable(),
  /** Of each model. */
  tokens: count,
  days: count,
  /** Whole days until it ends; 0 on its last, and after it. null while `since` is. */
  daysLeft: count.nullable(),
  ended: z.boolean(),
  /** Most used first. */
  models: z.array(z.object({ model: z.string(), usedTokens: count, leftTokens: count })),
});
export type FreeQuotaMeter = z.infer<typeof freeQuotaMeterSchema>;

export const planWindowSchema = z.object({
  name: z.enum(["fiveHours", "week", "month"]),
  used: count,
  limit: count,
  /** When it begins anew, ISO 8601; null: it slides. */
  endsAt: z.string().nullable(),
});
export type PlanWindow = z.infer<typeof planWindowSchema>;

/** Requests of a plan. Its month is missing until the person has told the day on which it began. */
export const planMeterSchema = z.object({
  since: z.string().nullable(),
  windows: z.array(planWindowSchema),
});
export type PlanMeter = z.infer<typeof planMeterSchema>;

/** What is known on this machine of the limits that hold now: other machines count too, so the account's own figures are never below these. */
export const usageMetersSchema = z.object({
  region: z.string(),
  /** Who pays there: by the token, by a plan (requests, never money), or nobody. */
  payment: z.enum(["money", "plan", "nobody"]),
  budgets: z.array(budgetMeterSchema),
  rates: z.array(rateMeterSchema),
  /** null where the region has none. */
  freeQuota: freeQuotaMeterSchema.nullable(),
  plan: planMeterSchema.nullable(),
});
export type UsageMeters = z.infer<typeof usageMetersSchema>;

export const meterOperations = {
  /** Of the present endpoint, with this session's, this project's and this model's own. */
  "usage.meters": {
    input: z.object({
      sessionId: sessionIdSchema.nullable(),
      workspace: z.string().max(4096).nullable(),
      model: z.string().max(200).nullable(),
    }),
    output: usageMetersSchema,
  },
} as const;
