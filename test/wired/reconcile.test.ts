import { expect, it } from "vitest";
import { reconciliationSchema } from "../../src/shared/monitoring.ts";
import { runBelay, type CliResult } from "../support/belay-cli.ts";
import { findBytes } from "../support/find-bytes.ts";
import { writeLedger } from "../support/ledger-of-calls.ts";
import {
  noPrometheusHere,
  startPrometheus,
  testAccessKey,
  writeBlocks,
} from "../support/prometheus.ts";
import { keysOfMonth, simulateCalls, type SimulatedCall } from "../support/simulated-calls.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { perMinute } from "../support/written-series.ts";

const ci = process.env["CI"] !== undefined && process.env["CI"] !== "";
if (noPrometheusHere !== null && !ci)
  console.warn(`belay usage --reconcile not tested: ${noPrometheusHere}`);

const start = Date.parse("2026-10-05T00:00:00Z");
const calls = simulateCalls({ seed: 11, start, hours: 48, callsAnHour: 6 });
const [key] = keysOfMonth;
const elsewhereAt = Date.parse("2026-10-06T10:30:00Z");
const elsewhere: SimulatedCall = {
  ...key,
  at: elsewhereAt,
  durationMs: 1000,
  countedAt: elsewhereAt,
  model: "qwen3-coder-plus",
  inputTokens: 2_000_000,
  cachedTokens: 0,
  outputTokens: 1,
  status: "completed",
  known: true,
  mostInput: 0,
  mostOutput: 0,
  counted: true,
};

it.skipIf(noPrometheusHere !== null && !ci)(
  "belay usage --reconcile names a drift in words and as JSON, and fails for it",
  async () => {
    expect(noPrometheusHere).toBeNull();
    using home = createTemporaryFolder();
    using served = createTemporaryFolder();
    writeLedger(home.path, calls);
    writeBlocks(served.path, perMinute([...calls, elsewhere]));
    await using server = await startPrometheus(served.path);
    const run = (
      args: readonly string[],
      secret: string = testAccessKey.secret,
    ): Promise<CliResult> =>
      runBelay(["usage", "--reconcile", "--region", "singapore", ...args], {
        home: home.path,
        environment: {
          ALIBABA_CLOUD_ACCESS_KEY_ID: testAccessKey.id,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
        },
      });
    const range = ["--since", "2026-10-05T12:00:00Z", "--until", "2026-10-06T20:00:00Z"];
    const at = ["--monitoring-url", server.url, ...range];

    const words = await run(at);
    expect(words.stderr).toBe("");
    expect(words.stdout).toContain(
      "singapore, 2026-10-05 12:00 to 2026-10-06 20:00 UTC: complete up to 2026-10-06 20:00.",
    );
    expect(words.stdout).toMatch(
      /ALERT (?:more|only) at the provider: qwen3-coder-plus, key 0a1b2c3d = 1024001, 1 hour \(2026-10-06 10:00\), \+2000001 tokens/,
    );
    expect(words.code).toBe(1);

    const json = await run([...at, "--json"]);
    const report = reconciliationSchema.parse(JSON.parse(json.stdout));
    expect(report.alerts.map(({ firstHour, drift }) => [firstHour, drift.tokens])).toEqual([
      ["2026-10-06T10:00:00.000Z", 2_000_001],
    ]);
    expect(words.stdout).toContain(`theirs ${report.totals.theirs.tokens},`);
    expect(json.code).toBe(1);

    const before = ["--monitoring-url", server.url, "--since", "2026-10-05T12:00:00Z"];
    const quiet = await run([...before, "--until", "2026-10-06T10:00:00Z"]);
    expect([quiet.code, quiet.stdout]).toEqual([
      0,
      expect.stringContaining("No drift of 1 % or more."),
    ]);

    // What is final is not asked for again: days that were not read yet are.
    const other = ["--monitoring-url", server.url, "--since", "2026-10-01T00:00:00Z"];
    const until = ["--until", "2026-10-02T00:00:00Z"];
    const refused = await run([...other, ...until], "another-secret-of-some-length");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("refused the AccessKey (401)"),
    ]);
    const nothing = await run(range);
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringContaining("No monitoring is set up for singapore"),
    ]);
    for (const bad of [
      ["--threshold", "many"],
      ["--by", "day"],
    ])
      expect((await run([...at, ...bad])).code).toBe(2);
    const plain = await run(["--monitoring-url", "http://example.com/api", ...range]);
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining("https only")]);

    expect(findBytes(home.path, testAccessKey.secret)).toEqual([]);
  },
);
