import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { allow, button, enterKey, openReview, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";
import { treeOf } from "../support/tree-hash.ts";
import { createPhotographer, type Photographer } from "../support/view-photographer.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const workspace = join(folder.path, "notes");
const patient = { timeout: 60_000 };
let studio: ModelStudio;
let window: LaunchedWindow | undefined;
let page: Page;
let photographer: Photographer;
let gitBefore: Record<string, string>;
const errors: string[] = [];

const numbered = (changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 60 }, (_, index) => `${changed[index + 1] ?? `line ${index + 1}`}\n`).join(
    "",
  );
const textOf = (name: string): string => readFileSync(join(workspace, name), "utf8");
const call = (name: string, input: Readonly<Record<string, unknown>>) => ({
  toolCalls: [{ name, arguments: input }],
});
const edit = (path: string, before: string, after: string) =>
  call("edit_file", { path, old_string: before, new_string: after });

async function open(): Promise<void> {
  window = await launchWindow({
    home,
    folder: workspace,
    environment: { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) },
  });
  page = window.page;
  page.setDefaultTimeout(patient.timeout);
  photographer = createPhotographer(window.app, page);
}

async function close(): Promise<void> {
  errors.push(...(window?.errors ?? []));
  await window?.[Symbol.asyncDispose]();
  window = undefined;
}

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(workspace);
  const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace });
  for (const name of ["notes.txt", "plan.txt", "parts.txt"])
    writeFileSync(join(workspace, name), numbered());
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-qm", "Start");
  gitBefore = treeOf(join(workspace, ".git"));
  studio = await startModelStudio({ keys: [testKey] });
  await open();
  await enterKey(page);
});

afterAll(async () => {
  await close();
  await studio.close();
  folder[Symbol.dispose]();
});

const conversation = (): Locator => page.getByRole("log", { name: "Conversation" });
const review = (): Locator => page.getByRole("complementary", { name: "Review" });
const dialog = (): Locator => page.getByRole("dialog");
const looksWell = async (name: string): Promise<void> => {
  expect(await photographer.look(name, page)).toEqual([]);
};

/** The row of a step, with its buttons. */
const step = (name: RegExp): Locator =>
  conversation().getByRole("button", { name }).locator("xpath=..");

async function undoStep(name: RegExp): Promise<void> {
  const row = step(name);
  await row.hover();
  await row.getByRole("button", { name: "Undo this step" }).click();
}

async function openFiles(): Promise<void> {
  await openReview(page);
  await review().getByRole("region", { name: "Files" }).waitFor();
}

describe("one command", () => {
  const command =
    "sed -i.bak 's/^line 3$/three, by the command/' notes.txt && rm notes.txt.bak && echo made > made.txt";

  it("shows on its card what it changed, with the diff of each file", async () => {
    studio.play([
      call("run_command", { command }),
      call("read_file", { path: "notes.txt" }),
      edit("notes.txt", "line 15\n", "fifteen, by the agent\n"),
      { text: "Both are done." },
    ]);
    await sendPrompt(page, "Change lines 3 and 15");
    await allow(page);
    await page.getByText("Both are done.").waitFor();
    const row = step(/^Ran sed/);
    await row.getByText("2 files").waitFor();
    await row.getByRole("button", { name: /^Ran sed/ }).click();
    await conversation().getByText("three, by the command").first().waitFor();
    await conversation()
      .getByRole("button", { name: /^made\.txt/ })
      .waitFor();
    expect(textOf("notes.txt")).toBe(
      numbered({ 3: "three, by the command", 15: "fifteen, by the agent" }),
    );
    await looksWell("command-card");
    await row.getByRole("button", { name: /^Ran sed/ }).click();
  });

  it("lists what the person changed meanwhile apart, and as nobody else's", async () => {
    const mine = { 3: "three, by the command", 15: "fifteen, by the agent", 40: "forty, by me" };
    writeFileSync(join(workspace, "notes.txt"), numbered(mine));
    await openFiles();
    const yours = review().getByRole("group", { name: "Yours: changed outside" });
    await yours.getByRole("button", { name: /Yours/ }).click();
    await yours.getByRole("button", { name: /^notes\.txt/ }).click();
    await yours.getByText("forty, by me").waitFor();
    expect(await yours.getByRole("button", { name: /Undo/ }).count()).toBe(0);
    await looksWell("review-yours");
    await review().getByRole("button", { name: "Close the review" }).click();
  });

  it("is undone alone, to the byte, while the later edits of agent and person stand", async () => {
    await undoStep(/^Ran sed/);
    // The person changed the file as well, so its change is not undone unasked.
    const row = dialog().getByRole("checkbox", { name: "Undo notes.txt" });
    await row.waitFor();
    expect(await row.isChecked()).toBe(false);
    expect(await dialog().getByRole("checkbox", { name: "Undo made.txt" }).isChecked()).toBe(true);
    await dialog().getByText("Not ticked: you changed it as well.").waitFor();
    await looksWell("undo-held");
    await row.check();
    await button(page, /^Undo 2$/).click();
    const stands = numbered({ 15: "fifteen, by the agent", 40: "forty, by me" });
    await expect.poll(() => textOf("notes.txt"), patient).toBe(stands);
    expect(() => textOf("made.txt")).toThrow(/ENOENT/);
    await step(/^Ran sed/)
      .getByText("undone")
      .waitFor();
  });

  it("comes back with redo, to the byte", async () => {
    await step(/^Ran sed/)
      .getByRole("button", { name: "Redo" })
      .click();
    const all = { 3: "three, by the command", 15: "fifteen, by the agent", 40: "forty, by me" };
    await expect.poll(() => textOf("notes.txt"), patient).toBe(numbered(all));
    await expect.poll(() => textOf("made.txt"), patient).toBe("made\n");
  });
});

