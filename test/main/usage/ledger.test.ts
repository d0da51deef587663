import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { RequestOutcome, RequestScope } from "../../../src/main/agent/ports.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { History } from "../../../src/main/history/history.ts";
import type { Amount, LedgerReservation } from "../../../src/main/usage/ledger.ts";
import type { Pricing } from "../../../src/main/usage/pricing.ts";
import { createUsagePort } from "../../../src/main/usage/usage-port.ts";
import { usageCsv, usageReport } from "../../../src/main/usage/usage-report.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { formatNano, type Currency } from "../../../src/shared/money.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

/** 10 nano per input token, 100 per output token; singapore in USD, beijing in CNY; "free-form" has no price. */
const pricing = {
  row: () => undefined,
  version: () => "2026-01-test",
  billing: () => "metered",
  cost: (model, region, usage) =>
    model === "free-form"
      ? null
      : {
          amount: formatNano(BigInt(usage.inputTokens) * 10n + BigInt(usage.outputTokens) * 100n),
          currency: currencyOf(region),
        },
  upperBound: (...[model, region, inputTokens, outputTokens]) =>
    model === "free-form"
      ? null
      : {
          nano: BigInt(inputTokens) * 10n + BigInt(outputTokens) * 100n,
          currency: currencyOf(region),
        },
} satisfies Pricing;

function currencyOf(region: string): Currency {
  return region === "beijing" ? "CNY" : "USD";
}

function open(home: string): Promise<History> {
  return openHistory({ file: join(home, "history.db"), backups: join(home, "backups") });
}

function request(change: Partial<RequestScope> = {}): RequestScope {
  return {
    requestId: createRequestId(),
    sessionId: sessionIdSchema.parse("s-one"),
    turnId: turnIdSchema.parse("t-one"),
    workspace: "/home/person/shop",
    model: "qwen3-coder-plus",
    region: "singapore",
    protocol: "openai",
    purpose: "chat",
    ...change,
  };
}

function reservationOf(scope: RequestScope, bound: Amount): LedgerReservation {
  const at = "2026-01-01T00:00:00.000Z";
  const rest = { retryOf: null, retries: 0, billing: "metered", mostTokens: null } as const;
  return { ...scope, ...rest, at, keyFingerprint: null, bound };
}

function used(inputTokens: number, outputTokens: number): RequestOutcome {
  return {
    usage: { inputTokens, outputTokens, cachedTokens: 1, cacheWriteTokens: 2, reasoningTokens: 0 },
    explicitCache: false,
    status: "completed",
    firstTokenMs: 12.4,
    durationMs: 80,
    errorCode: null,
    providerRequestId: null,
  };
}

const withoutUsage: RequestOutcome = { ...used(0, 0), usage: null, status: "failed" };
const bounds = { inputBytes: 1000, maxOutputTokens: 100 }; // 20,000 nano

test("a request is written down with its exact cost, and settled once", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const port = createUsagePort({
    ledger: history.ledger,
    pricing,
    keyFingerprint: () => "0a1b2c3d",
  });
  const scope = request();
  await port.reserve(scope, bounds, null);
  expect(await history.ledger.spending({ scope: "session", key: scope.sessionId }, "USD")).toEqual({
    settled: 0n,
    unknown: 0n,
    reserved: 20_000n,
  });
  const settled = await port.settle(scope, used(900, 50));
  expect(settled).toMatchObject({
    cost: { amount: "0.000014", currency: "USD" },
    priceVersion: "2026-01-test",
  });
  await port.settle(scope, used(1, 1));
  const [entry, ...others] = await history.ledger.entries({});
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    ...scope,
    status: "completed",
    cost: { nano: 14_000n, currency: "USD" },
    bound: { nano: 20_000n, currency: "USD" },
    keyFingerprint: "0a1b2c3d",
    firstTokenMs: 12,
    usage: { inputTokens: 900, outputTokens: 50, cachedTokens: 1, cacheWriteTokens: 2 },
  });
  await history.close();
});

test("entries can be neither changed nor deleted, whoever asks", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const port = createUsagePort({ ledger: history.ledger, pricing });
  await port.settle(request(), used(1, 1));
  await history.close();
  const database = new Database(join(home.path, "history.db"));
  expect(() => database.exec("UPDATE ledger SET cost_nano = '0'")).toThrow("never changed");
  expect(() => database.exec("DELETE FROM ledger")).toThrow("never deleted");
  database.close();
});

test("a limit counts what is settled, unknown and under way, and is reached to the nano", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const port = createUsagePort({ ledger: history.ledger, pricing });
  const budget = { nano: 74_000n, currency: "USD" } as const;
  const [settled, unknown, running, last] = [request(), request(), request(), request()];
  await port.reserve(settled, bounds, budget);
  await port.settle(settled, used(900, 50)); // 14,000
  await port.reserve(unknown, bounds, budget);
  expect(await port.settle(unknown, withoutUsage)).toMatchObject({ cost: null, inputTokens: 0 }); // 20,000
  await port.reserve(running, bounds, budget); // 20,000
  await expect(
    port.reserve(last, { inputBytes: 1001, maxOutputTokens: 100 }, budget),
  ).rejects.toMatchObject({ code: "budget", message: expect.stringMatching(/Raise the limit/) });
  await port.reserve(last, bounds, budget);
  await port.reserve(request({ sessionId: sessionIdSchema.parse("s-two") }), bounds, budget);
  await history.close();
});

