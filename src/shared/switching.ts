import { z } from "zod";
import { modelOptionSchema } from "./app.ts";
import { moneySchema } from "./money.ts";

/** What it means to go on with another model. Prices are of the input alone; null = not known. */
export const switchCostSchema = z.object({
  model: z.string(),
  /** The first request: nothing of the conversation is in this model's cache. */
  first: moneySchema.nullable(),
  /** Each request after it. */
  step: moneySchema.nullable(),
  maxInputTokens: z.int().nullable(),
  /** Whether the conversation goes to it as it is, without being compacted. */
  fits: z.boolean(),
});
export type SwitchCost = z.infer<typeof switchCostSchema>;

/** `tokens` is an estimate of the session's next request, without a new prompt; 0 before the first. */
export const switchCostsSchema = z.object({
  tokens: z.int().nonnegative(),
  models: z.array(switchCostSchema),
});
export type SwitchCosts = z.infer<typeof switchCostsSchema>;

/** Whether a model can be asked at the endpoint of the settings. */
export const modelStandingSchema = z.object({
  gone: z.boolean(),
  /** When one that is gone was taken out of service; null = that is not known. */
  retired: z.string().nullable(),
  region: z.string(),
  /** What to take instead of one that is gone, best first. */
  successors: z.array(modelOptionSchema),
});
export type ModelStanding = z.infer<typeof modelStandingSchema>;
