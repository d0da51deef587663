import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { History } from "../../../src/main/history/history.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { everyCall } from "../../../src/main/usage/every-call.ts";
import type { LedgerReservation, LedgerSettlement } from "../../../src/main/usage/ledger.ts";
import { createUsageDesk } from "../../../src/main/usage/usage-desk.ts";
import { usageReport } from "../../../src/main/usage/usage-report.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { formatNano, parseNano, type Currency } from "../../../src/shared/money.ts";
import type { UsageCall, UsageFigures, UsageFilter } from "../../../src/shared/usage-panel.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { writeMonth } from "../../support/usage-month.ts";

const open = (home: string): Promise<History> =>
  openHistory({ file: join(home, "history.db"), backups: join(home, "backups") });

interface Made {
  readonly at: string;
  readonly session?: string;
  readonly model?: string;
  readonly region?: string;
  readonly input?: number;
  readonly cached?: number;
  readonly cost?: readonly [bigint, Currency] | null;
  readonly bound?: readonly [bigint, Currency] | null;
  readonly status?: LedgerSettlement["status"];
  readonly usage?: boolean;
  readonly first?: number | null;
  readonly took?: number | null;
  readonly key?: string;
}

const amountOf = (pair: readonly [bigint, Currency] | null) =>
  pair === null ? null : { nano: pair[0], currency: pair[1] };

/** Writes one request as the agent does: reserved, then settled. */
async function put({ ledger }: History, made: Made): Promise<void> {
  const { cost = [1000n, "USD"], bound = [9000n, "USD"], usage = true } = made;
  const entry: LedgerReservation = {
    requestId: createRequestId(),
    retryOf: null,
    retries: 0,
    at: made.at,
    workspace: "/shop",
    sessionId: sessionIdSchema.parse(made.session ?? "s-one"),
    turnId: turnIdSchema.parse("t-one"),
    purpose: "chat",
    model: made.model ?? "qwen3-coder-plus",
    region: made.region ?? "singapore",
    protocol: "openai",
    keyFingerprint: made.key ?? null,
    billing: "metered",
    bound: amountOf(bound),
    mostTokens: { input: 700, output: 300 },
  };
  const { input = 100, cached = 40, status = "completed", first = 500, took = 2000 } = made;
  await ledger.reserve(entry, []);
  await ledger.settle(entry, {
    requestId: entry.requestId,
    providerRequestId: null,
    status,
    errorCode: null,
    usage: usage
      ? {
          inputTokens: input,
          cachedTokens: cached,
          cacheWriteTokens: 5,
          outputTokens: 20,
          reasoningTokens: 7,
        }
      : null,
    explicitCache: false,
    cost: usage ? amountOf(cost) : null,
    priceVersion: null,
    firstTokenMs: first,
    durationMs: took,
  });
}

test("figures say each token, each end and each amount once, and keep apart what is not known", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const day = "2026-11-20T10:0";
  await put(history, { at: `${day}1:00Z`, cost: [1_000_000_001n, "USD"], first: 100, took: 1000 });
  await put(history, { at: `${day}2:00Z`, cost: [2n, "USD"], first: 300, took: 3000 });
  await put(history, {
    at: `${day}3:00Z`,
    cost: [5n, "CNY"],
    bound: [9n, "CNY"],
    first: 200,
    took: null,
  });
  await put(history, { at: `${day}4:00Z`, status: "failed", usage: false, first: null });
  await put(history, { at: `${day}5:00Z`, status: "cancelled", first: 90_000 });
  await put(history, {
    at: `${day}6:00Z`,
    cost: null,
    bound: null,
    status: "completed",
    first: 250,
  });
  const { total } = await createUsageDesk(history.usage).overview({});
  expect(total).toEqual({
    calls: 6,
    completed: 4,
    failed: 1,
    cancelled: 1,
    lost: 0,
    retriedCalls: 0,
    inputTokens: 500,
    cachedTokens: 200,
    cacheWriteTokens: 25,
    outputTokens: 100,
    reasoningTokens: 35,
    unpricedCalls: 2,
    cost: [
      { amount: "1.000001003", currency: "USD" },
      { amount: "0.000000005", currency: "CNY" },
    ],
    unknownCalls: 1,
    unknownTokens: 1000,
    unknownMaximum: [{ amount: "0.000009", currency: "USD" }],
    // Of the completed ones: 100 200 250 300 and 1000 2000 3000.
    firstTokenMs: { p50: 200, p95: 300 },
    totalMs: { p50: 2000, p95: 3000 },
  } satisfies UsageFigures);
  await history.close();
});

