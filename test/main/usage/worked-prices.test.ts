import { expect, test } from "vitest";
import { createPricing } from "../../../src/main/usage/pricing.ts";

const pricing = createPricing();

interface Worked {
  readonly model: string;
  readonly region: string;
  readonly input: number;
  readonly output?: number;
  readonly cached?: number;
  readonly written?: number;
  readonly explicit?: true;
  readonly thinks?: true;
  readonly cost: string;
}

const plus = "qwen3-coder-plus";
const flash = "qwen3-coder-flash";
const coder480b = "qwen3-coder-480b-a35b-instruct";
const coder30b = "qwen3-coder-30b-a3b-instruct";

/** Each worked out on paper from the provider's table and rules, prices per million tokens, in US dollars. */
const dollars: readonly Omit<Worked, "region">[] = [
  // 1 in: a dated snapshot has no cache.
  { model: "qwen3-coder-plus-2025-09-23", input: 30_000, cached: 20_000, cost: "0.03" },
  // 5,000 · 1.8 + 90,000 · 0.18 + 5,000 · 2.25 + 2,000 · 9.
  {
    model: plus,
    input: 100_000,
    cached: 90_000,
    written: 5000,
    output: 2000,
    explicit: true,
    cost: "0.05445",
  },
  // 50,000 · 3 + 150,000 · 0.6 + 3,000 · 15.
  { model: plus, input: 200_000, cached: 150_000, output: 3000, cost: "0.285" },
  // Every bracket's edge of flash: 0.5, 0.8, 0.8 / 4, 1.6 / 9.6.
  { model: flash, input: 128_000, cost: "0.064" },
  { model: flash, input: 128_001, cost: "0.1024008" },
  { model: flash, input: 256_000, output: 4096, cost: "0.221184" },
  { model: flash, input: 256_001, output: 1, cost: "0.4096112" },
  { model: "qwen3-coder-next", input: 32_001, cost: "0.0160005" },
  { model: "qwen3-coder-next", input: 256_000, output: 1000, cost: "0.2088" },
  { model: coder480b, input: 32_000, output: 1000, cost: "0.0555" },
  { model: coder480b, input: 128_001, cost: "0.5760045" },
  { model: coder30b, input: 128_000, output: 500, cost: "0.097875" },
  { model: "qwen3-max", input: 32_001, output: 1, cost: "0.0768144" },
  { model: "qwen3-max", input: 32_000, cached: 32_000, cost: "0.00768" },
  { model: "qwen3.5-flash", input: 1_000_000, output: 65_536, cost: "0.1262144" },
  // 3 · 0.25 · 1.25 is 937.5 nano-dollars: rounded up, once.
  { model: "qwen3.6-flash", input: 3, written: 3, explicit: true, cost: "0.000000938" },
  // 30b, every edge: 0.45, 0.75, 1.2; its last bracket, written as 200K, covers what lies above.
  { model: coder30b, input: 32_000, cost: "0.0144" },
  { model: coder30b, input: 32_001, cost: "0.02400075" },
  { model: coder30b, input: 200_001, cost: "0.2400012" },
  // 0.4 / 1.6, then 1.2 / 4.8; thinking costs what the answer does.
  { model: "qwen3.7-plus", input: 256_000, cost: "0.1024" },
  { model: "qwen3.7-plus", input: 256_001, output: 1000, thinks: true, cost: "0.3120012" },
  { model: "qwen-flash", input: 256_001, cost: "0.06400025" },
  { model: "qwen-plus", input: 256_001, output: 1000, thinks: true, cost: "0.3192012" },
];

