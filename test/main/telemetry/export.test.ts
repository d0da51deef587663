import { execFile } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { TailRow } from "../../../src/main/telemetry/ledger-tail.ts";
import {
  pointsOf,
  startOtlpReceiver,
  totalOf,
  type OtlpRequest,
} from "../../support/otlp-receiver.ts";
import {
  connect,
  ledgerOf,
  minute,
  noSignal,
  openExport,
  openTelemetry,
  spend,
  tailRow,
  type DeskFixture,
  type TelemetryFixtureOptions,
} from "../../support/telemetry-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const run = promisify(execFile);
const requestsIn = (request: OtlpRequest | undefined): number =>
  request === undefined ? Number.NaN : totalOf(request, "belay.usage.requests");
const startOf = (request: OtlpRequest | undefined): string | undefined =>
  request === undefined
    ? undefined
    : pointsOf(request, "belay.usage.requests")[0]?.startTimeUnixNano;

/** The export over a ledger in memory, and a way to add a request to it. */
function openOverRows(home: string, options: TelemetryFixtureOptions = {}, rows: TailRow[] = []) {
  const fixture = openExport(home, ledgerOf(rows), options);
  return { ...fixture, rows, use: () => void rows.push(tailRow(rows.length + 1)) };
}

/** Time enough for whatever wait there is, then one turn of the clock. */
async function later(fixture: DeskFixture, ms = 60 * minute) {
  fixture.advance(ms);
  return fixture.exporter.tick(noSignal);
}