test("an overview has every stretch, also the empty ones, and each request in one of them", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  for (const at of ["2026-11-20T00:00:00Z", "2026-11-20T23:59:59Z", "2026-11-23T12:00:00Z"])
    await put(history, { at });
  const { step, points, total } = await createUsageDesk(history.usage).overview({});
  expect(step).toBe("day");
  expect(points.map(({ calls }) => calls).reduce((a, b) => a + b)).toBe(total.calls);
  expect(points.some(({ calls }) => calls === 0)).toBe(true);
  points.slice(1).forEach(({ start }, index) => expect(start).toBe(points[index]?.end));
  await history.close();
});

test("a filter that cuts a quarter of an hour counts the requests in it one by one", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const minutes = [0, 7, 14, 16, 29, 31, 44, 46];
  for (const minute of minutes)
    await put(history, { at: `2026-11-20T10:${String(minute).padStart(2, "0")}:30.500Z` });
  const bound = fc.record({
    minute: fc.nat(59),
    second: fc.nat(59),
    ms: fc.constantFrom(0, 499, 500, 501),
  });
  await fc.assert(
    fc.asyncProperty(fc.option(bound), fc.option(bound), async (from, to) => {
      const time = (at: typeof from): string | undefined =>
        at === null
          ? undefined
          : new Date(Date.UTC(2026, 10, 20, 10, at.minute, at.second, at.ms)).toISOString();
      const [since, until] = [time(from), time(to)];
      const filter: UsageFilter = {
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      };
      const inside = minutes.filter((minute) => {
        const at = Date.UTC(2026, 10, 20, 10, minute, 30, 500);
        return at >= Date.parse(since ?? "2000-01-01") && at < Date.parse(until ?? "2100-01-01");
      });
      const [[group] = []] = await history.usage.figures({
        filter,
        groupings: [{ by: "nothing" }],
      });
      expect(group?.figures.calls ?? 0).toBe(inside.length);
      expect(await everyCall(history.usage, filter)).toHaveLength(inside.length);
    }),
    { numRuns: 40 },
  );
  await history.close();
});

const rank = (values: readonly number[], share: number): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1];

const addUp = (amounts: readonly string[]): string =>
  formatNano(amounts.reduce((total, amount) => total + (parseNano(amount) ?? 0n), 0n));

/** The same figures, added up from the list of requests with nothing but a loop. */
function byHand(calls: readonly UsageCall[]) {
  const done = calls.filter(({ status }) => status === "completed");
  const firsts = done.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);
  const dollars = calls.filter(({ cost }) => cost?.currency === "USD");
  return {
    calls: calls.length,
    cached: calls.reduce((total, { usage }) => total + (usage?.cachedTokens ?? 0), 0),
    failed: calls.filter(({ status }) => status === "failed").length,
    unknown: calls.filter(({ usage }) => usage === null).length,
    dollars:
      dollars.length === 0 ? undefined : addUp(dollars.map(({ cost }) => cost?.amount ?? "")),
    p95: rank(firsts, 0.95),
  };
}

const shown = (figures: UsageFigures | undefined) => ({
  calls: figures?.calls,
  cached: figures?.cachedTokens,
  failed: figures?.failed,
  unknown: figures?.unknownCalls,
  dollars: figures?.cost.find(({ currency }) => currency === "USD")?.amount,
  p95: figures?.firstTokenMs?.p95,
});

