import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs, hourOf } from "../../src/main/monitoring/hours.ts";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { writeLedger } from "../support/ledger-of-calls.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import {
  noPrometheusHere,
  startPrometheus,
  testAccessKey,
  writeBlocks,
} from "../support/prometheus.ts";
import {
  callElsewhere,
  keysOfMonth,
  simulateCalls,
  type SimulatedCall,
} from "../support/simulated-calls.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";
import { perMinute } from "../support/written-series.ts";

const ci = process.env["CI"] !== undefined && process.env["CI"] !== "";
if (noPrometheusHere !== null && !ci)
  console.warn(`Real Prometheus not tested: ${noPrometheusHere}`);
const isSkipped = noPrometheusHere !== null && !ci;

const dayMs = 24 * hourMs;
const end = hourOf(Date.now());
const start = end - 28 * dayMs;
const [first] = keysOfMonth;
const month = simulateCalls({
  seed: 20_261_126,
  start,
  hours: (end - start) / hourMs,
  callsAnHour: 6,
  failedShare: 0.02,
});

/** The hour between two days ago in which the first key was used most with the larger model. */
function busiest(daysAgo: number): number {
  const from = end - daysAgo * dayMs;
  const counts = new Map<number, number>();
  for (const { at, countedAt, apiKeyId, model } of month)
    if (
      apiKeyId === first.apiKeyId &&
      model === "qwen3-coder-plus" &&
      hourOf(at) === hourOf(countedAt) &&
      at >= from &&
      at < from + 2 * dayMs
    )
      counts.set(hourOf(at), (counts.get(hourOf(at)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? from;
}

const missingHour = busiest(20);
const sharedHour = busiest(12);
const busy = new Set(month.flatMap(({ at, countedAt }) => [hourOf(at), hourOf(countedAt)]));
const isQuiet = (hour: number): boolean =>
  ![hour - hourMs, hour, hour + hourMs].some((one) => busy.has(one));
const quietHour =
  Array.from({ length: 200 }, (_, at) => end - 8 * dayMs + at * hourMs).find(isQuiet) ?? 0;
const others = [sharedHour, quietHour].map((hour) => callElsewhere(first, hour));
const isLost = ({ countedAt, apiKeyId }: SimulatedCall): boolean =>
  hourOf(countedAt) === missingHour && apiKeyId === first.apiKeyId;
/** The provider's newest figures are hours old. */
const isLate = ({ countedAt }: SimulatedCall): boolean => countedAt >= end - 6 * hourMs;
const provider = [...month.filter((one) => !isLost(one) && !isLate(one)), ...others];

const hourText = (hour: number): string =>
  new Intl.DateTimeFormat("en", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(hour);

describe.skipIf(isSkipped)("the billing check beside a real Prometheus", () => {
  const folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const shop = join(folder.path, "shop");
  const data = join(folder.path, "prometheus");
  let studio: ModelStudio;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  let launched: LaunchedWindow;
  let page: Page;
  let photographer: Photographer;

  beforeAll(async () => {
    if (noPrometheusHere !== null) throw new Error(noPrometheusHere);
    for (const path of [home, shop, data]) mkdirSync(path);
    writeBlocks(data, perMinute(provider));
    writeLedger(home, month);
    prometheus = await startPrometheus(data);
    studio = await startModelStudio({ keys: [testKey] });
    launched = await launchWindow({
      home,
      folder: shop,
      environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
    });
    page = launched.page;
    page.setDefaultTimeout(60_000);
    photographer = createPhotographer(launched.app, page);
    await enterKey(page);
  });

  afterAll(async () => {
    await launched[Symbol.asyncDispose]();
    await prometheus[Symbol.asyncDispose]();
    await studio.close();
    folder[Symbol.dispose]();
  });

  const looksWell = async (name: string): Promise<void> => {
    expect(await photographer.look(name, page)).toEqual([]);
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const table = () => page.getByRole("region", { name: "Hour by hour" });
  const rowOf = (hour: number, state: string) =>
    table()
      .getByRole("row")
      .filter({ hasText: hourText(hour) })
      .filter({ hasText: state });

  it("leads to its settings, where a wrong AccessKey is told from a right one", async () => {
    await page.keyboard.press("Control+Shift+U");
    await button("Billing check").click();
    await page.getByText("Compare with what Model Studio counted").waitFor();
    await looksWell("check-not-set-up");
    await button("Set up monitoring…").click();
    await page.getByLabel("HTTP API URL").fill(prometheus.url);
    await page.getByLabel("AccessKey ID").fill(testAccessKey.id);
    await page.getByLabel("AccessKey secret").fill(`${testAccessKey.secret}x`);
    const forRun = page.getByLabel("For this run only, not in the keychain");
    if ((await forRun.count()) > 0) await forRun.check();
    await button("Test and save").click();
    await page.getByText("The AccessKey was refused").waitFor();
    await looksWell("check-settings-refused");
    await page.getByLabel("AccessKey secret").fill(testAccessKey.secret);
    await button("Test and save").click();
    await page.getByText(`AccessKey ending in ${testAccessKey.id.slice(-4)}`).waitFor();
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText(/series of 2 models in the last two days/).waitFor();
    expect(await page.content()).not.toContain(testAccessKey.secret);
    await looksWell("check-settings");
    await page.keyboard.press("Escape");
  });

  it("names each planted difference, and until when the provider is complete", async () => {
    await button(/^When:/).click();
    await page.getByRole("menuitemradio", { name: "Last 30 days" }).click();
    await table().waitFor();
    await page.getByText(/^Complete up to /).waitFor();
    const alerts = page.getByRole("region", { name: "Alerts" });
    for (const state of ["Not at the provider", "Provider has more", "Only at the provider"])
      await alerts.getByText(state, { exact: true }).first().waitFor();
    await looksWell("check-differences");
    await rowOf(missingHour, "Not at the provider").first().waitFor();
    await rowOf(sharedHour, "Provider has more").first().waitFor();
    await rowOf(quietHour, "Only at the provider").first().waitFor();
    // Nothing else was planted: no other hour stands out.
    expect(await table().getByRole("row").count()).toBeLessThanOrEqual(6);
    await button(/^Not complete yet \d/).click();
    await table().getByRole("row").nth(1).waitFor();
    await button(/^All [\d,]+$/).click();
    await table().scrollIntoViewIfNeeded();
    await looksWell("check-all");
  });

  it("leads by keyboard from an hour to our requests of it, and back", async () => {
    await button(/^Differences \d/).click();
    await rowOf(missingHour, "Not at the provider")
      .first()
      .getByRole("button", { name: /^Show our requests of/ })
      .press("Enter");
    const list = page.getByRole("region", { name: /^Requests: .*qwen3-coder/ });
    await list.getByRole("row").nth(1).waitFor();
    const model = "qwen3-coder-plus";
    const own = month.filter(
      ({ at, fingerprint, ...one }) =>
        hourOf(at) === missingHour && one.model === model && fingerprint === first.fingerprint,
    );
    expect(await list.getByRole("row").count()).toBe(own.length + 1);
    await page.getByRole("main", { name: "Usage" }).press("Escape");
    await table().waitFor();
  });

  it("opens the console's page of the region after a question that shows the whole address", async () => {
    await launched.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = (...args: unknown[]) => {
        Object.assign(globalThis, { asked: args.at(-1) });
        return Promise.resolve({ response: 1, checkboxChecked: false });
      };
    });
    await button(/^Monitoring: opens modelstudio\.console\.alibabacloud\.com/).click();
    await expect
      .poll(() => launched.app.evaluate(() => JSON.stringify(Reflect.get(globalThis, "asked"))))
      .toContain("https://modelstudio.console.alibabacloud.com/?tab=dashboard#/model-telemetry");
  });

  it("looks well in Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await page.getByRole("region", { name: "逐小时" }).waitFor();
    await looksWell("check-chinese");
    await call(page, "settings.set", { language: "en" });
    await table().waitFor();
  });

  it("is removed after a question, and Escape then leaves the settings alone", async () => {
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Usage and billing" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    const question = page.getByRole("dialog", { name: "Remove the monitoring?" });
    await question.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByLabel("AccessKey ID").waitFor();
    // What opened the question is gone with the card; the settings in front keep the focus all the same.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null))
      .toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("Compare with what Model Studio counted").waitFor();
  });

  it("has raised no error in the page", () => {
    expect(launched.errors).toEqual([]);
  });
});
