import { expect, test } from "vitest";
import type { CountFilter } from "../../../src/main/usage/ledger.ts";
import {
  freeQuotaMeter,
  monthOfPlan,
  planMeter,
  rateMeter,
  weekStart,
} from "../../../src/main/usage/meters.ts";

const at = (text: string): number => Date.parse(text);

/** A ledger that keeps what it was asked. */
function asked(requests: number, tokens: number) {
  const filters: CountFilter[] = [];
  return {
    filters,
    count: (filter: CountFilter) => {
      filters.push(filter);
      return Promise.resolve({ requests, tokens });
    },
  };
}

test("a model's last minute is told beside what the account may send", async () => {
  const ledger = asked(12, 3400);
  const place = { model: "m", region: "singapore", limits: { rpm: 600, tpm: null } };
  const meter = await rateMeter(ledger, place, at("2026-11-26T12:00:00Z"));
  expect(meter).toEqual({ model: "m", requests: 12, tokens: 3400, rpm: 600, tpm: null });
  expect(ledger.filters).toEqual([
    { model: "m", region: "singapore", since: at("2026-11-26T11:59:00Z") },
  ]);
  expect(await rateMeter(ledger, { ...place, limits: null }, 0)).toMatchObject({ rpm: null });
});

test.each([
  // Begun on 1 September by China's calendar: its 90 days end on 30 November, 16:00 UTC the day before.
  ["2026-11-26T12:00:00Z", 400_000, 600_000, 3, false],
  ["2026-11-29T15:59:59Z", 0, 1_000_000, 0, false],
  ["2026-11-26T12:00:00Z", 1_000_001, 0, 3, false],
  ["2026-11-29T16:00:00Z", 400_000, 0, 0, true],
  ["2027-06-01T00:00:00Z", 0, 0, 0, true],
])("a free quota on %s with %d tokens used has %d left, and %d days", async (...row) => {
  const [now, used, leftTokens, daysLeft, ended] = row;
  const ledger = asked(1, used);
  const place = { models: ["m"], region: "singapore", since: "2026-09-01" };
  expect(await freeQuotaMeter(ledger, place, at(now))).toEqual({
    since: "2026-09-01",
    tokens: 1_000_000,
    days: 90,
    daysLeft,
    ended,
    models: [{ model: "m", usedTokens: used, leftTokens }],
  });
  expect(ledger.filters).toEqual([
    { model: "m", region: "singapore", since: at("2026-08-31T16:00:00Z") },
  ]);
});

test.each([
  // 26 November 2026 is a Thursday; Monday 00:00 UTC+8 is Sunday 16:00 UTC.
  ["2026-11-26T12:00:00Z", "2026-11-22T16:00:00Z"],
  ["2026-11-22T15:59:59.999Z", "2026-11-15T16:00:00Z"],
  ["2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z"],
])("a plan's week at %s began at %s", (now, start) => {
  expect(new Date(weekStart(at(now)))).toEqual(new Date(start));
});

test.each([
  ["2026-01-10T03:00:00Z", "2026-11-26T12:00:00Z", "2026-11-09T16:00:00Z", "2026-12-09T16:00:00Z"],
  ["2026-01-10T03:00:00Z", "2026-11-09T15:59:59Z", "2026-10-09T16:00:00Z", "2026-11-09T16:00:00Z"],
  // The 31st in months that have none: 28 February, 30 April.
  ["2026-01-31T03:00:00Z", "2026-03-01T00:00:00Z", "2026-02-27T16:00:00Z", "2026-03-30T16:00:00Z"],
  ["2026-01-31T03:00:00Z", "2026-04-30T00:00:00Z", "2026-04-29T16:00:00Z", "2026-05-30T16:00:00Z"],
  // Late on the 9th in UTC is the 10th in China; and over the year's end.
  ["2026-01-09T23:00:00Z", "2027-01-05T00:00:00Z", "2026-12-09T16:00:00Z", "2027-01-09T16:00:00Z"],
])("the month of a plan from %s is at %s the one from %s to %s", (...row) => {
  const [subscribed, now, start, end] = row;
  expect(monthOfPlan(at(subscribed), at(now))).toEqual({ start: at(start), end: at(end) });
});

test("a plan's windows count its requests alone", async () => {
  const ledger = asked(100, 0);
  const now = at("2026-11-26T12:00:00Z");
  const plan = { region: "coding-plan", since: "2026-01-10" };
  expect(await planMeter(ledger, plan, now)).toEqual({
    since: "2026-01-10",
    windows: [
      { name: "fiveHours", used: 100, limit: 6000, endsAt: null },
      { name: "week", used: 100, limit: 45_000, endsAt: "2026-11-29T16:00:00.000Z" },
      { name: "month", used: 100, limit: 90_000, endsAt: "2026-12-09T16:00:00.000Z" },
    ],
  });
  const region = { region: "coding-plan", billing: "plan" };
  expect(ledger.filters).toEqual([
    { ...region, since: at("2026-11-26T07:00:00Z") },
    { ...region, since: at("2026-11-22T16:00:00Z") },
    { ...region, since: at("2026-11-09T16:00:00Z") },
  ]);
});

test("of a plan whose first day nobody told there is no month", async () => {
  const meter = await planMeter(asked(1, 0), { region: "coding-plan", since: null }, 0);
  expect(meter.windows.map(({ name }) => name)).toEqual(["fiveHours", "week"]);
});