/** The same in yuan: Beijing, and the Global scope that Virginia and Frankfurt reach. */
const yuan: readonly Worked[] = [
  { model: plus, region: "beijing", input: 32_001, output: 1000, cost: "0.216006" },
  { model: plus, region: "beijing", input: 128_000, cost: "0.768" },
  { model: plus, region: "beijing", input: 128_001, cost: "1.28001" },
  { model: plus, region: "beijing", input: 256_000, output: 1, cost: "2.56004" },
  // 8,000 · 0.4 + 2,000 · 5 + 100 · 16.
  {
    model: plus,
    region: "beijing",
    input: 10_000,
    cached: 8000,
    written: 2000,
    output: 100,
    explicit: true,
    cost: "0.0148",
  },
  // 5,000 · 4 + 5,000 · 0.8.
  { model: plus, region: "virginia", input: 10_000, cached: 5000, cost: "0.024" },
  { model: plus, region: "frankfurt", input: 10_000, cached: 5000, cost: "0.024" },
  // 0.8, 2, 4; the last with 200,000 of it from the explicit cache: 56,001 · 4 + 200,000 · 0.4.
  { model: "qwen3.5-plus", region: "beijing", input: 128_000, cost: "0.1024" },
  { model: "qwen3.5-plus", region: "beijing", input: 128_001, cost: "0.256002" },
  {
    model: "qwen3.5-plus",
    region: "beijing",
    input: 256_001,
    cached: 200_000,
    explicit: true,
    cost: "0.304004",
  },
  // 200,000 · 8 + 100,000 · 1.6 + 10 · 48.
  {
    model: "qwen3.6-plus",
    region: "virginia",
    input: 300_000,
    cached: 100_000,
    output: 10,
    cost: "1.76048",
  },
  { model: "qwen-coder-turbo", region: "beijing", input: 1000, output: 1000, cost: "0.008" },
  // 131,072 · 1 + 8,192 · 2.
  {
    model: "qwen2.5-coder-7b-instruct",
    region: "beijing",
    input: 131_072,
    output: 8192,
    cost: "0.147456",
  },
  { model: flash, region: "beijing", input: 1_000_000, output: 10_000, cost: "5.25" },
  { model: flash, region: "beijing", input: 1000, cached: 1000, cost: "0.0002" },
  { model: "qwen3-coder-next", region: "beijing", input: 10_000, output: 500, cost: "0.012" },
  { model: coder480b, region: "beijing", input: 200_000, output: 1000, cost: "3.06" },
  { model: coder30b, region: "beijing", input: 128_000, output: 1000, cost: "0.297" },
  {
    model: "qwen2.5-coder-32b-instruct",
    region: "beijing",
    input: 50_000,
    output: 2000,
    cost: "0.112",
  },
  { model: "qwen-coder-plus", region: "beijing", input: 1000, output: 1000, cost: "0.0105" },
  {
    model: "qwen-plus",
    region: "beijing",
    input: 128_001,
    output: 1000,
    thinks: true,
    cost: "0.3312024",
  },
  { model: "qwen3-max", region: "beijing", input: 252_000, cost: "1.764" },
  { model: "qwen3-max-2025-09-23", region: "beijing", input: 1000, output: 1000, cost: "0.03" },
  { model: "qwen-flash", region: "beijing", input: 128_000, output: 8192, cost: "0.031488" },
];

/** Nothing is owed by the token: a plan is paid by the month, and what runs at home is paid to nobody. */
const unpaid: readonly (Worked & { currency: string })[] = [
  {
    model: "qwen3.7-plus",
    region: "coding-plan",
    input: 300_000,
    output: 9000,
    cost: "0",
    currency: "USD",
  },
  { model: "qwen3.7-plus", region: "coding-plan-china", input: 1, cost: "0", currency: "CNY" },
  { model: "glm-5", region: "token-plan-china", input: 1, cost: "0", currency: "CNY" },
  {
    model: "qwen3-coder:30b",
    region: "ollama",
    input: 300_000,
    output: 9000,
    cost: "0",
    currency: "USD",
  },
];

const all = [
  ...unpaid,
  ...dollars.map((one) => ({ ...one, region: "singapore", currency: "USD" })),
  ...yuan.map((one) => ({ ...one, currency: "CNY" })),
];

test.each(all)(
  "$model in $region costs $cost for $input in",
  ({
    model,
    region,
    currency,
    cost,
    explicit,
    output = 0,
    ...one
  }: Worked & { currency: string }) => {
    const usage = {
      inputTokens: one.input,
      cachedTokens: one.cached ?? 0,
      cacheWriteTokens: one.written ?? 0,
      outputTokens: output,
      reasoningTokens: one.thinks === true ? output : 0,
    };
    expect(pricing.cost(model, region, usage, explicit === true)).toEqual({
      amount: cost,
      currency,
    });
  },
);
