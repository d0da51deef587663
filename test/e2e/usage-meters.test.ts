import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { sessionSummarySchema } from "../../src/shared/contract.ts";
import { formatNano, parseNano } from "../../src/shared/money.ts";
import { usageMetersSchema, type UsageMeters } from "../../src/shared/usage-meters.ts";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const shop = join(folder.path, "shop");
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;
let photographer: Photographer;

beforeAll(async () => {
  for (const path of [home, shop]) mkdirSync(path);
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

const card = (name: string) => page.getByRole("region", { name, exact: true });
const row = (name: string) => card("Budgets").getByRole("listitem").filter({ hasText: name });
const looksWell = async (name: string): Promise<void> => {
  expect(await photographer.look(name, page)).toEqual([]);
};
const session = async (): Promise<string> => {
  const [first] = z.array(sessionSummarySchema).parse(await call(page, "session.list", {}));
  return first?.sessionId ?? "";
};
const send = async (prompt: string): Promise<void> => {
  await call(page, "session.send", { sessionId: await session(), prompt });
};
const meters = async (): Promise<UsageMeters> =>
  usageMetersSchema.parse(
    await call(page, "usage.meters", { sessionId: await session(), workspace: shop, model: null }),
  );

describe("the limits in the usage panel", () => {
  it("are there before anything is used, and lead to where they are set", async () => {
    await page.keyboard.press("Control+Shift+U");
    await row("This month").getByText("Nothing spent").waitFor();
    await card("Last minute").getByText("Requests", { exact: true }).waitFor();
    await looksWell("meters-empty");
    await card("Budgets")
      .getByRole("button", { name: /budgets…$/ })
      .click();
    await page.getByLabel("Budget per session").fill("2USD");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await row("This session").getByText("$2.00 left of $2.00").waitFor();
  });

  it("hold what is under way while an answer streams, and settle it when it ends", async () => {
    studio.play([
      { text: "The till adds up what was sold. ".repeat(30), pieceDelayMs: 60, chunking: 8 },
    ]);
    await send("What does the till do?");
    await row("This session")
      .getByText(/up to \$[\d.]+ under way/)
      .waitFor();
    const whole = await meters();
    expect(parseNano(whole.budgets[0]?.used[0]?.reserved.amount ?? "")).toBeGreaterThan(0n);
    await card("Last minute")
      .getByText(/^1 of [\d,]+$/)
      .waitFor();
    await looksWell("meters-live");
    await call(page, "session.stop", { sessionId: await session() });
    await row("This session")
      .getByText(/under way/)
      .waitFor({ state: "hidden" });
  });

  it("say when a limit comes near and when it is used up, as the ledger has it", async () => {
    studio.play([
      { text: "It adds up.", usage: { prompt_tokens: 30_000, completion_tokens: 900 } },
    ]);
    await send("And now?");
    await card("Last minute")
      .getByText(/^2 of [\d,]+$/)
      .waitFor();
    await row("This session")
      .getByText(/under way/)
      .waitFor({ state: "hidden" });
    const used = usedToday(await meters());
    expect(used).toBeGreaterThan(0n);
    await call(page, "settings.set", { dayBudget: `${formatNano((used * 100n) / 85n)}USD` });
    await row("Today").getByText("Near", { exact: true }).waitFor();
    await call(page, "settings.set", { monthBudget: `${formatNano(used / 2n)}USD` });
    await row("This month").getByText("Used up", { exact: true }).waitFor();
    await row("This month")
      .getByText(/ beyond \$/)
      .waitFor();
    await looksWell("meters-near-and-over");
    await call(page, "settings.set", { dayBudget: null, monthBudget: null });
  });

  it("count the free quota from the day that a person writes into the settings", async () => {
    await card("Free quota").getByRole("button", { name: "Say since when…" }).press("Enter");
    const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("Model Studio since").fill(day);
    await looksWell("settings-billing");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    const end = Date.parse(`${day}T00:00:00+08:00`) + 90 * 86_400_000;
    const left = Math.floor((end - Date.now()) / 86_400_000);
    await card("Free quota").getByText(`${left} days left`).waitFor();
    const { freeQuota } = await meters();
    expect(freeQuota?.models[0]?.usedTokens).toBeGreaterThanOrEqual(30_900);
    await card("Free quota")
      .getByText(/^9\d\dK left of 1\.00M$/)
      .waitFor();
    await looksWell("meters-quota");
  });

  it("look well in Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await card("免费额度").waitFor();
    await looksWell("meters-chinese");
    await call(page, "settings.set", { language: "en" });
  });

  it("count requests under a plan, and no money", async () => {
    await call(page, "settings.set", { region: "coding-plan", planSince: "2026-01-31" });
    const plan = card("Coding Plan, international");
    await plan.getByText("0 of 6,000 requests").waitFor();
    expect(await plan.getByRole("meter").count()).toBe(3);
    expect(await card("Budgets").count()).toBe(0);
    await looksWell("meters-plan");
    await call(page, "settings.set", { region: "singapore" });
  });
});

/** In nano-dollars, what is held back included. */
function usedToday({ budgets }: UsageMeters): bigint {
  const day = budgets.find(({ name }) => name === "day")?.used[0];
  return [day?.spent, day?.unknown, day?.reserved].reduce(
    (sum, money) => sum + (parseNano(money?.amount ?? "0") ?? 0n),
    0n,
  );
}

it("has raised no error in the page", () => {
  expect(launched.errors).toEqual([]);
});
