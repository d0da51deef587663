import { currencySchema, formatNano, type Money } from "../../shared/money.ts";
import type { UsageFigures } from "../../shared/usage-panel.ts";
import { percentilesOf, type Latencies } from "./latencies.ts";

/** What requests were summed by, as the database names it. */
export interface SlotKey {
  /** The quarter of an hour that they fall into, in Unix milliseconds. */
  readonly slot_ms: number;
  /** Empty, as the next three, where nobody asked for it. */
  readonly workspace: string;
  readonly session_id: string;
  readonly model: string;
  readonly region: string;
  /** "" where no price is known. */
  readonly currency: string;
}

/** Sums of requests of one slot. */
export interface SlotSums extends SlotKey {
  readonly calls: number;
  readonly retried_calls: number;
  readonly unpriced_calls: number;
  readonly unknown_calls: number;
  readonly unknown_tokens: number;
  readonly input_tokens: number;
  readonly cached_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  /** Whole units and the nano-units that are left, apart: together they may be more than a number holds. */
  readonly cost_units: number;
  readonly cost_rest: number;
  readonly unknown_units: number;
  readonly unknown_rest: number;
}

/** How the requests of one slot ended, and how long they took. */
export interface SlotTimings extends SlotKey {
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly lost: number;
  readonly latencies: Latencies;
}

interface Amount {
  units: number;
  rest: number;
}

/** Adds slots up. Numbers stay exact: counts below 2^53, amounts as units and nano-units. */
export interface Tally {
  addSums(slot: SlotSums): void;
  addTimings(slot: SlotTimings): void;
  figures(): UsageFigures;
}

/** What a slot counts, in the order in which the ledger's sums are read. */
export const sumNames = [
  "calls",
  "retried_calls",
  "unpriced_calls",
  "unknown_calls",
  "unknown_tokens",
  "input_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
] as const satisfies readonly (keyof SlotSums)[];

/** An empty one. */
export function createTally(): Tally {
  const sums = {
    calls: 0,
    retried_calls: 0,
    unpriced_calls: 0,
    unknown_calls: 0,
    unknown_tokens: 0,
    input_tokens: 0,
    cached_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
  };
  const ends = { completed: 0, failed: 0, cancelled: 0, lost: 0 };
  const costs = new Map<string, Amount>();
  const unknowns = new Map<string, Amount>();
  const firsts: (readonly number[])[] = [];
  const totals: (readonly number[])[] = [];
  return {
    addSums: (slot) => {
      for (const name of sumNames) sums[name] += slot[name];
      // An amount of no request is not shown as 0.
      if (slot.calls > slot.unpriced_calls)
        addAmount(costs, slot.currency, [slot.cost_units, slot.cost_rest]);
      if (slot.unknown_calls > 0)
        addAmount(unknowns, slot.currency, [slot.unknown_units, slot.unknown_rest]);
    },
    addTimings: (slot) => {
      ends.completed += slot.completed;
      ends.failed += slot.failed;
      ends.cancelled += slot.cancelled;
      ends.lost += slot.lost;
      firsts.push(slot.latencies.firsts);
      totals.push(slot.latencies.totals);
    },
    figures: () => ({
      ...ends,
      calls: sums.calls,
      retriedCalls: sums.retried_calls,
      inputTokens: sums.input_tokens,
      cachedTokens: sums.cached_tokens,
      cacheWriteTokens: sums.cache_write_tokens,
      outputTokens: sums.output_tokens,
      reasoningTokens: sums.reasoning_tokens,
      unpricedCalls: sums.unpriced_calls,
      cost: toMoney(costs),
      unknownCalls: sums.unknown_calls,
      unknownTokens: sums.unknown_tokens,
      unknownMaximum: toMoney(unknowns),
      firstTokenMs: percentilesOf(firsts),
      totalMs: percentilesOf(totals),
    }),
  };
}

function addAmount(
  amounts: Map<string, Amount>,
  currency: string,
  [units, rest]: readonly [number, number],
): void {
  if (currency === "") return;
  const amount = amounts.get(currency) ?? { units: 0, rest: 0 };
  amounts.set(currency, amount);
  amount.units += units;
  amount.rest += rest;
}

/** USD before CNY, whichever came first. */
function toMoney(amounts: ReadonlyMap<string, Amount>): Money[] {
  return currencySchema.options.flatMap((currency) => {
    const amount = amounts.get(currency);
    if (amount === undefined) return [];
    const nano = BigInt(amount.units) * 1_000_000_000n + BigInt(amount.rest);
    return [{ amount: formatNano(nano), currency }];
  });
}
