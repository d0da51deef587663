import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs } from "../../src/main/monitoring/hours.ts";
import { testKey } from "../support/belay-cli.ts";
import { billOfCalls, withCosts } from "../support/bill-of-calls.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { writeLedger } from "../support/ledger-of-calls.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { callElsewhere, keysOfMonth, simulateCalls } from "../support/simulated-calls.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const dayMs = 24 * hourMs;
/** Midnight in Beijing, some days ago. */
const end = Math.floor((Date.now() + 8 * hourMs) / dayMs) * dayMs - 8 * hourMs - 4 * dayMs;
const start = end - 14 * dayMs;
const calls = withCosts(
  simulateCalls({ seed: 20_261_126, start, hours: 14 * 24, callsAnHour: 4, failedShare: 0.02 }),
);
const [first] = keysOfMonth;
const planted = start + 6 * dayMs + 12 * hourMs;
const elsewhere = { ...callElsewhere(first, planted), costNano: 3_021_605_000 };
const dayOf = new Intl.DateTimeFormat("en", {
  weekday: "short",
  day: "numeric",
  month: "short",
  timeZone: "Asia/Shanghai",
}).format(planted);

/** Its amounts are a tenth below ours, as with a discount. */
const billed = [...calls, elsewhere].map((one) => ({
  ...one,
  costNano: Math.round((one.costNano ?? 0) * 0.9),
}));
const rows = billOfCalls(billed, { period: "day", decimals: 9 });

describe("a bill of the console beside the ledger", () => {
  const folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const shop = join(folder.path, "shop");
  let studio: ModelStudio;
  let launched: LaunchedWindow;
  let page: Page;
  let photographer: Photographer;

  const write = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    const written = (end + 3 * dayMs) / 1000;
    utimesSync(path, written, written);
    return path;
  };
  /** What the person chooses in the system's dialog. */
  const choose = (path: string): Promise<void> =>
    launched.app.evaluate(({ dialog }, filePath) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
    }, path);

  beforeAll(async () => {
    for (const path of [home, shop]) mkdirSync(path);
    writeLedger(home, calls);
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
    await studio.close();
    folder[Symbol.dispose]();
  });

  const looksWell = async (name: string): Promise<void> => {
    expect(await photographer.look(name, page)).toEqual([]);
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name });

  it("is chosen without any monitoring, and says in which line it cannot be read", async () => {
    await page.keyboard.press("Control+Shift+U");
    await button("Billing check").click();
    await page.getByText("Compare with what Model Studio counted").waitFor();
    await choose(
      write("broken.csv", rows.replace(/(\r\n.*\r\n[^,]*,[^,]*,[^,]*,[^,]*,)\d+/, '$1"1,2x"')),
    );
    await button("Compare a file…").click();
    await page.getByRole("form", { name: "Columns of the file" }).waitFor();
    await looksWell("bill-columns");
    await button("Compare").click();
    const alert = page.getByRole("alert").filter({ hasText: "Line 3, column “调用次数”" });
    await alert.waitFor();
    await button("Cancel").click();
  });

  it("names the day on which somebody else called, and the other price, exactly", async () => {
    await choose(write("bill-2026.csv", `账单周期,2026-11\r\n\r\n${rows}\r\n合计,,,,,,,0\r\n`));
    await button("Compare a file…").click();
    await page.getByRole("form", { name: "Columns of the file" }).waitFor();
    await button("Compare").click();
    const table = page.getByRole("region", { name: "Day by day" });
    await table.waitFor();
    const alerts = page.getByRole("region", { name: "Alerts" });
    await alerts.getByText("Provider has more", { exact: true }).waitFor();
    await alerts.getByText("Same tokens, another amount").first().waitFor();
    await looksWell("bill-differences");
    const row = table
      .getByRole("row")
      .filter({ hasText: dayOf })
      .filter({ hasText: "Provider has more" });
    await row.waitFor();
    await button(/^Show the days of Provider has more/).click();
    expect(await table.getByRole("row").count()).toBe(2);
    await row.getByRole("button", { name: /^Show our requests of/ }).press("Enter");
    await page.getByRole("region", { name: /^Requests: / }).waitFor();
    await page.getByRole("main", { name: "Usage" }).press("Escape");
    await table.waitFor();
    await button(/^All \d/).click();
  });

  it("looks well in Chinese, and is left again", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await page.getByRole("region", { name: "逐日" }).waitFor();
    await button("列…").click();
    await page.getByRole("form", { name: "文件的列" }).waitFor();
    await looksWell("bill-columns-chinese");
    await button("取消").click();
    await button("关闭文件").click();
    await call(page, "settings.set", { language: "en" });
    await page.getByText("Compare with what Model Studio counted").waitFor();
    // The columns are remembered: the same file is compared at once.
    await button("Compare a file…").click();
    await page.getByRole("region", { name: "Day by day" }).waitFor();
    await button("Close the file").click();
    await page.getByText("Compare with what Model Studio counted").waitFor();
  });

  it("has raised no error in the page", () => {
    expect(launched.errors).toEqual([]);
  });
});
