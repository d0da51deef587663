import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey, promptEnds, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { startOtlpReceiver, totalOf, type OtlpReceiver } from "../support/otlp-receiver.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const secret = "Bearer e2e-collector-secret-0123456789";
const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const shop = join(folder.path, "shop");
let studio: ModelStudio;
let receiver: OtlpReceiver;
let launched: LaunchedWindow;
let page: Page;
let photographer: Photographer;

beforeAll(async () => {
  for (const path of [home, shop]) mkdirSync(path);
  studio = await startModelStudio({
    keys: [testKey],
    script: () => ({ text: "Done.", usage: { prompt_tokens: 4200, completion_tokens: 17 } }),
  });
  receiver = await startOtlpReceiver();
  launched = await launchWindow({
    home,
    folder: shop,
    environment: {
      BELAY_REGION_URLS: JSON.stringify(studio.regionUrls),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    },
  });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  photographer = createPhotographer(launched.app, page);
  await enterKey(page);
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const block = (name = "Team export") => page.getByRole("region", { name, exact: true });
const press = (name: string) => block().getByRole("button", { name, exact: true }).click();
const looksWell = async (name: string, section = block()): Promise<void> => {
  await section.scrollIntoViewIfNeeded();
  await section.getByRole("button").last().scrollIntoViewIfNeeded();
  expect(await photographer.look(name, page)).toEqual([]);
};

describe("the team export in the window", () => {
  it("says what a collector refuses, and switches on once it takes", async () => {
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Usage and billing" }).click();
    await press("Use it");
    expect(await block().getByLabel("Collector", { exact: true }).inputValue()).toBe(receiver.url);
    await block()
      .getByRole("button", { name: /^Header/ })
      .click();
    await page.getByRole("menuitemradio", { name: "Enter one" }).click();
    await block().getByLabel("Header value").fill(secret);
    const forRun = block().getByLabel("For this run only, not in the keychain");
    if ((await forRun.count()) > 0) await forRun.check();
    receiver.answer({ status: 401 });
    await press("Try and switch on");
    await block().getByText("The collector refused", { exact: true }).waitFor();
    await looksWell("team-export-refused");
    receiver.answer({});
    await press("Try and switch on");
    await block().getByText("Header Authorization, for this run only").waitFor();
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual([secret, secret]);
    expect(await page.content()).not.toContain(secret);
    await page.keyboard.press("Escape");
  });

  it("tells what a prompt used, by the press of a button", async () => {
    await sendPrompt(page, "planted-prompt");
    await page.getByText("Done.", { exact: true }).first().waitFor();
    await promptEnds(page);
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Usage and billing" }).click();
    await block().getByLabel("Team label").fill("payments");
    await page.keyboard.press("Enter");
    await press("Export now");
    await block().getByText("The collector took it", { exact: true }).waitFor();
    const request = receiver.requests.at(-1);
    expect(request?.metrics[0]?.resource.attributes["belay.team"]).toBe("payments");
    if (request !== undefined)
      expect(totalOf(request, "belay.usage.tokens")).toBeGreaterThanOrEqual(4217);
    for (const { raw } of receiver.requests)
      for (const text of ["planted-prompt", shop, testKey]) expect(raw.includes(text)).toBe(false);
    await looksWell("team-export-on");
  });

  it("looks well in Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await block("团队导出").getByRole("button", { name: "立即导出" }).waitFor();
    await looksWell("team-export-chinese", block("团队导出"));
    await call(page, "settings.set", { language: "en" });
    await block().getByRole("button", { name: "Export now" }).waitFor();
  });

  it("has raised no error in the page", () => {
    expect(launched.errors).toEqual([]);
  });
});
