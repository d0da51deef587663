import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { History } from "../../../src/main/history/history.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { hourMs, hourOf, type OwnHour } from "../../../src/main/monitoring/hours.ts";
import type { Reconciliation } from "../../../src/shared/monitoring.ts";
import { writeLedger } from "../../support/ledger-of-calls.ts";
import { openDesk, type DeskFixture } from "../../support/monitoring-fixture.ts";
import {
  noPrometheusHere,
  startPrometheus,
  testAccessKey,
  writeBlocks,
} from "../../support/prometheus.ts";
import {
  callElsewhere,
  keysOfMonth,
  ownHoursOf,
  simulateCalls,
  type SimulatedCall,
} from "../../support/simulated-calls.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { perMinute, runningTotals } from "../../support/written-series.ts";

const ci = process.env["CI"] !== undefined && process.env["CI"] !== "";
if (noPrometheusHere !== null && !ci)
  console.warn(`Real Prometheus not tested: ${noPrometheusHere}`);
const isSkipped = noPrometheusHere !== null && !ci;

const start = Date.parse("2026-10-26T00:00:00Z");
const end = Date.parse("2026-11-25T00:00:00Z");
const [first] = keysOfMonth;

/** A month of work; the first hours of it are not for comparing. */
const month = simulateCalls({
  seed: 20_261_126,
  start,
  hours: (end - start) / hourMs,
  callsAnHour: 8,
  skewMs: 60_000,
  unknownShare: 0.02,
  failedShare: 0.03,
});

