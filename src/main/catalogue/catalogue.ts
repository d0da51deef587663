import { z } from "zod";
import type { ModelOption } from "../../shared/app.ts";
import type { Currency } from "../../shared/money.ts";
import type { ModelSampling } from "../../shared/settings.ts";
import { factsOf, modelEntrySchema, type ModelEntry, type ModelFacts } from "./model-facts.ts";
import { cachesOf, knownCaches } from "./context-cache.ts";
import { emptyCatalogue, type OwnCatalogue } from "./own-catalogue.ts";
import { rateLimitRow, type RateLimitRow } from "./rate-limits.ts";
import { modelOption } from "./model-option.ts";
import { isModelStudioRegion, regionKind } from "./region-facts.ts";
import { currencyIn, pricedModels, priceRow, type PriceRow } from "./price-list.ts";
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };

/** Models and prices as data; whatever it does not know is still usable by its id. */
export interface Catalogue {
  find(id: string): ModelFacts | undefined;
  /** The first of the ordered list that is available; of an endpoint without a list, the first not retired. Plans serve a list of their own. */
  choose(region: string, available: readonly string[]): string | undefined;
  /** What to take instead of a model that is gone, best first. */
  successorsOf(id: string): readonly string[];
  /** Whether a model keeps what is marked to be cached. */
  hasExplicitCache(id: string, region: string): boolean;
  /** Which caches a model has; null = that is not known. */
  caches(
    id: string,
    region: string,
  ): { readonly explicit: boolean; readonly implicit: boolean } | null;
  /** What is advised for a model in a region: its card's advice is for Model Studio's own, the person's for every place. */
  sampling(id: string, region: string): ModelSampling;
  /** What the account may send it in a minute; null = no limit is known. */
  rateLimits(id: string, region: string): RateLimitRow | null;
  /** In which a region's models are paid; null where no price is known. A plan has none, and neither has a server of one's own. */
  currencyIn(region: string): Currency | null;
  /** How a model completes code in a region; null = not known. */
  completion(
    id: string,
    region: string,
  ): { readonly partial: boolean | null; readonly fim: boolean | null };
  /** As `choose`, for completions: quick and cheap first. */
  chooseForCompletion(region: string, available: readonly string[]): string | undefined;
  /** The cheapest of those for quick questions that the endpoint lists; undefined when it lists none of them. */
  chooseForQuickAsk(region: string, available: readonly string[]): string | undefined;
  /** For choosing: the available ones, or everything priced in the region. Known and preferred ones first. */
  options(region: string, available: readonly string[] | null): readonly ModelOption[];
}

let parsed: ReadonlyMap<string, ModelEntry> | undefined;
/** Belay's own list, read when it is first needed: a start that asks for no model does not pay for it. */
const listed = (): ReadonlyMap<string, ModelEntry> =>
  (parsed ??= new Map(
    z
      .array(modelEntrySchema)
      .parse(modelsFile.models)
      .map((entry) => [entry.id, entry]),
  ));

/** Belay's list, with what the person's file says over it. */
function allFacts(own: OwnCatalogue): ReadonlyMap<string, ModelFacts> {
  const entries = new Map([...own.models, ...listed()]);
  return new Map([...entries].map(([id, entry]) => [id, factsOf(entry, own.models.get(id))]));
}

/** Belay's list and the person's, as one. */
interface Known {
  readonly facts: () => ReadonlyMap<string, ModelFacts>;
  /** Ids that the person added to Belay's. */
  readonly added: () => readonly string[];
  readonly priced: (region: string) => readonly string[];
  readonly priceIn: (id: string, region: string) => PriceRow | undefined;
  readonly isRetired: (id: string) => boolean;
  readonly sampling: (id: string, region: string) => ModelSampling;
}