describe("the export", () => {
  it("is off until a collector is set up, and loads and writes nothing", async () => {
    using home = createTemporaryFolder();
    const fixture = openOverRows(home.path, {
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=planted%20secret,other=1",
      },
    });
    fixture.use();
    expect(await later(fixture)).toBeNull();
    await fixture.desk.close();
    // What the environment names is offered, without the secret, and not taken.
    expect(await fixture.desk.status()).toEqual({
      setUp: null,
      offered: { endpoint: "http://127.0.0.1:4318", headerName: "api-key" },
    });
    for (const file of ["telemetry.json", "telemetry-state.json", "telemetry.lock"])
      expect(statSync(join(home.path, file), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("begins when it is switched on, and tells nothing of the time while it is off", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const fixture = openOverRows(home.path);
    fixture.use();
    expect(await connect(fixture, receiver.url)).toEqual({
      result: { outcome: "accepted", message: "", rejected: 0 },
      kept: "none",
      keptReason: null,
    });
    expect(receiver.requests[0]?.metrics[0]?.scopeMetrics).toEqual([]);
    fixture.use();
    await later(fixture);
    expect(requestsIn(receiver.requests.at(-1))).toBe(1);
    await fixture.desk.change({ on: false });
    fixture.use();
    expect(await later(fixture)).toBeNull();
    await fixture.desk.change({ on: true });
    fixture.use();
    await later(fixture);
    expect(receiver.requests.map(requestsIn)).toEqual([0, 1, 1]);
    const [, first, second] = receiver.requests.map(startOf);
    expect(BigInt(second ?? 0)).toBeGreaterThan(BigInt(first ?? 0));
  });

  it("keeps nothing waiting while the collector is away, and tells the exact totals when it is back", async () => {
    using home = createTemporaryFolder();
    const receiver = await startOtlpReceiver();
    await using fixture = await openTelemetry(home.path);
    await connect(fixture, receiver.url);
    await spend(fixture.history);
    await later(fixture);
    const state = join(home.path, "telemetry-state.json");
    const before = statSync(state).size;
    await receiver[Symbol.asyncDispose]();
    const away = 25;
    for (let one = 0; one < away; one += 1) {
      await spend(fixture.history);
      expect((await later(fixture))?.outcome).toBe("unreachable");
    }
    // A day offline costs a failure and a few digits, not a queue.
    expect(statSync(state).size - before).toBeLessThan(500);
    const { setUp } = await fixture.desk.status();
    expect(setUp?.last?.message).toContain("could not be read");
    await using again = await startOtlpReceiver(receiver.port);
    expect((await later(fixture))?.outcome).toBe("accepted");
    expect(again.requests).toHaveLength(1);
    const [request] = again.requests;
    expect(requestsIn(request)).toBe(away + 1);
    expect(startOf(request)).toBe(startOf(receiver.requests.at(-1)));
    if (request !== undefined)
      expect(totalOf(request, "belay.usage.cost")).toBeCloseTo((away + 1) * 0.0123, 9);
  });

  it("goes on after a restart with the same series, also where the kept totals are gone", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const start = Date.now();
    for (const [round, keepsState] of [true, true, false].entries()) {
      await using fixture = await openTelemetry(home.path, { start: start + round * 60 * minute });
      if (round === 0) await connect(fixture, receiver.url);
      if (!keepsState) rmSync(join(home.path, "telemetry-state.json"));
      await spend(fixture.history);
      await later(fixture);
    }
    const sent = receiver.requests.slice(1);
    expect(sent.map(requestsIn)).toEqual([1, 2, 3]);
    expect(new Set(sent.map(startOf)).size).toBe(1);
  });

  it(
    "counts each request of two processes once, and never less than before",
    { timeout: 120_000 },
    async () => {
      using home = createTemporaryFolder();
      await using receiver = await startOtlpReceiver();
      {
        await using fixture = await openTelemetry(home.path);
        await connect(fixture, receiver.url);
      }
      const script = new URL("../../support/export-while-spending.ts", import.meta.url).pathname;
      const each = 10;
      await Promise.all([1, 2].map(() => run(process.execPath, [script, home.path, String(each)])));
      const totals = receiver.requests.slice(1).map(requestsIn);
      expect(totals.length).toBeGreaterThanOrEqual(each);
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
      expect(totals.at(-1)).toBe(2 * each);
      expect(new Set(receiver.requests.slice(1).map(startOf)).size).toBe(1);
      const times = receiver.requests
        .slice(1)
        .map((one) => BigInt(pointsOf(one, "belay.usage.requests")[0]?.timeUnixNano ?? 0));
      expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0n))).toBe(
        true,
      );
    },
  );

  it("counts on where another ledger lies there, and no request twice", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const start = Date.parse("2026-11-26T12:00:00Z");
    {
      await using fixture = await openTelemetry(home.path, { start });
      await connect(fixture, receiver.url);
      await spend(fixture.history, { at: "2026-11-26T12:10:00.000Z" });
      await later(fixture);
    }
    for (const end of ["", "-wal", "-shm"])
      rmSync(join(home.path, `history.db${end}`), { force: true });
    await using fixture = await openTelemetry(home.path, { start: start + 120 * minute });
    // As a backup has it: what was counted already, and what is new.
    await spend(fixture.history, { at: "2026-11-26T12:10:00.000Z" });
    await spend(fixture.history, { at: "2026-11-26T14:10:00.000Z" });
    await later(fixture);
    const [, first, second] = receiver.requests;
    expect([requestsIn(first), requestsIn(second)]).toEqual([1, 1]);
    expect(BigInt(startOf(second) ?? 0)).toBeGreaterThan(BigInt(startOf(first) ?? 0));
  });

  it("tells another collector only what the one before has not", async () => {
    using home = createTemporaryFolder();
    await using first = await startOtlpReceiver();
    await using second = await startOtlpReceiver();
    const fixture = openOverRows(home.path);
    await connect(fixture, first.url);
    fixture.use();
    await later(fixture);
    first.answer({ status: 503 });
    fixture.use();
    fixture.use();
    await later(fixture);
    await connect(fixture, second.url);
    await later(fixture);
    expect(second.requests.map(requestsIn)).toEqual([0, 2]);
    expect(first.requests.map(requestsIn)).toEqual([0, 1, 3]);
  });
});

describe("closing", () => {
  it("sends what is new once, and asks nothing of a collector that was away", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const fixture = openOverRows(home.path);
    await connect(fixture, receiver.url);
    fixture.use();
    await fixture.desk.close();
    await fixture.desk.close();
    expect(receiver.requests.map(requestsIn)).toEqual([0, 1]);
    receiver.answer({ status: 503 });
    fixture.use();
    await fixture.desk.close();
    await fixture.desk.close();
    expect(receiver.requests.map(requestsIn)).toEqual([0, 1, 2]);
  });

  it("ends beside a collector that never answers, and whoever runs next sends it", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const start = Date.now();
    const first = openOverRows(home.path, { start });
    await connect(first, receiver.url);
    receiver.answer({ silent: true });
    first.use();
    await first.desk.close();
    expect((await first.desk.status()).setUp?.exportedAt).toBeNull();
    receiver.answer({});
    const next = openOverRows(home.path, { start: start + minute }, first.rows);
    await later(next);
    expect(requestsIn(receiver.requests.at(-1))).toBe(1);
    expect((await next.desk.status()).setUp?.exportedAt).not.toBeNull();
  });
});
