import * as fc from "fast-check";
import { expect, test } from "vitest";
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { parseNano } from "../../../src/shared/money.ts";
import type { TokenUsage } from "../../../src/shared/usage.ts";

const pricing = createPricing();

const usageOf = (part: Partial<TokenUsage>): TokenUsage => ({
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  ...part,
});

interface Case {
  readonly model: string;
  readonly region: string;
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly written?: number;
  readonly explicit?: true;
  readonly thinks?: true;
  /** Worked out by hand from the provider's page. */
  readonly cost: string;
}

const plus = { model: "qwen3-coder-plus", region: "singapore" };
const flash = { model: "qwen3-coder-flash", region: "singapore" };
const next = { model: "qwen3-coder-next", region: "singapore" };

// Per million tokens: plus 1/5, 1.8/9, 3/15, 6/60 · flash 0.3/1.5, 0.5/2.5, 0.8/4, 1.6/9.6 · next the same without the last.
const usd: readonly Case[] = [
  { ...plus, input: 0, output: 0, cost: "0" },
  { ...plus, input: 1, output: 0, cost: "0.000001" },
  { ...plus, input: 0, output: 1, cost: "0.000005" },
  { ...plus, input: 32_000, output: 1000, cost: "0.037" },
  { ...plus, input: 32_001, output: 1000, cost: "0.0666018" },
  { ...plus, input: 128_000, output: 1000, cost: "0.2394" },
  { ...plus, input: 128_001, output: 1000, cost: "0.399003" },
  { ...plus, input: 256_000, output: 1000, cost: "0.783" },
  { ...plus, input: 256_001, output: 1000, cost: "1.596006" },
  { ...plus, input: 1_000_000, output: 1000, cost: "6.06" },
  { ...plus, input: 1_000_001, output: 0, cost: "6.000006" },
  // 20,000 read from the implicit cache at a fifth: 10,000 · 1 + 20,000 · 0.2.
  { ...plus, input: 30_000, cached: 20_000, output: 0, cost: "0.014" },
  { ...plus, input: 30_000, cached: 30_000, output: 0, cost: "0.006" },
  // The bracket goes by the whole input, cached tokens included: 1,000 · 1.8 + 39,000 · 0.36.
  { ...plus, input: 40_000, cached: 39_000, output: 0, cost: "0.01584" },
  // Explicit: read at a tenth, written at 1.25.
  { ...plus, input: 30_000, cached: 20_000, output: 0, explicit: true, cost: "0.012" },
  { ...plus, input: 30_000, written: 20_000, output: 0, explicit: true, cost: "0.035" },
  {
    ...plus,
    input: 30_000,
    cached: 10_000,
    written: 10_000,
    output: 100,
    explicit: true,
    cost: "0.024",
  },
  // Without an explicit cache nothing is surcharged.
  { ...plus, input: 30_000, written: 20_000, output: 0, cost: "0.03" },
  { ...flash, input: 1000, output: 100, cost: "0.00045" },
  { ...flash, input: 32_000, output: 0, cost: "0.0096" },
  { ...flash, input: 32_001, output: 0, cost: "0.0160005" },
  { ...flash, input: 200_000, output: 2000, cost: "0.168" },
  { ...flash, input: 600_000, output: 2000, cost: "0.9792" },
  { ...flash, input: 1, cached: 1, output: 0, cost: "0.00000006" },
  { ...flash, input: 1, cached: 1, output: 0, explicit: true, cost: "0.00000003" },
  { ...flash, input: 1, written: 1, output: 0, explicit: true, cost: "0.000000375" },
  { ...next, input: 10_000, output: 500, cost: "0.00375" },
  // No cache on this model: what is reported as cached costs the whole price.
  { ...next, input: 10_000, cached: 10_000, output: 0, cost: "0.003" },
  // 480b accepts 204,800 tokens; its last bracket, written as 200K, covers them.
  {
    model: "qwen3-coder-480b-a35b-instruct",
    region: "singapore",
    input: 204_800,
    output: 0,
    cost: "0.9216",
  },
  { model: "qwen3-max", region: "singapore", input: 252_000, output: 1000, cost: "0.771" },
  { model: "qwen-plus", region: "singapore", input: 1000, output: 1000, cost: "0.0016" },
  {
    model: "qwen-plus",
    region: "singapore",
    input: 1000,
    output: 1000,
    thinks: true,
    cost: "0.0044",
  },
  { model: "qwen-plus-us", region: "virginia", input: 1000, output: 1000, cost: "0.0016" },
];

const cny: readonly Case[] = [
  { model: "qwen3-coder-plus", region: "beijing", input: 32_000, output: 1000, cost: "0.144" },
  { model: "qwen3-coder-plus", region: "beijing", input: 256_001, output: 1000, cost: "5.32002" },
  { model: "qwen3-coder-flash", region: "beijing", input: 40_000, output: 1000, cost: "0.066" },
  { model: "qwen3-coder-flash", region: "virginia", input: 40_000, output: 1000, cost: "0.066" },
  {
    model: "qwen2.5-coder-7b-instruct",
    region: "beijing",
    input: 100_000,
    output: 8000,
    cost: "0.116",
  },
  { model: "qwen-coder-turbo", region: "beijing", input: 1000, output: 1000, cost: "0.008" },
];

test.each([...usd, ...cny])(
  "$model in $region costs $cost for $input in, $output out",
  ({ model, region, explicit, cost, ...counts }) => {
    const usage = usageOf({
      inputTokens: counts.input,
      outputTokens: counts.output,
      cachedTokens: counts.cached ?? 0,
      cacheWriteTokens: counts.written ?? 0,
      reasoningTokens: counts.thinks === true ? counts.output : 0,
    });
    const currency = region === "singapore" || model.endsWith("-us") ? "USD" : "CNY";
    expect(pricing.cost(model, region, usage, explicit === true)).toEqual({
      amount: cost,
      currency,
    });
  },
);