function createKnown(now: () => Date, own: () => OwnCatalogue): Known {
  let read:
    | { readonly of: OwnCatalogue; readonly facts: ReadonlyMap<string, ModelFacts> }
    | undefined;
  const facts = (): ReadonlyMap<string, ModelFacts> => {
    const present = own();
    if (read?.of !== present) read = { of: present, facts: allFacts(present) };
    return read.facts;
  };
  return {
    facts,
    added: () => [...own().models.keys()].filter((id) => !listed().has(id)),
    priced: (region) => pricedModels(region, own().prices),
    priceIn: (id, region) => priceRow(id, region, own().prices),
    isRetired(id) {
      const at = facts().get(id)?.retiresAt;
      return at != null && new Date(at) <= now();
    },
    sampling(id, region) {
      if (isModelStudioRegion(region)) return facts().get(id)?.sampling ?? {};
      const entry = own().models.get(id);
      return entry === undefined ? {} : factsOf(entry).sampling;
    },
  };
}

export function createCatalogue(
  now: () => Date = () => new Date(),
  own: () => OwnCatalogue = () => emptyCatalogue,
): Catalogue {
  const known = createKnown(now, own);
  const { facts, priced, priceIn, isRetired, sampling } = known;
  const successorsOf = (id: string): readonly string[] =>
    (facts().get(id)?.successors ?? modelsFile.preferred)
      .filter((successor) => successor !== id && !isRetired(successor))
      .slice(0, 3);

  return {
    find: (id) => facts().get(id),
    choose(region, available) {
      if (available.length > 0) return firstOf(available, region, (id) => facts().has(id));
      if (region.includes("plan")) return modelsFile.preferredOnPlan.find((id) => !isRetired(id));
      const inRegion = new Set(priced(region));
      return modelsFile.preferred.find(
        (id) => !isRetired(id) && (inRegion.size === 0 || inRegion.has(id)),
      );
    },
    successorsOf,
    hasExplicitCache: (id, region) => cachesOf(id, region, priceIn(id, region)).explicit,
    caches: (id, region) => knownCaches(id, region, priceIn(id, region)),
    sampling,
    currencyIn: (region) => currencyIn(region, own().prices),
    rateLimits: (id, region) => rateLimitRow(id, region, own().rateLimits) ?? null,
    completion(id, region) {
      const { partial = null, fim = false } = facts().get(id) ?? {};
      const hasFim = modelsFile.completion.fimRegions.includes(region) && fim === true;
      // Only those endpoints have the API; which models of another provider can is not known.
      return { partial, fim: isModelStudioRegion(region) ? hasFim : null };
    },
    chooseForCompletion(region, available) {
      const choice = new Set(available.length > 0 ? available : priced(region));
      return modelsFile.completion.preferred.find((id) => !isRetired(id) && choice.has(id));
    },
    chooseForQuickAsk(region, available) {
      const price = (id: string): number => firstPrice(priceIn(id, region));
      return modelsFile.preferredForQuickAsk
        .filter(
          (id) => available.includes(id) && !isRetired(id) && facts().get(id)?.tools !== false,
        )
        .toSorted((a, b) => price(a) - price(b))[0];
    },
    options(region, available) {
      const ids = available ?? priced(region).filter((id) => !isRetired(id));
      // What the person added is to be had whatever the endpoint lists.
      return [...new Set([...ids, ...known.added()])]
        .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
        .map((id) => {
          const seen = {
            region,
            price: priceIn(id, region),
            facts: facts().get(id),
            sampling: sampling(id, region),
          };
          return modelOption(id, seen, successorsOf(id));
        });
    },
  };
}

/** What the first input and output token cost together, to compare by; a price that is not known comes last. */
function firstPrice(row: PriceRow | undefined): number {
  const tier = row?.tiers[0];
  return tier === undefined ? Number.MAX_SAFE_INTEGER : tier.input + tier.output;
}

function rank(id: string): number {
  const place = modelsFile.preferred.indexOf(id);
  return place === -1 ? modelsFile.preferred.length : place;
}

/** The first of the ordered list that is available. A server on this machine has what the person put there: any of it will do. */
function firstOf(
  available: readonly string[],
  region: string,
  isKnown: (id: string) => boolean,
): string | undefined {
  const found =
    modelsFile.preferred.find((id) => available.includes(id)) ?? available.find(isKnown);
  if (found !== undefined || available.length === 1) return found ?? available[0];
  if (regionKind(region) !== "local") return undefined;
  return available.find((id) => /coder/i.test(id)) ?? available[0];
}
