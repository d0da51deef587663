import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { metricNames, metrics } from "../../../src/main/telemetry/metrics.ts";
import type { TailRow } from "../../../src/main/telemetry/ledger-tail.ts";
import { noTokens } from "../../../src/shared/usage.ts";
import { startOtlpReceiver } from "../../support/otlp-receiver.ts";
import {
  noPrometheusHere,
  startPrometheus,
  testAccessKey,
  writeBlocks,
} from "../../support/prometheus.ts";
import { prometheusName, samplesOf } from "../../support/prometheus-names.ts";
import { connect, ledgerOf, minute, openExport, tailRow } from "../../support/telemetry-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const ci = process.env["CI"] !== undefined && process.env["CI"] !== "";
if (noPrometheusHere !== null && !ci) console.warn(`Dashboard not tried: ${noPrometheusHere}`);

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const page = read("team-usage.md");
const dashboard = z
  .object({
    panels: z.array(
      z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) }),
    ),
  })
  .parse(JSON.parse(read("team-usage-dashboard.json")));
const fromDashboard = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const fromPage = [...page.matchAll(/```promql\n([^`]+)```/g)]
  .flatMap(([, block = ""]) => block.split("\n\n"))
  .map((text) => text.replaceAll(/^#.*$/gm, "").trim());
const queries = [...fromDashboard, ...fromPage].map((query) =>
  query.replaceAll("$__rate_interval", "10m").replaceAll("$__range", "1h"),
);

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

describe("the dashboard and the page about it", () => {
  it("name no metric that is not sent, and each that is", () => {
    const known = new Set(metricNames.flatMap((name) => prometheusName(metrics[name])));
    const named = queries.flatMap((query) =>
      [...query.matchAll(/\b(?:belay_usage|gen_ai_client)_\w+/g)].map(([name]) => name),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    for (const { name } of Object.values(metrics)) expect(page).toContain(`\`${name}\``);
  });

  it.skipIf(noPrometheusHere !== null && !ci)(
    "have answers from a real Prometheus to which the same figures were given",
    async () => {
      using folder = createTemporaryFolder();
      await using receiver = await startOtlpReceiver();
      const rows: TailRow[] = [];
      const start = Date.parse("2026-11-26T12:00:00Z");
      const fixture = openExport(folder.path, ledgerOf(rows), { start });
      await connect(fixture, receiver.url);
      await fixture.desk.change({ team: "payments" });
      const minutes = 60;
      for (let one = 1; one <= minutes; one += 1) {
        rows.push(
          tailRow(one * 4, {
            usage: { ...noTokens, inputTokens: 1000, cachedTokens: 400, outputTokens: 50 },
          }),
          tailRow(one * 4 + 1, { region: "beijing", currency: "CNY", costNano: 50_000_000 }),
          tailRow(one * 4 + 2, {
            usage: null,
            costNano: null,
            status: "failed",
            errorCode: "unavailable",
          }),
          tailRow(one * 4 + 3, { model: "of-my-own", costNano: null, currency: null }),
        );
        fixture.advance(minute);
        await fixture.desk.check();
      }
      writeBlocks(folder.path, receiver.requests.flatMap(samplesOf));
      await using server = await startPrometheus(folder.path);
      const pair = Buffer.from(`${testAccessKey.id}:${testAccessKey.secret}`).toString("base64");
      const ask = async (query: string) => {
        const time = String((start + minutes * minute) / 1000);
        const url = `${server.url}/api/v1/query?${String(new URLSearchParams({ query, time }))}`;
        const answer = await fetch(url, { headers: { authorization: `Basic ${pair}` } });
        return answerSchema.parse(await answer.json()).data.result;
      };
      const silent = [];
      for (const query of queries)
        if ((await ask(query)).every(({ value }) => !(Number(value[1]) > 0))) silent.push(query);
      // The alert: nobody spent so much.
      expect(silent).toEqual([expect.stringMatching(/> 50$/)]);
      const totals = await ask("sum by (belay_currency, belay_team) (belay_usage_cost_total)");
      expect(
        totals.map(({ metric, value }) => [
          metric["belay_currency"],
          metric["belay_team"],
          Number(value[1]),
        ]),
      ).toEqual([
        ["CNY", "payments", 3],
        ["USD", "payments", expect.closeTo(minutes * 0.0123, 9)],
      ]);
      const [median] = await ask(
        "histogram_quantile(0.5, sum by (le) (gen_ai_client_operation_duration_seconds_bucket))",
      );
      // Each took two seconds, which lie between 1.28 and 2.56.
      expect(Number(median?.value[1])).toBeCloseTo(1.92, 9);
    },
  );
});
