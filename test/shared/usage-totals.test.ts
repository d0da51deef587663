import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNano } from "../../src/shared/money.ts";
import { addUsage, emptyTotals } from "../../src/shared/usage-totals.ts";

const tokens = {
  inputTokens: 10,
  cachedTokens: 4,
  cacheWriteTokens: 2,
  outputTokens: 3,
  reasoningTokens: 1,
};

describe("a session's totals", () => {
  it("add tokens and count calls", () => {
    const totals = addUsage(addUsage(emptyTotals, { ...tokens, cost: null }), {
      ...tokens,
      cost: { amount: "0.1", currency: "USD" },
    });
    expect(totals).toEqual({
      inputTokens: 20,
      cachedTokens: 8,
      cacheWriteTokens: 4,
      outputTokens: 6,
      reasoningTokens: 2,
      calls: 2,
      cost: [{ amount: "0.1", currency: "USD" }],
      unpricedCalls: 1,
      unknownCalls: 0,
      unknownMost: [],
    });
  });

  it("keep what a request without usage may have cost apart from what others did", () => {
    const cut = {
      ...tokens,
      cost: null,
      unknown: { mostCost: { amount: "0.2", currency: "USD" } },
    } as const;
    const totals = addUsage(addUsage(emptyTotals, cut), { ...tokens, cost: null });
    expect(totals).toMatchObject({ calls: 2, cost: [], unpricedCalls: 2, unknownCalls: 1 });
    expect(totals.unknownMost).toEqual([{ amount: "0.2", currency: "USD" }]);
  });

  it("never add one currency to another", () => {
    const amounts = [
      { amount: "0.1", currency: "USD" },
      { amount: "7", currency: "CNY" },
      { amount: "0.2", currency: "USD" },
    ] as const;
    const totals = amounts.reduce((sum, cost) => addUsage(sum, { ...tokens, cost }), emptyTotals);
    expect(totals.cost).toEqual([
      { amount: "0.3", currency: "USD" },
      { amount: "7", currency: "CNY" },
    ]);
  });

  it("are exact to the last nano-unit whatever the amounts", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n })), (amounts) => {
        const totals = amounts.reduce(
          (sum, nano) =>
            addUsage(sum, { ...tokens, cost: { amount: formatNano(nano), currency: "USD" } }),
          emptyTotals,
        );
        const expected = amounts.reduce((sum, nano) => sum + nano, 0n);
        expect(totals.cost[0]?.amount ?? "0").toBe(formatNano(expected));
      }),
    );
  });

  it("leave what they were given alone", () => {
    const before = structuredClone(emptyTotals);
    addUsage(emptyTotals, { ...tokens, cost: { amount: "1", currency: "USD" } });
    expect(emptyTotals).toEqual(before);
  });
});
