import { formatNano, parseNano, type Money } from "../../../shared/money.ts";
import type { Billing, TokenUsage } from "../../../shared/usage.ts";
import type { Pricing } from "../pricing.ts";

export interface MissedTokens {
  readonly model: string;
  readonly region: string;
  readonly billing: Billing;
  readonly usage: TokenUsage;
  /** Whether the usage counts an explicit cache. */
  readonly explicitCache: boolean;
  readonly missedTokens: number;
}

/**
 * What the missed tokens cost more than they would have from the cache, by the price list of now: the same request priced twice,
 * so that bracket, surcharge for writing and rounding are those of the whole request. Null when the price is not known.
 */
export function lostMoney(
  pricing: Pick<Pricing, "cost">,
  caches: { readonly explicit: boolean; readonly implicit: boolean } | null,
  missed: MissedTokens,
): Money | null {
  const { model, region, usage, billing } = missed;
  const missedTokens = Math.min(missed.missedTokens, usage.inputTokens - usage.cachedTokens);
  // A model whose only cache is the explicit one would have been read from that.
  const isExplicit = missed.explicitCache || (caches?.explicit === true && !caches.implicit);
  const read: TokenUsage = {
    ...usage,
    cachedTokens: usage.cachedTokens + missedTokens,
    // What is read was not written anew.
    cacheWriteTokens: Math.max(0, usage.cacheWriteTokens - missedTokens),
  };
  const cost = pricing.cost(model, region, usage, isExplicit);
  const best = pricing.cost(model, region, read, isExplicit);
  if (cost === null || best === null) return null;
  const more = (parseNano(cost.amount) ?? 0n) - (parseNano(best.amount) ?? 0n);
  // Who pays by the month, from a quota or not at all has lost no money.
  const nano = billing === "metered" && more > 0n ? more : 0n;
  return { amount: formatNano(nano), currency: cost.currency };
}
