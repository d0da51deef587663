import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { enterKey, promptEnds, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import type { ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "tides");
const longName = `a-file-with-${"a-rather-".repeat(12)}long-name.txt`;
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;
let photographer: Photographer;

beforeAll(async () => {
  for (const path of [home, project]) mkdirSync(path);
  writeFileSync(join(project, "tides.ts"), "export const heights = [3.9, 6.1];\n".repeat(400));
  writeFileSync(join(project, longName), "high and low\n".repeat(300));
  studio = await startModelStudio({ keys: [testKey], models: ["qwen3-coder-flash"] });
  launched = await launchWindow({
    home,
    folder: project,
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

const read = (...paths: readonly string[]): ScriptedResponse => ({
  text: "I look. ",
  toolCalls: paths.map((path) => ({ name: "read_file", arguments: { path } })),
});

async function ask(prompt: string, script: readonly ScriptedResponse[]): Promise<void> {
  studio.play(script);
  await sendPrompt(page, prompt);
  const answer = script.at(-1)?.text ?? "";
  await page.getByRole("log").getByText(answer, { exact: true }).waitFor();
  await promptEnds(page);
}

const dialog = () => page.getByRole("dialog");
const looksWell = async (name: string): Promise<void> => {
  expect(await photographer.look(name, page)).toEqual([]);
};

describe("what fills the context", () => {
  it("is shown from the composer, part by part, by keyboard too", async () => {
    await ask("Read both files", [
      read("tides.ts", longName),
      { text: "", toolCalls: [{ name: "search_files", arguments: { pattern: "heights" } }] },
      { text: "Both are about tides." },
    ]);
    await ask("And now?", [{ text: "Still tides." }]);
    const meter = page.getByRole("button", { name: /^Context: about \d+K of \d+K? ?.*tokens/ });
    await meter.focus();
    await page.keyboard.press("Enter");
    const parts = dialog().getByRole("table", { name: "Parts of the request" });
    await parts.waitFor();
    const headings = await parts.getByRole("rowheader").allTextContents();
    expect(headings.map((text) => text.replace(/(?<=Tools × )\d+/, "n"))).toEqual([
      "System message",
      "Tools × n",
      "Prompts × 2",
      "Answers and calls × 4",
      "Files read × 2",
      "Other results",
      "All",
    ]);
    const files = parts.getByRole("button", { name: /^Files read/ });
    await files.focus();
    await page.keyboard.press("Enter");
    await parts.getByRole("rowheader", { name: "tides.ts" }).waitFor();
    await parts.getByRole("button", { name: "Other results" }).click();
    await parts.getByRole("rowheader", { name: "search_files" }).waitFor();
    await dialog()
      .getByText(/^Sending it costs about \$0\.\d+ while the cache holds/)
      .waitFor();
    await dialog()
      .getByText(/^Compacting now would take about/)
      .waitFor();
    await dialog()
      .getByText(/the estimate was off by [\d.]+% at most/)
      .waitFor();
    await looksWell("context-next");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await expect
      .poll(() => meter.evaluate((element) => element === document.activeElement))
      .toBe(true);
  });

  it("names from a row of the usage panel why a request was not read from the cache", async () => {
    await ask("Once more", [
      { text: "As before.", usage: { prompt_tokens_details: { cached_tokens: 0 } } },
    ]);
    await ask("And who says nothing?", [{ text: "Nobody.", usage: null }]);
    await page.keyboard.press("Control+Shift+U");
    const panel = page.getByRole("main", { name: "Usage" });
    await panel.getByRole("button", { name: "Show the requests of qwen3-coder-flash" }).click();
    await looksWell("context-rows");
    await panel
      .getByRole("button", { name: /^0\.0%\. Show the cache report/ })
      .first()
      .click();
    await dialog().getByText("the provider did not read it from its cache").waitFor();
    const facts = dialog().getByRole("definition");
    expect(await facts.nth(0).textContent()).toBe("0.0%");
    expect(await facts.nth(2).textContent()).toMatch(/^\$0\.\d{4}$/);
    await looksWell("context-miss");
    await page.keyboard.press("Escape");
    await panel.getByRole("button", { name: /^–\. Show the cache report/ }).click();
    await dialog().getByText("The request ended without saying what it used.").waitFor();
    await looksWell("context-unknown");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await page.keyboard.press("Control+Shift+U");
  });

  it("says before sending that a prompt passes a price edge, and compacts first", async () => {
    // Some 16K tokens, and many steps over them; the edge lies at 32K.
    await ask(`Keep this in mind: ${"high water at noon. ".repeat(2800)}`, [
      ...Array.from({ length: 24 }, (_, index) => ({
        text: "",
        toolCalls: [{ name: "search_files", arguments: { pattern: `ebb ${index}` } }],
        usage: { prompt_tokens_details: { cached_tokens: 0 } },
      })),
      { text: "Kept." },
    ]);
    // The last prompt and its answer stay whole whatever is compacted.
    await ask("Good", [{ text: "Gladly." }]);
    const field = page.getByRole("textbox", { name: "Prompt" });
    await field.fill("Short");
    await field.fill(`And this: ${"low water at six. ".repeat(3000)}`);
    const note = page.getByRole("status").filter({ hasText: "32K" });
    await note.waitFor();
    expect(await note.textContent()).toMatch(
      /^The next request costs \$0\.\d+ to \$0\.\d+\. It passes 32K tokens: above that each token costs 1\.\d times as much\.$/,
    );
    await looksWell("next-request");
    studio.play([{ text: "Tides were read, and much was kept in mind." }]);
    await page.getByRole("button", { name: /^Compact first \(saves about \$0\.\d+\)$/ }).click();
    await page.getByText(/^Compacted/).waitFor();
    await note.waitFor({ state: "detached" });
    expect(await field.inputValue()).toMatch(/^And this: low water/);
    await field.fill("");
  });

  it("speaks Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await page.getByRole("button", { name: /^上下文：约/ }).click();
    await dialog().getByRole("heading", { name: "本会话的缓存报告" }).waitFor();
    await dialog().getByRole("rowheader", { name: "服务端未命中" }).scrollIntoViewIfNeeded();
    await looksWell("context-chinese");
    await page.keyboard.press("Escape");
    await call(page, "settings.set", { language: "en" });
  });
});
