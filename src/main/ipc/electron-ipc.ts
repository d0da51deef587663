import { ipcMain, type WebContents } from "electron";
import { callChannel, eventChannel } from "../../shared/channels.ts";
import type { Announcement } from "../../shared/contract.ts";
import type { Reply } from "../../shared/errors.ts";
import { concernsQuickAsk, createPublisher } from "./publisher.ts";
import type { Route } from "./router.ts";
import { callerOf, createRateLimit, mayCall, sessionMade, type WindowKind } from "./sender.ts";

/** Electron's side of the two channels. */
export interface ElectronIpc {
  /** Makes a window one of ours, before it loads. No other web contents is answered or told anything. */
  connect(contents: WebContents, kind: WindowKind): void;
  publish(announcement: Announcement): void;
}

interface Connection {
  readonly kind: WindowKind;
  /** Sessions that this window made: all that quick ask may touch. */
  readonly ownSessions: Set<string>;
}

/** Installs the only ipcMain handler of the app. Calls wait until the core is there. */
export function createElectronIpc(route: Promise<Route>): ElectronIpc {
  const connections = new WeakMap<WebContents, Connection>();
  const publisher = createPublisher();
  const withinLimit = createRateLimit();

  ipcMain.handle(callChannel, async (event, operation: unknown, input: unknown) => {
    const connection = connections.get(event.sender);
    const caller = callerOf(event, () => connection?.kind);
    if (connection === undefined || !mayCall(caller, { operation, input }, connection.ownSessions))
      return denied("This window may not do that");
    if (!withinLimit(event.sender.id)) return denied("Too many calls at once");
    const reply = await (await route)(operation, input);
    const made = sessionMade(operation, reply);
    if (made !== undefined) connection.ownSessions.add(made);
    return reply;
  });

  return {
    connect(contents, kind) {
      const connection: Connection = { kind, ownSessions: new Set() };
      connections.set(contents, connection);
      const subscription = publisher.add({
        isGone: () => contents.isDestroyed(),
        concerns: (announcement) =>
          kind === "main" || concernsQuickAsk(announcement, connection.ownSessions),
        send: (announcement) => {
          if (!contents.isDestroyed()) contents.send(eventChannel, announcement);
        },
      });
      contents.on("did-finish-load", () => subscription.loaded());
      contents.on("render-process-gone", () => subscription.loading());
    },
    publish: (announcement) => publisher.publish(announcement),
  };
}

function denied(message: string): Reply<never> {
  return { ok: false, error: { code: "denied", message } };
}
