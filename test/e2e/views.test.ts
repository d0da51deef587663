import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionLogSchema } from "../../src/shared/contract.ts";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { dragFolder } from "../support/drag-folder.ts";
import { answerCard, openReview } from "../support/drive-window.ts";
import { createExpressRepository } from "../support/express-task.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import type { ScriptedResponse } from "../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { openQuickAsk } from "../support/open-quick-ask.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";
import { longAnswer, viewTask } from "../support/view-task.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const express = join(folder.path, "express");
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;
let photographer: Photographer;

beforeAll(async () => {
  mkdirSync(home);
  createExpressRepository(express);
  studio = await startModelStudio({ keys: [testKey] });
  launched = await launchWindow({
    home,
    environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
  });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  photographer = createPhotographer(launched.app, page);
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  await studio.close();
  folder[Symbol.dispose]();
});

const button = (name: RegExp | string) => page.getByRole("button", { name });
const prompt = () => page.getByRole("textbox", { name: "Prompt" });
const looksWell = async (name: string, seen = page): Promise<void> => {
  expect(await photographer.look(name, seen)).toEqual([]);
};

/** Starts a session and lets it answer a prompt with these. */
async function send(text: string, script: readonly ScriptedResponse[]): Promise<void> {
  studio.play(script);
  await page.keyboard.press("Control+n");
  await prompt().fill(text);
  await prompt().press("Enter");
}

describe("from a key to a project", () => {
  it("looks well while a key is asked for", async () => {
    await page.getByLabel("API key").waitFor();
    await looksWell("key");
    await page.getByText("Advanced").click();
    await page.getByLabel("API key").fill("sk-this-key-is-known-nowhere");
    await looksWell("key-advanced");
  });

  it("looks well when no host takes the key, and when one does", async () => {
    await button(/^Check/).click();
    await page.getByText("No host accepted").waitFor();
    await looksWell("key-rejected");
    await page.getByLabel("API key").fill(testKey);
    await button(/^Check/).click();
    await page.getByText(/using qwen/).waitFor();
    await looksWell("key-accepted");
  });

  it("looks well while a project is chosen, and before the first prompt", async () => {
    await button(/^Choose a project/).click();
    await button(/^Choose a folder/).waitFor();
    await looksWell("project");
    const drag = await dragFolder(page, express);
    await drag("dragEnter");
    await drag("dragOver");
    await page.getByText("Drop the folder to open it").waitFor();
    await looksWell("project-drop");
    await drag("drop");
    await prompt().waitFor();
    await looksWell("starters");
  });

  it("looks well with the menus of the composer open", async () => {
    await button(/^Mode:/).click();
    await page.getByRole("menuitemradio", { name: /Autopilot/ }).waitFor();
    await looksWell("menu-mode");
    await page.keyboard.press("Escape");
    await button(/^Model:/).click();
    await page.getByRole("menuitemradio", { name: /Another model id/ }).waitFor();
    await looksWell("menu-model");
    await page.keyboard.press("Escape");
  });
});

describe("a conversation", () => {
  it("looks well while text comes, and when it has come", async () => {
    await send("How does a request travel through express?", [
      { reasoning: "The router first.", text: longAnswer, pieceDelayMs: 25 },
    ]);
    await page.getByText("The order matters").waitFor();
    await looksWell("streaming");
    await page.getByText("ask for any of them").waitFor({ timeout: 60_000 });
    await page.getByText("Thought").click();
    await looksWell("answer");
    await button("lib/application.js:152").click();
    await page.getByText(/^Line 152 of/).waitFor();
    await looksWell("file-preview");
    await page.keyboard.press("Escape");
  });

  it("looks well while a command waits for the person", async () => {
    await send("Move the stat helper into a file of its own", viewTask);
    await button(/^Allow$/).waitFor();
    await looksWell("approval");
    await answerCard(page, button(/^Allow$/));
    await page.getByText("nothing can hide").first().waitFor();
    await looksWell("approval-invisible");
    await page.getByPlaceholder("What should it do instead?").fill("Read the file instead.");
    await answerCard(page, button(/^Deny$/));
  });

  it("looks well when it is done, with a step opened", async () => {
    await page.getByText("takes its stats from").waitFor();
    await looksWell("done");
    await page.getByText("Ran", { exact: true }).first().click();
    await page.getByText("Command", { exact: true }).waitFor();
    await page.getByText("windows.txt").first().click();
    await page.getByText("second line").first().waitFor();
    await looksWell("step-opened");
  });

  it("looks well in review", async () => {
    await openReview(page);
    await page.getByRole("region", { name: "lib/view.js" }).waitFor();
    await looksWell("review");
  });

  it("looks well while an undo asks, and when it is done", async () => {
    writeFileSync(join(express, "lib/stat.js"), "// rewritten by hand\n");
    appendFileSync(join(express, "lib/view.js"), "\n// a line of mine\n");
    await button(/^Undo all/).click();
    await page.getByRole("dialog", { name: "Undo" }).waitFor();
    await looksWell("undo-plan");
    await button(/^Undo \d+, keep/).click();
    // With the pointer on it the toast stays for as long as it takes to look at it.
    await page.getByText(/^Undid/).hover();
    await looksWell("undo-toast");
    await button("Details").click();
    await page.getByRole("dialog").waitFor();
    await looksWell("undo-details");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+D");
  });
});

