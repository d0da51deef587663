import fc from "fast-check";
import { expect, test } from "vitest";
import { lostMoney } from "../../../../src/main/usage/cache-doctor/lost-money.ts";
import { createPricing } from "../../../../src/main/usage/pricing.ts";
import { formatNano } from "../../../../src/shared/money.ts";
import { noTokens, type TokenUsage } from "../../../../src/shared/usage.ts";

const pricing = createPricing();
const both = { explicit: true, implicit: true };
const usage = (part: Partial<TokenUsage>): TokenUsage => ({ ...noTokens, ...part });
const missed = (part: Partial<Parameters<typeof lostMoney>[2]>) =>
  lostMoney(pricing, both, {
    model: "qwen3-coder-plus",
    region: "singapore",
    billing: "metered",
    usage: usage({ inputTokens: 30_000, outputTokens: 500 }),
    explicitCache: false,
    missedTokens: 20_000,
    ...part,
  });

// Singapore, qwen3-coder-plus: 1,000 / 1,800 / 3,000 / 6,000 nano-units a token up to 32K / 128K / 256K / 1M.
test("worked cases: plain input against an implicit read at a fifth", () => {
  // 20,000 × (1,000 − 200).
  expect(missed({})).toEqual({ amount: "0.016", currency: "USD" });
  // The bracket is the whole request's: 20,000 × (1,800 − 360), although 20,000 alone lie in the first.
  const second = usage({ inputTokens: 32_001 });
  expect(missed({ usage: second })).toEqual({ amount: "0.0288", currency: "USD" });
  const last = usage({ inputTokens: 300_000, cachedTokens: 100_000 });
  // 200,000 × (6,000 − 1,200).
  expect(missed({ usage: last, missedTokens: 200_000 })).toEqual({
    amount: "0.96",
    currency: "USD",
  });
});

test("worked cases: an explicit cache, what was written anew among them", () => {
  // Not written: 20,000 × (1,000 − 100).
  expect(missed({ explicitCache: true })).toEqual({ amount: "0.018", currency: "USD" });
  // Written anew at 125 %: 20,000 × (1,250 − 100).
  const written = usage({ inputTokens: 30_000, cacheWriteTokens: 29_000 });
  expect(missed({ explicitCache: true, usage: written })).toEqual({
    amount: "0.023",
    currency: "USD",
  });
  // Of the missed, 5,000 were written and 15,000 were plain: 5,000 × 1,150 + 15,000 × 900.
  const partly = usage({ inputTokens: 30_000, cacheWriteTokens: 5000 });
  expect(missed({ explicitCache: true, usage: partly })?.amount).toBe("0.01925");
});

test("worked cases: Beijing in its own currency", () => {
  // 4,000 nano-yuan a token: 20,000 × (4,000 − 800).
  expect(missed({ region: "beijing" })).toEqual({ amount: "0.064", currency: "CNY" });
});

test("no money is lost where none is paid, and none is named where the price is not known", () => {
  expect(missed({ billing: "plan" })?.amount).toBe("0");
  expect(missed({ billing: "free-quota" })?.amount).toBe("0");
  expect(missed({ missedTokens: 0 })?.amount).toBe("0");
  expect(missed({ model: "somebody-elses-model" })).toBeNull();
});

test("it is what the tokens cost less, of whatever request", () => {
  const tokens = fc.integer({ min: 0, max: 400_000 });
  fc.assert(
    fc.property(tokens, tokens, tokens, (cachedTokens, missedTokens, fresh) => {
      const inputTokens = cachedTokens + missedTokens + fresh;
      const lost = missed({ usage: usage({ inputTokens, cachedTokens }), missedTokens });
      const price =
        [
          [32_000, 1000n],
          [128_000, 1800n],
          [256_000, 3000n],
        ].find(([most]) => inputTokens <= Number(most))?.[1] ?? 6000n;
      expect(lost?.amount).toBe(formatNano((BigInt(missedTokens) * BigInt(price) * 80n) / 100n));
    }),
  );
});
