import cacheFile from "../../../resources/catalogue/context-cache.json" with { type: "json" };
import type { PriceRow } from "./price-list.ts";
import { scopesOf } from "./region-facts.ts";

const never = cacheFile.never.patterns.map((pattern) => new RegExp(pattern));

const isListed = (
  lists: Readonly<Record<string, readonly string[]>>,
  model: string,
  region: string,
): boolean => scopesOf(region).some((scope) => lists[scope]?.includes(model) === true);

/** Which caches a model has in a region: as its price says, else as the provider's page lists them. Snapshots and aliases have none. */
export function cachesOf(
  model: string,
  region: string,
  price: PriceRow | undefined,
): { readonly explicit: boolean; readonly implicit: boolean } {
  if (cacheFile.never.models.includes(model) || never.some((pattern) => pattern.test(model)))
    return { explicit: false, implicit: false };
  return {
    explicit: price?.explicitReadPercent != null || isListed(cacheFile.explicit, model, region),
    implicit: price?.implicitReadPercent != null || isListed(cacheFile.implicit, model, region),
  };
}
