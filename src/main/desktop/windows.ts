import { nativeTheme, type BrowserWindow } from "electron";
import { join } from "node:path";
import type { ElectronIpc } from "../ipc/electron-ipc.ts";
import { decideClosing, type ClosingOptions } from "./closing.ts";
import { frameColours } from "./frame.ts";
import { openMainWindow, paintFrame } from "./main-window.ts";
import { createQuickAsk, type QuickAsk } from "./quick-ask-window.ts";
import type { WindowStateFile } from "./window-state.ts";

export interface WindowsOptions extends ClosingOptions {
  /** Folder of the built main process. */
  readonly builtFolder: string;
  readonly resources: string;
  readonly state: WindowStateFile;
  readonly ipc: ElectronIpc;
}

/** The two windows of the app. */
export interface Windows {
  readonly quickAsk: QuickAsk;
  main(): BrowserWindow;
  /** Shows and focuses the main window, opening it anew if it is gone. */
  showMain(): void;
  /** Keeps both, also those that are opened later, out of recordings and shared screens. */
  hideFromSharing(hidden: boolean): void;
  /** Calls back whenever quick ask comes into view. */
  onQuickAskShown(listener: () => void): void;
}

/** Opens the main window at once; quick ask waits for its first use. */
export function openWindows(options: WindowsOptions): Windows {
  const { ipc, state } = options;
  const preload = join(options.builtFolder, "../preload/index.cjs");
  let isHidden = false;
  const openMain = (): BrowserWindow =>
    openMainWindow({
      preload,
      icon: join(options.resources, "icon.png"),
      state,
      onCreate(window) {
        window.setContentProtection(isHidden);
        ipc.connect(window.webContents, "main");
        decideClosing(window, options);
      },
    });
  let main = openMain();
  const shown = new Set<() => void>();
  const quickAsk = createQuickAsk({
    preload,
    isQuitting: options.isQuitting,
    onShow: () => {
      for (const listener of shown) listener();
    },
    onCreate: (window) => {
      window.setContentProtection(isHidden);
      ipc.connect(window.webContents, "quick-ask");
    },
  });
  nativeTheme.on("updated", () => {
    if (!main.isDestroyed()) paintFrame(main);
    quickAsk.window()?.setBackgroundColor(frameColours().background);
  });
  return {
    quickAsk,
    main: () => main,
    hideFromSharing(hidden) {
      isHidden = hidden;
      if (!main.isDestroyed()) main.setContentProtection(hidden);
      quickAsk.window()?.setContentProtection(hidden);
    },
    onQuickAskShown: (listener) => shown.add(listener),
    showMain() {
      if (main.isDestroyed()) main = openMain();
      if (main.isMinimized()) main.restore();
      main.show();
      main.focus();
    },
  };
}
