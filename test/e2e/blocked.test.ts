import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { callBridge } from "../support/call-bridge.ts";
import { answerCard, button, enterKey, promptEnds, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { listen } from "../support/listen.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { git } from "../support/run-git.ts";
import { noSandboxHere, skipNote } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";
import { createPhotographer } from "../support/view-photographer.ts";

const slow = { timeout: 60_000 };
/** Through the proxy, as any host that is not this machine. */
const fetchIt = (url: string): string =>
  `echo one >> log.txt; env -u NO_PROXY -u no_proxy curl -fsS ${url}`;

describe.skipIf(noSandboxHere !== null)(`a command that the sandbox stops${skipNote}`, () => {
  const folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const workspace = join(folder.path, "tides");
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("high tide");
  });
  let studio: ModelStudio;
  let url: string;
  let launched: LaunchedWindow;
  let page: Page;
  let before: Readonly<Record<string, string>>;

  async function start(): Promise<void> {
    const environment = { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) };
    launched = await launchWindow({ home, folder: workspace, environment });
    page = launched.page;
    page.setDefaultTimeout(60_000);
  }

  const look = async (name: string): Promise<void> => {
    const { look: at } = createPhotographer(launched.app, page);
    expect(await at(name, page)).toEqual([]);
  };
  const card = (name: RegExp | string = "Blocked by the sandbox") =>
    page.getByRole("group", { name });
  const press = async (name: string): Promise<void> => {
    const waiting = card(/^(Blocked by the sandbox|Run a command)$/).getByRole("button", { name });
    await answerCard(page, waiting);
  };

  /** A session in which the model runs this one command. */
  async function ask(command: string, answer: string): Promise<void> {
    studio.play([
      { toolCalls: [{ name: "run_command", arguments: { command } }] },
      { text: answer },
    ]);
    await page.keyboard.press("Control+n");
    await sendPrompt(page, "Get the tides");
  }

  const toModel = (): string => studio.chats().at(-1)?.bodyText ?? "";

  beforeAll(async () => {
    for (const path of [home, workspace]) mkdirSync(path);
    writeFileSync(join(workspace, "tides.txt"), "low\n");
    git(workspace, "init", "-q");
    git(workspace, "config", "user.name", "t");
    git(workspace, "config", "user.email", "t@example.invalid");
    git(workspace, "add", ".");
    git(workspace, "commit", "-qm", "one");
    before = treeOf(workspace);
    studio = await startModelStudio({ keys: [testKey] });
    const { port } = await listen(server);
    url = `http://localhost:${port}/today`;
    await start();
    await enterKey(page);
    await button(page, /^Sandbox check: Sandboxed$/).waitFor();
    await button(page, /^Mode: /).click();
    await page.getByRole("menuitemradio", { name: /^Autopilot/ }).click();
  });

  afterAll(async () => {
    await launched[Symbol.asyncDispose]();
    await studio.close();
    server.close();
    folder[Symbol.dispose]();
  });

  it("takes no yes in its first 300 ms nor by Enter; after that it runs again with the host open, and one undo takes both runs back", async () => {
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        const waiting = document.querySelector<HTMLElement>("[data-approval]");
        if (waiting === null) return;
        observer.disconnect();
        for (const one of waiting.querySelectorAll<HTMLElement>("button")) one.click();
        const chord = { key: "Enter", ctrlKey: true, bubbles: true };
        waiting.dispatchEvent(new KeyboardEvent("keydown", chord));
        waiting.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        waiting.dataset["pressed"] = "true";
      });
      observer.observe(document.body, { subtree: true, childList: true });
    });
    await ask(`${fetchIt(url)} > got.txt`, "The tides are in got.txt.");
    await page.getByText(`Blocked: connection to localhost:`).waitFor();
    await page.waitForTimeout(500);
    expect(await card().getAttribute("data-pressed")).toBe("true");
    await card().focus();
    await page.keyboard.press("Enter");
    await look("blocked-network");
    expect(asked).toEqual([]);
    expect(readFileSync(join(workspace, "log.txt"), "utf8")).toBe("one\n");

    await press("Allow this host here and rerun");
    await page.getByText("The tides are in got.txt.").waitFor();
    await promptEnds(page);
    expect(asked).toEqual(["/today"]);
    expect(readFileSync(join(workspace, "got.txt"), "utf8")).toBe("high tide");
    expect(readFileSync(join(workspace, "log.txt"), "utf8")).toBe("one\none\n");
    expect(toModel()).toContain("The person allowed that, and it was run again.");
    await button(page, /allowed, ran again/).click();
    await page.getByText("You allowed it here, and it ran again.").waitFor();
    await look("blocked-after");

    const changed = page.getByRole("group", { name: "What this prompt changed" });
    await changed.getByRole("button", { name: "Undo", exact: true }).click();
    await expect.poll(() => treeOf(workspace), slow).toEqual(before);
  });

  it("asks nothing about what the session has been given, and the decision is in the log", async () => {
    studio.play([
      { toolCalls: [{ name: "run_command", arguments: { command: `${fetchIt(url)} > b.txt` } }] },
      { text: "Fetched once more." },
    ]);
    await sendPrompt(page, "And again");
    await page.getByText("Fetched once more.").waitFor();
    await promptEnds(page);
    expect(await card().count()).toBe(0);
    const log = readFileSync(join(home, "decisions.jsonl"), "utf8").trim().split("\n");
    const ways = log
      .map((line): unknown => JSON.parse(line))
      .filter((entry) => typeof entry === "object" && entry !== null && "way" in entry);
    expect(ways).toMatchObject([{ by: "person", decision: "allow", way: "here" }]);
  });

  it("leaves it to the agent by Escape, and the model is told as if nobody had been asked", async () => {
    await ask("git commit -q --allow-empty -m two", "Then not.");
    await page.getByText("Blocked: change of git's history").waitFor();
    await page.waitForTimeout(400);
    await card().focus();
    await page.keyboard.press("Escape");
    await page.getByText("Then not.").waitFor();
    await promptEnds(page);
    expect(toModel()).toContain("Blocked: a change of git's history. Run it again with needs [");
    expect(toModel()).not.toContain("second run");
    await button(page, /left to the agent/).waitFor();
    expect(git(workspace, "log", "--format=%s").trim()).toBe("one");
  });

  it("runs outside of the sandbox once, after a question of its own", async () => {
    const outside = join(folder.path, "outside.txt");
    await ask(`touch /usr/belay-no || exit 1; echo $HOME > ${outside}`, "Not outside.");
    await page.getByText("Blocked: write to /usr/belay-no").waitFor();
    await look("blocked-folder");
    await press("Rerun once outside, asking");
    await card("Run a command").waitFor();
    await page.getByText("It runs outside of the sandbox:").waitFor();
    await press("Deny");
    await page.getByText("Not outside.").waitFor();
    await promptEnds(page);
    await ask(
      `if [ -d /belay ]; then touch /usr/belay-no; else echo out > ${outside}; fi`,
      "Outside.",
    );
    await press("Rerun once outside, asking");
    await card("Run a command").waitFor();
    const again = card("Run a command");
    const allowed = again
      .getByRole("button", { name: /^Allow Ctrl/ })
      .or(again.getByRole("button", { name: "Allow", exact: true }));
    await answerCard(page, allowed);
    await page.getByText("Outside.", { exact: true }).waitFor();
    await promptEnds(page);
    expect(readFileSync(outside, "utf8")).toBe("out\n");
  });

  it("looks well in Chinese, with every word in it", async () => {
    await callBridge(page, "settings.set", { language: "zh-CN" });
    studio.play([
      {
        toolCalls: [
          { name: "run_command", arguments: { command: "git commit -q --allow-empty -m three" } },
        ],
      },
      { text: "好" },
    ]);
    await page.keyboard.press("Control+n");
    const field = page.getByRole("textbox").first();
    await field.fill("提交");
    await field.press("Enter");
    await page.getByText("已阻止：更改 git 历史").waitFor();
    await look("blocked-chinese");
    const text = await card("被沙箱阻止").innerText();
    expect(text).toContain("如果允许：它可以更改 git 历史。");
    // Of three words in a row there is what git printed, and nothing else.
    const own = text.replace(/fatal: .*/, "").replace("git commit -q --allow-empty -m three", "");
    expect(own).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/);
    await answerCard(page, button(page, /^告诉智能体/));
    await page.getByText("好", { exact: true }).waitFor();
    await callBridge(page, "settings.set", { language: "en" });
  });

  it("survives a kill -9 between the two runs: what the first changed is shown and can be undone", async () => {
    await page.getByRole("textbox", { name: "Prompt" }).waitFor();
    const committed = treeOf(workspace);
    await ask(`${fetchIt(`${url}?x`).replace("localhost", "127.0.0.1")} > k.txt`, "never");
    await card().waitFor();
    const child = launched.app.process();
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await start();
    await enterKey(page);
    await page.getByRole("button", { name: "Get the tides" }).first().click();
    await page.getByText("Interrupted. Nothing repeats by itself.").waitFor();
    expect(readFileSync(join(workspace, "log.txt"), "utf8")).toContain("one\n");
    const changed = page.getByRole("group", { name: "What this prompt changed" });
    await changed.getByRole("button", { name: "Undo", exact: true }).click();
    await expect.poll(() => treeOf(workspace), slow).toEqual(committed);
    studio.play([{ text: "I see what stopped it." }]);
    await button(page, /^Continue$/).click();
    await page.getByText("I see what stopped it.").waitFor();
    expect(toModel()).toContain("Blocked: ");
  });

  it("has raised no error in the page", () => {
    expect(launched.errors).toEqual([]);
  });
});
