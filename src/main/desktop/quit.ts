import { app, BrowserWindow, dialog } from "electron";
import type { Core } from "../core.ts";

/** Ends cleanly: asks when sessions are at work, stops them, and lets the core make everything durable before the process ends. */
export function quitCleanly(core: Promise<Core>): void {
  let closed = false;
  async function endThenQuit(): Promise<void> {
    if (!(await end(core))) return;
    closed = true;
    app.quit();
  }
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("before-quit", (event) => {
    if (closed) return;
    event.preventDefault();
    void endThenQuit();
  });
}

async function end(core: Promise<Core>): Promise<boolean> {
  const opened = await core.catch(() => undefined);
  if (opened === undefined) return true;
  const running = opened.running().length;
  if (running > 0 && !(await mayStop(running))) return false;
  await opened.close();
  return true;
}

async function mayStop(running: number): Promise<boolean> {
  const [window] = BrowserWindow.getAllWindows();
  const question = {
    type: "question" as const,
    message:
      running === 1 ? "A session is still at work." : `${running} sessions are still at work.`,
    detail: "Quitting stops them. What they changed so far stays and can be undone.",
    buttons: ["Stop and quit", "Keep working"],
    defaultId: 1,
    cancelId: 1,
  };
  const { response } =
    window === undefined
      ? await dialog.showMessageBox(question)
      : await dialog.showMessageBox(window, question);
  return response === 0;
}
