import { BrowserWindow, screen } from "electron";
import { appOrigin } from "../ipc/sender.ts";
import { frameColours, webPreferences } from "./frame.ts";

/** The small window of the tray. It is made at first use and then only hidden: a running answer goes on behind it. */
export interface QuickAsk {
  toggle(): void;
  hide(): void;
  /** CSS pixels; kept between 56 and 480. */
  resize(height: number): void;
  window(): BrowserWindow | undefined;
}

export interface QuickAskOptions {
  readonly preload: string;
  readonly onCreate: (window: BrowserWindow) => void;
  readonly isQuitting: () => boolean;
  /** Called whenever the window comes into view. */
  readonly onShow: () => void;
}

const width = 640;
const startHeight = 120;
const leastHeight = 56;
const greatestHeight = 480;

export function createQuickAsk(options: QuickAskOptions): QuickAsk {
  let window: BrowserWindow | undefined;

  function open(): BrowserWindow {
    const made = new BrowserWindow({
      width,
      height: startHeight,
      frame: false,
      resizable: false,
      show: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      fullscreenable: false,
      title: "Belay",
      backgroundColor: frameColours().background,
      webPreferences: webPreferences(options.preload),
    });
    made.setMenuBarVisibility(false);
    made.on("blur", () => made.hide());
    made.on("show", () => options.onShow());
    made.on("close", (event) => {
      if (options.isQuitting()) return;
      event.preventDefault();
      made.hide();
    });
    made.on("closed", () => {
      window = undefined;
    });
    // A page that crashed is made anew at the next use.
    made.webContents.on("render-process-gone", () => setTimeout(() => made.destroy(), 0));
    made.once("ready-to-show", () => show(made));
    options.onCreate(made);
    void made.loadURL(`${appOrigin}/quick-ask.html`);
    return made;
  }

  return {
    toggle() {
      if (window === undefined) window = open();
      else if (window.isVisible()) window.hide();
      else show(window);
    },
    hide: () => window?.hide(),
    resize(height) {
      if (window === undefined) return;
      const clamped = Math.min(greatestHeight, Math.max(leastHeight, height));
      window.setBounds({ ...window.getBounds(), height: clamped });
    },
    window: () => window,
  };
}

/** In the upper third of the display that has the pointer. */
function show(window: BrowserWindow): void {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  window.setBounds({
    x: Math.round(workArea.x + (workArea.width - width) / 2),
    y: Math.round(workArea.y + workArea.height / 5),
    width,
    height: window.getBounds().height,
  });
  window.show();
  window.focus();
}
