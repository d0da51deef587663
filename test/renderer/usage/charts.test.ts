import { describe, expect, it } from "vitest";
import { createTally } from "../../../src/main/usage/tally.ts";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import type { UsageFigures, UsageOverview } from "../../../src/shared/usage-panel.ts";
import { en } from "../../../src/renderer/src/messages/en.ts";
import { chartsOf } from "../../../src/renderer/src/usage/chart-data.ts";
import { layOut } from "../../../src/renderer/src/usage/chart-layout.ts";
import { durationText, tokensText } from "../../../src/renderer/src/usage/figures-text.ts";
import { filterOf, filterOfRow } from "../../../src/renderer/src/usage/usage-scope.ts";

const none = createTally().figures();
const used: UsageFigures = {
  ...none,
  calls: 5,
  completed: 3,
  failed: 1,
  lost: 1,
  inputTokens: 1000,
  cachedTokens: 600,
  cacheWriteTokens: 100,
  outputTokens: 300,
  reasoningTokens: 120,
  cost: [
    { amount: "1.000000001", currency: "USD" },
    { amount: "7", currency: "CNY" },
  ],
  firstTokenMs: { p50: 400, p95: 9000 },
};
const point = (figures: UsageFigures, day: number): UsageOverview["points"][number] => ({
  ...figures,
  start: new Date(2026, 10, day).toISOString(),
  end: new Date(2026, 10, day + 1).toISOString(),
});
const overview: UsageOverview = {
  total: used,
  step: "day",
  points: [point(none, 1), point(used, 2), point(none, 3)],
};
const charts = chartsOf(overview, en, "en");
const chart = (id: string) => {
  const found = charts.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
};

describe("charts", () => {
  it("are one of cost for each currency, which are never added", () => {
    expect(charts.map(({ id }) => id).filter((id) => id.startsWith("cost"))).toEqual([
      "cost-USD",
      "cost-CNY",
    ]);
    expect(chart("cost-USD").headline).toBe("$1.00");
    expect(chart("cost-CNY").series.map(({ values }) => values)).toEqual([[0, 7, 0]]);
  });

  it("write the smallest cost as a decimal, with room for all of it", () => {
    const cost = [{ amount: "0.0000007", currency: "USD" as const }];
    const small = chartsOf(
      { ...overview, total: { ...used, cost }, points: [point({ ...used, cost }, 1)] },
      en,
      "en",
    );
    const [first] = small;
    if (first === undefined) throw new Error("no chart");
    const { ticks, left } = layOut(first, 600);
    const labels = ticks.map(({ value }) => first.tick(value));
    expect(labels.slice(0, 2)).toEqual(["$0", "$0.0000002"]);
    expect(left).toBeGreaterThan(7 * "$0.0000002".length);
    expect(layOut(chart("cost-CNY"), 600).left).toBe(56);
  });

  it("draw each token once, although input has what was cached and output what was thought", () => {
    const drawn = chart("tokens").series.map(({ values }) => values[1] ?? 0);
    expect(drawn.reduce((a, b) => a + b)).toBe(used.inputTokens + used.outputTokens);
    expect(chart("requests").series.map(({ values }) => values[1])).toEqual([3, 0, 2]);
  });

  it("leave a gap where nothing is known, and not a zero", () => {
    expect(chart("cache").series.map(({ values }) => values)).toEqual([[null, 0.6, null]]);
    const [line] = layOut(chart("cache"), 400).lines;
    expect(line?.dots).toMatchObject([{ index: 1, alone: true }]);
  });

  it("pile bars within their frame, without a hole or an overlap", () => {
    const layout = layOut(chart("tokens"), 400);
    const piled = layout.bars.toSorted((a, b) => b.y - a.y);
    expect(piled.length).toBe(5);
    piled
      .slice(1)
      .forEach(({ y, height }, index) => expect(y + height).toBeCloseTo(piled[index]?.y ?? 0));
    for (const { x, y, width } of piled) {
      expect(x).toBeGreaterThanOrEqual(layout.left);
      expect(x + width).toBeLessThanOrEqual(layout.right);
      expect(y).toBeGreaterThanOrEqual(layout.top);
    }
  });
});

it("writes numbers with three figures, and never a unit too small", () => {
  expect([0, 999, 999.6, 1000, 99_950, 999_499, 999_500, 1_284_000].map(tokensText)).toEqual([
    "0",
    "999",
    "1.00K",
    "1.00K",
    "100K",
    "999K",
    "1.00M",
    "1.28M",
  ]);
  expect([12, 9994, 99_960, 125_000].map(durationText)).toEqual([
    "0.01 s",
    "9.99 s",
    "1 min 40 s",
    "2 min 5 s",
  ]);
});

it("takes days from midnight to midnight where the person is", () => {
  const present = {
    sessionId: sessionIdSchema.parse("s-1"),
    project: "/shop",
    now: new Date(2026, 10, 26, 17),
  };
  expect(filterOf({ scope: "project", period: "week" }, present)).toEqual({
    workspace: "/shop",
    since: new Date(2026, 10, 20).toISOString(),
  });
  expect(filterOf({ scope: "session", period: "all" }, present)).toEqual({ sessionId: "s-1" });
  expect(filterOfRow({ workspace: "/shop" }, "day", "2026-11-30")).toEqual({
    workspace: "/shop",
    since: new Date(2026, 10, 30).toISOString(),
    until: new Date(2026, 11, 1).toISOString(),
  });
});
