import { BrowserWindow, screen } from "electron";
import { appOrigin } from "../ipc/sender.ts";
import { frameColours, titleBarOverlay, webPreferences } from "./frame.ts";
import { placeOn, type WindowStateFile } from "./window-state.ts";

export interface MainWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly state: WindowStateFile;
  /** Called before anything is loaded. */
  readonly onCreate: (window: BrowserWindow) => void;
}

/** Opens the main window; it shows when its first frame is painted. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, width, height, x, y } = placeOn(options.state.read(), areas);
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: 940,
    minHeight: 600,
    show: false,
    title: "Belay",
    icon: options.icon,
    backgroundColor: frameColours().background,
    titleBarStyle: "hidden",
    ...(process.platform === "darwin"
      ? { trafficLightPosition: { x: 14, y: 13 } }
      : { titleBarOverlay: titleBarOverlay() }),
    webPreferences: webPreferences(options.preload),
  });
  // The menu is there for its shortcuts; a frame of our own has no place for its bar.
  window.setMenuBarVisibility(false);
  window.once("ready-to-show", () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on("close", () => {
    options.state.save({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  reviveWhenGone(window);
  options.onCreate(window);
  void window.loadURL(`${appOrigin}/index.html`);
  return window;
}

/** Follows a change of theme where the page does not reach. */
export function paintFrame(window: BrowserWindow): void {
  window.setBackgroundColor(frameColours().background);
  if (process.platform !== "darwin") window.setTitleBarOverlay(titleBarOverlay());
}

const revivals = 3;

/** A page that crashed is loaded again: everything it showed is in main. One that keeps crashing stays blank. */
function reviveWhenGone(window: BrowserWindow): void {
  let left = revivals;
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit" || left === 0) return;
    left -= 1;
    // Later: reloading inside this event ends the main process too.
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, 0);
  });
}
