import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { billReport } from "../../../../src/main/monitoring/bill/bill-report.ts";
import { guessMapping } from "../../../../src/main/monitoring/bill/column-words.ts";
import { billStretch, compareBill } from "../../../../src/main/monitoring/bill/compare-bill.ts";
import { decodeBill } from "../../../../src/main/monitoring/bill/decode-bill.ts";
import { foldBill } from "../../../../src/main/monitoring/bill/fold-bill.ts";
import { readHead } from "../../../../src/main/monitoring/bill/read-head.ts";
import { hourMs } from "../../../../src/main/monitoring/hours.ts";
import {
  billReportSchema,
  type BillMapping,
  type BillReport,
} from "../../../../src/shared/bill-file.ts";
import { formatNano } from "../../../../src/shared/money.ts";
import { billOfCalls, withCosts, type BillOfCallsOptions } from "../../../support/bill-of-calls.ts";
import {
  callElsewhere,
  keysOfMonth,
  ownHoursOf,
  simulateCalls,
  type SimulatedCall,
} from "../../../support/simulated-calls.ts";

const dayMs = 24 * hourMs;
/** Midnight in Beijing. */
const start = Date.parse("2026-11-01T16:00:00Z");
const days = 4;
const [first, second] = keysOfMonth;

interface Sides extends BillOfCallsOptions {
  readonly ours: readonly SimulatedCall[];
  readonly theirs: readonly SimulatedCall[];
  readonly writtenAt?: number;
  readonly mapping?: Partial<BillMapping>;
  /** In place of the export of `theirs`. */
  readonly file?: string;
}

async function compare({ ours, theirs, ...how }: Sides): Promise<BillReport> {
  const text = decodeBill(Buffer.from(how.file ?? billOfCalls(theirs, how)));
  const head = await readHead(text);
  const mapping = { ...guessMapping(head.header, "USD"), ...how.mapping };
  const bill = await foldBill(text, head, mapping);
  const { to } = billStretch({ bill, mapping });
  const writtenAt = how.writtenAt ?? to + 3 * dayMs;
  const compared = compareBill({ bill, mapping, ours: ownHoursOf(ours), links: [], writtenAt });
  return billReportSchema.parse(
    billReport(compared, {
      region: "singapore",
      name: "bill.csv",
      bill,
      writtenAt,
      thresholdPercent: 0,
    }),
  );
}

const simulations = fc.record({
  seed: fc.integer(),
  skewMs: fc.constantFrom(0, 20_000, 299_000),
  unknownShare: fc.constantFrom(0, 0.1),
  failedShare: fc.constantFrom(0, 0.1),
});
type Simulation = typeof simulations extends fc.Arbitrary<infer T> ? T : never;
const steady: Simulation = { seed: 7, skewMs: 0, unknownShare: 0, failedShare: 0 };

const callsOf = (simulation: Partial<Simulation> = {}, callsAnHour = 4): SimulatedCall[] =>
  withCosts(simulateCalls({ ...steady, ...simulation, start, hours: days * 24 - 1, callsAnHour }));
/** No call near an edge, and both clocks the same. */
const calm = (calls: readonly SimulatedCall[]): SimulatedCall[] =>
  calls.map((call) => {
    const at = Math.floor(call.at / hourMs) * hourMs + hourMs / 2;
    return { ...call, at, countedAt: at, durationMs: 1000 };
  });

const alarming = new Set(["more", "less", "missing", "elsewhere"]);
const alarms = ({ rows }: BillReport): string[] =>
  rows
    .filter(({ state }) => alarming.has(state))
    .map(({ state, hour, model }) => `${state} ${hour} ${model}`);
const periods = fc.constantFrom("hour" as const, "day" as const);

/** Where keys were once mistaken for each other, or a call over the file's first edge for a lost one. */
const found: [Simulation, "hour" | "day"][] = [
  [{ seed: 0, skewMs: 299_000, unknownShare: 0, failedShare: 0 }, "day"],
  [{ seed: -2_089_048_005, skewMs: 0, unknownShare: 0.1, failedShare: 0 }, "day"],
  [{ seed: 1_704_197_371, skewMs: 0, unknownShare: 0.1, failedShare: 0 }, "day"],
];

