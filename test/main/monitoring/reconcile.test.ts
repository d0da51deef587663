import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourMs, hourOf, type ProviderFigures } from "../../../src/main/monitoring/hours.ts";
import { reconcile, type NamedHour } from "../../../src/main/monitoring/reconcile.ts";
import { reconciliationReport } from "../../../src/main/monitoring/reconciliation-report.ts";
import { reconciliationSchema, type Reconciliation } from "../../../src/shared/monitoring.ts";
import {
  keysOfMonth,
  ownHoursOf,
  providerHoursOf,
  simulateCalls,
  type SimulatedCall,
} from "../../support/simulated-calls.ts";

const start = Date.parse("2026-11-02T00:00:00Z");
const hours = 40;
const end = start + hours * hourMs;
const [first, second] = keysOfMonth;

interface Sides {
  readonly ours: readonly SimulatedCall[];
  readonly theirs: readonly SimulatedCall[];
  readonly now?: number;
  readonly links?: Parameters<typeof reconcile>[0]["links"];
}

const linked = keysOfMonth.map(({ fingerprint, ...provider }) => ({ fingerprint, provider }));

/** From the second hour on: what was counted before the first call is not for this. */
function compare({ ours, theirs, now = end + 26 * hourMs, links = linked }: Sides) {
  return reconcile({
    ours: ownHoursOf(ours),
    theirs: watched(providerHoursOf(theirs)),
    links,
    stretch: { from: start, to: end },
    now,
  });
}

/** The provider had figures long before. */
function watched({ hours: counted, workspaces }: ProviderFigures): ProviderFigures {
  const ids = keysOfMonth.map(({ workspaceId }) => workspaceId);
  const extents = ids.map((id) => [
    id,
    { first: start - 48 * hourMs, newest: workspaces[id]?.newest ?? start },
  ]);
  return { hours: counted, workspaces: Object.fromEntries(extents) };
}

const report = (sides: Sides, thresholdPercent = 0): Reconciliation =>
  reconciliationReport(compare(sides), {
    region: "singapore",
    stretch: { from: start, to: end },
    readAt: end,
    counting: "per-minute",
    thresholdPercent,
  });

const differing = new Set(["more", "less", "missing", "elsewhere"]);
const differences = (named: readonly NamedHour[]) =>
  named.filter(({ state }) => differing.has(state));

const simulations = fc.record({
  seed: fc.integer(),
  callsAnHour: fc.constantFrom(1, 3, 12),
  skewMs: fc.constantFrom(0, 20_000, 299_000),
  unknownShare: fc.constantFrom(0, 0.1),
  failedShare: fc.constantFrom(0, 0.1),
});

const callsOf = (simulation: typeof simulations extends fc.Arbitrary<infer T> ? T : never) =>
  simulateCalls({ ...simulation, start: start + hourMs, hours: hours - 2 });

/** A call of another client, with a key of ours, in the middle of an hour. */
function elsewhere(hour: number, tokens: number): SimulatedCall {
  const at = hour + hourMs / 2;
  return {
    ...first,
    at,
    countedAt: at,
    durationMs: 1000,
    model: "qwen3-coder-plus",
    inputTokens: tokens,
    cachedTokens: 0,
    outputTokens: 10,
    status: "completed",
    known: true,
    mostInput: 0,
    mostOutput: 0,
    counted: true,
  };
}

