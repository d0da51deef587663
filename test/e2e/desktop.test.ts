import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations, quickAskOperations } from "../../src/shared/contract.ts";
import { callBridge as call } from "../support/call-bridge.ts";
import { launchArguments, launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { openQuickAsk, pressQuickAsk } from "../support/open-quick-ask.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
const project = join(folder.path, "project");
const shortcut = "Control+Alt+F9";
let launched: LaunchedWindow;
let page: Page;

beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(project);
  launched = await launchWindow({ home });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  await page.getByLabel("API key").waitFor();
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The main window as the system sees it. */
const mainWindow = () =>
  launched.app.evaluate(({ BrowserWindow }) => {
    const found = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().endsWith("/index.html"),
    );
    return { visible: found?.isVisible(), bounds: found?.getBounds() };
  });

/** Answers the next native questions by the buttons given, and keeps what they asked. */
const answerQuestions = (answers: readonly number[]) =>
  launched.app.evaluateHandle(({ dialog }, given) => {
    const asked: string[] = [];
    dialog.showMessageBox = (...values: unknown[]) => {
      asked.push(JSON.stringify(values.at(-1)));
      const response = given[Math.min(asked.length, given.length) - 1] ?? 0;
      return Promise.resolve({ response, checkboxChecked: false });
    };
    return asked;
  }, answers);

/** A second start of the app on the same data; its exit code. */
function startAgain(folderToOpen: string): Promise<number | null> {
  const { executable, args, env } = launchArguments({ home, folder: folderToOpen });
  const child = spawn(executable, [...args], { env, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
}

describe("a second start", () => {
  it("ends at once and hands its folder to the window that is there", async () => {
    const announced = await page.evaluateHandle(() => {
      const heard: unknown[] = [];
      window.bridge.subscribe((announcement) => heard.push(announcement));
      return heard;
    });
    expect(await startAgain(project)).toBe(0);
    await expect
      .poll(() => announced.jsonValue())
      .toContainEqual({ topic: "open-workspace", path: project });
    expect(launched.app.windows()).toHaveLength(1);
  });
});

describe("the shortcut of quick ask", () => {
  it("is registered with the system when it is set", async () => {
    expect(await call(page, "settings.set", { quickAskShortcut: shortcut })).toMatchObject({
      quickAskShortcut: shortcut,
    });
    const registered = await launched.app.evaluate(
      ({ globalShortcut }, accelerator) => globalShortcut.isRegistered(accelerator),
      shortcut,
    );
    expect(registered).toBe(true);
  });

  it("is refused, and not saved, when another program holds it", async () => {
    using other = createTemporaryFolder();
    await using second = await launchWindow({ home: other.path });
    const set = { quickAskShortcut: shortcut };
    expect(await call(second.page, "settings.set", set)).toBe("conflict");
    expect(await call(second.page, "settings.get", {})).toMatchObject({ quickAskShortcut: null });
  });

  it("is told when another program holds it at the start, beside what else went wrong", async () => {
    using other = createTemporaryFolder();
    writeFileSync(
      join(other.path, "settings.json"),
      JSON.stringify({ quickAskShortcut: shortcut }),
    );
    writeFileSync(join(other.path, "history.db"), "this is no database".repeat(1000));
    await using second = await launchWindow({ home: other.path });
    const alert = second.page.getByRole("alert");
    await alert.getByText(`${shortcut} is taken by another program`).waitFor();
    await alert.getByText("The history was damaged").waitFor();
    await alert.getByRole("button", { name: "Dismiss" }).click();
    expect(await alert.count()).toBe(0);
    expect(second.errors).toEqual([]);
  });
});

describe("quick ask", () => {
  it("opens at its first use, in the upper third, with its own list of operations", async () => {
    const quick = await openQuickAsk(launched);
    expect(quick.url()).toBe("belay://app/quick-ask.html");
    const allowed: string[] = [];
    for (const operation of Object.keys(operations))
      if ((await call(quick, operation, {})) !== "denied") allowed.push(operation);
    // Without a kind a session is not a quick one: so creating one is refused here too.
    const listed = [...quickAskOperations].filter((name) => name !== "session.create");
    expect(allowed.toSorted()).toEqual(listed.toSorted());
    const chat = { workspace: project, kind: "chat" };
    expect(await call(quick, "session.create", chat)).toBe("denied");
  });

  it("hides on a second press and shows again with the page it had", async () => {
    const quick = launched.app.windows().find((window) => window !== page);
    await quick?.evaluate(() => {
      document.title = "still the same page";
    });
    await showQuick(false);
    await showQuick(true);
    expect(await quick?.title()).toBe("still the same page");
  });

  it("reads the clipboard while it has the focus, and for nobody else", async () => {
    const quick = launched.app.windows().find((window) => window !== page);
    if (quick === undefined) throw new Error("quick ask is not there");
    await launched.app.evaluate(async ({ clipboard, BrowserWindow }) => {
      await clipboard.writeText("a = 1\nb = 2");
      const found = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().endsWith("/quick-ask.html"),
      );
      if (found !== undefined) found.isFocused = () => Reflect.get(globalThis, "inFront") === true;
    });
    const inFront = (value: boolean) =>
      launched.app.evaluate((_, is) => Reflect.set(globalThis, "inFront", is), value);
    await inFront(false);
    expect(await call(quick, "quick.clipboard", {})).toBe("unavailable");
    await inFront(true);
    expect(await call(quick, "quick.clipboard", {})).toEqual({ text: "a = 1\nb = 2", cut: false });
  });

  it("stays between 56 and 480 pixels high", async () => {
    const quick = launched.app.windows().find((window) => window !== page);
    if (quick === undefined) throw new Error("quick ask is not there");
    const heights: number[] = [];
    for (const height of [2000, 40, 300]) {
      await call(quick, "quick.resize", { height });
      heights.push((await quickWindow()).height ?? 0);
    }
    expect(heights).toEqual([480, 56, 300]);
  });
});

const quickWindow = () =>
  launched.app.evaluate(({ BrowserWindow }) => {
    const found = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().endsWith("/quick-ask.html"),
    );
    return { visible: found?.isVisible(), height: found?.getBounds().height };
  });