describe("an overlap", () => {
  it("is kept as it is unless the person restores the old version, and comes back with redo", async () => {
    studio.play([
      call("read_file", { path: "plan.txt" }),
      edit("plan.txt", "line 5\n", "five, by the agent\n"),
      { text: "The plan is changed." },
    ]);
    await sendPrompt(page, "Change line 5 of the plan");
    await page.getByText("The plan is changed.").waitFor();
    const mine = numbered({ 5: "five, by me" });
    writeFileSync(join(workspace, "plan.txt"), mine);
    await undoStep(/^Edited plan\.txt/);
    await dialog()
      .getByText(/It was changed since in the same place/i)
      .waitFor();
    expect(await dialog().getByRole("radio", { name: "Keep as it is now" }).isChecked()).toBe(true);
    await button(page, /^Keep 1$/).click();
    await dialog().waitFor({ state: "detached" });
    expect(textOf("plan.txt")).toBe(mine);

    await undoStep(/^Edited plan\.txt/);
    await dialog().getByRole("radio", { name: "Edit merge" }).click();
    await dialog().getByRole("region", { name: "Overlap 1 of 1" }).waitFor();
    await looksWell("undo-merge");
    await dialog().getByRole("radio", { name: "Restore old version" }).check();
    await button(page, /^Undo 1$/).click();
    await expect.poll(() => textOf("plan.txt"), patient).toBe(numbered());
    await step(/^Edited plan\.txt/)
      .getByRole("button", { name: "Redo" })
      .click();
    await expect.poll(() => textOf("plan.txt"), patient).toBe(mine);
  });
});

describe("one change of a file", () => {
  const both = { 4: "four, by the agent", 50: "fifty, by the agent" };

  it("is kept with y and undone with x, and the other one stands", async () => {
    studio.play([
      call("read_file", { path: "parts.txt" }),
      edit("parts.txt", "line 4\n", `${both[4]}\n`),
      edit("parts.txt", "line 50\n", `${both[50]}\n`),
      { text: "Both parts are changed." },
    ]);
    await sendPrompt(page, "Change two parts");
    await page.getByText("Both parts are changed.").waitFor();
    expect(textOf("parts.txt")).toBe(numbered(both));
    await openFiles();
    await review().getByText("0 of 2 reviewed").waitFor();
    await review().getByRole("region", { name: "Files" }).focus();
    await page.keyboard.press("]");
    await page.keyboard.press("y");
    await review().getByText("1 of 2 reviewed").waitFor();
    await looksWell("review-kept");
    await page.keyboard.press("x");
    await expect.poll(() => textOf("parts.txt"), patient).toBe(numbered({ 4: both[4] }));
    await review().getByText("1 of 1 reviewed").waitFor();
    await review().getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => textOf("parts.txt"), patient).toBe(numbered(both));
    await review().getByText("1 of 2 reviewed").waitFor();
  });

  it("is saved as a patch that git takes, where the person says", async () => {
    const file = join(folder.path, "both parts.patch");
    await window?.app.evaluate(({ dialog: native }, filePath) => {
      native.showSaveDialog = async () => ({ canceled: false, filePath });
    }, file);
    await review().getByRole("button", { name: "Save as patch…" }).click();
    await page.getByText(`Saved as ${file}`).waitFor();
    execFileSync("git", ["apply", "--check", "--reverse", file], { cwd: workspace });
    expect(readFileSync(file, "utf8")).toContain(`+${both[50]}`);
  });

  it("is still kept after a restart", async () => {
    await close();
    await open();
    // Without a keychain the key is for one run.
    await enterKey(page);
    await button(page, /Change lines 3 and 15/)
      .first()
      .click();
    await page.getByText("Both parts are changed.").waitFor();
    await openFiles();
    await review().getByText("1 of 2 reviewed").waitFor();
  });
});

it("has not touched the repository, and has raised no error", async () => {
  await close();
  expect(treeOf(join(workspace, ".git"))).toEqual(gitBefore);
  expect(errors).toEqual([]);
});
