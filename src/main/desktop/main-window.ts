import { BrowserWindow, nativeTheme, screen } from "electron";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appOrigin } from "../ipc/sender.ts";
import {
  defaultWindowState,
  placeOn,
  windowStateSchema,
  type WindowState,
} from "./window-state.ts";

/** The window tokens of docs/design.md that Electron paints before the page does. */
const frame = {
  dark: { background: "#141517", symbols: "#a6aab2" },
  light: { background: "#f5f5f6", symbols: "#565a63" },
} as const;

export const titleBarHeight = 40;

export const colours = (): (typeof frame)["dark" | "light"] =>
  nativeTheme.shouldUseDarkColors ? frame.dark : frame.light;

/** What every window of ours has: sandboxed, isolated, without Node, with our preload only. */
export const webPreferences = (preload: string) =>
  ({
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
    devTools: process.env["BELAY_DEVTOOLS"] === "1",
  }) as const;

export interface MainWindowOptions {
  readonly preload: string;
  /** Where the window's place is remembered. */
  readonly stateFile: string;
}

/** Opens the main window; it shows when its first frame is painted. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const state = placeOn(
    readState(options.stateFile),
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const { maximized, width, height, x, y } = state;
  const position = x === undefined || y === undefined ? {} : { x, y };
  const window = new BrowserWindow({
    width,
    height,
    ...position,
    minWidth: 940,
    minHeight: 600,
    show: false,
    title: "Belay",
    backgroundColor: colours().background,
    titleBarStyle: "hidden",
    ...(process.platform === "darwin"
      ? { trafficLightPosition: { x: 14, y: 13 } }
      : {
          titleBarOverlay: {
            color: colours().background,
            symbolColor: colours().symbols,
            height: titleBarHeight,
          },
        }),
    autoHideMenuBar: true,
    webPreferences: webPreferences(options.preload),
  });
  window.once("ready-to-show", () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on("close", () =>
    saveState(options.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  void window.loadURL(`${appOrigin}/index.html`);
  return window;
}

/** Follows a change of theme where the page does not reach. */
export function paintFrame(window: BrowserWindow): void {
  window.setBackgroundColor(colours().background);
  if (process.platform !== "darwin") {
    window.setTitleBarOverlay({
      color: colours().background,
      symbolColor: colours().symbols,
      height: titleBarHeight,
    });
  }
}

function readState(file: string): WindowState {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Never saved, or not understood: a window's place is not worth a word.
    return defaultWindowState;
  }
}

function saveState(file: string, state: WindowState): void {
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
}

export const stateFileIn = (folder: string): string => join(folder, "window.json");
