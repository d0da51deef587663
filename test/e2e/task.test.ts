import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import {
  allow,
  button,
  enterKey,
  openReview,
  promptEnds,
  sendPrompt,
} from "../support/drive-window.ts";
import { createExpressRepository, expressTask } from "../support/express-task.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { openQuickAsk, pressQuickAsk } from "../support/open-quick-ask.ts";
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
const deleted = "build/old.log";
const slow = { timeout: 60_000 };

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
  page.setDefaultTimeout(60_000);
  before = treeOf(workspace);
});

afterAll(async () => {
  await window?.[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const conversation = () => page.getByRole("log", { name: "Conversation" });

/** A step's row: what opens it, and the buttons beside it. */
function step(name: RegExp) {
  const opener = conversation().getByRole("button", { name });
  return { opener, row: opener.locator("xpath=..") };
}

describe("the task of 25 steps in the real window", () => {
  it("goes from a pasted key to a composer", async () => {
    await enterKey(page);
    expect(studio.chats()).toHaveLength(0);
  });

  it("shows the work as it happens and waits for a command's approval", async () => {
    await sendPrompt(page, "Move the stat helper into a file of its own");
    await conversation().getByText("I look around first.").waitFor();
    await page.getByText(command).first().waitFor();
    await button(page, /^Allow$/).waitFor();
    expect(studio.chats()).toHaveLength(4);
    expect(treeOf(workspace)).toEqual(before);
    await allow(page);
  });

  it("plays all of it and shows what it cost", async () => {
    await page.getByText("takes its stats from").waitFor(slow);
    await promptEnds(page);
    expect(studio.chats()).toHaveLength(26);
    after = treeOf(workspace);
    const changed = Object.keys({ ...before, ...after }).filter(
      (path) => before[path] !== after[path] && after[path]?.startsWith("folder") !== true,
    );
    expect(changed.toSorted()).toEqual([
      "LICENSE",
      "Readme.md",
      deleted,
      "docs/LICENSE.txt",
      "docs/design/notes.md",
      "lib/express.js",
      "lib/stat.js",
      "lib/utils.js",
      "lib/view.js",
      "package.json",
      "test/stat.test.js",
      "windows.txt",
    ]);
    const cost = page.getByText(/^\$0\.\d+/).first();
    expect(await cost.textContent()).toMatch(/\$0\.0\d/);
  });

  it("opens the diff of one step in its row", async () => {
    const { opener } = step(/^Created test\/stat\.test\.js/);
    await opener.click();
    await conversation().getByText("assert.ok(tryStat(__filename).isFile());").waitFor();
    await opener.click();
  });

  it("opens the diffs of the turn", async () => {
    await openReview(page);
    await page.getByText("var tryStat = require('./stat');").first().waitFor();
  });

  it("undoes one step to the byte, ignored file and all, and touches no other", async () => {
    const { row } = step(/^Deleted build\/old\.log/);
    await row.hover();
    await row.getByRole("button", { name: "Undo this step" }).click();
    await row.getByText("undone").waitFor();
    expect(treeOf(workspace)).toEqual({ ...after, [deleted]: before[deleted] });
  });

  it("undoes the turn to the byte and redoes it to the byte", async () => {
    // A command ran and changed nothing: nothing is left out, so nothing is asked.
    await button(page, /^Undo all/).click();
    await expect.poll(() => treeOf(workspace), slow).toEqual(before);
    const card = page.getByRole("group", { name: "What this prompt changed" });
    await card.getByRole("button", { name: "Redo" }).click();
    const oneUndone = { ...after, [deleted]: before[deleted] };
    await expect.poll(() => treeOf(workspace), slow).toEqual(oneUndone);
    const { row } = step(/^Deleted build\/old\.log/);
    await row.getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => treeOf(workspace), slow).toEqual(after);
  });
});

/** How long the answer was each time the page changed: text that streams has many lengths. */
const lengthsOfAnswer = (quick: Page) =>
  quick.evaluateHandle(() => {
    const seen = new Set<number>();
    new MutationObserver(() => {
      seen.add(document.querySelector("section[aria-busy=true]")?.textContent.length ?? 0);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    return seen;
  });

describe("a quick question", () => {
  const read = { name: "read_file", arguments: { path: "package.json" } };
  const write = { name: "write_file", arguments: { path: "hack.txt", content: "written" } };

  it("is answered with read-only tools, as it streams, with its cost", async () => {
    studio.play([
      { toolCalls: [read] },
      { toolCalls: [write] },
      { text: `It is version 5.3.1. ${"More of it follows. ".repeat(10)}`, pieceDelayMs: 40 },
    ]);
    if (window === undefined) throw new Error("The window is not there");
    const quick = await openQuickAsk(window);
    const lengths = await lengthsOfAnswer(quick);
    await quick.getByRole("textbox", { name: "Question" }).fill("Which version is this?");
    await quick.keyboard.press("Enter");
    const answer = quick.getByRole("region", { name: "Answer" });
    await quick.locator("section[aria-busy=false]").waitFor(slow);
    expect(await lengths.evaluate((seen) => seen.size)).toBeGreaterThan(3);
    expect(await answer.textContent()).toMatch(/(More of it follows\. ?){10}/);
    const cost = quick.getByTitle("Cost of this question");
    expect(await cost.textContent()).toMatch(/^\$0\.0\d/);
    const told = studio.chats().slice(-2);
    expect(told[0]?.bodyText).toContain('\\"version\\": \\"5.3.1\\"');
    expect(told[1]?.bodyText).toContain("hack.txt");
    expect(treeOf(workspace)).toEqual(after);
  });

  it("goes on behind the hidden window, and the tray says when it is answered", async () => {
    if (window === undefined) throw new Error("The window is not there");
    const tips = await window.app.evaluateHandle(({ Tray }) => {
      const seen: string[] = [];
      Tray.prototype.setToolTip = (text) => void seen.push(text);
      return seen;
    });
    const quick = window.app.windows().find((open) => open.url().endsWith("/quick-ask.html"));
    if (quick === undefined) throw new Error("Quick ask is not there");
    studio.play([{ text: "Later than the hiding. ".repeat(20), pieceDelayMs: 40 }]);
    await quick.getByRole("textbox", { name: "Question" }).fill("And now?");
    await quick.keyboard.press("Enter");
    await quick.locator("section[aria-busy=true]").getByText("Later").waitFor();
    await quick.keyboard.press("Escape");
    await expect.poll(() => tips.jsonValue(), slow).toContain("Quick ask: the answer is ready");
    await pressQuickAsk(window);
    await expect.poll(async () => (await tips.jsonValue()).at(-1)).toBe("Belay");
    expect(await quick.getByRole("region", { name: "Answer" }).textContent()).toContain("Later");
  });

  it("has raised no error in any page and left the key nowhere", () => {
    expect(window?.errors).toEqual([]);
    expect(readFileSync(join(home, "history.db")).includes(testKey)).toBe(false);
  });
});
