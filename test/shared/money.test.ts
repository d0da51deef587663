import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  displayMoney,
  formatNano,
  moneySchema,
  parseMoney,
  parseNano,
} from "../../src/shared/money.ts";

const nanoArbitrary = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

describe("amounts", () => {
  it("come back exactly from their decimal string", () => {
    fc.assert(
      fc.property(nanoArbitrary, (nano) => {
        const text = formatNano(nano);
        expect(parseNano(text)).toBe(nano);
        expect(moneySchema.safeParse({ amount: text, currency: "USD" }).success).toBe(true);
      }),
    );
  });

  it("add up as integers, where floats would not", () => {
    const tenth = parseNano("0.1") ?? 0n;
    expect(formatNano(tenth + tenth + tenth)).toBe("0.3");
    expect(formatNano((parseNano("0.000000001") ?? 0n) * 3n)).toBe("0.000000003");
  });

  it("are readable wherever the wire accepts them, so that no sum drops one", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^-?\d{1,24}(\.\d{1,9})?$/),
        (amount) =>
          moneySchema.safeParse({ amount, currency: "CNY" }).success ===
          (parseNano(amount) !== undefined),
      ),
    );
    expect(parseNano("1234567890123.5")).toBe(1_234_567_890_123_500_000_000n);
  });

  it.each([
    "",
    "-",
    ".5",
    "1.",
    "1e3",
    "1,5",
    "0x10",
    "1.0000000001",
    " 1",
    "1 ",
    "NaN",
    "+1",
    "1\n",
  ])("refuses %j", (text) => {
    expect(parseNano(text)).toBeUndefined();
    expect(moneySchema.safeParse({ amount: text, currency: "USD" }).success).toBe(false);
  });
});

describe("a limit as a person types it", () => {
  it.each([
    ["1.50USD", "1.5", "USD"],
    ["$1.50", "1.5", "USD"],
    [" 10 cny ", "10", "CNY"],
    ["\u00a510", "10", "CNY"],
    ["\uffe510.5", "10.5", "CNY"],
    ["\uff0410", "10", "USD"],
    ["$2usd", "2", "USD"],
  ])("reads %j", (text, amount, currency) => {
    expect(parseMoney(text)).toEqual({ nano: parseNano(amount), currency });
  });

  it.each(["", "$", "-1", "$1CNY", "¥1 USD", "1 EUR", "1.2.3", "one", "1.12345678901", "$$1", "2"])(
    "refuses %j",
    (text) => {
      expect(parseMoney(text)).toBeUndefined();
    },
  );
});

describe("an amount for people", () => {
  it.each([
    ["0", "$0"],
    ["0.000000001", "<$0.0001"],
    ["0.0001", "$0.0001"],
    ["0.00015", "$0.0002"],
    ["0.0123", "$0.0123"],
    ["0.99996", "$1.0000"],
    ["1", "$1.00"],
    ["12.345", "$12.35"],
    ["1234567890123.5", "$1234567890123.50"],
    ["-0.5", "-$0.5000"],
    ["-5", "-$5.00"],
    ["-0.00001", "-<$0.0001"],
  ])("shows %s as %s", (amount, shown) => {
    expect(displayMoney({ amount, currency: "USD" })).toBe(shown);
  });

  it("never turns what it cannot read into nothing", () => {
    expect(displayMoney({ amount: "lots", currency: "CNY" })).toBe("lots CNY");
  });
});
