import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { converted, parseRate } from "../../src/shared/display-rate.ts";
import { formatNano, parseNano, type Currency, type Money } from "../../src/shared/money.ts";

const money = (amount: string, currency: Currency): Money => ({ amount, currency });

describe("a rate for display", () => {
  it.each(["0.01", "7.1", "7.123456", "1000"])("%s is one", (text) => {
    expect(parseRate(text)).not.toBeNull();
  });
  it.each(["", "0", "0.0099", "1000.1", "-7", "7,1", "7.1234567", "seven", "1e3", " 7"])(
    "%j is none",
    (text) => {
      expect(parseRate(text)).toBeNull();
    },
  );
});

describe("amounts in one currency", () => {
  const rate = { currency: "CNY" as const, cnyPerUsd: "7.25" };
  it("adds what is billed in it to what the rate makes of the rest", () => {
    expect(converted([money("2", "USD"), money("0.5", "CNY")], rate)).toEqual(money("15", "CNY"));
    expect(
      converted([money("2", "USD"), money("14.5", "CNY")], { ...rate, currency: "USD" }),
    ).toEqual(money("4", "USD"));
  });

  it("is nothing where there is nothing to convert, or no rate", () => {
    expect(converted([money("2", "CNY")], rate)).toBeNull();
    expect(converted([], rate)).toBeNull();
    expect(converted([money("2", "USD")], { ...rate, cnyPerUsd: "many" })).toBeNull();
  });

  it("rounds once, to the nearest nano-unit", () => {
    const third = { currency: "USD" as const, cnyPerUsd: "3" };
    expect(converted([money("1", "CNY")], third)).toEqual(money("0.333333333", "USD"));
    expect(converted([money("2", "CNY")], third)).toEqual(money("0.666666667", "USD"));
  });

  it("comes back to what it was, but for the rounding", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 15n),
        fc.integer({ min: 1, max: 1_000_000 }),
        (nano, micro) => {
          const cnyPerUsd = String(micro / 1000);
          const there = converted([money(formatNano(nano), "USD")], {
            currency: "CNY",
            cnyPerUsd,
          });
          fc.pre(there !== null);
          const back = converted([there], { currency: "USD", cnyPerUsd });
          const off = (parseNano(back?.amount ?? "") ?? 0n) - nano;
          const most = parseRate(cnyPerUsd) ?? 1n;
          expect(off * off * most <= 10n ** 9n * 10n ** 9n).toBe(true);
        },
      ),
    );
  });
});
