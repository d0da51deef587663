import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { start } from "../../../src/main/history/migrations/001-start.ts";
import { callCounts } from "../../../src/main/history/migrations/002-call-counts.ts";
import { openDatabase } from "../../../src/main/history/open-database.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

interface OldEntry {
  readonly id: string;
  readonly session: string;
  readonly at: string;
  readonly cost: string | null;
  readonly bound: string | null;
  readonly retries: number;
}

const old: readonly OldEntry[] = [
  {
    id: "a",
    session: "s-chat",
    at: "2026-10-01T12:14:59.999Z",
    cost: "14000",
    bound: "20000",
    retries: 0,
  },
  {
    id: "b",
    session: "s-quick",
    at: "2026-10-01T12:15:00.000Z",
    cost: "1",
    bound: "9",
    retries: 2,
  },
  {
    id: "c",
    session: "completions-2026-10-01",
    at: "2026-10-01T12:20:00.001Z",
    cost: "0",
    bound: null,
    retries: 0,
  },
  {
    id: "d",
    session: "endpoint-test-1",
    at: "2026-10-02T00:00:00.000Z",
    cost: null,
    bound: "70000",
    retries: 1,
  },
  {
    id: "e",
    session: "s-chat",
    at: "2026-10-02T00:00:00.000Z",
    cost: null,
    bound: "99999999999999999999999",
    retries: 0,
  },
];

function fill(database: Database.Database): void {
  const session = database.prepare(
    "INSERT INTO sessions VALUES (?, '/w', ?, '', '', '', 0, NULL, NULL, 0)",
  );
  session.run("s-chat", "chat");
  session.run("s-quick", "quick");
  const entry = database.prepare(
    `INSERT INTO ledger (request_id, at, workspace, session_id, turn_id, model, region, protocol, key_fingerprint,
       input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano, cost_currency,
       bound_nano, bound_currency, price_version, status, first_token_ms, duration_ms, retries)
     VALUES (@id, @at, '/w', @session, 't', 'm', 'singapore', 'openai', '0a1b2c3d', @tokens, 1, 0, 3, 0, @cost, @currency,
       @bound, 'USD', 'v1', @status, 5, 9, @retries)`,
  );
  for (const one of old)
    entry.run({
      ...one,
      tokens: one.cost === null ? null : 100,
      currency: one.cost === null ? null : "USD",
      status: one.cost === null ? "failed" : "completed",
    });
  database.prepare("INSERT INTO reservations VALUES ('r', 's-chat', 'dead', '500', 'USD', ?)").run(
    JSON.stringify({
      requestId: "r",
      sessionId: "s-chat",
      turnId: "t",
      workspace: "/w",
      at: "2026-10-03T01:00:00.000Z",
      model: "m",
      region: "singapore",
      protocol: "openai",
      keyFingerprint: null,
    }),
  );
}

test("entries and open reservations of before are taken over whole, with a copy of what was", async () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const before = openDatabase(place, [start, callCounts]).database;
  fill(before);
  before.close();
  const history = await openHistory(place);
  const entries = await history.ledger.entries({});
  expect(entries).toMatchObject([
    {
      requestId: "a",
      purpose: "chat",
      cost: { nano: 14_000n, currency: "USD" },
      bound: { nano: 20_000n },
    },
    { requestId: "b", purpose: "quick-ask", retries: 2, cost: { nano: 1n } },
    { requestId: "c", purpose: "completion", cost: { nano: 0n }, bound: null },
    { requestId: "d", purpose: "check", usage: null, cost: null, bound: { nano: 70_000n } },
    { requestId: "e", usage: null, bound: { nano: 2n ** 53n - 1n } },
    { requestId: "r", status: "unknown", bound: { nano: 500n, currency: "USD" }, retryOf: null },
  ]);
  expect(entries.map(({ at }) => at)).toEqual([
    ...old.map(({ at }) => at),
    "2026-10-03T01:00:00.000Z",
  ]);
  expect(entries[0]).toMatchObject({
    keyFingerprint: "0a1b2c3d",
    priceVersion: "v1",
    billing: "metered",
  });
  expect(await history.ledger.spending({ scope: "session", key: "s-chat" }, "USD")).toEqual({
    settled: 14_000n,
    unknown: 2n ** 53n - 1n + 500n,
    reserved: 0n,
  });
  const day = { from: Date.parse("2026-10-01T12:15:00Z"), to: Date.parse("2026-10-02T00:00:00Z") };
  expect(await history.ledger.spending({ scope: "day", ...day }, "USD")).toMatchObject({
    settled: 1n,
    unknown: 0n,
  });
  await history.close();
  const names = new Database(place.file, { readonly: true });
  expect(
    names
      .prepare("SELECT sum(calls) AS calls, sum(unknown_nano) AS unknown FROM usage_slots")
      .get(),
  ).toEqual({ calls: 6, unknown: 2 ** 53 - 1 + 70_500 });
  names.close();
});

test("neither entries nor their sums can be deleted, and entries not be changed", () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const before = openDatabase(place, [start, callCounts]).database;
  fill(before);
  before.close();
  const { database } = openDatabase(place);
  for (const table of ["ledger", "usage_slots", "spent"])
    expect(() => database.exec(`DELETE FROM ${table}`)).toThrow("never deleted");
  expect(() => database.exec("UPDATE ledger SET cost_nano = 0")).toThrow("never changed");
  const all = () => database.prepare("SELECT * FROM ledger ORDER BY id").all();
  const kept = all();
  database.exec(
    `INSERT OR REPLACE INTO ledger SELECT * FROM ledger;
     CREATE TEMP TABLE forged AS SELECT * FROM ledger;
     UPDATE forged SET id = id + 100, cost_nano = 0;
     INSERT OR REPLACE INTO ledger SELECT * FROM forged;`,
  );
  expect(all()).toEqual(kept);
  database.close();
});
