import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../../src/", import.meta.url));

/** Every source file's text by its path below src/. */
const sources: readonly (readonly [path: string, text: string])[] = readdirSync(source, {
  recursive: true,
  encoding: "utf8",
})
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => [path.replaceAll("\\", "/"), readFileSync(source + path, "utf8")]);

const textOf = (path: string): string => sources.find(([name]) => name === path)?.[1] ?? "";

/** Where a pattern stands, but for the files that may have it. */
const found = (pattern: RegExp, ...allowed: readonly string[]): string[] =>
  sources
    .filter(
      ([path, text]) => pattern.test(text) && !allowed.some((start) => path.startsWith(start)),
    )
    .map(([path]) => path);

describe("the windows' settings", () => {
  it("turns nothing insecure on", () => {
    const frame = textOf("main/desktop/frame.ts");
    for (const setting of [
      "sandbox: true",
      "contextIsolation: true",
      "nodeIntegration: false",
      "nodeIntegrationInWorker: false",
      "nodeIntegrationInSubFrames: false",
      "webSecurity: true",
      "allowRunningInsecureContent: false",
      "experimentalFeatures: false",
      "webviewTag: false",
      "navigateOnDragDrop: false",
      "spellcheck: false",
    ])
      expect(frame).toContain(setting);
    expect(found(/enableBlinkFeatures|disable-web-security|ignore-certificate-errors/)).toEqual([]);
    expect(found(/webSecurity: false|sandbox: false|contextIsolation: false/)).toEqual([]);
    expect(textOf("main/desktop/security.ts")).toContain("setSpellCheckerEnabled(false)");
  });

  it("are made in one place for every window", () => {
    const windows = sources.filter(([, text]) => text.includes("new BrowserWindow("));
    expect(windows.length).toBeGreaterThan(0);
    for (const [, text] of windows)
      expect(text).toContain("webPreferences: webPreferences(options.preload)");
    expect(found(/webPreferences\s*[:=]\s*\{/)).toEqual([]);
  });

  it("refuses whatever a page could wish", () => {
    const security = textOf("main/desktop/security.ts");
    for (const event of [
      "will-attach-webview",
      "will-navigate",
      "will-redirect",
      "will-frame-navigate",
    ])
      expect(security).toContain(`contents.on("${event}", refuse)`);
    expect(security).toContain('setWindowOpenHandler(() => ({ action: "deny" }))');
    expect(security).toContain('session.on("will-download", refuse)');
  });
});

describe("the program", () => {
  it("opens nothing with another program but links that were asked about", () => {
    expect(found(/openExternal/, "main/desktop/open-link.ts")).toEqual([]);
    expect(found(/\bopenPath\b|setAsDefaultProtocolClient/)).toEqual([]);
  });

  it("starts no reporter and asks for no dumps", () => {
    expect(found(/crashReporter|@sentry/)).toEqual([]);
    // What a person exports to a collector of their own is made in one place, and nothing else sends any.
    expect(found(/@opentelemetry|otlp-generated/, "main/telemetry/")).toEqual([]);
    expect(textOf("main/desktop/security.ts")).toContain('"disable-breakpad"');
  });

  it("puts no newer program in its own place", () => {
    expect(found(/autoUpdater|electron-updater|update-electron-app/)).toEqual([]);
  });

  it("writes no markup and shows no picture that somebody else names", () => {
    expect(
      found(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|rehype-raw/),
    ).toEqual([]);
    expect(found(/<img\b|<picture\b|<video\b|<audio\b|<iframe\b|new Image\(/)).toEqual([]);
  });

  it("listens nowhere", () => {
    // What a confined command talks to, and what the probe lets it try to reach, and nothing else, may.
    expect(found(/\bcreateServer\(|node:dgram/, "main/shell/")).toEqual([]);
  });

  it("evaluates no text and writes no markup", () => {
    expect(found(/\beval\(|new Function\(|executeJavaScript|insertCSS/)).toEqual([]);
    expect(found(/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML/)).toEqual([]);
    expect(found(/rehype-raw|allowDangerousHtml/)).toEqual([]);
  });

  it("hands no object of Electron to a page", () => {
    const preload = textOf("preload/index.ts");
    expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(found(/exposeInMainWorld/, "preload/index.ts")).toEqual([]);
    expect(preload).not.toMatch(/:\s*ipcRenderer\b\s*[,}]/);
    expect(found(/ipcMain\./, "main/ipc/electron-ipc.ts")).toEqual([]);
  });
});