async function showQuick(visible: boolean): Promise<void> {
  if ((await quickWindow()).visible !== visible) await pressQuickAsk(launched);
  await expect.poll(async () => (await quickWindow()).visible).toBe(visible);
}

const closeMain = () =>
  launched.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows())
      if (window.webContents.getURL().endsWith("/index.html")) window.close();
  });

describe("closing the main window", () => {
  it("asks, does nothing when cancelled, then keeps to the tray and asks no more", async () => {
    const asked = await answerQuestions([2, 0]);
    await closeMain();
    await expect.poll(async () => (await asked.jsonValue()).length).toBe(1);
    expect((await mainWindow()).visible).toBe(true);
    await closeMain();
    await expect.poll(async () => (await mainWindow()).visible).toBe(false);
    expect(await call(page, "settings.get", {})).toMatchObject({ whenClosed: "tray" });
    expect(await startAgain(project)).toBe(0);
    await expect.poll(async () => (await mainWindow()).visible).toBe(true);
    await closeMain();
    await expect.poll(async () => (await mainWindow()).visible).toBe(false);
    expect(await asked.jsonValue()).toHaveLength(2);
    expect(await startAgain(project)).toBe(0);
  });
});

describe("the system's side of the app", () => {
  it("has icons for every state of the tray", async () => {
    const empty = await launched.app.evaluate(({ app, nativeImage }) =>
      ["icon", "tray/idle", "tray/running", "tray/needs-you"].filter((name) =>
        nativeImage.createFromPath(`${app.getAppPath()}/resources/${name}.png`).isEmpty(),
      ),
    );
    expect(empty).toEqual([]);
  });

  it("offers no reload, zoom or developer tools in its menu", async () => {
    const roles = await launched.app.evaluate(({ Menu }) => {
      const found: string[] = [];
      for (const item of Menu.getApplicationMenu()?.items ?? [])
        for (const entry of item.submenu?.items ?? []) found.push(entry.role ?? entry.label);
      return found;
    });
    expect(roles).toContain("quit");
    expect(roles.filter((role) => /reload|zoom|devtools/i.test(role))).toEqual([]);
  });

  it("leaves its windows out of shared screens once the person wants that", async () => {
    const asked = await launched.app.evaluateHandle(({ BrowserWindow }) => {
      const seen: boolean[] = [];
      for (const window of BrowserWindow.getAllWindows())
        window.setContentProtection = (hidden) => {
          seen.push(hidden);
        };
      return { seen, windows: BrowserWindow.getAllWindows().length };
    });
    await call(page, "settings.set", { hideFromSharing: true });
    const { seen, windows } = await asked.jsonValue();
    expect(seen).toEqual(Array.from({ length: windows }, () => true));
    await call(page, "settings.set", { hideFromSharing: false });
    expect((await asked.jsonValue()).seen).toContain(false);
  });

  it("passes a menu's choice on to the window", async () => {
    const announced = await page.evaluateHandle(() => {
      const heard: unknown[] = [];
      window.bridge.subscribe((announcement) => heard.push(announcement));
      return heard;
    });
    await launched.app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []);
      items?.find((item) => item.accelerator === "CmdOrCtrl+,")?.click();
    });
    await expect
      .poll(() => announced.jsonValue())
      .toEqual([{ topic: "action", action: "settings.open" }]);
  });
});

describe("a page that crashed", () => {
  it("is loaded again", async () => {
    const text = await launched.app.evaluate(async ({ BrowserWindow }) => {
      const main = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().endsWith("/index.html"),
      );
      if (main === undefined) return "";
      const loaded = new Promise<void>((resolve) => {
        main.webContents.once("did-finish-load", () => resolve());
      });
      main.webContents.forcefullyCrashRenderer();
      await loaded;
      return String(await main.webContents.executeJavaScript("document.title"));
    });
    expect(text).toBe("Belay");
  });
});