test("processes that reserve at once never pass the limit together", async () => {
  using home = createTemporaryFolder();
  const histories = await Promise.all([open(home.path), open(home.path), open(home.path)]);
  const ports = histories.map(({ ledger }) => createUsagePort({ ledger, pricing }));
  const budget = { nano: 200_000n, currency: "USD" } as const; // ten requests
  const tries = ports.flatMap((port) =>
    Array.from({ length: 10 }, () => port.reserve(request(), bounds, budget)),
  );
  const results = await Promise.allSettled(tries);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(10);
  await Promise.all(histories.map((history) => history.close()));
});

test("under a limit a price that is unknown or in another currency is refused; without one it is kept apart", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const port = createUsagePort({ ledger: history.ledger, pricing });
  const budget = { nano: 1_000_000_000n, currency: "USD" } as const;
  const unpriced = request({ model: "free-form" });
  await expect(port.reserve(unpriced, bounds, budget)).rejects.toThrow(
    /free-form in singapore is unknown/,
  );
  await expect(port.reserve(request({ region: "beijing" }), bounds, budget)).rejects.toThrow(
    /paid in CNY/,
  );
  await port.reserve(unpriced, bounds, null);
  expect(await port.settle(unpriced, used(10, 10))).toMatchObject({
    cost: null,
    priceVersion: null,
  });
  await history.close();
});

test("a report never adds currencies and keeps unpriced and unknown calls out of the cost", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const port = createUsagePort({ ledger: history.ledger, pricing });
  const run = async (scope: RequestScope, outcome: RequestOutcome): Promise<void> => {
    await port.reserve(scope, bounds, null);
    await port.settle(scope, outcome);
  };
  await run(request(), used(900, 50));
  await run(request({ region: "beijing" }), used(100, 0));
  await run(request({ model: "free-form" }), used(7, 0));
  await run(request(), withoutUsage);
  const report = await usageReport(history.usage, { by: "session" });
  expect(report.rows).toMatchObject([
    {
      key: "s-one",
      currency: "USD",
      cost: "0.000014",
      calls: 2,
      unpricedCalls: 1,
      unknownCalls: 1,
      unknownMaximum: "0.00002",
    },
    { key: "s-one", currency: "CNY", cost: "0.000001", calls: 1, unpricedCalls: 0 },
    { key: "s-one", currency: null, cost: null, calls: 1, unpricedCalls: 1, inputTokens: 7 },
  ]);
  expect(report.total).toHaveLength(3);
  const byModel = await usageReport(history.usage, { by: "model" });
  expect(byModel.rows.map((row) => row.key)).toEqual([
    "free-form",
    "qwen3-coder-plus",
    "qwen3-coder-plus",
  ]);
  expect((await usageReport(history.usage, { by: "call" })).rows).toHaveLength(4);
  expect(
    (await usageReport(history.usage, { by: "day", since: "2001-01-01", until: "2002-01-01" }))
      .rows,
  ).toEqual([]);
  expect((await usageReport(history.usage, { by: "workspace", workspace: "/else" })).rows).toEqual(
    [],
  );
  await expect(
    usageReport(history.usage, { by: "day", since: "yesterday-ish" }),
  ).rejects.toMatchObject({ code: "invalid-input" });
  await history.close();
});

test("an amount that no request can cost is kept as the most that a row holds", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const bound = { nano: 2n ** 80n + 1n, currency: "USD" } as const;
  const scope = request();
  await history.ledger.reserve(reservationOf(scope, bound), []);
  const place = { scope: "session", key: scope.sessionId } as const;
  expect(await history.ledger.spending(place, "USD")).toMatchObject({ reserved: 2n ** 53n - 1n });
  await history.close();
});

test("sums of more than a number holds are exact", async () => {
  using home = createTemporaryFolder();
  const history = await open(home.path);
  const bound = { nano: 2n ** 53n - 1n, currency: "USD" } as const;
  for (const scope of [request(), request()])
    await history.ledger.reserve(reservationOf(scope, bound), []);
  const place = { scope: "session", key: "s-one" } as const;
  expect(await history.ledger.spending(place, "USD")).toMatchObject({ reserved: 2n ** 54n - 2n });
  await history.close();
});

test("CSV quotes what must be quoted and hands no formula to a spreadsheet", () => {
  const row = {
    calls: 1,
    failedCalls: 0,
    inputTokens: 2,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 3,
    reasoningTokens: 0,
    cost: null,
    currency: null,
    unpricedCalls: 1,
    unknownTokens: 0,
    firstTokenMs: null,
    totalMs: null,
  };
  const lines = usageCsv({
    rows: [
      { key: '/a "b", c', ...row },
      { key: "=HYPERLINK(1)", ...row },
    ],
    total: [],
  }).split("\r\n");
  expect(lines[1]).toBe('"/a ""b"", c",1,0,2,0,0,3,0,,,1,,0,');
  expect(lines[2]).toBe("'=HYPERLINK(1),1,0,2,0,0,3,0,,,1,,0,");
  expect(lines).toHaveLength(4);
});
