/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page cannot reach outside of its own function */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bridgeReply } from "../support/call-bridge.ts";
import { launchWindow, type LaunchedWindow } from "../support/launch-window.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const folder = createTemporaryFolder();
const home = join(folder.path, "home");
let launched: LaunchedWindow;
let page: Page;

beforeAll(async () => {
  mkdirSync(home);
  launched = await launchWindow({ home });
  page = launched.page;
  page.setDefaultTimeout(60_000);
  await page.getByLabel("API key").waitFor();
});

afterAll(async () => {
  await launched[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const denied = { ok: false, error: { code: "denied", message: "This window may not do that" } };

const call = (operation: string, input: unknown) => bridgeReply(page, operation, input);

const windowCount = () =>
  launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

describe("a window's page", () => {
  it("has no Node and nothing of Electron but the bridge's three functions", async () => {
    const found = await page.evaluate(() => ({
      names: ["require", "process", "module", "Buffer", "electron", "ipcRenderer"].filter(
        (name) => name in globalThis,
      ),
      bridge: Object.entries(window.bridge).map(([name, value]) => [name, typeof value]),
    }));
    expect(found).toEqual({
      names: [],
      bridge: [
        ["call", "function"],
        ["subscribe", "function"],
        ["pathOf", "function"],
      ],
    });
  });

  it("runs isolated and sandboxed, without developer tools or embedded pages", async () => {
    const found = await launched.app.evaluate(async ({ BrowserWindow, webContents }) => {
      const contents = BrowserWindow.getAllWindows().map((window) => window.webContents);
      for (const one of contents) one.openDevTools();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const urls = webContents.getAllWebContents().map((one) => one.getURL());
      const preferences = contents.map((one): unknown => {
        const read: unknown = Reflect.get(one, "getLastWebPreferences");
        return typeof read === "function" ? Reflect.apply(read, one, []) : undefined;
      });
      return { urls, preferences };
    });
    expect(found.urls).toEqual(["belay://app/index.html"]);
    expect(found.preferences).toEqual([
      expect.objectContaining({
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
      }),
    ]);
  });

  it("cannot evaluate text, add script or style of its own, or write markup", async () => {
    const outcome = await page.evaluate(async () => {
      // The test's own way in is exempt from the policy; what runs after a timer is the page's.
      await new Promise((resolve) => setTimeout(resolve));
      const evaluate: unknown = Reflect.get(globalThis, "eval");
      const fails = (act: () => unknown): string => {
        try {
          act();
          return "ran";
        } catch (error) {
          return error instanceof Error ? error.name : "thrown";
        }
      };
      const script = document.createElement("script");
      script.append("globalThis.ranInline = true");
      const style = document.createElement("style");
      style.append(":root { --from-inline: yes }");
      document.head.append(style);
      const inlineStyle = getComputedStyle(document.documentElement).getPropertyValue(
        "--from-inline",
      );
      style.remove();
      return {
        eval: fails(
          () => typeof evaluate === "function" && Reflect.apply(evaluate, undefined, ["1"]),
        ),
        function: fails(() => Reflect.construct(Function, ["return 1"])),
        html: fails(() => document.body.insertAdjacentHTML("beforeend", "<i>")),
        script: fails(() => {
          script.text = "globalThis.ranInline = true";
        }),
        ranInline: fails(() => document.head.append(script)) + String("ranInline" in globalThis),
        inlineStyle,
      };
    });
    expect(outcome).toMatchObject({
      eval: "EvalError",
      function: "EvalError",
      html: "TypeError",
      script: "TypeError",
      inlineStyle: "",
    });
    expect(outcome.ranInline).toMatch(/false$/);
  });

  it("reaches no network, by whatever it tries", async () => {
    const outcome = await page.evaluate(async () => {
      const settle = (act: () => Promise<unknown>): Promise<string> =>
        act().then(
          () => "reached",
          () => "refused",
        );
      const image = new Image();
      image.src = "https://example.com/x.png";
      return {
        fetch: await settle(() => fetch("https://example.com/")),
        own: await settle(() => fetch("/index.html")),
        file: await settle(() => fetch("file:///etc/hosts")),
        image: await settle(() => image.decode()),
        worker: await settle(async () => navigator.serviceWorker.register("/assets/x.js")),
        socket: await settle(
          () =>
            new Promise((resolve, reject) => {
              const socket = new WebSocket("wss://example.com/");
              socket.addEventListener("open", resolve);
              socket.addEventListener("error", reject);
            }),
        ),
      };
    });
    expect(new Set(Object.values(outcome))).toEqual(new Set(["refused"]));
  });

  it("tells no peer an address", async () => {
    const candidates = await page.evaluate(async () => {
      const found: string[] = [];
      try {
        const connection = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:9" }] });
        connection.addEventListener("icecandidate", ({ candidate }) => {
          if (candidate !== null && candidate.candidate !== "") found.push(candidate.candidate);
        });
        connection.createDataChannel("x");
        await connection.setLocalDescription(await connection.createOffer());
        await new Promise((resolve) => setTimeout(resolve, 500));
        connection.close();
      } catch {
        return found; // not even made
      }
      return found;
    });
    expect(candidates).toEqual([]);
  });

  it("stays where it is and opens nothing", async () => {
    await page.evaluate(() => {
      const urls = ["https://example.com/", "file:///etc/hosts", "belay://app/quick-ask.html"];
      for (const url of urls) {
        window.open(url);
        const link = document.createElement("a");
        link.href = url;
        document.body.append(link);
        link.click();
        link.remove();
        location.assign(url);
      }
    });
    await page.waitForTimeout(500);
    expect(page.url()).toBe("belay://app/index.html");
    expect(await windowCount()).toBe(1);
    expect(await page.evaluate(() => document.body.innerText)).toContain("API key");
  });

  it("has no bridge in a frame of its own, and no frame of another page", async () => {
    const found = await page.evaluate(async () => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const blank = frame.contentWindow !== null && "bridge" in frame.contentWindow;
      frame.src = "/quick-ask.html";
      await new Promise((resolve) => setTimeout(resolve, 500));
      let own = false;
      try {
        own = frame.contentWindow !== null && "bridge" in frame.contentWindow;
      } catch {
        own = false; // an error page, of another origin
      }
      frame.remove();
      return { blank, own };
    });
    expect(found).toEqual({ blank: false, own: false });
  });

  it("gets no permission, device or screen", async () => {
    const outcome = await page.evaluate(async () => {
      const settle = (act: () => Promise<unknown>) =>
        act().then(
          () => "granted",
          () => "refused",
        );
      return {
        notifications: await Notification.requestPermission(),
        camera: await settle(() => navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await settle(() => navigator.mediaDevices.getDisplayMedia()),
        clipboard: await settle(() => navigator.clipboard.readText()),
        location: await settle(
          () =>
            new Promise((resolve, reject) => {
              navigator.geolocation.getCurrentPosition(resolve, reject);
            }),
        ),
      };
    });
    expect(outcome).toEqual({
      notifications: "denied",
      camera: "refused",
      screen: "refused",
      clipboard: "refused",
      location: "refused",
    });
  });
});

describe("the bridge", () => {
  it("refuses what is no operation and an input that does not fit", async () => {
    const calls = [
      ["app.quit", {}],
      ["__proto__", {}],
      ["app.info", { path: "/etc" }],
      ["workspace.open", { path: 7 }],
    ] as const;
    for (const [operation, input] of calls) {
      const reply = await call(operation, input);
      expect(reply).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    }
  });

  it("does not answer a window that is not one of ours, though it has our preload and our page", async () => {
    const reply = await launched.app.evaluate(async ({ app, BrowserWindow }): Promise<unknown> => {
      const preload = `${app.getAppPath()}/out/preload/index.cjs`;
      const webPreferences = { preload, sandbox: true, contextIsolation: true };
      const rogue = new BrowserWindow({ show: false, webPreferences });
      await rogue.loadURL("belay://app/index.html");
      const answer: unknown = await rogue.webContents.executeJavaScript(
        `window.bridge.call("app.info", {})`,
      );
      rogue.destroy();
      return answer;
    });
    expect(reply).toEqual(denied);
  });

  it("names no path of a file that the page made up", async () => {
    const path = await page.evaluate(() => window.bridge.pathOf(new File(["x"], "/etc/passwd")));
    expect(path).toBe("");
  });

  it("hands a listener the announcement and nothing of Electron", async () => {
    const got = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const stop = window.bridge.subscribe((...values: readonly unknown[]) => {
            stop();
            resolve(values);
          });
          void window.bridge.call("settings.set", { maxSteps: 7 });
        }),
    );
    expect(got).toEqual([
      { topic: "settings", settings: expect.objectContaining({ maxSteps: 7 }) },
    ]);
  });

  it("opens links only after a question that names the host, and only https and mail", async () => {
    const questions = await launched.app.evaluateHandle(({ dialog, shell }) => {
      const seen: string[] = [];
      dialog.showMessageBox = (...values: unknown[]) => {
        seen.push(JSON.stringify(values.at(-1)));
        return Promise.resolve({ response: seen.length === 1 ? 1 : 0, checkboxChecked: false });
      };
      shell.openExternal = (url) => {
        seen.push(url);
        return Promise.resolve();
      };
      return seen;
    });
    const url = "https://xn--ypal-43d9g.example/path?q=1";
    expect(await call("app.openLink", { url })).toEqual({ ok: true, value: {} });
    expect(await call("app.openLink", { url })).toEqual({ ok: true, value: {} });
    for (const refused of [
      "file:///etc/passwd",
      "smb://host/x",
      "javascript:1",
      "http://a.example",
    ])
      expect(await call("app.openLink", { url: refused })).toMatchObject({
        error: { code: "denied" },
      });
    const seen = await questions.jsonValue();
    expect(seen).toHaveLength(3);
    expect(seen[0]).toContain("xn--ypal-43d9g.example?");
    expect(seen[2]).toBe(url);
  });
});
