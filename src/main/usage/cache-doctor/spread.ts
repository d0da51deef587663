import type { ContextPart } from "../../../shared/context.ts";
import { formatNano, parseNano, type Currency, type Nano } from "../../../shared/money.ts";
import { noTokens } from "../../../shared/usage.ts";
import type { Pricing } from "../pricing.ts";
import type { PrefixPart } from "./prefix-parts.ts";

/** The input of a request: its first tokens are read from the cache, the next ones written to it, the rest is plain. */
export interface SpreadInput {
  readonly model: string;
  readonly region: string;
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  readonly explicitCache: boolean;
  /** By the token; what nobody pays for by the token costs nothing. */
  readonly isMetered: boolean;
}

/** What the first so many tokens of a request cost; null when the price is not known. */
interface InputPrice {
  readonly currency: Currency;
  upTo(tokens: number): Nano;
}

/**
 * A request's tokens and their cost over its parts, in the order that the provider reads them, joined by kind and name. Tokens go
 * by size and add up to all of them; costs are those of where a part stands (read, written or plain) and add up to the input's.
 */
export function spread(
  parts: readonly PrefixPart[],
  input: SpreadInput,
  pricing: Pick<Pricing, "cost">,
): ContextPart[] {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const price = priceOf(input, pricing);
  const groups = new Map<string, Group>();
  let bytes = 0;
  let from = 0;
  for (const part of parts) {
    bytes += part.bytes;
    const to = Math.round((input.tokens * bytes) / total);
    const cached = Math.max(0, Math.min(to, input.cachedTokens) - from);
    const nano = price === null ? 0n : price.upTo(to) - price.upTo(from);
    const { kind, label } = part;
    const group = groups.get(`${kind} ${label}`) ?? { kind, label, ...emptyGroup };
    groups.set(`${kind} ${label}`, {
      ...group,
      count: group.count + 1,
      tokens: group.tokens + to - from,
      cachedTokens: group.cachedTokens + cached,
      nano: group.nano + nano,
    });
    from = to;
  }
  return [...groups.values()].map(({ nano, ...group }) =>
    Object.assign(group, {
      cost: price === null ? null : { amount: formatNano(nano), currency: price.currency },
    }),
  );
}

interface Group extends Omit<ContextPart, "cost"> {
  readonly nano: Nano;
}

const emptyGroup = { count: 0, tokens: 0, cachedTokens: 0, nano: 0n };

/** The price of a token is that of a whole request of the same bracket, so that no rule of pricing is written twice. */
function priceOf(input: SpreadInput, pricing: Pick<Pricing, "cost">): InputPrice | null {
  const { model, region, tokens: inputTokens, explicitCache, isMetered } = input;
  const cached = Math.min(input.cachedTokens, inputTokens);
  const written = explicitCache ? Math.min(input.writtenTokens, inputTokens - cached) : 0;
  const costOf = (cachedTokens: number, cacheWriteTokens: number): Nano | null => {
    const usage = { ...noTokens, inputTokens, cachedTokens, cacheWriteTokens };
    const cost = pricing.cost(model, region, usage, explicitCache);
    return cost === null ? null : (parseNano(cost.amount) ?? null);
  };
  const currency = pricing.cost(
    model,
    region,
    { ...noTokens, inputTokens },
    explicitCache,
  )?.currency;
  const [plain, read, write, exact] = [
    costOf(0, 0),
    costOf(inputTokens, 0),
    costOf(0, inputTokens),
    costOf(cached, written),
  ];
  if (currency === undefined || plain === null || read === null) return null;
  if (write === null || exact === null) return null;
  return {
    currency,
    upTo(tokens) {
      if (!isMetered || inputTokens === 0) return 0n;
      if (tokens >= inputTokens) return exact;
      const reads = Math.min(tokens, cached);
      const writes = Math.min(Math.max(0, tokens - cached), written);
      const rest = tokens - reads - writes;
      const sum = read * BigInt(reads) + write * BigInt(writes) + plain * BigInt(rest);
      const nano = sum / BigInt(inputTokens);
      return nano < exact ? nano : exact;
    },
  };
}
