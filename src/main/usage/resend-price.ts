import type { Money } from "../../shared/money.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import type { Pricing } from "./pricing.ts";

export interface Resend {
  readonly model: string;
  readonly region: string;
  /** Of the conversation, as input. */
  readonly tokens: number;
  /** Whether the endpoint marks for this model what is to be cached. */
  readonly explicitCache: boolean;
}

/** Input alone, the answer comes on top: of the first request, and of each one after it while the cache keeps what was sent. */
export interface ResendPrice {
  readonly first: Money;
  readonly step: Money;
}

/**
 * What a conversation costs that goes to a model which has nothing of it in its cache. Null when the price is not known. Where
 * the cache is explicit the first request also pays for writing to it; without any cache each step costs the same.
 */
export function resendPrice(
  pricing: Pick<Pricing, "cost">,
  { model, region, tokens, explicitCache }: Resend,
): ResendPrice | null {
  const usage = (part: Partial<TokenUsage>): TokenUsage => ({
    inputTokens: tokens,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    ...part,
  });
  const written = usage({ cacheWriteTokens: explicitCache ? tokens : 0 });
  const first = pricing.cost(model, region, written, explicitCache);
  const step = pricing.cost(model, region, usage({ cachedTokens: tokens }), explicitCache);
  return first === null || step === null ? null : { first, step };
}
