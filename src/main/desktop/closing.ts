import { app, dialog, type BrowserWindow } from "electron";
import type { Core } from "../core.ts";
import type { Words } from "./words.ts";

export interface ClosingOptions {
  /** Undefined while it is still opening. */
  readonly core: () => Core | undefined;
  readonly words: () => Words;
  readonly isQuitting: () => boolean;
}

/**
 * What closing the main window does. macOS: it hides and the app goes on, as there. Windows and Linux: asked once, then
 * hidden with the app in the tray, or quit. Hidden and not destroyed: what is typed and not yet sent survives.
 */
export function decideClosing(window: BrowserWindow, options: ClosingOptions): void {
  let deciding = false;
  window.on("close", (event) => {
    if (options.isQuitting()) return;
    event.preventDefault();
    if (deciding) return;
    deciding = true;
    void close(window, options).finally(() => {
      deciding = false;
    });
  });
}

async function close(window: BrowserWindow, options: ClosingOptions): Promise<void> {
  const choice = process.platform === "darwin" ? "tray" : await choose(window, options);
  if (choice === "tray") window.hide();
  else if (choice === "quit") app.quit();
}

async function choose(
  window: BrowserWindow,
  { core, words }: ClosingOptions,
): Promise<"tray" | "quit" | "cancel"> {
  const opened = core();
  if (opened === undefined) return "quit"; // nothing can be at work yet
  const { whenClosed } = opened.settings();
  if (whenClosed !== "ask") return whenClosed;
  const { closeQuestion, closeDetail, keepInTray, stopAndQuit, cancel } = words();
  const { response } = await dialog.showMessageBox(window, {
    type: "question",
    message: closeQuestion,
    detail: closeDetail,
    buttons: [keepInTray, stopAndQuit, cancel],
    defaultId: 0,
    cancelId: 2,
  });
  const choice = (["tray", "quit"] as const)[response];
  if (choice === undefined) return "cancel";
  await opened.updateSettings({ whenClosed: choice });
  return choice;
}
