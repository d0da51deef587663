import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { testKey } from "../support/belay-cli.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { startModelStudio, type ModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "project");
const question = { name: "run_command", arguments: { command: "echo hello" } };
let studio: ModelStudio;
let launched: LaunchedWindow;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(project);
  studio = await startModelStudio({ keys: [testKey] });
});

beforeEach(async () => {
  launched = await launchWindow({
    home,
    environment: {
      BELAY_REGION_URLS: JSON.stringify(studio.regionUrls),
      DASHSCOPE_API_KEY: testKey,
    },
  });
  launched.page.setDefaultTimeout(60_000);
  await launched.page.locator("#root > *").first().waitFor();
});

afterAll(async () => {
  await studio.close();
  folder[Symbol.dispose]();
});

const sessionSchema = z.object({ sessionId: z.string() });

/** Starts a turn that waits for an approval, and so runs until it is stopped. */
async function startWaitingTurn(prompt: string): Promise<string> {
  const { page } = launched;
  studio.play([{ text: "May I?", toolCalls: [question] }]);
  await call(page, "key.useEnvironment", {});
  await call(page, "workspace.open", { path: project, confirmed: true });
  const made = await call(page, "session.create", { workspace: project, kind: "chat" });
  const { sessionId } = sessionSchema.parse(made);
  await call(page, "session.send", { sessionId, prompt });
  await expect
    .poll(async () => JSON.stringify(await call(page, "session.open", { sessionId })), {
      timeout: 60_000,
    })
    .toContain("approval-request");
  return sessionId;
}

/** Resolves with the exit code, or the signal that ended the app. */
function ended(): Promise<number | string | null> {
  const child = launched.app.process();
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
}

const quit = (): Promise<void> =>
  launched.app.evaluate(({ app }) => {
    // Later, so that this call has its answer before the app is gone.
    setTimeout(() => app.quit(), 50);
  });

describe("quitting", () => {
  it("with nothing at work ends at once and remembers the window's place", async () => {
    const bounds = { x: 20, y: 30, width: 1000, height: 700 };
    await launched.app.evaluate(({ BrowserWindow }, wanted) => {
      BrowserWindow.getAllWindows()[0]?.setBounds(wanted);
    }, bounds);
    const end = ended();
    await quit();
    expect(await end).toBe(0);
    const saved: unknown = JSON.parse(readFileSync(join(home, "window.json"), "utf8"));
    expect(saved).toMatchObject({ ...bounds, maximized: false });
  });

  it("opens the window where it was", async () => {
    const [bounds] = await launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.getBounds()),
    );
    expect(bounds).toEqual({ x: 20, y: 30, width: 1000, height: 700 });
    const end = ended();
    await quit();
    expect(await end).toBe(0);
  });

  it("with a session at work names it, and ends only when the person says so", async () => {
    await startWaitingTurn("Say hello to the world");
    const asked = await launched.app.evaluateHandle(({ dialog }) => {
      const seen: string[] = [];
      dialog.showMessageBox = (...values: unknown[]) => {
        seen.push(JSON.stringify(values.at(-1)));
        return Promise.resolve({ response: seen.length === 1 ? 1 : 0, checkboxChecked: false });
      };
      return seen;
    });
    await quit();
    await expect.poll(async () => (await asked.jsonValue()).length).toBe(1);
    expect((await asked.jsonValue())[0]).toContain("Say hello to the world");
    expect(await call(launched.page, "app.info", {})).toMatchObject({ platform: process.platform });
    const end = ended();
    await quit();
    expect(await end).toBe(0);
  });

  it("left that session stopped, with nothing that repeats by itself", async () => {
    const list = z
      .array(z.object({ sessionId: z.string(), running: z.boolean(), title: z.string() }))
      .parse(await call(launched.page, "session.list", { workspace: project }));
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ running: false, title: "Say hello to the world" });
    const log = await call(launched.page, "session.open", { sessionId: list[0]?.sessionId });
    expect(JSON.stringify(log)).toMatch(/"type":"turn-end"/);
    expect(studio.chats()).toHaveLength(1);
    const end = ended();
    await quit();
    expect(await end).toBe(0);
  });

  it("on a signal of the system does not ask, though a session is at work", async () => {
    await startWaitingTurn("Wait for the signal");
    const end = ended();
    launched.app.process().kill("SIGTERM");
    expect(await end).toBe(0);
  });
});
