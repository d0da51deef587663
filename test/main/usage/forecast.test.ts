import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compactSaving,
  costRange,
  crossing,
  isNotable,
  tokenRange,
  type NextRequest,
} from "../../../src/main/usage/forecast.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { parseNano, type Currency, type Money } from "../../../src/shared/money.ts";

const pricing = createPricing();
const usd = (amount: string): Money => ({ amount, currency: "USD" });
const nano = (money: Money | null): bigint => parseNano(money?.amount ?? "0") ?? 0n;

/** qwen3-coder-plus in Singapore, nano-USD a token, in / out: to 32K 1,000 / 5,000, to 128K 1,800 / 9,000, to 256K 3,000 / 15,000, above 6,000 / 60,000. */
const next: NextRequest = {
  model: "qwen3-coder-plus",
  region: "singapore",
  explicitCache: false,
  tokens: 20_000,
  errorPercent: 10,
  cachedTokens: 10_000,
  answers: [100, 200, 600],
  thinks: false,
};

describe("what the next request costs", () => {
  it("lies between a hit with the shortest answer and a miss with the longest", () => {
    // 18,000 of which 10,000 at 20 %, and 100 out: 8,000,000 + 2,000,000 + 500,000 nano.
    // 20,000 of which 10,000 at 20 %, and 300 out: 10,000,000 + 2,000,000 + 1,500,000.
    // 22,000 and 600 out: 22,000,000 + 3,000,000.
    expect(tokenRange(next)).toEqual([18_000, 20_000, 22_000]);
    expect(costRange(pricing, next)).toEqual({
      least: usd("0.0105"),
      likely: usd("0.0135"),
      most: usd("0.025"),
    });
  });

  it("takes each end at its own bracket's price", () => {
    // 30,000 at 1,000; 31,000 at 1,000; 32,001 at 1,800. No answer yet, nothing cached.
    const edge = { ...next, tokens: 31_000, errorPercent: 3.22, cachedTokens: 0, answers: [] };
    expect(tokenRange(edge)).toEqual([30_001, 31_000, 31_999]);
    expect(costRange(pricing, { ...edge, errorPercent: 3.2285 })).toEqual({
      least: usd("0.029999"),
      likely: usd("0.031"),
      most: usd("0.0576018"),
    });
  });

  it("pays for what is written to an explicit cache", () => {
    // 10,000 at 10 %, 10,000 at 125 %, 300 out: 1,000,000 + 12,500,000 + 1,500,000.
    const cost = costRange(pricing, { ...next, explicitCache: true });
    expect(cost?.likely).toEqual(usd("0.015"));
  });

  it("is not known where the price is not", () => {
    expect(costRange(pricing, { ...next, model: "somebody's" })).toBeNull();
  });

  it("is never more at the likely end than at the other", () => {
    const requests = fc.record({
      tokens: fc.nat(1_200_000),
      errorPercent: fc.integer({ min: 0, max: 90 }),
      cachedPercent: fc.nat(100),
      answers: fc.array(fc.nat(70_000), { maxLength: 8 }),
      explicitCache: fc.boolean(),
      thinks: fc.boolean(),
    });
    fc.assert(
      fc.property(requests, ({ cachedPercent, ...request }) => {
        const cachedTokens = Math.floor((request.tokens * cachedPercent) / 100);
        const range = costRange(pricing, { ...next, ...request, cachedTokens });
        if (range === null) throw new Error("the price is known");
        expect(nano(range.least) <= nano(range.likely)).toBe(true);
        expect(nano(range.likely) <= nano(range.most)).toBe(true);
      }),
    );
  });
});

const likely = (amount: string, currency: Currency = "USD") => ({ likely: { amount, currency } });

