import type { ModelOption } from "../../shared/app.ts";
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };

/** What is known of a model. Context and output limits are tokens; null = not known. Source and date are in resources/catalogue. */
interface ModelFacts {
  readonly id: string;
  readonly contextTokens: number | null;
  /** What the server really takes: less than the context. */
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  /** ISO 8601; null = no date is known. */
  readonly retiresAt: string | null;
  readonly successors: readonly string[];
}

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

/** Regions whose prices also count for another: Virginia is an entry to the global scope. */
export const priceRegions = (region: string): readonly string[] =>
  region === "virginia" ? ["virginia", "global"] : [region];

export function createCatalogue(now: () => Date = () => new Date()): Catalogue {
  const facts = new Map<string, ModelFacts>(modelsFile.models.map((model) => [model.id, model]));
  const isRetired = (id: string): boolean => {
    const at = facts.get(id)?.retiresAt;
    return at != null && new Date(at) <= now();
  };

  return {
    find: (id) => facts.get(id),
    choose(region, available) {
      if (available.length > 0)
        return (
          modelsFile.preferred.find((id) => available.includes(id)) ??
          available.find((id) => facts.has(id)) ??
          (available.length === 1 ? available[0] : undefined)
        );
      if (region.includes("plan")) return modelsFile.preferredOnPlan.find((id) => !isRetired(id));
      const known = new Set(priced(region));
      return modelsFile.preferred.find(
        (id) => !isRetired(id) && (known.size === 0 || known.has(id)),
      );
    },
    successorsOf: (id) =>
      (facts.get(id)?.successors ?? modelsFile.preferred)
        .filter((successor) => successor !== id && !isRetired(successor))
        .slice(0, 3),
    hasExplicitCache: (id, region) => priceRow(id, region)?.explicitReadPercent != null,
    completion(id, region) {
      const { partialModels, fimModels, fimRegions } = modelsFile.completion;
      const begins = (prefix: string): boolean => id.startsWith(prefix);
      return {
        partial: partialModels.some(begins) || null,
        // Only those endpoints have the API; which models of another provider can is not known.
        fim: region === "custom" ? null : fimRegions.includes(region) && fimModels.some(begins),
      };
    },
    chooseForCompletion(region, available) {
      const known = new Set(available.length > 0 ? available : priced(region));
      return modelsFile.completion.preferred.find((id) => !isRetired(id) && known.has(id));
    },
    options(region, available) {
      const ids = [...new Set(available ?? priced(region))].filter(
        (id) => available !== null || !isRetired(id),
      );
      return ids
        .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
        .map((id) => optionOf(id, region, facts.get(id)));
    },
  };
}

const priceRow = (id: string, region: string): (typeof pricesFile.prices)[number] | undefined =>
  pricesFile.prices.find(
    (price) => price.model === id && priceRegions(region).includes(price.region),
  );

/** Ids with a price in the region. */
function priced(region: string): string[] {
  return pricesFile.prices
    .filter((row) => priceRegions(region).includes(row.region))
    .map((row) => row.model);
}

function rank(id: string): number {
  const place = modelsFile.preferred.indexOf(id);
  return place === -1 ? modelsFile.preferred.length : place;
}

function optionOf(id: string, region: string, facts: ModelFacts | undefined): ModelOption {
  const row = priceRow(id, region);
  const [tier] = row?.tiers ?? [];
  return {
    id,
    inputPrice: tier === undefined ? null : perMillion(tier.input),
    outputPrice: tier === undefined ? null : perMillion(tier.output),
    currency: tier === undefined ? null : (row?.currency ?? null),
    cache: row?.implicitReadPercent != null,
    contextTokens: facts?.contextTokens ?? null,
    retired: facts?.retiresAt ?? null,
  };
}

/** Nano-units per token are thousandths of a unit per million tokens. */
const perMillion = (nanoPerToken: number): string => String(nanoPerToken / 1000);
