import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { sessionSummarySchema } from "../../src/shared/contract.ts";
import { usageReportSchema } from "../../src/shared/usage.ts";
import { usageOverviewSchema } from "../../src/shared/usage-panel.ts";
import { runBelay, testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey, promptEnds, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { writeMonth } from "../support/usage-month.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const shop = join(folder.path, "shop");
const saved = join(folder.path, "saved.csv");
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;
let photographer: Photographer;

beforeAll(async () => {
  for (const path of [home, shop]) mkdirSync(path);
  writeFileSync(join(shop, "till.ts"), "export const total = 0;\n");
  const workspaces = [
    shop,
    join(folder.path, "mailer"),
    join(folder.path, "a-ledger-with-a-rather-long-name"),
  ];
  // Only the month at first: an empty panel needs a history of its own.
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
  fill = () => writeMonth({ home, rows: 20_000, workspaces, end: Date.now() - 60_000 });
});

let fill: () => void;

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const panel = () => page.getByRole("main", { name: "Usage" });
const button = (name: RegExp | string) => page.getByRole("button", { name });
const looksWell = async (name: string): Promise<void> => {
  expect(await photographer.look(name, page)).toEqual([]);
};
const choose = async (control: RegExp, option: string): Promise<void> => {
  await panel().getByRole("button", { name: control }).click();
  await page.getByRole("menuitemradio", { name: option, exact: true }).click();
};

describe("usage", () => {
  it("says what it will show while nothing was used", async () => {
    await page.keyboard.press("Control+Shift+U");
    await page.getByText("No request in this choice").waitFor();
    await looksWell("usage-empty");
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Prompt" }).waitFor();
  });

  it("opens from the cost in the status row and follows the session while it answers", async () => {
    studio.play([
      {
        text: "It adds up.",
        usage: { prompt_tokens: 1200, completion_tokens: 30, total_tokens: 1230 },
      },
      { text: "It still does." },
    ]);
    await sendPrompt(page, "What does the till do?");
    await promptEnds(page);
    await button(/^Cost of this session: \$0\.00/).click();
    const requests = panel().getByRole("definition").filter({ hasText: /^1$/ });
    await requests.waitFor();
    const before = usageOverviewSchema.parse(await call(page, "usage.overview", { filter: {} }));
    expect(before.total.calls).toBe(1);
    // Another process of Belay's, or a session behind the panel: the figures follow without a press.
    const [session] = z.array(sessionSummarySchema).parse(await call(page, "session.list", {}));
    const sessionId = session?.sessionId ?? "";
    await call(page, "session.send", { sessionId, prompt: "And now?" });
    await panel().getByRole("definition").filter({ hasText: /^2$/ }).waitFor();
    await looksWell("usage-session");
  });

  it("shows a month, in both currencies and with what is not known apart", async () => {
    fill();
    await choose(/^Of:/, "All projects");
    await choose(/^When:/, "Last 30 days");
    await panel().getByRole("region", { name: "Cost in CNY" }).waitFor();
    await panel()
      .getByText(/requests did not say what they used/)
      .waitFor();
    await looksWell("usage-month");
    await panel().getByRole("toolbar", { name: "By" }).scrollIntoViewIfNeeded();
    await panel().getByRole("button", { name: "Session", exact: true }).click();
    await panel()
      .getByRole("button", { name: /^Show \d+ more/ })
      .or(panel().getByRole("button", { name: /^Show [\d,]+ more/ }))
      .first()
      .scrollIntoViewIfNeeded();
    await looksWell("usage-month-sessions");
  });

  it("prints the very figures in `belay usage`", async () => {
    const since = new Date(Date.now() - 20 * 86_400_000).toISOString();
    const overview = usageOverviewSchema.parse(
      await call(page, "usage.overview", { filter: { since } }),
    );
    const { stdout } = await runBelay(["usage", "--by", "model", "--since", since, "--json"], {
      home,
    });
    const report = usageReportSchema.parse(JSON.parse(stdout));
    for (const { currency, amount } of overview.total.cost)
      expect(report.total.find((row) => row.currency === currency)?.cost).toBe(amount);
    expect(report.total.reduce((sum, { calls }) => sum + calls, 0)).toBe(overview.total.calls);
  });

  it("leads by keyboard from a bar to its requests and on to the conversation", async () => {
    const chart = panel().getByRole("region", { name: "Requests", exact: true });
    await chart.scrollIntoViewIfNeeded();
    const bars = chart.getByRole("toolbar").getByRole("button");
    await bars.last().focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowRight");
    await looksWell("usage-focus");
    const name = (await bars.last().getAttribute("aria-label")) ?? "";
    await page.keyboard.press("Enter");
    const list = panel().getByRole("region", { name: /^Requests: / });
    await list.getByRole("row").nth(2).waitFor();
    expect(name).toContain("Completed");
    await looksWell("usage-requests");
    await list
      .getByRole("button", { name: "Open the session What does the till do?" })
      .first()
      .click();
    await page.getByText("It adds up.").waitFor();
    await page.keyboard.press("Control+Shift+U");
    await panel().waitFor();
  });

  it("shows every chart as a table too", async () => {
    await choose(/^Of:/, "All projects");
    for (const chart of await panel()
      .getByRole("button", { name: /: show as a table$/ })
      .all())
      await chart.scrollIntoViewIfNeeded();
    for (const name of [
      "Cost in USD",
      "Cost in CNY",
      "Tokens",
      "Cache share",
      "Requests",
      "First token",
    ])
      await panel()
        .getByRole("button", { name: `${name}: show as a table` })
        .click();
    expect(await panel().getByRole("table").count()).toBe(7);
    await looksWell("usage-tables");
  });

  it("saves what is shown as a file that the person chose", async () => {
    await launched.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, saved);
    await button("Export").click();
    await page.getByRole("menuitem", { name: "As a table (CSV)" }).click();
    await page.getByText(/requests saved as/).waitFor();
    const lines = readFileSync(saved, "utf8").trimEnd().split("\r\n");
    expect(lines.length).toBe(20_003);
    expect(
      lines.some((line) => line.includes(",=HYPERLINK") || line.includes(',"=HYPERLINK')),
    ).toBe(false);
  });

  it("looks well in Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await page.getByRole("main", { name: "用量" }).waitFor();
    await looksWell("usage-chinese");
    await call(page, "settings.set", { language: "en" });
  });
});

it("has raised no error in the page", () => {
  expect(launched.errors).toEqual([]);
});