describe("two ledgers of the same calls", () => {
  it("never alarm, whatever the clocks, the lengths of calls and the usage that never came", () => {
    fc.assert(
      fc.property(simulations, (simulation) => {
        const calls = callsOf(simulation);
        expect(differences(compare({ ours: calls, theirs: calls }).hours)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("agree to the token where the clocks do and no call lies at an edge", () => {
    const calls = callsOf({
      seed: 7,
      callsAnHour: 12,
      skewMs: 0,
      unknownShare: 0,
      failedShare: 0,
    }).map((call) => ({ ...call, countedAt: call.at }));
    const { totals, states, alerts } = report({ ours: calls, theirs: calls });
    expect(Object.keys(states)).toEqual(["agree"]);
    expect(totals.drift).toEqual({ tokens: 0, calls: 0, percent: 0 });
    expect(alerts).toEqual([]);
  });

  it("say where an edge was crossed, and how much of it", () => {
    const at = start + 5 * hourMs - 30_000;
    const call = { ...elsewhere(start, 5000), at, durationMs: 90_000, countedAt: at + 90_000 };
    const rows = report({ ours: [call], theirs: [call] }).rows;
    expect(
      rows.map(({ hour, state, movedTokens, alert }) => [hour, state, movedTokens, alert]),
    ).toEqual([
      ["2026-11-02T05:00:00.000Z", "hour-edge", 5010, false],
      ["2026-11-02T04:00:00.000Z", "hour-edge", 5010, false],
    ]);
  });

  it("put keys together by themselves", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const calls = callsOf({
          seed,
          callsAnHour: 12,
          skewMs: 20_000,
          unknownShare: 0,
          failedShare: 0,
        });
        const found = compare({ ours: calls, theirs: calls, links: [] }).keys;
        expect(
          found
            .map(({ fingerprint, apiKeyId, link }) => `${fingerprint} ${apiKeyId} ${link}`)
            .toSorted((a, b) => a.localeCompare(b)),
        ).toEqual([
          `${first.fingerprint} ${first.apiKeyId} found`,
          `${second.fingerprint} ${second.apiKeyId} found`,
        ]);
      }),
      { numRuns: 10 },
    );
  });
});

/** Tokens of our calls at the edges of an hour and of those next to it: so much of a difference can be said to be theirs. */
const atEdges = (calls: readonly SimulatedCall[], hour: number): number =>
  ownHoursOf(calls)
    .filter((own) => Math.abs(own.hour - hour) <= 2 * hourMs)
    .flatMap(({ early, late }) => [early, late])
    .reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);

// What calls at an edge can explain can be told in more ways than one: the same cases each time.
describe("a planted difference", () => {
  const planted = fc.record({
    simulation: simulations,
    hour: fc.integer({ min: 3, max: hours - 4 }),
    more: fc.oneof(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 2_000_001, max: 9_000_000 }),
    ),
  });

  it("of calls made elsewhere with the same key is named in its hour", () => {
    fc.assert(
      fc.property(planted, ({ simulation, hour, more }) => {
        const calls = callsOf({ ...simulation, unknownShare: 0 });
        const at = start + hour * hourMs;
        const found = differences(
          compare({ ours: calls, theirs: [...calls, elsewhere(at, more)] }).hours,
        );
        const total = found.reduce((sum, { gap }) => sum + gap.inputTokens + gap.outputTokens, 0);
        expect(found.length).toBeGreaterThan(0);
        expect(found.every(({ state }) => state === "more" || state === "elsewhere")).toBe(true);
        // What calls at an edge can explain may be named an hour beside it; more than they used is named where it is.
        if (more > 2_000_000) expect(found.map((named) => named.hour)).toContain(at);
        expect(Math.abs(total - more - 10)).toBeLessThanOrEqual(atEdges(calls, at));
      }),
      { numRuns: 40, seed: 20_261_126 },
    );
  });

  it("of an hour that the provider lost is named there", () => {
    fc.assert(
      fc.property(planted, ({ simulation, hour }) => {
        const calls = callsOf({ ...simulation, unknownShare: 0, failedShare: 0 });
        const at = start + hour * hourMs;
        const lost = calls.filter(({ countedAt }) => hourOf(countedAt) === at);
        fc.pre(lost.length > 0);
        const found = differences(
          compare({ ours: calls, theirs: calls.filter((call) => !lost.includes(call)) }).hours,
        );
        expect(found.length).toBeGreaterThan(0);
        expect(found.reduce((sum, { gap }) => sum + gap.inputTokens, 0)).toBeLessThan(0);
        for (const { model, fingerprint } of lost) {
          const same = (one: { model: string; fingerprint: string | null }): boolean =>
            one.model === model && one.fingerprint === fingerprint;
          const tokens = lost.filter(same).reduce((sum, call) => sum + call.inputTokens, 0);
          if (tokens <= atEdges(calls.filter(same), at)) continue;
          const here = found.filter((one) => one.hour === at && same({ ...one, ...one.key }));
          expect(here.map(({ state }) => state)).toHaveLength(1);
          expect(["missing", "less"]).toContain(here[0]?.state);
        }
      }),
      { numRuns: 40, seed: 20_261_126 },
    );
  });

  it("of calls that our ledger lost is named as more than it knows", () => {
    fc.assert(
      fc.property(planted, ({ simulation, hour }) => {
        const calls = callsOf({ ...simulation, unknownShare: 0, failedShare: 0 });
        const at = start + hour * hourMs;
        const lost = calls.filter((call) => hourOf(call.at) === at);
        fc.pre(lost.length > 0);
        const kept = calls.filter((call) => !lost.includes(call));
        const found = differences(compare({ ours: kept, theirs: calls }).hours);
        expect(found.length).toBeGreaterThan(0);
        expect(found.reduce((sum, { gap }) => sum + gap.inputTokens, 0)).toBeGreaterThan(0);
      }),
      { numRuns: 40, seed: 20_261_126 },
    );
  });
});

