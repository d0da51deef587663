import { ipcMain, type WebContents } from "electron";
import { callChannel, eventChannel } from "../../shared/channels.ts";
import type { Announcement } from "../../shared/contract.ts";
import type { Reply } from "../../shared/errors.ts";
import type { Route } from "./router.ts";
import { callerOf, createRateLimit, mayCall, type WindowKind } from "./sender.ts";

export interface IpcOptions {
  readonly route: Promise<Route>;
  kindOf(contents: WebContents): WindowKind | undefined;
}

/** The only ipcMain handler of the app. Calls wait until the core is there. */
export function serveCalls(options: IpcOptions): void {
  const withinLimit = createRateLimit();
  ipcMain.handle(callChannel, async (event, operation: unknown, input: unknown) => {
    if (
      !mayCall(
        callerOf(event, (contents) => options.kindOf(contents)),
        operation,
      )
    )
      return denied("This window may not do that");
    if (!withinLimit(event.sender.id)) return denied("Too many calls at once");
    return (await options.route)(operation, input);
  });
}

function denied(message: string): Reply<never> {
  return { ok: false, error: { code: "denied", message } };
}

/** Sends to a window that is still there and has loaded; others reload the whole state when they open. */
export function sendTo(contents: WebContents, announcement: Announcement): void {
  if (!contents.isDestroyed() && !contents.isLoadingMainFrame())
    contents.send(eventChannel, announcement);
}
