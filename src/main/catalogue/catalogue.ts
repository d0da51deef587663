import { z } from "zod";
import type { ModelOption, ThinkingOptions } from "../../shared/app.ts";
import { thinkingLevelSchema } from "../../shared/events.ts";
import { factsOf, modelEntrySchema, type ModelEntry, type ModelFacts } from "./model-facts.ts";
import { perMillion, pricedModels, priceRow, type PriceRow } from "./price-list.ts";
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };

/** Models and prices as data; whatever it does not know is still usable by its id. */
export interface Catalogue {
  find(id: string): ModelFacts | undefined;
  /** The first of the ordered list that is available; of an endpoint without a list, the first not retired. Plans serve a list of their own. */
  choose(region: string, available: readonly string[]): string | undefined;
  /** What to take instead of a model that is gone, best first. */
  successorsOf(id: string): readonly string[];
  /** Whether a model keeps what is marked to be cached, by what the region charges for it. */
  hasExplicitCache(id: string, region: string): boolean;
  /** How a model completes code in a region; null = not known. */
  completion(
    id: string,
    region: string,
  ): { readonly partial: boolean | null; readonly fim: boolean | null };
  /** As `choose`, for completions: quick and cheap first. */
  chooseForCompletion(region: string, available: readonly string[]): string | undefined;
  /** For choosing: the available ones, or everything priced in the region. Known and preferred ones first. */
  options(region: string, available: readonly string[] | null): readonly ModelOption[];
}

let parsed: readonly ModelEntry[] | undefined;
/** Read when it is first needed: a start that asks for no model does not pay for it. */
const entries = (): readonly ModelEntry[] =>
  (parsed ??= z.array(modelEntrySchema).parse(modelsFile.models));

export function createCatalogue(now: () => Date = () => new Date()): Catalogue {
  let known: ReadonlyMap<string, ModelFacts> | undefined;
  const facts = (): ReadonlyMap<string, ModelFacts> =>
    (known ??= new Map(entries().map((entry) => [entry.id, factsOf(entry)])));
  const isRetired = (id: string): boolean => {
    const at = facts().get(id)?.retiresAt;
    return at != null && new Date(at) <= now();
  };
  const successorsOf = (id: string): readonly string[] =>
    (facts().get(id)?.successors ?? modelsFile.preferred)
      .filter((successor) => successor !== id && !isRetired(successor))
      .slice(0, 3);

  return {
    find: (id) => facts().get(id),
    choose(region, available) {
      if (available.length > 0)
        return (
          modelsFile.preferred.find((id) => available.includes(id)) ??
          available.find((id) => facts().has(id)) ??
          (available.length === 1 ? available[0] : undefined)
        );
      if (region.includes("plan")) return modelsFile.preferredOnPlan.find((id) => !isRetired(id));
      const inRegion = new Set(pricedModels(region));
      return modelsFile.preferred.find(
        (id) => !isRetired(id) && (inRegion.size === 0 || inRegion.has(id)),
      );
    },
    successorsOf,
    hasExplicitCache: (id, region) => priceRow(id, region)?.explicitReadPercent != null,
    completion(id, region) {
      const { partial = null, fim = false } = facts().get(id) ?? {};
      const hasFim = modelsFile.completion.fimRegions.includes(region) && fim === true;
      // Only those endpoints have the API; which models of another provider can is not known.
      return { partial, fim: region === "custom" ? null : hasFim };
    },
    chooseForCompletion(region, available) {
      const choice = new Set(available.length > 0 ? available : pricedModels(region));
      return modelsFile.completion.preferred.find((id) => !isRetired(id) && choice.has(id));
    },
    options(region, available) {
      const ids = [...new Set(available ?? pricedModels(region))].filter(
        (id) => available !== null || !isRetired(id),
      );
      return ids
        .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
        .map((id) => optionOf(id, priceRow(id, region), { facts: facts().get(id), successorsOf }));
    },
  };
}

function rank(id: string): number {
  const place = modelsFile.preferred.indexOf(id);
  return place === -1 ? modelsFile.preferred.length : place;
}

interface OptionFacts {
  readonly facts: ModelFacts | undefined;
  readonly successorsOf: (id: string) => readonly string[];
}

function optionOf(id: string, row: PriceRow | undefined, known: OptionFacts): ModelOption {
  const { facts } = known;
  const brackets = (row?.tiers ?? []).map((tier) => ({
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
    currency: first === undefined ? null : (row?.currency ?? null),
    cache: row?.implicitReadPercent != null,
    contextTokens: facts?.contextTokens ?? null,
    maxInputTokens: facts?.maxInputTokens ?? null,
    maxOutputTokens: facts?.maxOutputTokens ?? null,
    brackets,
    thinking: thinkingOptions(facts),
    retired: facts?.retiresAt ?? null,
    successors: [...known.successorsOf(id)],
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