describe("a file of the same calls", () => {
  it("never alarms, by hours or by days, with keys or without", async () => {
    await fc.assert(
      fc.asyncProperty(simulations, periods, fc.boolean(), async (simulation, period, keys) => {
        const calls = callsOf(simulation);
        const report = await compare({ ours: calls, theirs: calls, period, keys });
        expect(alarms(report)).toEqual([]);
        expect(report.alerts).toEqual([]);
      }),
      { numRuns: 16 },
    );
  });

  it("agrees to the token and to the nano-unit, each day of Beijing for itself", async () => {
    const calls = calm(callsOf());
    const report = await compare({ ours: calls, theirs: calls, period: "day", decimals: 9 });
    expect(Object.keys(report.states)).toEqual(["agree"]);
    expect(report.totals.drift).toEqual({ tokens: 0, calls: 0, percent: 0 });
    expect(report.grain).toMatchObject({ period: "day", aheadMinutes: 480, keys: true });
    expect(report.rows.at(-1)?.hour).toBe("2026-11-01T16:00:00.000Z");
    expect(report.completeUpTo).toBe(report.until);
    const cost = calls.reduce((sum, { costNano = 0 }) => sum + BigInt(costNano), 0n);
    expect(report.costs).toMatchObject([
      { currency: "USD", ours: formatNano(cost), difference: "0", state: "same" },
    ]);
    expect(report.costAlerts).toEqual([]);
  });

  it("says nothing of times, models and keys that it does not cover", async () => {
    const calls = calm(callsOf());
    const middle = calls.filter(
      ({ at, apiKeyId, model }) =>
        at >= start + dayMs &&
        at < start + 2 * dayMs &&
        apiKeyId === first.apiKeyId &&
        model === "qwen3-coder-plus",
    );
    for (const period of ["hour", "day"] as const) {
      const report = await compare({ ours: calls, theirs: middle, period });
      expect(alarms(report)).toEqual([]);
      expect(report.states["not-monitored"]).toBeGreaterThan(0);
      expect(Date.parse(report.since)).toBeGreaterThanOrEqual(start + dayMs);
      expect(Date.parse(report.until)).toBeLessThanOrEqual(start + 2 * dayMs);
    }
  });

  it("never alarms for calls over its first and its last edge, whatever was called before and after", async () => {
    await fc.assert(
      fc.asyncProperty(simulations, periods, async (simulation, period) => {
        const calls = callsOf(simulation, 8);
        const [from, to] = period === "day" ? [1, 3] : [1.25, 2.5];
        const theirs = calls.filter(
          ({ countedAt }) => countedAt >= start + from * dayMs && countedAt < start + to * dayMs,
        );
        const report = await compare({
          ours: calls,
          theirs,
          period,
          writtenAt: start + 90 * dayMs,
        });
        expect(alarms(report)).toEqual([]);
      }),
      { numRuns: 12, seed: 20_261_126, examples: found },
    );
  });

  it("leaves what was not complete when it was written", async () => {
    const calls = calm(callsOf());
    const until = start + 2 * dayMs + 12 * hourMs;
    const theirs = calls.filter(({ at }) => at < until);
    const fresh = { ours: calls, theirs, writtenAt: until + 60_000 };
    const daily = await compare({ ...fresh, period: "day" });
    expect(alarms(daily)).toEqual([]);
    expect(daily.completeUpTo).toBe(new Date(start + 2 * dayMs).toISOString());
    expect(daily.states.pending).toBeGreaterThan(0);
    // Half of the newest day came in: weeks later that is a difference.
    const late = await compare({ ...fresh, writtenAt: until + 20 * dayMs, period: "day" });
    expect(alarms(late).length).toBeGreaterThan(0);
    const hourly = await compare({ ...fresh, period: "hour" });
    expect(alarms(hourly)).toEqual([]);
    expect(Date.parse(hourly.completeUpTo ?? "")).toBeLessThanOrEqual(until - 2 * hourMs);
  });
});

