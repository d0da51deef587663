import { describe, expect, it } from "vitest";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { resendPrice } from "../../../src/main/usage/resend-price.ts";
import { roughMoney } from "../../../src/shared/money.ts";

const pricing = createPricing();
const singapore = { region: "singapore", explicitCache: false } as const;
const usd = (amount: string) => ({ amount, currency: "USD" });

describe("what it costs to send a conversation to another model", () => {
  it("is the whole input at its bracket's price, then what the implicit cache leaves of it", () => {
    // qwen3-coder-plus, Singapore, up to 128K: $1.8 per million; a hit costs 20 %.
    // 84,000 × 1,800 nano = 151,200,000 nano; × 20 % = 30,240,000 nano.
    expect(
      resendPrice(pricing, { ...singapore, model: "qwen3-coder-plus", tokens: 84_000 }),
    ).toEqual({ first: usd("0.1512"), step: usd("0.03024") });
  });

  it("pays for writing the explicit cache, and a tenth for reading it", () => {
    // × 125 % = 189,000,000 nano; × 10 % = 15,120,000 nano.
    const model = "qwen3-coder-plus";
    expect(
      resendPrice(pricing, { region: "singapore", model, tokens: 84_000, explicitCache: true }),
    ).toEqual({ first: usd("0.189"), step: usd("0.01512") });
  });

  it("is the same for every step where there is no cache", () => {
    // qwen3-coder-next, Singapore, up to 128K: $0.5 per million, no cache. 84,000 × 500 nano.
    expect(
      resendPrice(pricing, { ...singapore, model: "qwen3-coder-next", tokens: 84_000 }),
    ).toEqual({ first: usd("0.042"), step: usd("0.042") });
  });

  it.each([
    // 32,000 × 1,000 nano, and one token more at the next bracket: 32,001 × 1,800 nano.
    [32_000, "0.032", "0.0064"],
    [32_001, "0.0576018", "0.01152036"],
    // 256,001 × 6,000 nano.
    [256_001, "1.536006", "0.3072012"],
  ])("crosses the brackets: %i tokens", (tokens, first, step) => {
    expect(resendPrice(pricing, { ...singapore, model: "qwen3-coder-plus", tokens })).toEqual({
      first: usd(first),
      step: usd(step),
    });
  });

  it("is in the region's currency", () => {
    // qwen3-coder-plus, Beijing, up to 128K: ¥6 per million.
    const model = "qwen3-coder-plus";
    const price = resendPrice(pricing, {
      region: "beijing",
      model,
      tokens: 50_000,
      explicitCache: false,
    });
    expect(price?.first).toEqual({ amount: "0.3", currency: "CNY" });
  });

  it("is unknown, never nothing, for a model without a listed price", () => {
    expect(resendPrice(pricing, { ...singapore, model: "my-own", tokens: 84_000 })).toBeNull();
  });
});

describe("an estimate for people", () => {
  it.each([
    ["0.1512", "$0.15"],
    ["0.189", "$0.19"],
    ["0.2", "$0.20"],
    ["0.01512", "$0.015"],
    ["0.0021", "$0.0021"],
    ["0.000004", "$0.000004"],
    ["0.999", "$1.00"],
    ["1.536006", "$1.50"],
    ["12.4", "$12"],
    ["123.7", "$124"],
    ["0", "$0"],
  ])("writes %s as %s", (amount, text) => {
    expect(roughMoney({ amount, currency: "USD" })).toBe(text);
  });
});
