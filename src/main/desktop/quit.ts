import { app, BrowserWindow, dialog } from "electron";
import type { Core } from "../core.ts";
import type { Words } from "./words.ts";

/** The end of the app, in order. */
export interface Quit {
  /** True once nothing may hold the end up any more: windows close instead of hiding. */
  isQuitting(): boolean;
}

export interface QuitOptions {
  readonly core: Promise<Core>;
  readonly words: () => Words;
}

/** The core makes everything durable as it goes; what has not ended by then is told by recovery at the next start. */
const patienceMs = 15_000;

/** Ends cleanly: asks when sessions are at work, stops them, and lets the core finish before the process ends. */
export function quitCleanly({ core, words }: QuitOptions): Quit {
  let stage: "running" | "ending" | "ended" = "running";

  async function end(ask: boolean): Promise<void> {
    stage = "ending";
    const opened = await core.catch(() => undefined);
    if (opened !== undefined && ask && !(await mayStop(opened, words()))) {
      stage = "running";
      return;
    }
    for (const window of BrowserWindow.getAllWindows()) window.hide();
    await Promise.race([opened?.close().catch(() => undefined), later(patienceMs)]);
    stage = "ended";
    app.quit();
  }

  app.on("before-quit", (event) => {
    if (stage === "ended") return;
    event.preventDefault();
    if (stage === "running") void end(true);
  });
  // Closing decides for itself whether the app ends; without a listener Electron would.
  app.on("window-all-closed", () => undefined);
  // Electron installs its own handlers while it starts, which would ask: ours come after them.
  app.once("ready", () => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => {
        if (stage === "running") void end(false);
      });
  });
  return { isQuitting: () => stage === "ended" };
}

const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const listed = 10;

/** Whether the person lets what is running be stopped; true when nothing is. */
async function mayStop(core: Core, words: Words): Promise<boolean> {
  const running = runningSessions(core, words);
  if (running.length === 0) return true;
  const { response } = await dialog.showMessageBox({
    type: "question",
    message: words.quitQuestion(running.length),
    detail: words.quitDetail(running.slice(0, listed).map(({ title }) => title)),
    buttons: [words.stopAndQuit, words.keepWorking],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** Sessions with a running turn, by the name the windows show. */
export function runningSessions(
  core: Core,
  words: Words,
): { readonly sessionId: string; readonly title: string }[] {
  return core.sessions.live().flatMap((session) => {
    if (!session.running()) return [];
    const { sessionId, title } = session.log.state();
    return [{ sessionId, title: title === "" ? words.untitled : title }];
  });
}
