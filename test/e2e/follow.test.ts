import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { allow, enterKey, promptEnds, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import type { ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "tides");
const paragraph = "The tide comes in twice a day, a little later each time. ";
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  writeFileSync(join(workspace, "tides.ts"), "export const heights = [3.9, 6.1];\n");
  studio = await startModelStudio({ keys: [testKey] });
  launched = await launchWindow({
    home,
    folder: workspace,
    environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
  });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  await enterKey(page);
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const log = () => page.getByRole("log", { name: "Conversation" });
const jump = () => page.getByRole("button", { name: "Go to the end" });
const toEnd = () =>
  log().evaluate(({ scrollHeight, scrollTop, clientHeight }) =>
    Math.round(scrollHeight - scrollTop - clientHeight),
  );

/** Steps with many lines before each: rows that come and grow faster than a slow window can measure them. */
const steps = (count: number, pieceDelayMs = 0): ScriptedResponse[] =>
  Array.from({ length: count }, (_, index) => ({
    text: `${index}: ${paragraph}`,
    toolCalls: [
      {
        name: "write_file",
        arguments: { path: `${index}-${Math.random()}.txt`, content: `${index}\n` },
      },
    ],
    pieceDelayMs,
  }));

/** The card of the question is higher than what comes in its place: the end comes nearer, and goes away again. */
async function makeFiles(how: string): Promise<void> {
  const ask = { toolCalls: [{ name: "run_command", arguments: { command: "date" } }] };
  const rest = steps(22).slice(2);
  studio.play([...steps(2), ask, ...rest, { text: `All are made ${how}.` }]);
  await page.keyboard.press("Control+n");
  await sendPrompt(page, "Make the files");
  await allow(page);
  // Not by waiting in the page, which would wait for its frames.
  await expect.poll(() => log().innerText(), { timeout: 60_000 }).toContain(`All are made ${how}.`);
}

describe("the end of a conversation", () => {
  it("stays in view on a slow processor", async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 8 });
    await makeFiles("slowly");
    await expect.poll(toEnd, { timeout: 10_000 }).toBe(0);
    expect(await jump().count()).toBe(0);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  });

  it("stays in view in a window that draws seldom", async () => {
    const draws = await page.evaluateHandle(() => {
      const own = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) => window.setTimeout(() => own(callback), 300);
      return { own };
    });
    await makeFiles("seldom");
    await expect.poll(toEnd, { timeout: 10_000 }).toBe(0);
    expect(await jump().count()).toBe(0);
    await draws.evaluate(({ own }) => {
      window.requestAnimationFrame = own;
    });
  });

  it("does not come back by itself once the person has scrolled up", async () => {
    studio.play([...steps(12, 20), { text: "All are made again." }]);
    await sendPrompt(page, "Make them again");
    await log()
      .getByText(/^3: The tide/)
      .waitFor();
    await log().hover();
    await page.mouse.wheel(0, -300);
    await jump().waitFor();
    const before = await toEnd();
    await promptEnds(page);
    expect(await toEnd()).toBeGreaterThan(before);
    await jump().click();
    await log().getByText("All are made again.").waitFor();
    await expect.poll(toEnd).toBe(0);
    // As a screen reader does it, without a key.
    await log().evaluate((list) => {
      list.scrollTop = 100;
    });
    await jump().waitFor();
    expect(await log().evaluate(({ scrollTop }) => scrollTop)).toBe(100);
  });
});

it("has raised no error in the page", () => {
  expect(launched.errors).toEqual([]);
});
