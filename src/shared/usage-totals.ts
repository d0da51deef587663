import { formatNano, parseNano, type Money } from "./money.ts";
import type { TokenUsage, UsageTotals } from "./usage.ts";

export const emptyTotals: UsageTotals = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  calls: 0,
  cost: [],
  unpricedCalls: 0,
  unknownCalls: 0,
  unknownMost: [],
};

/** One more request in the totals. An unknown cost is counted as a call without a price, never as zero. */
export function addUsage(
  totals: UsageTotals,
  usage: TokenUsage & {
    readonly cost: Money | null;
    readonly unknown?: { readonly mostCost: Money | null } | undefined;
  },
): UsageTotals {
  const most = usage.cost === null ? (usage.unknown?.mostCost ?? null) : null;
  return {
    inputTokens: totals.inputTokens + usage.inputTokens,
    cachedTokens: totals.cachedTokens + usage.cachedTokens,
    cacheWriteTokens: totals.cacheWriteTokens + usage.cacheWriteTokens,
    outputTokens: totals.outputTokens + usage.outputTokens,
    reasoningTokens: totals.reasoningTokens + usage.reasoningTokens,
    calls: totals.calls + 1,
    cost: usage.cost === null ? totals.cost : addMoney(totals.cost, usage.cost),
    unpricedCalls: totals.unpricedCalls + (usage.cost === null ? 1 : 0),
    unknownCalls: totals.unknownCalls + (most === null ? 0 : 1),
    unknownMost: most === null ? totals.unknownMost : addMoney(totals.unknownMost, most),
  };
}

/** Adds within one currency only. */
function addMoney(amounts: readonly Money[], money: Money): Money[] {
  const same = amounts.find((amount) => amount.currency === money.currency);
  if (same === undefined) return [...amounts, money];
  const sum = formatNano((parseNano(same.amount) ?? 0n) + (parseNano(money.amount) ?? 0n));
  return amounts.map((amount) =>
    amount === same ? { amount: sum, currency: money.currency } : amount,
  );
}
