import { z } from "zod";
import { modelSamplingSchema, type ModelSampling } from "../../shared/settings.ts";
import { thinkingLevelSchema, type Thinking, type ThinkingLevel } from "../../shared/events.ts";

/** Every group of facts says from when it is and where it was read; a person's own entries need not. */
const origin = { asOf: z.string().optional(), source: z.array(z.string()).optional() };

const tokens = z.int().positive().nullable();
const known = z.boolean().nullable();

/** Fields that a level adds to a request, on the wire as they are here. */
const wireFields = z.record(z.string(), z.union([z.boolean(), z.string(), z.number()]));

const samplingShape = z.strictObject({ ...origin, ...modelSamplingSchema.shape });

const groups = {
  limits: z.strictObject({
    ...origin,
    contextTokens: tokens.optional(),
    /** What the server really takes: less than the context. */
    maxInputTokens: tokens.optional(),
    maxOutputTokens: tokens.optional(),
  }),
  capabilities: z.strictObject({
    ...origin,
    tools: known.optional(),
    /** Goes on with the beginning of an answer. */
    partial: known.optional(),
    /** Fills in the middle, over the completions API. */
    fim: known.optional(),
    structuredOutput: known.optional(),
    vision: known.optional(),
  }),
  thinking: z.strictObject({
    ...origin,
    levels: z.partialRecord(thinkingLevelSchema, wireFields).optional(),
    /** What it does when nothing is said; null = not known. */
    default: thinkingLevelSchema.nullable().optional(),
    /** Largest `thinking_budget`; null = it takes none that is known. */
    maxBudgetTokens: tokens.optional(),
  }),
  sampling: samplingShape,
  endpoint: z.strictObject({
    ...origin,
    native: z.enum(["text-generation", "multimodal-generation"]).optional(),
    outputLimitField: z.enum(["max_tokens", "max_completion_tokens"]).optional(),
  }),
  retirement: z.strictObject({
    ...origin,
    at: z.iso.datetime({ offset: true }).nullable().optional(),
    confidence: z.string().nullable().optional(),
    successors: z.array(z.string()).optional(),
  }),
};

/** A model of the list, or what a person's own file says of one: every group and every field may be missing there. */
export const modelEntrySchema = z.strictObject({
  id: z.string().min(1).max(200),
  limits: groups.limits.optional(),
  capabilities: groups.capabilities.optional(),
  thinking: groups.thinking.optional(),
  sampling: groups.sampling.optional(),
  endpoint: groups.endpoint.optional(),
  retirement: groups.retirement.optional(),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export type WireFields = z.infer<typeof wireFields>;

/** How a model thinks: the levels it takes with their fields on the wire. No level: it does not, or nothing is known. */
export interface ThinkingFacts {
  readonly levels: Readonly<Partial<Record<ThinkingLevel, WireFields>>>;
  readonly default: ThinkingLevel | null;
  readonly maxBudgetTokens: number | null;
}

/** What a model takes of a wish how much to think: the level, a budget up to its largest, or null = nothing of it. */
export function thinkingTaken(wish: Thinking, facts: ThinkingFacts | undefined): Thinking | null {
  if (facts === undefined) return null;
  if (typeof wish === "string") return facts.levels[wish] === undefined ? null : wish;
  const { maxBudgetTokens } = facts;
  return maxBudgetTokens === null
    ? null
    : { budgetTokens: Math.min(wish.budgetTokens, maxBudgetTokens) };
}

/** Counted on where a model thinks and no largest budget of it is known: as much as the largest answer of the family. */
const unknownThinkingTokens = 131_072;

/**
 * The most a model thinks when asked so (null: not asked), in tokens. 0 for one that does not. A level that sends a budget is bounded
 * by it, any other by the model's largest.
 */
export function mostThinkingTokens(wish: Thinking | null, facts: ThinkingFacts): number {
  if (Object.keys(facts.levels).length === 0) return 0;
  const largest = facts.maxBudgetTokens ?? unknownThinkingTokens;
  if (wish !== null && typeof wish !== "string") return Math.min(wish.budgetTokens, largest);
  const level = wish ?? facts.default;
  if (level === "off") return 0;
  const budget = level === null ? undefined : facts.levels[level]?.["thinking_budget"];
  return typeof budget === "number" ? budget : largest;
}

/** What is known of a model. Limits are tokens; null = not known. Source and date are in resources/catalogue. */
export interface ModelFacts {
  readonly id: string;
  readonly contextTokens: number | null;
  /** What the server really takes: less than the context. */
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly tools: boolean | null;
  readonly partial: boolean | null;
  readonly fim: boolean | null;
  readonly structuredOutput: boolean | null;
  readonly vision: boolean | null;
  readonly thinking: ThinkingFacts;
  readonly sampling: ModelSampling;
  /** Which path of the native protocol answers for it. */
  readonly native: "text-generation" | "multimodal-generation";
  readonly outputLimitField: "max_tokens" | "max_completion_tokens";
  /** ISO 8601; null = no date is known. */
  readonly retiresAt: string | null;
  readonly successors: readonly string[];
}

/** The facts of an entry; `own` is what a person's file says of the same model, which wins field by field. */
export function factsOf(entry: ModelEntry, own?: ModelEntry): ModelFacts {
  const limits = { ...entry.limits, ...own?.limits };
  const capabilities = { ...entry.capabilities, ...own?.capabilities };
  const thinking = { ...entry.thinking, ...own?.thinking };
  const { asOf: _asOf, source: _source, ...sampling } = { ...entry.sampling, ...own?.sampling };
  const endpoint = { ...entry.endpoint, ...own?.endpoint };
  const retirement = { ...entry.retirement, ...own?.retirement };
  return {
    id: entry.id,
    contextTokens: limits.contextTokens ?? null,
    maxInputTokens: limits.maxInputTokens ?? null,
    maxOutputTokens: limits.maxOutputTokens ?? null,
    tools: capabilities.tools ?? null,
    partial: capabilities.partial ?? null,
    fim: capabilities.fim ?? null,
    structuredOutput: capabilities.structuredOutput ?? null,
    vision: capabilities.vision ?? null,
    thinking: {
      levels: thinking.levels ?? {},
      default: thinking.default ?? null,
      maxBudgetTokens: thinking.maxBudgetTokens ?? null,
    },
    sampling,
    native: endpoint.native ?? "text-generation",
    outputLimitField: endpoint.outputLimitField ?? "max_tokens",
    retiresAt: retirement.at ?? null,
    successors: retirement.successors ?? [],
  };
}
