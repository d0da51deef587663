import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { usageReportSchema } from "../../src/shared/usage.ts";
import { runBelay, testKey } from "../support/belay-cli.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { startOtlpReceiver, totalOf } from "../support/otlp-receiver.ts";
import { connect, openTelemetry } from "../support/telemetry-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const planted = "planted-4711";

it("belay run tells the collector what it used before it ends, and nothing of what was said", async () => {
  using folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const workspace = join(folder.path, `${planted}-folder`);
  for (const path of [home, workspace]) mkdirSync(path);
  await using receiver = await startOtlpReceiver();
  await using studio = await startModelStudio({
    keys: [testKey],
    script: () => ({
      text: `${planted} answer`,
      usage: { prompt_tokens: 4200, completion_tokens: 17 },
    }),
  });
  const run = () =>
    runBelay(
      [
        "run",
        "--workspace",
        workspace,
        "--region",
        "singapore",
        "--model",
        "qwen3-coder-flash",
      ].concat(["--base-url", studio.baseUrl, "--prompt", `${planted} prompt`, "--json"]),
      { home, baseUrl: studio.baseUrl },
    );
  expect((await run()).code).toBe(0);
  expect(receiver.requests).toEqual([]);
  {
    await using fixture = await openTelemetry(home);
    await connect(fixture, receiver.url);
  }
  const since = new Date().toISOString();
  expect((await run()).code).toBe(0);
  const [empty, request] = receiver.requests;
  expect([empty?.metrics[0]?.scopeMetrics, receiver.requests.length]).toEqual([[], 2]);
  if (request === undefined) throw new Error("nothing came");
  const { stdout } = await runBelay(["usage", "--since", since, "--json"], { home });
  const [total, ...others] = usageReportSchema.parse(JSON.parse(stdout)).total;
  expect(others).toEqual([]);
  expect(totalOf(request, "belay.usage.tokens")).toBe(
    (total?.inputTokens ?? 0) + (total?.outputTokens ?? 0),
  );
  expect(totalOf(request, "belay.usage.requests")).toBe(total?.calls);
  expect(totalOf(request, "belay.usage.cost")).toBe(Number(total?.cost));
  for (const { raw } of receiver.requests)
    for (const text of [planted, testKey, folder.path]) expect(raw.includes(text)).toBe(false);
  // A command that used nothing has nothing to tell.
  expect(receiver.requests).toHaveLength(2);
});