test("the panel, `belay usage` and the list of requests agree on a month, however it is grouped", async () => {
  using home = createTemporaryFolder();
  const end = Date.parse("2026-11-26T17:00:00Z");
  writeMonth({ home: home.path, rows: 4000, workspaces: ["/a", "/b"], end });
  const history = await open(home.path);
  const desk = createUsageDesk(history.usage, () => end);
  const calls = await everyCall(history.usage, {});
  expect(new Set(calls.map(({ requestId }) => requestId)).size).toBe(4000);
  expect(shown((await desk.overview({})).total)).toEqual(byHand(calls));
  const keys = {
    model: "model",
    region: "region",
    workspace: "workspace",
    session: "sessionId",
  } as const;
  for (const by of ["model", "region", "workspace", "session"] as const) {
    const { rows } = await desk.groups({}, by);
    const groups = Map.groupBy(calls, (call) => call[keys[by]]);
    expect(rows.length).toBe(groups.size);
    for (const row of rows) expect(shown(row)).toEqual(byHand(groups.get(row.key) ?? []));
  }
  const { rows, total } = await usageReport(history.usage, { by: "day" });
  const { rows: days } = await desk.groups({}, "day");
  for (const day of days) {
    const own = rows.filter(({ key }) => key === day.key);
    expect(own.reduce((sum, row) => sum + row.calls, 0)).toBe(day.calls);
    for (const { amount, currency } of day.cost)
      expect(own.find((row) => row.currency === currency)?.cost).toBe(amount);
  }
  const all = (await desk.overview({})).total;
  expect(
    total.flatMap(({ cost, currency }) => (cost === null ? [] : [{ amount: cost, currency }])),
  ).toEqual(all.cost);
  await history.close();
});

test("pages of requests meet without a gap or a repeat, also of one moment", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  for (let index = 0; index < 7; index += 1) await put(history, { at: "2026-11-20T10:00:00Z" });
  await put(history, { at: "2026-11-20T09:00:00Z" });
  const found: number[] = [];
  let before: number | null = null;
  do {
    const page = await history.usage.calls({
      filter: { sessionId: sessionIdSchema.parse("s-one") },
      limit: 3,
      ...(before === null ? {} : { before }),
    });
    found.push(...page.calls.map(({ id }) => id));
    before = page.next;
  } while (before !== null);
  expect(found).toEqual([7, 6, 5, 4, 3, 2, 1, 8]);
  await history.close();
});

test("requests are chosen by their key, also those of which none is known", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const at = "2026-11-20T10:00:00Z";
  for (const key of ["aaaaaaaa", "bbbbbbbb", "aaaaaaaa"]) await put(history, { at, key });
  await put(history, { at });
  const of = async (keyFingerprint?: string): Promise<number[]> => {
    const filter = {
      model: "qwen3-coder-plus",
      ...(keyFingerprint === undefined ? {} : { keyFingerprint }),
    };
    const { calls } = await history.usage.calls({ filter, limit: 10 });
    return calls.map(({ id }) => id);
  };
  expect(await of("aaaaaaaa")).toEqual([3, 1]);
  expect(await of("bbbbbbbb")).toEqual([2]);
  expect(await of("")).toEqual([4]);
  expect(await of("cccccccc")).toEqual([]);
  expect(await of()).toEqual([4, 3, 2, 1]);
  await history.close();
});

test("a ledger from before is summed up when it is opened, and sums cannot be deleted", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  await put(history, { at: "2026-11-20T10:00:00Z", first: 123 });
  await history.close();
  const database = new Database(join(home.path, "history.db"));
  expect(() => database.exec("DELETE FROM usage_timings")).toThrow("never deleted");
  database.exec(
    "DROP TRIGGER usage_timings_keep; DROP TRIGGER ledger_timings; DROP TABLE usage_timings; DROP TABLE prefixes; DROP TABLE prefix_key",
  );
  database.exec("DROP INDEX usage_slots_by_session; PRAGMA user_version = 3");
  database.close();
  const again = await open(home.path);
  const { total } = await createUsageDesk(again.usage).overview({});
  expect(total.firstTokenMs).toEqual({ p50: 123, p95: 123 });
  await again.close();
});
