import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TailRow } from "../../../src/main/telemetry/ledger-tail.ts";
import { usageReport } from "../../../src/main/usage/usage-report.ts";
import { parseNano } from "../../../src/shared/money.ts";
import { sessionEvents } from "../../support/history-events.ts";
import {
  metricsOf,
  pointsOf,
  startOtlpReceiver,
  totalOf,
  type OtlpReceiver,
  type OtlpRequest,
} from "../../support/otlp-receiver.ts";
import {
  connect,
  ledgerOf,
  minute,
  openExport,
  openTelemetry,
  spend,
  tailRow,
} from "../../support/telemetry-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";
import { writeMonth } from "../../support/usage-month.ts";

async function openWith(receiver: OtlpReceiver) {
  const folder = createTemporaryFolder();
  const fixture = await openTelemetry(folder.path);
  await connect(fixture, receiver.url);
  return {
    ...fixture,
    folder,
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const newest = ({ requests }: OtlpReceiver): OtlpRequest => {
  const last = requests.at(-1);
  if (last === undefined) throw new Error("nothing came");
  return last;
};

const resourceIn = (request: OtlpRequest) => request.metrics[0]?.resource.attributes ?? {};

describe("the exported metrics", () => {
  it("are the totals of `belay usage`, to the nano and to the token", async () => {
    await using receiver = await startOtlpReceiver();
    await using fixture = await openWith(receiver);
    writeMonth({
      home: fixture.folder.path,
      rows: 3000,
      workspaces: ["/home/dev/shop", "/home/dev/tools"],
      end: Date.now(),
    });
    await fixture.desk.check();
    const request = newest(receiver);
    const { total } = await usageReport(fixture.history.usage, { by: "session" });
    const sumOf = (name: keyof (typeof total)[number]): number =>
      total.reduce((all, row) => all + Number(row[name] ?? 0), 0);
    const kind = (name: string): number =>
      totalOf(request, "belay.usage.tokens", { "belay.token.kind": name });
    expect(total.map(({ currency }) => currency)).toHaveLength(2);
    expect(sumOf("calls")).toBe(3000);
    expect(totalOf(request, "belay.usage.requests")).toBe(3000);
    expect(kind("input") + kind("cached") + kind("cache_write")).toBe(sumOf("inputTokens"));
    expect(kind("cached")).toBe(sumOf("cachedTokens"));
    expect(kind("cache_write")).toBe(sumOf("cacheWriteTokens"));
    expect(kind("output") + kind("reasoning")).toBe(sumOf("outputTokens"));
    expect(kind("reasoning")).toBe(sumOf("reasoningTokens"));
    const whole = (type: string): number =>
      totalOf(request, "gen_ai.client.token.usage", { "gen_ai.token.type": type });
    expect([whole("input"), whole("output")]).toEqual([
      sumOf("inputTokens"),
      sumOf("outputTokens"),
    ]);
    for (const { currency, cost } of total.filter((row) => row.currency !== null)) {
      const points = pointsOf(request, "belay.usage.cost").filter(
        ({ attributes }) => attributes["belay.currency"] === currency,
      );
      const nano = points.reduce(
        (all, { asDouble }) => all + BigInt(Math.round((asDouble ?? 0) * 1e9)),
        0n,
      );
      expect([currency, nano]).toEqual([currency, parseNano(cost ?? "")]);
      expect(nano).toBeGreaterThan(0n);
    }
    const unknown = { "belay.unknown": "usage" };
    expect(totalOf(request, "belay.usage.unknown_requests", unknown)).toBe(sumOf("unknownCalls"));
    expect(totalOf(request, "belay.usage.unknown_tokens")).toBe(sumOf("unknownTokens"));
  });

  it("follow the conventions: names, units, bounds, temporality and attributes", async () => {
    await using receiver = await startOtlpReceiver();
    await using fixture = await openWith(receiver);
    await spend(fixture.history);
    await spend(fixture.history, {
      purpose: "completion",
      durationMs: 20,
      model: "qwen3-coder-flash",
    });
    await spend(fixture.history, {
      status: "failed",
      errorCode: "rate-limited",
      usage: null,
      cost: null,
    });
    fixture.advance(minute);
    await fixture.desk.check();
    const request = newest(receiver);
    expect(request.path).toBe("/v1/metrics");
    expect(request.headers["content-type"]).toBe("application/x-protobuf");
    const metrics = metricsOf(request);
    expect([...metrics].map(([name, { unit }]) => [name, unit])).toEqual([
      ["gen_ai.client.token.usage", "{token}"],
      ["gen_ai.client.operation.duration", "s"],
      ["belay.usage.tokens", "{token}"],
      ["belay.usage.cost", "{currency}"],
      ["belay.usage.requests", "{request}"],
      ["belay.usage.unknown_requests", "{request}"],
      ["belay.usage.unknown_tokens", "{token}"],
    ]);
    for (const { sum, histogram } of metrics.values()) {
      expect((sum ?? histogram)?.aggregationTemporality).toBe("AGGREGATION_TEMPORALITY_CUMULATIVE");
      expect(sum?.isMonotonic ?? true).toBe(true);
    }
    const convention = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "dashscope" };
    const plus = { ...convention, "gen_ai.request.model": "qwen3-coder-plus" };
    const [input] = pointsOf(request, "gen_ai.client.token.usage");
    expect(input?.attributes).toEqual({ ...plus, "gen_ai.token.type": "input" });
    expect(input?.explicitBounds).toEqual(Array.from({ length: 14 }, (_, power) => 4 ** power));
    // 1,000 lies above 256 and up to 1,024.
    expect(input?.bucketCounts.map(Number)).toEqual([0, 0, 0, 0, 0, 1, ...Array(9).fill(0)]);
    expect(input).toMatchObject({ count: "1", sum: 1000, min: 1000, max: 1000 });
    const durations = pointsOf(request, "gen_ai.client.operation.duration");
    expect(durations.map(({ attributes }) => attributes)).toEqual([
      plus,
      {
        ...convention,
        "gen_ai.operation.name": "text_completion",
        "gen_ai.request.model": "qwen3-coder-flash",
      },
      { ...plus, "error.type": "rate-limited" },
    ]);
    expect(durations[0]?.explicitBounds).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
    expect(durations[0]).toMatchObject({ count: "1", sum: 2, min: 2, max: 2 });
    // A bound belongs to the bucket below it.
    expect(durations[1]?.bucketCounts.map(Number)).toEqual([0, 1, ...Array(13).fill(0)]);
    for (const point of [...metrics.values()].flatMap(
      ({ sum, histogram }) => sum?.dataPoints ?? histogram?.dataPoints ?? [],
    ))
      expect(BigInt(point.timeUnixNano) - BigInt(point.startTimeUnixNano)).toBe(
        BigInt(minute) * 1_000_000n,
      );
    expect(Object.keys(resourceIn(request)).toSorted()).toEqual([
      "service.instance.id",
      "service.name",
      "service.version",
    ]);
    expect(resourceIn(request)).toMatchObject({
      "service.name": "belay",
      "service.version": "1.2.3",
    });
  });

  it("say nothing of prompts, sessions, keys, folders, machine or person", async () => {
    await using receiver = await startOtlpReceiver();
    await using fixture = await openWith(receiver);
    await fixture.history.appendEvents(sessionEvents("s-planted", { turns: 1, text: "planted" }));
    await spend(fixture.history);
    await fixture.desk.check();
    for (const { raw } of receiver.requests)
      for (const planted of [
        "planted",
        "Rename the button",
        "Title of",
        "0a1b2c3d",
        "shop",
        "/home",
      ])
        expect(raw.includes(planted)).toBe(false);
    const [workspace] = pointsOf(newest(receiver), "belay.usage.requests").map(
      ({ attributes }) => attributes["belay.workspace"],
    );
    expect(workspace).toMatch(/^[\da-f]{16}$/);
  });

  it("say of the person what was switched on, and begin anew under the new names", async () => {
    await using receiver = await startOtlpReceiver();
    await using fixture = await openWith(receiver);
    await spend(fixture.history);
    await fixture.desk.check();
    fixture.advance(minute);
    await fixture.desk.change({ team: "payments", folders: "name", host: true, user: true });
    await spend(fixture.history);
    await fixture.desk.check();
    const request = newest(receiver);
    expect(resourceIn(request)).toMatchObject({
      "belay.team": "payments",
      "host.name": "planted-host",
      "user.name": "planted-user",
    });
    const [point] = pointsOf(request, "belay.usage.requests");
    expect(point?.attributes["belay.workspace"]).toBe("planted-shop");
    // What was told under the old names is not told again under the new ones.
    expect(totalOf(request, "belay.usage.requests")).toBe(1);
    const [before] = pointsOf(receiver.requests[1] ?? request, "belay.usage.requests");
    expect(BigInt(point?.startTimeUnixNano ?? 0)).toBeGreaterThan(
      BigInt(before?.timeUnixNano ?? 0),
    );
    await fixture.desk.change({ folders: "path" });
    await spend(fixture.history);
    await fixture.desk.check();
    expect(newest(receiver).raw.includes("/home/planted-person/planted-shop")).toBe(true);
    expect(totalOf(newest(receiver), "belay.usage.requests")).toBe(1);
  });

  it("begin anew with another version of Belay, which is a name of theirs", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const rows = [tailRow(1)];
    const first = openExport(home.path, ledgerOf(rows), {});
    await connect(first, receiver.url);
    rows.push(tailRow(2));
    await first.desk.check();
    rows.push(tailRow(3), tailRow(4));
    const second = openExport(home.path, ledgerOf(rows), { version: "1.3.0" });
    second.advance(minute);
    await second.desk.check();
    const requests = receiver.requests.slice(1);
    expect(requests.map((one) => totalOf(one, "belay.usage.requests"))).toEqual([1, 2]);
    const starts = requests.map(
      (one) => pointsOf(one, "belay.usage.requests")[0]?.startTimeUnixNano,
    );
    expect(new Set(starts).size).toBe(2);
  });

  it("never go back in time, whatever the clock does", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const rows = [tailRow(1)];
    const fixture = openExport(home.path, ledgerOf(rows), {});
    await connect(fixture, receiver.url);
    for (const team of ["", "", "payments", "payments"]) {
      rows.push(tailRow(rows.length + 1));
      if (team !== "") await fixture.desk.change({ team });
      await fixture.desk.check();
      fixture.advance(-30 * minute);
    }
    const points = receiver.requests
      .slice(1)
      .flatMap((one) => pointsOf(one, "belay.usage.requests").slice(0, 1))
      .map(({ startTimeUnixNano: from, timeUnixNano: to }) => [BigInt(from), BigInt(to)] as const);
    const [first, second, third, fourth] = points;
    expect(points.every(([from, to]) => from < to)).toBe(true);
    expect([second?.[0], fourth?.[0]]).toEqual([first?.[0], third?.[0]]);
    expect((second?.[1] ?? 0n) > (first?.[1] ?? 0n)).toBe(true);
    // The new name's series begin after all that was told under the old one.
    expect((third?.[0] ?? 0n) > (second?.[1] ?? 0n)).toBe(true);
  });

  it("stay within a bound whatever models and folders there are, and lose no token", async () => {
    using home = createTemporaryFolder();
    await using receiver = await startOtlpReceiver();
    const many = 3000;
    const rows: TailRow[] = [];
    const { desk } = openExport(home.path, ledgerOf(rows), {});
    await connect({ desk }, receiver.url);
    for (let id = 1; id <= many; id += 1) {
      const yuan = { region: "beijing", costNano: 1_000_000_007, currency: "CNY" } as const;
      const place = { model: `model-${id}`, workspace: join("/w", String(id)) };
      rows.push(tailRow(id, { ...place, ...(id % 2 === 0 ? yuan : {}) }));
    }
    await desk.check();
    expect(statSync(join(home.path, "telemetry-state.json")).size).toBeLessThan(4_000_000);
    const request = newest(receiver);
    for (const name of metricsOf(request).keys())
      expect(pointsOf(request, name).length).toBeLessThanOrEqual(1010);
    const isOverflow = { "otel.metric.overflow": true };
    const costs = pointsOf(request, "belay.usage.cost").filter(
      ({ attributes }) => attributes["otel.metric.overflow"] === true,
    );
    // Currencies are never added, there neither.
    expect(costs.map(({ attributes }) => attributes)).toEqual([
      { ...isOverflow, "belay.currency": "USD" },
      { ...isOverflow, "belay.currency": "CNY" },
    ]);
    expect(totalOf(request, "belay.usage.requests")).toBe(many);
    expect(totalOf(request, "belay.usage.tokens")).toBe(many * 1050);
    const cny = pointsOf(request, "belay.usage.cost")
      .filter(({ attributes }) => attributes["belay.currency"] === "CNY")
      .reduce((all, { asDouble }) => all + BigInt(Math.round((asDouble ?? 0) * 1e9)), 0n);
    expect(cny).toBe(BigInt(many / 2) * 1_000_000_007n);
  });
});
