import { app, nativeTheme, type WebPreferences } from "electron";

/** The tokens of docs/design.md that Electron paints before the page does: window and secondary text. */
const tokens = {
  dark: { background: "#141517", symbols: "#a6aab2" },
  light: { background: "#f5f5f6", symbols: "#565a63" },
} as const;

/** CSS pixels; the page's own title bar is as high. */
const titleBarHeight = 40;

/** The window's colours in the theme that is in force. */
export const frameColours = (): (typeof tokens)["dark" | "light"] =>
  nativeTheme.shouldUseDarkColors ? tokens.dark : tokens.light;

/** The strip with the system's window buttons (Windows and Linux). */
export function titleBarOverlay(): { color: string; symbolColor: string; height: number } {
  const { background, symbols } = frameColours();
  return { color: background, symbolColor: symbols, height: titleBarHeight };
}

/** What every window of ours has: sandboxed, isolated, without Node, with our preload only. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    disableDialogs: true,
    spellcheck: false,
    devTools: !app.isPackaged && process.env["BELAY_DEVTOOLS"] === "1",
  };
}
