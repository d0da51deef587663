import { expect, test } from "vitest";
import { firstDayBudget } from "../../../src/main/usage/first-budget.ts";
import { limitInstead } from "../../../src/shared/other-currency.ts";

const fresh = { dayBudget: null, dayBudgetSettled: false };

test("a first limit comes with a first key that is paid by the token, and never over what was said", () => {
  const first = { settings: fresh, hadKey: false, currency: "USD" } as const;
  expect(firstDayBudget(first)).toBe("5 USD");
  expect(firstDayBudget({ ...first, currency: "CNY" })).toBe("35 CNY");
  expect(firstDayBudget({ ...first, currency: null })).toBeNull();
  expect(firstDayBudget({ ...first, hadKey: true })).toBeNull();
  for (const settings of [
    { ...fresh, dayBudget: "1 USD" },
    { ...fresh, dayBudgetSettled: true },
  ])
    expect(firstDayBudget({ ...first, settings })).toBeNull();
});

test.each([
  ["5 USD", "CNY", "35 CNY"],
  ["$0.50", "CNY", "3.5 CNY"],
  ["¥35", "USD", "5 USD"],
  ["10 CNY", "USD", "1.43 USD"],
  ["0.01 CNY", "USD", "0.01 USD"],
  ["5 USD", "USD", null],
  ["5 USD", null, null],
  ["five", "CNY", null],
  [null, "CNY", null],
] as const)("for %s where %s is paid a limit of %s is suggested", (limit, paidIn, instead) => {
  expect(limitInstead(limit, paidIn)).toBe(instead);
});
