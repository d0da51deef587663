import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { createExpressRepository, expressTask } from "../support/express-task.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { openQuickAsk } from "../support/open-quick-ask.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "express");
const quickErrors: string[] = [];
let studio: ModelStudio;
let window: LaunchedWindow | undefined;
let page: Page;
let before: Record<string, string>;
let after: Record<string, string>;

const command = "ls lib && echo looked";

beforeAll(async () => {
  mkdirSync(home);
  createExpressRepository(workspace);
  const [first, second, third, ...rest] = expressTask;
  const ask = { text: "May I look?", toolCalls: [{ name: "run_command", arguments: { command } }] };
  studio = await startModelStudio({
    keys: [testKey],
    script: [first, second, third, ask, ...rest].flatMap((answer) => answer ?? []),
  });
  window = await launchWindow({
    home,
    folder: workspace,
    environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
  });
  page = window.page;
  page.setDefaultTimeout(15_000);
  before = treeOf(workspace);
});

afterAll(async () => {
  await window?.[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const button = (name: RegExp) => page.getByRole("button", { name });

describe("the main job in the real window", () => {
  it("goes from a pasted key to a composer", async () => {
    await page.getByLabel("API key").fill(testKey);
    await button(/^Check/).click();
    await page.getByText("Singapore").first().waitFor();
    await button(/^Choose a project/).click();
    await page.getByRole("textbox", { name: "Prompt" }).waitFor();
  });

  it("shows the work as it happens and waits for a command's approval", async () => {
    await page
      .getByRole("textbox", { name: "Prompt" })
      .fill("Move the stat helper into a file of its own");
    await page.keyboard.press("Enter");
    await page.getByText(command).first().waitFor();
    const allow = button(/^Allow$/);
    await allow.waitFor();
    expect(studio.chats()).toHaveLength(4);
    // Inert at first: a click meant for something else must not allow a command.
    await page.waitForTimeout(400);
    await allow.click();
    await page.getByText("takes its stats from").waitFor();
    await button(/^Review/)
      .last()
      .waitFor();
    after = treeOf(workspace);
    expect(after).not.toEqual(before);
    expect(
      await page
        .getByText(/^\$0\.\d+/)
        .first()
        .textContent(),
    ).toMatch(/\$0\.0\d/);
  });

  it("opens the diffs of the turn", async () => {
    await button(/^Review/)
      .last()
      .click();
    await page.getByText("var tryStat = require('./stat');").first().waitFor();
  });

  it("undoes one step by its own button and brings it back, and touches nothing else", async () => {
    const row = page
      .locator("[data-index]")
      .filter({ hasText: "windows.txt" })
      .filter({ has: button(/^(?:Undo this step|Redo)$/) });
    // Rows out of sight are not on the page.
    const log = page.getByRole("log");
    await log.hover();
    for (let turns = 0; turns < 40 && (await row.count()) === 0; turns += 1) {
      await page.mouse.wheel(0, -120);
      await page.waitForTimeout(50);
    }
    await row.hover();
    await row.getByRole("button", { name: "Undo this step" }).click();
    const path = "windows.txt";
    const original = { [path]: before[path] };
    await expect.poll(() => treeOf(workspace)).toEqual({ ...after, ...original });
    await row.getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => treeOf(workspace)).toEqual(after);
  });

  it("undoes the turn to the byte and redoes it to the byte", async () => {
    await button(/^Undo all/).click();
    // A command ran, which file undo does not cover: so the plan is shown first.
    await button(/^Undo 1\d$/).click();
    await expect.poll(() => treeOf(workspace), { timeout: 20_000 }).toEqual(before);
    await button(/^Redo/).first().click();
    await expect.poll(() => treeOf(workspace), { timeout: 20_000 }).toEqual(after);
  });

  it("answers a quick question with what it read and what it cost, and changes nothing", async () => {
    if (window === undefined) throw new Error("there is no window");
    studio.play([
      {
        toolCalls: [
          { name: "read_file", arguments: { path: "lib/stat.js" } },
          { name: "write_file", arguments: { path: "lib/stat.js", content: "gone" } },
        ],
      },
      { text: "It answers **undefined** for a path that is not there." },
    ]);
    const quick = await openQuickAsk(window);
    quick.on("console", (message) => {
      if (message.type() === "error") quickErrors.push(message.text());
    });
    await quick.getByRole("textbox", { name: "Question" }).fill("What does tryStat answer?");
    await quick.keyboard.press("Enter");
    await quick.getByText("undefined", { exact: true }).waitFor();
    await quick.getByText(/^\$0\.0\d+$/).waitFor();
    const results = JSON.stringify(studio.chats().at(-1)?.body["messages"]);
    expect(results).toContain("module.exports = function tryStat");
    expect(results).toContain("quick questions are read-only");
    expect(treeOf(workspace)).toEqual(after);
  });

  it("has raised no error in the page and left the key nowhere", () => {
    expect([window?.errors, quickErrors]).toEqual([[], []]);
    expect(readFileSync(join(home, "history.db")).includes(testKey)).toBe(false);
  });
});