describe("what goes wrong", () => {
  it("looks well when the model is gone", async () => {
    await page.keyboard.press("Control+n");
    await button(/^Model:/).click();
    await page.getByRole("menuitemradio", { name: /Another model id/ }).click();
    await looksWell("model-dialog");
    await page.getByRole("textbox", { name: "Model" }).fill("qwen-that-is-gone");
    await page.keyboard.press("Enter");
    await button(/^Model: qwen-that-is-gone/).waitFor();
    await prompt().fill("Say something");
    await prompt().press("Enter");
    await page.getByText("Nobody knows what this model costs").waitFor();
    await looksWell("error-price");
    await button("Allow for this prompt").click();
    await page.getByText("This model does not answer").waitFor();
    await looksWell("error-model");
  });

  it("looks well when the provider is busy", async () => {
    const busy = { error: { status: 503, body: { error: { message: "busy", code: null } } } };
    await send("Are you there?", [busy, busy, busy, busy, busy, busy, busy, busy]);
    await page.getByText(/Trying again in/).waitFor();
    await looksWell("retry");
    await button(/^Stop$/)
      .first()
      .click();
    await page.getByText("Stopped").first().waitFor();
    await looksWell("stopped");
  });

  it("looks well when the budget is used up", async () => {
    await call(page, "settings.set", { sessionBudget: "0.000001 USD" });
    await send("Spend something", [{ text: "Never asked." }]);
    await page.getByText("A limit of money is used up").waitFor();
    await looksWell("error-budget");
    await call(page, "settings.set", { sessionBudget: null });
  });

  it("looks well without a key", async () => {
    await call(page, "key.remove", {});
    await send("Nobody hears this", []);
    await page.getByText("No valid key").waitFor();
    await looksWell("error-key");
    await call(page, "key.check", { key: testKey, persist: "memory" });
  });
});

describe("what lies over the session", () => {
  it.each(["Key and model", "Endpoint", "Agent", "General", "Quick ask", "About"])(
    "looks well in the settings: %s",
    async (name) => {
      await page.keyboard.press("Control+,");
      await page.getByRole("tab", { name }).click();
      await page.waitForTimeout(500);
      const file = `settings-${name.toLowerCase().replaceAll(" ", "-")}`;
      expect(await photographer.look(file, page)).toEqual([]);
      await page.keyboard.press("Escape");
    },
  );

  it("looks well before, while and after an endpoint is tested", async () => {
    studio.play(() => ({ text: "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22" }));
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Endpoint" }).click();
    await button("Test…").click();
    await button("Send them").waitFor();
    await looksWell("endpoint-plan");
    await button("Send them").click();
    await page.getByText("Reports tokens while streaming").last().waitFor();
    await page.getByRole("table").waitFor();
    await page.getByRole("table").scrollIntoViewIfNeeded();
    await looksWell("endpoint-tested");
    await page.getByText("Models and prices of your own").scrollIntoViewIfNeeded();
    await looksWell("endpoint-own");
    await page.keyboard.press("Escape");
  });

  it("looks well with many sessions of long names, and in the palette", async () => {
    for (let index = 0; index < 30; index += 1) {
      const made = await call(page, "session.create", { workspace: express, kind: "chat" });
      const { sessionId } = sessionLogSchema.parse(made);
      const long = "with a name that nobody would choose but a model might, 名称很长的会话";
      await call(page, "session.update", { sessionId, title: `Session ${index} ${long}` });
    }
    await page
      .getByText(/^Session 29/)
      .first()
      .click();
    await looksWell("many-sessions");
    await button(/^Project express/).click();
    await page.getByRole("menuitem").first().waitFor();
    await looksWell("menu-project");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("What do you want to do?").waitFor();
    await looksWell("palette");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+D");
    await page.getByText("Nothing to review").waitFor();
    await looksWell("review-empty");
    await page.keyboard.press("Control+Shift+D");
  });

  it("looks well in Chinese", async () => {
    await call(page, "settings.set", { language: "zh-CN" });
    await page.getByText("讲解这个项目").waitFor();
    await looksWell("chinese");
    await call(page, "settings.set", { language: "en" });
  });
});

describe("quick ask", () => {
  it("looks well empty and with an answer", async () => {
    const quick = await openQuickAsk(launched);
    await quick.getByRole("textbox", { name: "Question" }).waitFor();
    await looksWell("quick-ask", quick);
    studio.play([
      { text: "With `res.sendFile(path)`: it takes an **absolute** path or a `root`." },
    ]);
    await quick.getByRole("textbox", { name: "Question" }).fill("How do I send a file?");
    await quick.keyboard.press("Enter");
    await quick.getByText("absolute").waitFor();
    await quick.waitForTimeout(300);
    await looksWell("quick-ask-answer", quick);
  });
});

describe("the demo", () => {
  it("looks well before and after its prompt", async () => {
    using second = createTemporaryFolder();
    await using other = await launchWindow({ home: second.path });
    const demo = createPhotographer(other.app, other.page);
    await other.page.getByRole("button", { name: /^Try the demo/ }).click();
    await other.page.getByRole("textbox", { name: "Prompt" }).waitFor();
    expect(await demo.look("demo", other.page)).toEqual([]);
    await other.page.keyboard.press("Enter");
    // The banner about what steers has a Review of its own: this button comes with the end of the prompt.
    await other.page.getByRole("button", { name: "Undo", exact: true }).waitFor();
    expect(await demo.look("demo-done", other.page)).toEqual([]);
  });
});

it("has raised no error in the page", () => {
  expect(launched.errors).toEqual([]);
});
