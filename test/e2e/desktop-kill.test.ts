import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { allow, button, enterKey, sendPrompt } from "../support/drive-window.ts";
import { createExpressRepository, type TaskCall } from "../support/express-task.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { isAlive, processOf } from "../support/processes.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";

const prompt = "Tidy up the helpers";
const slow = { timeout: 60_000 };
const call = (name: string, args: Readonly<Record<string, unknown>>): TaskCall => ({
  name,
  arguments: args,
});
const writes = [
  { toolCalls: [call("read_file", { path: "windows.txt" })] },
  {
    toolCalls: [
      call("edit_file", { path: "windows.txt", old_string: "second\n", new_string: "2nd\n" }),
      call("write_file", { path: "docs/new/notes.md", content: "# Notes\n" }),
    ],
  },
];
let studio: ModelStudio;

beforeAll(async () => {
  studio = await startModelStudio({ keys: [testKey] });
});

afterAll(() => studio.close());

/** One app data folder with its project, and the app on it as often as it is started. */
interface Desk extends Disposable {
  readonly workspace: string;
  /** A folder outside of the project, for what a command says of itself. */
  readonly notes: string;
  readonly before: Readonly<Record<string, string>>;
  start(): Promise<LaunchedWindow>;
}

function createDesk(): Desk {
  const folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const notes = join(folder.path, "notes");
  for (const path of [home, notes]) mkdirSync(path);
  const workspace = createExpressRepository(join(folder.path, "express"));
  return {
    workspace,
    notes,
    before: treeOf(workspace),
    async start() {
      const environment = { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) };
      const launched = await launchWindow({ home, folder: workspace, environment });
      launched.page.setDefaultTimeout(60_000);
      await enterKey(launched.page);
      return launched;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** kill -9 of the main process; resolves when it is gone. */
async function kill({ app, errors }: LaunchedWindow): Promise<void> {
  expect(errors).toEqual([]);
  const child = app.process();
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  expect(await gone).toEqual([null, "SIGKILL"]);
}

const card = (page: Page) => page.getByRole("group", { name: "What this prompt changed" });

/** Undoes the prompt, without a question: nobody else touched what it changed, and a command that changed nothing is covered. */
const undo = (page: Page): Promise<void> =>
  card(page).getByRole("button", { name: "Undo", exact: true }).click();

/** What every killed turn must allow: it is shown, nothing goes on by itself, it can be undone to the byte, and continued. */
async function takeUp(desk: Desk): Promise<void> {
  const asked = studio.chats().length;
  await using launched = await desk.start();
  const { page, errors } = launched;
  await page.getByRole("button", { name: prompt }).click();
  await page.getByText("Interrupted. Nothing repeats by itself.").waitFor();
  const killed = treeOf(desk.workspace);
  expect(killed).not.toEqual(desk.before);
  expect(JSON.stringify(killed)).not.toContain(".belay-tmp");

  await undo(page);
  await expect.poll(() => treeOf(desk.workspace), slow).toEqual(desk.before);
  await card(page).getByRole("button", { name: "Redo" }).click();
  await expect.poll(() => treeOf(desk.workspace), slow).toEqual(killed);
  expect(studio.chats()).toHaveLength(asked);

  studio.play([
    { toolCalls: [call("write_file", { path: "docs/last.md", content: "# The end\n" })] },
    { text: "Now it is all done." },
  ]);
  await button(page, /^Continue$/).click();
  await page.getByText("Now it is all done.").waitFor();
  expect(readFileSync(join(desk.workspace, "docs/last.md"), "utf8")).toBe("# The end\n");
  expect(studio.chats()).toHaveLength(asked + 2);
  await undo(page);
  await expect.poll(() => treeOf(desk.workspace), slow).toEqual(desk.before);
  expect(errors).toEqual([]);
}

const content = (number: number): string => `line ${number}\n`.repeat(2000);

describe("the app killed in the middle of a turn", () => {
  it("while the model streams: shows it interrupted, undoes it exactly and goes on", async () => {
    using desk = createDesk();
    studio.play([...writes, { text: "A sentence that never gets to its end", hang: true }]);
    const launched = await desk.start();
    await sendPrompt(launched.page, prompt);
    await launched.page.getByText("A sentence that never gets to its end").waitFor();
    await kill(launched);
    await takeUp(desk);
    const continued = studio.chats().at(-2);
    expect(continued?.bodyText).toContain("docs/new/notes.md");
    expect(continued?.bodyText).not.toContain("A sentence that never");
  });

  it("while a command runs: no process of it survives", async () => {
    using desk = createDesk();
    const lines = ["sleep 300.0713", "sleep 300.0714"];
    const command = `(setsid sh -c "trap '' TERM; ${lines[1]}; true" &)\n${lines[0]}`;
    studio.play([...writes, { toolCalls: [call("run_command", { command })] }]);
    const launched = await desk.start();
    await sendPrompt(launched.page, prompt);
    await allow(launched.page);
    const running = await Promise.all(lines.map(processOf));
    expect(running.map(isAlive)).toEqual([true, true]);
    await kill(launched);
    await expect.poll(() => running.map(isAlive), slow).toEqual([false, false]);
    await takeUp(desk);
  });

  it("between writes: each file is whole or untouched", async () => {
    using desk = createDesk();
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    studio.play([
      { toolCalls: [call("read_file", { path: "lib/utils.js" })] },
      {
        toolCalls: numbers.flatMap((number) => [
          call("write_file", { path: `made/${number}.txt`, content: content(number) }),
          call("edit_file", {
            path: "lib/utils.js",
            old_string: "'use strict';",
            new_string: `'use strict'; // ${number}`,
          }),
        ]),
      },
    ]);
    const launched = await desk.start();
    await sendPrompt(launched.page, prompt);
    while (!existsSync(join(desk.workspace, "made/9.txt"))) await sleep(1);
    await kill(launched);
    expect(existsSync(join(desk.workspace, "made/29.txt"))).toBe(false);
    await takeUp(desk);
    expect(studio.chats().at(-2)?.bodyText).toContain("made/9.txt");
  });
});
