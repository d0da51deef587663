import { z } from "zod";
import { sessionIdSchema } from "./ids.ts";
import { moneySchema } from "./money.ts";

const tokens = z.int().nonnegative();

/** An estimate of a cost: at least, about and at most. All in one currency. */
export const costRangeSchema = z.object({
  least: moneySchema,
  likely: moneySchema,
  most: moneySchema,
});
export type CostRange = z.infer<typeof costRangeSchema>;

/** Where a request's price rises: above so many input tokens all of them cost `factor` times as much. */
export const crossingSchema = z.object({ edgeTokens: tokens, factor: z.number() });
export type Crossing = z.infer<typeof crossingSchema>;

/** What is likely of a request before it is sent. All of it an estimate. */
export const forecastSchema = z.object({
  model: z.string(),
  /** Of its input: at least, about and at most. */
  tokens: z.object({ least: tokens, likely: tokens, most: tokens }),
  /** With its answer; null = the price is not known, or nothing is paid for it by the token. */
  cost: costRangeSchema.nullable(),
  /** Whether that is worth a word: a large cost, or three times that of the request before. */
  isNotable: z.boolean(),
  /** The edge between two prices that it passes and the prompt before did not. */
  crossing: crossingSchema.nullable(),
  /** What compacting first saves over as many requests as a prompt leads to here; null = nothing. */
  saving: z.object({ cost: moneySchema, requests: z.int().positive() }).nullable(),
});
export type Forecast = z.infer<typeof forecastSchema>;

/** The part of the contract about what a request is going to cost. It only reads. */
export const forecastOperations = {
  "context.forecast": {
    /** `promptBytes`: size of the prompt that would be sent, as JSON in UTF-8. */
    input: z.object({ sessionId: sessionIdSchema, promptBytes: z.int().min(0).max(16_000_000) }),
    output: forecastSchema,
  },
} as const;
