import { BrowserWindow, screen } from "electron";
import { appOrigin } from "../ipc/sender.ts";
import { colours, webPreferences } from "./main-window.ts";

/** The small window of the tray. It is made at first use and then only hidden: a running answer goes on behind it. */
export interface QuickAsk {
  toggle(): void;
  hide(): void;
  resize(height: number): void;
  window(): BrowserWindow | undefined;
}

const width = 640;
const startHeight = 120;
const greatestHeight = 480;

export function createQuickAsk(preload: string): QuickAsk {
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
      title: "Belay quick ask",
      backgroundColor: colours().background,
      webPreferences: webPreferences(preload),
    });
    made.on("blur", () => made.hide());
    made.on("closed", () => {
      window = undefined;
    });
    made.once("ready-to-show", () => show(made));
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
      const bounds = window.getBounds();
      window.setBounds({
        ...bounds,
        height: Math.min(greatestHeight, Math.max(startHeight, height)),
      });
    },
    window: () => window,
  };
}

/** Upper third of the display that has the pointer. */
function show(window: BrowserWindow): void {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  const { height } = window.getBounds();
  window.setBounds({
    x: Math.round(workArea.x + (workArea.width - width) / 2),
    y: Math.round(workArea.y + workArea.height / 5),
    width,
    height,
  });
  window.show();
  window.focus();
}
