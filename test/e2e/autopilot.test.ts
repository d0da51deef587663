import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testKey } from "../support/belay-cli.ts";
import { answerCard, button, enterKey, sendPrompt } from "../support/drive-window.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { git } from "../support/run-git.ts";
import { noSandboxHere, skipNote } from "../support/sandbox-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const call = (name: string, values: Readonly<Record<string, unknown>>) => ({
  name,
  arguments: values,
});

describe.skipIf(noSandboxHere !== null)(`a whole sandboxed task with no prompt${skipNote}`, () => {
  const folder = createTemporaryFolder();
  const home = join(folder.path, "home");
  const workspace = join(folder.path, "sums");
  let studio: ModelStudio;
  let window: LaunchedWindow;

  beforeAll(async () => {
    for (const path of [home, workspace]) mkdirSync(path);
    writeFileSync(join(workspace, "sum.sh"), "echo $(($1 - $2))\n");
    writeFileSync(join(workspace, "test.sh"), '[ "$(sh sum.sh 2 3)" = 5 ] && echo passed\n');
    git(workspace, "init", "-q");
    git(workspace, "add", ".");
    git(workspace, "commit", "-qm", "one");
    studio = await startModelStudio({
      keys: [testKey],
      script: [
        { toolCalls: [call("read_file", { path: "sum.sh" })] },
        { toolCalls: [call("run_command", { command: "sh test.sh" })] },
        {
          toolCalls: [
            call("edit_file", { path: "sum.sh", old_string: "$1 - $2", new_string: "$1 + $2" }),
          ],
        },
        { toolCalls: [call("run_command", { command: "sh test.sh" })] },
        { toolCalls: [call("run_command", { command: "echo x > ~/mine" })] },
        { text: "It adds now." },
      ],
    });
    const environment = { BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) };
    window = await launchWindow({ home, folder: workspace, environment });
    window.page.setDefaultTimeout(60_000);
  });

  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await studio.close();
    folder[Symbol.dispose]();
  });

  it("offers Autopilot once the sandbox check has passed, and runs to the end without a question", async () => {
    const { page } = window;
    await enterKey(page);
    await button(page, /^Sandbox check: Sandboxed$/).waitFor();
    await button(page, /^Mode: /).click();
    await page.getByRole("menuitemradio", { name: /^Autopilot/ }).click();
    await sendPrompt(page, "Make the test pass");
    await page.getByText("It adds now.").waitFor();
    expect(await button(page, /^Allow$/).count()).toBe(0);
    expect(await readFile(join(workspace, "sum.sh"), "utf8")).toBe("echo $(($1 + $2))\n");
    const [failed, passed] = [studio.chats()[2], studio.chats()[4]].map((chat) => chat?.bodyText);
    expect(failed).toContain("Exit code 1");
    expect(passed).toContain("passed");
  });

  it("says on the card and to the model what a command was kept from", async () => {
    const { page } = window;
    studio.play([
      { toolCalls: [call("run_command", { command: "git commit -qam two" })] },
      { text: "Not committed." },
    ]);
    await sendPrompt(page, "Commit it");
    await answerCard(page, button(page, /^Tell the agent/));
    await page.getByText("Not committed.").waitFor();
    expect(studio.chats().at(-1)?.bodyText).toContain("needs [");
    await button(page, /git commit/)
      .last()
      .click();
    await page
      .getByText(/Blocked: a change of git's history/)
      .first()
      .waitFor();
    expect(git(workspace, "log", "--format=%s").trim()).toBe("one");
  });
});
