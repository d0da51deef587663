import type { CostRange, Crossing } from "../../shared/forecast.ts";
import { formatNano, parseNano, type Currency, type Money, type Nano } from "../../shared/money.ts";
import { noTokens } from "../../shared/usage.ts";
import type { Pricing } from "./pricing.ts";

/** What is known of the request that would be sent next. */
export interface NextRequest {
  readonly model: string;
  readonly region: string;
  readonly explicitCache: boolean;
  /** Of the input, about. */
  readonly tokens: number;
  /** How far that may be off, in percent. */
  readonly errorPercent: number;
  /** Of the input, what the cache is likely to hold. */
  readonly cachedTokens: number;
  /** Of the answers that the session has had, in tokens; empty before the first. */
  readonly answers: readonly number[];
  /** Whether these were thought about: some models ask more for that. */
  readonly thinks: boolean;
}

/** The input as it may turn out: at least, about and at most. */
export function tokenRange({
  tokens,
  errorPercent,
}: NextRequest): readonly [number, number, number] {
  const off = Math.ceil((tokens * errorPercent) / 100);
  return [Math.max(0, tokens - off), tokens, tokens + off];
}

/**
 * What the next request costs with its answer: at least, if the cache holds what it is likely to and the answer is as short as the
 * shortest of the session; at most, if it holds nothing and the answer is as long as the longest. Null when the price is not known.
 */
export function costRange(pricing: Pick<Pricing, "cost">, next: NextRequest): CostRange | null {
  const [least, tokens, most] = tokenRange(next);
  const { answers, cachedTokens } = next;
  const from = (size: number, cached: number, answer: number): Money | null =>
    costOf(pricing, next, { tokens: size, cachedTokens: Math.min(size, cached), answer });
  const lowest = from(least, cachedTokens, answers.length === 0 ? 0 : Math.min(...answers));
  const likely = from(tokens, cachedTokens, mean(answers));
  const highest = from(most, 0, Math.max(0, ...answers));
  return lowest === null || likely === null || highest === null
    ? null
    : { least: lowest, likely, most: highest };
}

interface Sent {
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly answer: number;
}

function costOf(
  pricing: Pick<Pricing, "cost">,
  { model, region, explicitCache, thinks }: NextRequest,
  { tokens, cachedTokens, answer }: Sent,
): Money | null {
  const usage = {
    ...noTokens,
    inputTokens: tokens,
    cachedTokens,
    cacheWriteTokens: explicitCache ? tokens - cachedTokens : 0,
    outputTokens: answer,
    reasoningTokens: thinks ? 1 : 0,
  };
  return pricing.cost(model, region, usage, explicitCache);
}

const mean = (values: readonly number[]): number =>
  values.length === 0
    ? 0
    : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

/** Above this a request is no small thing: five US cents, and what is about the same in yuan. Belay's own choice. */
const notable: Readonly<Record<Currency, Nano>> = { USD: 50_000_000n, CNY: 350_000_000n };

/** Below this nothing is worth a word: neither three times as much as before nor what could be saved. */
const trifle: Readonly<Record<Currency, Nano>> = { USD: 5_000_000n, CNY: 35_000_000n };

/** Whether a cost is worth a word before it arises: a large one, or three times that of the request before. */
export function isNotable({ likely }: Pick<CostRange, "likely">, last: Money | null): boolean {
  const { currency } = likely;
  const cost = nano(likely);
  if (cost > notable[currency]) return true;
  if (last?.currency !== currency || cost < trifle[currency]) return false;
  return nano(last) > 0n && cost > 3n * nano(last);
}

/**
 * The bracket edge that a request of `tokens` passes and one of `before` did not (0 before the first), with the price of an input
 * token above it to that below where the other one was; null when none is passed or no price is known.
 */
export function crossing(
  pricing: Pick<Pricing, "row">,
  { model, region, tokens }: Pick<NextRequest, "model" | "region" | "tokens">,
  before: number,
): Crossing | null {
  const tiers = pricing.row(model, region)?.tiers ?? [];
  const tierOf = (size: number): number => {
    const index = tiers.findIndex((tier) => size <= tier.maxInputTokens);
    return index === -1 ? tiers.length - 1 : index;
  };
  const at = tierOf(tokens);
  const edge = tiers[at - 1];
  const was = tiers[Math.min(tierOf(before), at)];
  const is = tiers[at];
  if (edge === undefined || was === undefined || is === undefined || was === is) return null;
  return { edgeTokens: edge.maxInputTokens, factor: Math.round((10 * is.input) / was.input) / 10 };
}

export interface Compacting {
  /** What compacting would take out of each request to come. */
  readonly freedTokens: number;
  /** How many requests a prompt of this session leads to, about. */
  readonly requests: number;
  /** Of their input, what the cache held, 0 to 1. */
  readonly cacheShare: number;
}

const nano = (money: Money | null | undefined): Nano => parseNano(money?.amount ?? "0") ?? 0n;

/** About as long as summaries are. */
const summaryTokens = 1500;

/**
 * What compacting before the next prompt saves over as many requests as a prompt leads to, once the summary's own request is paid
 * and the first request after it has found nothing in the cache; null when that is next to nothing or no price is known. What the
 * prompt itself adds is left out on both sides.
 */
export function compactSaving(
  pricing: Pick<Pricing, "cost">,
  next: NextRequest,
  { freedTokens, requests, cacheShare }: Compacting,
): Money | null {
  const { tokens, cachedTokens } = next;
  const answer = mean(next.answers);
  const summary = Math.min(freedTokens, summaryTokens);
  const after = tokens - freedTokens + summary;
  const rest = BigInt(Math.max(0, requests - 1));
  const kept = (size: number): Sent => ({
    tokens: size,
    cachedTokens: Math.round(size * cacheShare),
    answer,
  });
  const [first, step, firstAfter, stepAfter, summarised] = [
    { tokens, cachedTokens, answer },
    kept(tokens),
    { tokens: after, cachedTokens: 0, answer },
    kept(after),
    { tokens, cachedTokens, answer: summary },
  ].map((sent) => costOf(pricing, next, sent));
  if (first == null) return null;
  const stays = nano(first) + nano(step) * rest;
  const compacted = nano(summarised) + nano(firstAfter) + nano(stepAfter) * rest;
  const { currency } = first;
  return stays - compacted >= trifle[currency]
    ? { amount: formatNano(stays - compacted), currency }
    : null;
}