const mostBusy = (from: number, to: number): number => {
  const counts = new Map<number, number>();
  for (const { countedAt, apiKeyId, known } of month)
    if (apiKeyId === first.apiKeyId && known && countedAt >= from && countedAt < to)
      counts.set(hourOf(countedAt), (counts.get(hourOf(countedAt)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? from;
};
const dayMs = 24 * hourMs;

/** The provider lost this hour. */
const missingHour = mostBusy(start + 6 * dayMs, start + 8 * dayMs);
/** Somebody called with the same key in this one, and in one in which we did nothing. */
const sharedHour = mostBusy(start + 14 * dayMs, start + 16 * dayMs);
const quietHour = quietAfter(start + 20 * dayMs);
const others = [sharedHour, quietHour].map((hour) => callElsewhere(first, hour));
/** What the provider shows some hours after its usual lag. */
const lateFrom = end - 5 * hourMs;

function quietAfter(from: number): number {
  const busy = new Set(month.flatMap(({ at, countedAt }) => [hourOf(at), hourOf(countedAt)]));
  for (let hour = from; ; hour += hourMs) if (!busy.has(hour)) return hour;
}

const isLost = ({ countedAt }: SimulatedCall): boolean => hourOf(countedAt) === missingHour;
const provider = [...month.filter((call) => !isLost(call)), ...others];

const range = { region: "singapore", since: iso(start + dayMs), until: iso(end) };
function iso(at: number): string {
  return new Date(at).toISOString();
}

const differing = new Set(["more", "less", "missing", "elsewhere"]);
const namesOf = ({ rows }: Reconciliation): string[] => [
  ...new Set(
    rows.filter(({ state }) => differing.has(state)).map(({ state, hour }) => `${state} ${hour}`),
  ),
];

const byName = (list: readonly OwnHour[]): OwnHour[] =>
  list.toSorted(
    (a, b) =>
      a.hour - b.hour ||
      a.model.localeCompare(b.model) ||
      a.fingerprint.localeCompare(b.fingerprint),
  );

describe.skipIf(isSkipped)("a month in a real Prometheus", () => {
  const folder = createTemporaryFolder();
  let history: History;
  let fixture: DeskFixture;
  let now = end - hourMs;

  beforeAll(async () => {
    if (noPrometheusHere !== null) throw new Error(noPrometheusHere);
    const file = writeLedger(folder.path, month);
    history = await openHistory({ file, backups: `${folder.path}/backups` });
    fixture = openDesk(folder.path, {
      ownHours: (query) => history.ownHours(query),
      now: () => now,
    });
  });
  afterAll(async () => {
    await history.close();
    folder[Symbol.dispose]();
  });

  it("is named difference by difference: a lost hour, another client's calls, and what came late", async () => {
    using early = createTemporaryFolder();
    using whole = createTemporaryFolder();
    writeBlocks(early.path, perMinute(provider.filter(({ countedAt }) => countedAt < lateFrom)));
    writeBlocks(whole.path, perMinute(provider));
    let port: number;
    {
      await using server = await startPrometheus(early.path);
      port = server.port;
      const setUp = await fixture.desk.setUp({
        region: "singapore",
        url: `${server.url}/`,
        accessKeyId: testAccessKey.id,
        accessKeySecret: testAccessKey.secret,
        persist: "keychain",
      });
      expect(setUp).toMatchObject({ test: { outcome: "works" }, kept: "keychain" });

      const before = await fixture.desk.reconcile(range);
      expect(before.counting).toBe("per-minute");
      expect(before.completeUpTo).toBe(iso(lateFrom));
      expect(namesOf(before).filter((name) => name.endsWith(iso(missingHour)))).not.toEqual([]);
    }
    // The provider has caught up; the hours that were final are not asked for again.
    now = end + 3 * hourMs;
    await using server = await startPrometheus(whole.path, port);
    const after = await fixture.desk.reconcile(range);
    expect(after.completeUpTo).toBe(iso(end));

    const names = namesOf(after);
    const at = (hour: number): string[] => names.filter((name) => name.endsWith(iso(hour)));
    expect(at(missingHour)).toEqual([`missing ${iso(missingHour)}`]);
    expect(at(sharedHour)).toEqual([`more ${iso(sharedHour)}`]);
    expect(at(quietHour)).toEqual([`elsewhere ${iso(quietHour)}`]);
    // Nothing else is; calls of the lost hour may be of the hours beside it.
    const beside = [-1, 0, 1].map((hours) => iso(missingHour + hours * hourMs));
    const planted = [...beside, iso(sharedHour), iso(quietHour)];
    expect(names.filter((name) => !planted.some((hour) => name.endsWith(hour)))).toEqual([]);
    expect(after.states.pending).toBeUndefined();
    expect(after.keys.map(({ link }) => link)).toEqual(["found", "found"]);

    const shared = after.alerts.find(
      ({ state, model }) => state === "more" && model === "qwen3-coder-plus",
    );
    expect(shared?.drift.tokens).toBe(3_004_321);
    const own = after.rows.filter(({ state }) => state === "agree").length;
    expect(own).toBeGreaterThan(after.rows.length / 2);
    expect(server.port).toBe(port);
  });

  it("has the figures of its hours to the token", async () => {
    const own = await history.ownHours({ region: "singapore", from: start, to: end });
    expect(byName(own)).toEqual(byName(ownHoursOf(month)));
  });
});

describe.skipIf(isSkipped)("running totals in a real Prometheus", () => {
  it("agree over a restart and over the hours' edges", async () => {
    using folder = createTemporaryFolder();
    const from = Date.parse("2026-11-20T00:00:00Z");
    const to = from + 60 * hourMs;
    const calls = simulateCalls({ seed: 4, start: from + 5 * hourMs, hours: 54, callsAnHour: 6 });
    const restarts = [from + 31 * hourMs + 600_000];
    writeBlocks(folder.path, runningTotals(calls, { from, to, restarts }));
    await using server = await startPrometheus(folder.path);
    const { desk } = openDesk(folder.path, {
      ownHours: async (query) =>
        ownHoursOf(calls).filter(({ hour }) => hour >= query.from && hour < query.to),
      now: () => to,
    });
    const { id: accessKeyId, secret: accessKeySecret } = testAccessKey;
    const region = "singapore";
    const setUp = { region, url: server.url, accessKeyId, accessKeySecret } as const;
    await desk.setUp({ ...setUp, persist: "keychain" });
    const report = await desk.reconcile({ region, since: iso(from + 24 * hourMs), until: iso(to) });
    expect(report.counting).toBe("running-total");
    expect(namesOf(report)).toEqual([]);
    expect(report.states.agree).toBeGreaterThan(20);

    const wrong = await desk.setUp({
      ...setUp,
      accessKeySecret: "another-secret",
      persist: "memory",
    });
    expect(wrong).toMatchObject({ test: { outcome: "refused" }, kept: null });
    expect(
      (await desk.reconcile({ region, since: iso(from + 24 * hourMs), until: iso(to) })).alerts,
    ).toEqual([]);
  });
});