describe("a cost worth a word", () => {
  it.each([
    ["0.05", null, false],
    ["0.050000001", null, true],
    ["0.03", "0.01", false],
    ["0.030000001", "0.01", true],
    // Three times next to nothing is next to nothing.
    ["0.0049", "0.001", false],
    ["0.005", "0.001", true],
    ["0.02", "0", false],
  ])("%s after %s", (amount, last, expected) => {
    expect(isNotable(likely(amount), last === null ? null : usd(last))).toBe(expected);
  });

  it("goes by the currency, and compares no two", () => {
    expect(isNotable(likely("0.35", "CNY"), null)).toBe(false);
    expect(isNotable(likely("0.36", "CNY"), null)).toBe(true);
    expect(isNotable(likely("0.3", "CNY"), usd("0.01"))).toBe(false);
  });
});

const at = (tokens: number, before: number) => crossing(pricing, { ...next, tokens }, before);

describe("a bracket's edge", () => {
  it.each([
    [32_000, 0, null],
    [32_001, 0, { edgeTokens: 32_000, factor: 1.8 }],
    [32_001, 32_000, { edgeTokens: 32_000, factor: 1.8 }],
    [90_000, 40_000, null],
    // Two at once: by the price before, 3,000 to 1,000.
    [128_001, 10_000, { edgeTokens: 128_000, factor: 3 }],
    [128_001, 40_000, { edgeTokens: 128_000, factor: 1.7 }],
    [256_001, 200_000, { edgeTokens: 256_000, factor: 2 }],
    // Above the last bound the last price holds.
    [1_200_000, 500_000, null],
    [10_000, 200_000, null],
  ])("%i after %i", (tokens, before, expected) => {
    expect(at(tokens, before)).toEqual(expected);
  });

  it("has none where there is one price, or none is known", () => {
    const big = { tokens: 900_000, region: "singapore" };
    expect(crossing(pricing, { ...big, model: "somebody's" }, 0)).toBeNull();
    const beijing = { ...big, region: "beijing", model: "qwen-coder-plus" };
    expect(crossing(createPricing(), beijing, 0)).toBeNull();
  });
});

describe("what compacting first saves", () => {
  const long = { ...next, tokens: 40_000, cachedTokens: 0, answers: [1000] };
  const much = { freedTokens: 30_000, requests: 10, cacheShare: 0 };

  it("is what as many requests cost less, once the summary is paid", () => {
    // As it is: 10 × (40,000 × 1,800 + 1,000 × 9,000) = 810,000,000 nano.
    // The summary: 40,000 × 1,800 + 1,500 × 9,000 = 85,500,000.
    // After it: 10 × (11,500 × 1,000 + 1,000 × 5,000) = 165,000,000.
    expect(compactSaving(pricing, long, much)).toEqual(usd("0.5595"));
  });

  it("takes what the cache holds into account, but for the first request after it", () => {
    // As it is: first 81,000,000, then 9 × (8,000 × 1,800 + 32,000 × 360 + 9,000,000) = 314,280,000.
    // The summary 85,500,000; after it 16,500,000, then 9 × (2,300 × 1,000 + 9,200 × 200 + 5,000,000) = 82,260,000.
    expect(compactSaving(pricing, long, { ...much, cacheShare: 0.8 })).toEqual(usd("0.21102"));
  });

  it("is left out where it is next to nothing", () => {
    // Over two requests: 162,000,000 − 85,500,000 − 33,000,000 nano.
    expect(compactSaving(pricing, long, { ...much, requests: 2 })).toEqual(usd("0.0435"));
    const little = { freedTokens: 12_000, requests: 2, cacheShare: 0.85 };
    expect(compactSaving(pricing, long, little)).toBeNull();
  });

  it("is nothing over one request, where little is freed, or without a price", () => {
    expect(compactSaving(pricing, long, { ...much, requests: 1, freedTokens: 5000 })).toBeNull();
    expect(compactSaving(pricing, long, { ...much, freedTokens: 100 })).toBeNull();
    expect(compactSaving(pricing, { ...long, model: "somebody's" }, much)).toBeNull();
  });
});