describe("a planted difference", () => {
  it("is named in its day: calls elsewhere with the same key, calls that we lost, and calls that they lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 0, max: days - 2 }),
        periods,
        async (seed, day, period) => {
          const calls = callsOf({ seed, skewMs: 20_000 });
          const noon = start + day * dayMs + 12 * hourMs;
          const other = callElsewhere(first, noon);
          const more = await compare({ ours: calls, theirs: [...calls, other], period });
          expect(alarms(more)).toHaveLength(1);
          expect(more.alerts.map(({ drift }) => drift.tokens)).toEqual([3_004_321]);
          const own = { ...other, costNano: 1 };
          const less = await compare({ ours: [...calls, own], theirs: calls, period });
          const [alarm = "", ...rest] = alarms(less);
          expect(rest).toEqual([]);
          expect(alarm).toMatch(/^(?:less|missing) /);
          const at = Date.parse(alarm.split(" ")[1] ?? "");
          expect(noon - at).toBeGreaterThanOrEqual(0);
          expect(noon - at).toBeLessThan(period === "day" ? dayMs : hourMs);
        },
      ),
      { numRuns: 12, examples: [[23, 0, "hour"]] },
    );
  });

  it("of a file without keys is anybody's where the provider has more, and an alert where it has less", async () => {
    const calls = calm(callsOf());
    const other = callElsewhere(second, start + dayMs + 12 * hourMs);
    const more = await compare({
      ours: calls,
      theirs: [...calls, other],
      period: "day",
      keys: false,
    });
    expect([more.states["other-calls"], more.alerts]).toEqual([1, []]);
    expect(more.totals.drift.tokens).toBe(3_004_321);
    expect(more.rows.every(({ key }) => key.fingerprint === null)).toBe(true);
    const less = await compare({
      ours: [...calls, other],
      theirs: calls,
      period: "day",
      keys: false,
    });
    expect(less.alerts.map(({ state, drift }) => [state, drift.tokens])).toEqual([
      ["less", -3_004_321],
    ]);
  });

  it("of an amount is exact, tells rounding from another price, and is an alert where the tokens agree", async () => {
    const calls = calm(callsOf());
    const sides = { ours: calls, theirs: calls, period: "day" as const };
    const cents = await compare({ ...sides, decimals: 2 });
    expect(cents.costs[0]?.state).toBe("rounding");
    expect(cents.costAlerts).toEqual([]);
    const cheaper = calls.map((call) => ({ ...call, costNano: (call.costNano ?? 0) * 0.8 }));
    const priced = await compare({ ...sides, theirs: cheaper, decimals: 9 });
    expect(alarms(priced)).toEqual([]);
    expect(priced.costAlerts.map(({ percent, currency }) => [percent, currency])).toEqual([
      [-20, "USD"],
      [-20, "USD"],
    ]);
    const unpriced = simulateCalls({ ...steady, start, hours: days * 24 - 1, callsAnHour: 4 });
    const unknown = await compare({ ...sides, ours: calm(unpriced), decimals: 9 });
    expect(unknown.costs[0]?.state).toBe("uncertain");
    expect(unknown.costAlerts).toEqual([]);
  });
});

describe("cached tokens", () => {
  const one: SimulatedCall = {
    ...callElsewhere(first, start + hourMs),
    inputTokens: 1000,
    cachedTokens: 400,
    outputTokens: 10,
  };
  const file = (input: number): string =>
    `日期,模型,API Key ID,计费项,用量\n${[
      ["输入", input],
      ["缓存命中输入", 400],
      ["输出", 10],
    ]
      .map(([kind, tokens]) => `2026-11-02,QWEN3-CODER-PLUS,${first.apiKeyId},${kind},${tokens}`)
      .join("\n")}`;

  it("are taken where they fit, or where the person says; a model's letters may be large or small", async () => {
    const sides = { ours: [one], theirs: [] };
    const beside = await compare({ ...sides, file: file(600) });
    expect([beside.cached, beside.states]).toEqual(["beside", { agree: 1 }]);
    const within = await compare({ ...sides, file: file(1000) });
    expect([within.cached, within.states]).toEqual(["within", { agree: 1 }]);
    const said = await compare({ ...sides, file: file(600), mapping: { cached: "within" } });
    expect([said.cached, said.states]).toEqual(["within", { less: 1 }]);
  });

  it("and a single number for all tokens is compared with the sum", async () => {
    const sum = `date,model,usage\n2026-11-02,qwen3-coder-plus,1010\n`;
    const report = await compare({ ours: [one], theirs: [], file: sum });
    expect([report.grain.kinds, report.grain.keys, report.states]).toEqual([
      false,
      false,
      { agree: 1 },
    ]);
    const bare = await compare({ ours: [one], theirs: [], file: `date,usage\n2026-11-02,1010` });
    expect([bare.grain.models, bare.states]).toEqual([false, { agree: 1 }]);
  });
});
