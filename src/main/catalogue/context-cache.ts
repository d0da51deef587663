import cacheFile from "../../../resources/catalogue/context-cache.json" with { type: "json" };
import type { PriceRow } from "./price-list.ts";
import { isModelStudioRegion, scopesOf } from "./region-facts.ts";

const never = cacheFile.never.patterns.map((pattern) => new RegExp(pattern));

const isListed = (
  lists: Readonly<Record<string, readonly string[]>>,
  model: string,
  region: string,
): boolean => scopesOf(region).some((scope) => lists[scope]?.includes(model) === true);

/** Fewer tokens than these are in no cache; an explicit entry lives so long after its last use. */
export const cacheRules = {
  minimumTokens: cacheFile.minimumTokens.value,
  explicitMs: cacheFile.explicitSeconds.value * 1000,
} as const;

/** As `cachesOf`; null where nothing is known of the model in this region. */
export function knownCaches(
  model: string,
  region: string,
  price: PriceRow | undefined,
): ReturnType<typeof cachesOf> | null {
  const caches = cachesOf(model, region, price);
  const isKnown =
    price !== undefined ||
    caches.explicit ||
    caches.implicit ||
    (isModelStudioRegion(region) && isNever(model));
  return isKnown ? caches : null;
}

const isNever = (model: string): boolean =>
  cacheFile.never.models.includes(model) || never.some((pattern) => pattern.test(model));

/** Which caches a model has in a region: as its price says, else as the provider's page lists them. Snapshots and aliases have none. */
export function cachesOf(
  model: string,
  region: string,
  price: PriceRow | undefined,
): { readonly explicit: boolean; readonly implicit: boolean } {
  if (isNever(model)) return { explicit: false, implicit: false };
  return {
    explicit: price?.explicitReadPercent != null || isListed(cacheFile.explicit, model, region),
    implicit: price?.implicitReadPercent != null || isListed(cacheFile.implicit, model, region),
  };
}