const stateOf = (sides: Sides): string[] => report(sides).rows.map(({ state }) => state);

describe("a row", () => {
  const hour = start + 10 * hourMs;
  const call = elsewhere(hour, 1000);

  it("within what unknown usage can be agrees, and not a token above", () => {
    const unknown = { ...call, known: false, mostInput: 1000, mostOutput: 10 };
    expect(stateOf({ ours: [unknown], theirs: [call] })).toEqual(["unknown-usage"]);
    const above = { ...call, inputTokens: 1001 };
    expect(stateOf({ ours: [unknown], theirs: [above] })).toEqual(["more"]);
    const { alerts } = report({ ours: [unknown], theirs: [above] });
    expect(alerts.map(({ drift }) => drift.tokens)).toEqual([1]);
  });

  it("of a key that is not ours is no alarm", () => {
    const other = { ...call, apiKeyId: "77", workspaceId: "llm-payments" };
    const console = { ...call, apiKeyId: "-1", workspaceId: "llm-payments" };
    const { rows, alerts } = report({ ours: [call], theirs: [call, other, console], links: [] });
    expect(
      rows
        .map(({ state, key }) => `${state} ${key.apiKeyId}`)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual([`agree ${first.apiKeyId}`, "other-key -1", "other-key 77"]);
    expect(alerts).toEqual([]);
  });

  it("is pending until the provider's lag is over, and complete from then on", () => {
    const missing = { ours: [call], theirs: [elsewhere(hour + 3 * hourMs, 5)] };
    expect(stateOf({ ...missing, now: hour + 3 * hourMs - 1 })).toContain("pending");
    const { rows, completeUpTo } = report({ ...missing, now: hour + 3 * hourMs });
    expect(rows.map(({ state }) => state)).toEqual(["pending", "missing"]);
    expect(completeUpTo).toBe("2026-11-02T11:00:00.000Z");
  });

  it("after the provider's newest figures is late for a day, then missing", () => {
    const sides = { ours: [call], theirs: [elsewhere(hour - 2 * hourMs, 5)] };
    const late = report({ ...sides, now: hour + 9 * hourMs });
    expect(late.rows.map(({ state }) => state)).toEqual(["pending", "elsewhere"]);
    expect(late.completeUpTo).toBe("2026-11-02T10:00:00.000Z");
    expect(stateOf({ ...sides, now: hour + 26 * hourMs })).toEqual(["missing", "elsewhere"]);
  });

  it("from before the provider's figures is not monitored", () => {
    const late = elsewhere(hour + 5 * hourMs, 9);
    const named = reconcile({
      ours: ownHoursOf([call, late]),
      theirs: providerHoursOf([late]),
      links: linked,
      stretch: { from: start, to: end },
      now: end,
    });
    expect(named.hours.map(({ state }) => state)).toEqual(["agree", "not-monitored"]);
    expect(named.coveredFrom).toBe(late.countedAt);
  });

  it("is an alert from the threshold on", () => {
    const larger = { ...call, inputTokens: call.inputTokens + 100 };
    const sides = { ours: [call], theirs: [larger] };
    const share = (100 / 1110) * 100;
    expect(report(sides, share).alerts).toHaveLength(1);
    expect(report(sides, share + 0.001).alerts).toHaveLength(0);
    expect(report(sides, 100).rows.map(({ state, drift }) => [state, drift.percent])).toEqual([
      ["more", 9.01],
    ]);
  });
});

it("a report is what the contract says, and the newest rows when there are too many", () => {
  const calls = callsOf({
    seed: 3,
    callsAnHour: 12,
    skewMs: 20_000,
    unknownShare: 0.1,
    failedShare: 0.1,
  });
  const whole = report({ ours: calls, theirs: calls.slice(5) });
  expect(reconciliationSchema.parse(whole)).toEqual(whole);
  const cut = reconciliationReport(compare({ ours: calls, theirs: calls.slice(5) }), {
    region: "singapore",
    stretch: { from: start, to: end },
    readAt: end,
    counting: "running-total",
    thresholdPercent: 0,
    mostRows: 7,
  });
  expect(cut.rows).toEqual(whole.rows.slice(0, 7));
  expect(cut.leftOut).toBe(whole.rows.length - 7);
  expect({ ...cut.totals, states: cut.states }).toEqual({ ...whole.totals, states: whole.states });
});
