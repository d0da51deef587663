import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { createExpressRepository, expressTask } from "../support/express-task.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "express");
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

  it("undoes the turn to the byte and redoes it to the byte", async () => {
    await button(/^Undo all/).click();
    // A command ran, which file undo does not cover: so the plan is shown first.
    await button(/^Undo 1\d$/).click();
    await expect.poll(() => treeOf(workspace), { timeout: 20_000 }).toEqual(before);
    await button(/^Redo/).first().click();
    await expect.poll(() => treeOf(workspace), { timeout: 20_000 }).toEqual(after);
  });

  it("has raised no error in the page and left the key nowhere", () => {
    expect(window?.errors).toEqual([]);
    expect(readFileSync(join(home, "history.db")).includes(testKey)).toBe(false);
  });
});
