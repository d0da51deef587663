import type { ModelOption, ThinkingOptions } from "../../shared/app.ts";
import { thinkingLevelSchema } from "../../shared/events.ts";
import { cachesOf } from "./context-cache.ts";
import type { ModelSampling } from "../../shared/settings.ts";
import type { ModelFacts } from "./model-facts.ts";
import { perMillion, type PriceRow } from "./price-list.ts";

interface KnownModel {
  readonly region: string;
  readonly price: PriceRow | undefined;
  readonly facts: ModelFacts | undefined;
  readonly sampling: ModelSampling;
}

/** A model as it is shown for choosing. */
export function modelOption(
  id: string,
  known: KnownModel,
  successors: readonly string[],
): ModelOption {
  const { region, price, facts } = known;
  const brackets = (price?.tiers ?? []).map((tier) => ({
    maxInputTokens: tier.maxInputTokens,
    inputPrice: perMillion(tier.input),
    outputPrice: perMillion(tier.output),
    outputThinkingPrice: tier.outputThinking === undefined ? null : perMillion(tier.outputThinking),
  }));
  const [first] = brackets;
  return {
    id,
    inputPrice: first?.inputPrice ?? null,
    outputPrice: first?.outputPrice ?? null,
    currency: first === undefined ? null : (price?.currency ?? null),
    cache: cachesOf(id, region, price).implicit,
    contextTokens: facts?.contextTokens ?? null,
    maxInputTokens: facts?.maxInputTokens ?? null,
    maxOutputTokens: facts?.maxOutputTokens ?? null,
    brackets,
    thinking: thinkingOptions(facts),
    tools: facts?.tools ?? null,
    sampling: known.sampling,
    retired: facts?.retiresAt ?? null,
    successors: [...successors],
  };
}

function thinkingOptions(facts: ModelFacts | undefined): ThinkingOptions {
  if (facts === undefined) return { levels: [], default: null, maxBudgetTokens: null };
  const { levels, default: usual, maxBudgetTokens } = facts.thinking;
  return {
    levels: thinkingLevelSchema.options.filter((level) => levels[level] !== undefined),
    default: usual,
    maxBudgetTokens,
  };
}
