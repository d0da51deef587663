import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionLogSchema } from "../../src/shared/contract.ts";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { button, enterKey, sendPrompt } from "../support/drive-window.ts";
import { faultsOf, hostileTextsTo } from "../support/hostile-text.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { listen } from "../support/listen.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const strike = "window.struck()";
const project = join(folder.path, `"><img src=x onerror=${strike}>`);
const fileName = `"><img src=x onerror=${strike}>.txt`;
const branch = `x"><svg-onload=${strike}>`;
/** Where every address of the corpus leads: whoever fetches anything connects here. */
const heard: string[] = [];
const sink = createServer((request, response) => {
  heard.push(`${request.method ?? ""} ${request.url ?? ""}`);
  response.end();
});
sink.on("connection", () => heard.push("connection"));
let texts: readonly string[];
let studio: ModelStudio;
let launched: LaunchedWindow;
let page: Page;

beforeAll(async () => {
  texts = hostileTextsTo((await listen(sink)).url);
  for (const path of [home, project]) mkdirSync(path);
  writeFileSync(join(project, fileName), texts.join("\n"));
  execFileSync("git", ["init", "-q", "-b", branch], { cwd: project });
  studio = await startModelStudio({ keys: [testKey] });
  launched = await launchWindow({
    home,
    folder: project,
    environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
  });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  await enterKey(page);
  await page.evaluate(() => {
    Object.assign(window, { strikes: 0, struck: () => Object.assign(window, { strikes: 1 }) });
  });
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  await studio.close();
  sink.close();
  folder[Symbol.dispose]();
});

/** What the corpus has brought into the page as it is now. */
async function faults(): Promise<unknown> {
  const source = `(() => { const forbiddenElements = ${JSON.stringify(forbidden)}; return (${faultsOf.toString()})(document.body); })()`;
  const found: unknown = await page.evaluate(source);
  const strikes: unknown = await page.evaluate(() => Reflect.get(window, "strikes"));
  // A page that has ended shows nothing, and nothing wrong with it.
  const isShown = (await page.locator("body").innerText()).includes("struck");
  return { found, strikes, heard, isShown, url: page.url() };
}

const forbidden =
  "#root script, iframe, object, embed, frame, base, form[action], video, audio, source, portal, webview, template, math, marquee, foreignObject, animate, img";
const nothing = { found: [], strikes: 0, heard: [], isShown: true, url: "belay://app/index.html" };

describe("hostile text in the real window, under its real policy", () => {
  it("stays text in what a model writes", async () => {
    for (let start = 0; start < texts.length; start += 13) {
      const some = texts.slice(start, start + 13);
      studio.play([{ reasoning: some.join("\n"), text: `${some.join("\n\n")}\n\n` }]);
      await sendPrompt(page, `Go ${start}`);
      await expect.poll(() => studio.chats().length).toBe(start / 13 + 1);
      await button(page, /^Stop$/).waitFor({ state: "hidden" });
      expect(await faults()).toEqual(nothing);
    }
  });

  it("stays text in prompts, tool output, file names, diffs and failures", async () => {
    const all = texts.join("\n");
    studio.play([
      {
        toolCalls: [
          { name: "read_file", arguments: { path: fileName } },
          { name: "search_files", arguments: { pattern: "struck" } },
          { name: "read_file", arguments: { path: texts[0] ?? "" } },
          { name: texts[0] ?? "", arguments: { [texts[1] ?? ""]: texts[2] } },
        ],
      },
      { toolCalls: [{ name: "write_file", arguments: { path: `new ${fileName}`, content: all } }] },
      { error: { status: 400, body: { error: { message: all, code: texts[3] } } } },
    ]);
    await sendPrompt(page, texts.slice(0, 40).join(" "));
    await page
      .getByText(/could not|refused|failed|rejected/i)
      .first()
      .waitFor();
    for (const row of await page.getByRole("button", { name: /^Read|^Searched/ }).all())
      await row.click();
    await page.keyboard.press("Control+Shift+D");
    await page.getByRole("complementary", { name: "Review" }).waitFor();
    await page.waitForTimeout(500);
    expect(await faults()).toEqual(nothing);
  });

  it("stays text on the card that asks, and in titles, the branch and the project's name", async () => {
    // A command with a NUL in it is none.
    const command = `: ${texts.filter((text) => !text.includes("\0")).join(" ")}`;
    studio.play([
      { toolCalls: [{ name: "run_command", arguments: { command } }] },
      { text: "done" },
    ]);
    await sendPrompt(page, "Run it");
    await button(page, /^Allow$/).waitFor();
    expect(await faults()).toEqual(nothing);
    await page.getByPlaceholder("What should it do instead?").fill("Nothing.");
    await page.waitForTimeout(400);
    await button(page, /^Deny$/).click();
    for (const title of texts) {
      const made = await call(page, "session.create", { workspace: project, kind: "chat" });
      const { sessionId } = sessionLogSchema.parse(made);
      await call(page, "session.update", { sessionId, title: title.slice(0, 200) });
    }
    await expect.poll(() => page.locator("body").innerText()).toContain(branch);
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("What do you want to do?").fill("script");
    await page.waitForTimeout(300);
    expect(await faults()).toEqual(nothing);
    await page.keyboard.press("Escape");
  });

  it("has raised no error, and the sink does hear who asks", async () => {
    expect(launched.errors.filter((line) => !line.includes("Content Security Policy"))).toEqual([]);
    const { port } = new URL(/http:\/\/[\d.:]+/.exec(texts.join("\n"))?.[0] ?? "");
    await fetch(`http://127.0.0.1:${port}/heard`);
    expect(heard).toContain("GET /heard");
  });
});
