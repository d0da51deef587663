import { z } from "zod";
import { moneySchema } from "./money.ts";

/** What a test asks of an endpoint, in this order. */
export const endpointChecks = [
  "models", // lists its models
  "usage", // reports tokens while streaming
  "limit", // which field holds the output limit
  "parallel", // calls two tools in one answer
  "choice", // calls the tool that is named
  "partial", // goes on with the beginning of an answer
  "reasoning", // in which field it thinks
  "names", // takes the names of Belay's tools
] as const;
const endpointCheckSchema = z.enum(endpointChecks);
export type EndpointCheck = z.infer<typeof endpointCheckSchema>;

/** `unknown`: the answer did not tell, or never came. */
export const checkOutcomeSchema = z.object({
  check: endpointCheckSchema,
  outcome: z.enum(["yes", "no", "unknown"]),
  /** The field found, or the endpoint's words; "" = nothing to add. */
  detail: z.string(),
});

export type CheckOutcome = z.infer<typeof checkOutcomeSchema>;

/** What the requests after a test go by; null = not known, so that what the catalogue says holds. */
export const endpointAbilitiesSchema = z.object({
  tools: z.boolean().nullable(),
  /** Takes `stream_options`. */
  streamOptions: z.boolean().nullable(),
  /** Takes `parallel_tool_calls`. */
  parallelField: z.boolean().nullable(),
  partial: z.boolean().nullable(),
  outputLimitField: z.enum(["max_tokens", "max_completion_tokens"]).nullable(),
  reasoningField: z.string().nullable(),
});
export type EndpointAbilities = z.infer<typeof endpointAbilitiesSchema>;

/** One model of one endpoint, tested. */
export const endpointTestSchema = z.object({
  baseUrl: z.string(),
  model: z.string(),
  at: z.string(),
  outcomes: z.array(checkOutcomeSchema),
  abilities: endpointAbilitiesSchema,
  /** What it cost; null = the price is unknown. */
  cost: moneySchema.nullable(),
});
export type EndpointTest = z.infer<typeof endpointTestSchema>;

/** What is kept of a model at an endpoint: limits that its refusals named, and the last test. */
export const endpointNoteSchema = z.object({
  baseUrl: z.string(),
  model: z.string(),
  limits: z
    .object({
      maxInputTokens: z.int().positive().nullable(),
      maxOutputTokens: z.int().positive().nullable(),
      at: z.string(),
    })
    .nullable(),
  test: endpointTestSchema.nullable(),
});
export type EndpointNote = z.infer<typeof endpointNoteSchema>;

/** What a test will do, before anything is sent. */
export const endpointPlanSchema = z.object({
  host: z.string(),
  model: z.string(),
  requests: z.array(
    z.object({
      checks: z.array(endpointCheckSchema),
      /** Such as "POST /chat/completions". */
      request: z.string(),
      /** Output tokens at most; 0 = it costs none. */
      maxOutputTokens: z.int().nonnegative(),
    }),
  ),
  /** The most that all of them can cost where the endpoint keeps to their output limits; null = the price is unknown. */
  heededCost: moneySchema.nullable(),
  /** The same where it does not: then only the model's own limit ends an answer. */
  mostCost: moneySchema.nullable(),
});

export type EndpointPlan = z.infer<typeof endpointPlanSchema>;

/** The person's own list of models and prices. */
export const ownCatalogueStatusSchema = z.object({
  file: z.string(),
  exists: z.boolean(),
  models: z.int(),
  prices: z.int(),
  /** One sentence each: where in the file, what is wrong, what to write. */
  problems: z.array(z.string()),
});
export type OwnCatalogueStatus = z.infer<typeof ownCatalogueStatusSchema>;