test.each([
  ["a model nobody knows", "my-own-model", "singapore"],
  ["a model that the region has no price for", "qwen3-coder-next", "virginia"],
  ["a region nobody knows", "qwen3-coder-flash", "custom"],
  ["a model listed without a price", "qwen2.5-coder-3b-instruct", "beijing"],
])("%s has no cost and no bound", (_what, model, region) => {
  expect(pricing.cost(model, region, usageOf({ inputTokens: 10 }), false)).toBeNull();
  expect(pricing.upperBound(model, region, 10, 10)).toBeNull();
});

test("the demo costs nothing", () => {
  expect(pricing.cost("demo", "demo", usageOf({ inputTokens: 10 }), false)).toEqual({
    amount: "0",
    currency: "USD",
  });
});

test("a bound counts on the dearest: everything written to an explicit cache, every answered token thought", () => {
  expect(pricing.upperBound("qwen3-coder-plus", "singapore", 32_000, 1000)).toEqual({
    nano: 45_000_000n,
    currency: "USD",
  });
  expect(pricing.upperBound("qwen3-coder-next", "singapore", 32_000, 1000)).toEqual({
    nano: 11_100_000n,
    currency: "USD",
  });
  expect(pricing.upperBound("qwen-plus", "singapore", 0, 1000)).toEqual({
    nano: 4_000_000n,
    currency: "USD",
  });
});

const priced = pricesFile.prices.filter((row) => row.tiers.length > 0);
const anyRow = fc.constantFrom(...priced);
const tokens = fc.integer({ min: 0, max: 1_100_000 });
const percent = fc.nat(100);
const anyRequest = fc.record({
  row: anyRow,
  input: tokens,
  output: tokens,
  less: percent,
  readShare: percent,
  writeShare: percent,
  explicit: fc.boolean(),
});

const share = (whole: number, of: number): number => Math.floor((whole * of) / 100);

const nanoOf = (row: (typeof priced)[number], usage: TokenUsage, explicit: boolean): bigint =>
  parseNano(pricing.cost(row.model, row.region, usage, explicit)?.amount ?? "") ?? -1n;

test("a cost is the exact sum of its parts, rounded up to a nano-unit at most once", () => {
  fc.assert(
    fc.property(anyRequest, ({ row, input, output, readShare, writeShare, explicit }) => {
      const cached = share(input, readShare);
      const written = share(input - cached, writeShare);
      const usage = usageOf({
        inputTokens: input,
        outputTokens: output,
        cachedTokens: cached,
        cacheWriteTokens: written,
      });
      const tier =
        row.tiers.find(({ maxInputTokens }) => input <= maxInputTokens) ?? row.tiers.at(-1);
      const read = explicit ? row.explicitReadPercent : row.implicitReadPercent;
      const create = explicit ? row.explicitCreatePercent : null;
      // The same in hundredths of a nano-unit, taken from the other side: the whole price, less what the cache saves.
      const weight =
        BigInt(input) * 100n -
        BigInt(cached) * BigInt(100 - (read ?? 100)) +
        BigInt(written) * BigInt((create ?? 100) - 100);
      const hundredths =
        BigInt(tier?.input ?? 0) * weight + BigInt(tier?.output ?? 0) * BigInt(output) * 100n;
      const excess = nanoOf(row, usage, explicit) * 100n - hundredths;
      expect(excess).toBeGreaterThanOrEqual(0n);
      expect(excess).toBeLessThan(100n);
    }),
  );
});

test("within a bracket, more tokens never cost less, and a cache hit never costs more", () => {
  fc.assert(
    fc.property(anyRequest, ({ row, input, output, less, explicit }) => {
      const fewer = share(input, less);
      const bracket = (count: number): number =>
        row.tiers.findIndex(({ maxInputTokens }) => count <= maxInputTokens);
      fc.pre(bracket(fewer) === bracket(input));
      const large = usageOf({ inputTokens: input, outputTokens: output });
      const whole = nanoOf(row, large, explicit);
      expect(nanoOf(row, { ...large, inputTokens: fewer }, explicit)).toBeLessThanOrEqual(whole);
      expect(nanoOf(row, { ...large, cachedTokens: fewer }, explicit)).toBeLessThanOrEqual(whole);
    }),
  );
});

test("no request within its limits costs more than its upper bound", () => {
  fc.assert(
    fc.property(anyRequest, ({ row, less, readShare, explicit, ...most }) => {
      const input = share(most.input, less);
      const cached = share(input, readShare);
      const output = share(most.output, less);
      const usage = usageOf({
        inputTokens: input,
        cachedTokens: cached,
        cacheWriteTokens: input - cached,
        outputTokens: output,
        reasoningTokens: output,
      });
      const bound = pricing.upperBound(row.model, row.region, most.input, most.output);
      expect(bound?.nano).toBeGreaterThanOrEqual(nanoOf(row, usage, explicit));
    }),
  );
});

test("every row of the price list rises from bracket to bracket and names its source", () => {
  for (const row of pricesFile.prices) {
    expect(row.source.length).toBeGreaterThan(0);
    const bounds = row.tiers.map(({ maxInputTokens }) => maxInputTokens);
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    const inputs = row.tiers.map(({ input }) => input);
    expect(inputs).toEqual(inputs.toSorted((a, b) => a - b));
  }
});
