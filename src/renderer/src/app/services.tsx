import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { announcementSchema, type Bridge } from "../../../shared/contract.ts";
import { AppError } from "../../../shared/errors.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { createActionRegistry, type ActionRegistry } from "../actions/registry.ts";
import type { Messages } from "../messages/en.ts";
import { createToasts, type Toasts } from "../ui/toast-store.ts";
import { createAppCommands, type AppCommands } from "./app-commands.ts";
import { createAppStore, type AppState, type AppStore } from "./app-state.ts";
import { receiveAnnouncement } from "./receive-announcement.ts";
import { createClient, type Client } from "./client.ts";
import { currentMessages } from "./current-messages.ts";
import { createSessionStore, type SessionStore, type SessionStoreState } from "./session-store.ts";
import { createUndoFlow, type UndoFlow } from "./undo-flow.ts";

/** Everything a view may use besides its own state. */
export interface Services {
  readonly client: Client;
  readonly app: AppStore;
  readonly commands: AppCommands;
  readonly sessions: SessionStore;
  readonly toasts: Toasts;
  readonly actions: ActionRegistry;
  readonly undo: UndoFlow;
  /** Runs something a person asked for; a failure shows as a toast in its own words, "cancelled" shows nothing. */
  readonly attempt: (act: () => Promise<unknown>) => void;
  /** Where something that the person dropped lies; "" for what is not on the disk. */
  readonly pathOf: (file: File) => string;
  /** The words for a failure: main's own, or one general line for what nobody expected. */
  readonly explain: (error: unknown) => string;
  /** Ends the subscription to main. */
  readonly dispose: () => void;
}

/** The window's services over one bridge, subscribed and not yet started. */
export function createServices(bridge: Bridge, schedule = nextFrame): Services {
  const client = createClient(bridge);
  const app = createAppStore();
  const toasts = createToasts();
  const explain = (error: unknown): string => explainError(error, currentMessages(app));
  const report = (error: unknown): void => {
    if (error instanceof AppError && error.code === "cancelled") return;
    toasts.show(explain(error), { tone: "failed" });
  };
  const attempt = (act: () => Promise<unknown>): void => {
    act().catch(report);
  };
  const sessions = createSessionStore({ client, schedule, onError: report });
  const commands = createAppCommands({ client, store: app, sessions });
  const actions = createActionRegistry();
  app.subscribe(({ project }, before) => {
    if (project === null || project === before.project || project.recovered.length === 0) return;
    toasts.show(currentMessages(app).app.recovered(project.recovered));
  });
  const services: Services = {
    client,
    app,
    commands,
    sessions,
    toasts,
    actions,
    undo: createUndoFlow({ client, app, toasts, explain }),
    attempt,
    explain,
    pathOf: (file) => bridge.pathOf(file),
    dispose: bridge.subscribe((raw) => {
      const parsed = announcementSchema.safeParse(raw);
      if (!parsed.success) {
        report(parsed.error);
        return;
      }
      attempt(() => receiveAnnouncement(parsed.data, services));
    }),
  };
  return services;
}

/** With the next frame; a hidden window gets none, so there a timer stands in. */
function nextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 50);
  else requestAnimationFrame(flush);
}

function explainError(error: unknown, messages: Messages): string {
  if (error instanceof AppError) return messages.common.failure(error.code, error.message);
  return error instanceof Error && error.name === "ZodError"
    ? messages.common.unanswered
    : messages.common.unexpected;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

/** The window's services. Throws outside of the provider: that is a mistake in this program. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("No services above this component");
  return services;
}

/** Part of the app's state; re-renders when that part changes. Select values, do not build new ones. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useServices().app, select);
}

/** Part of the sessions' state. */
export function useSessions<T>(select: (state: SessionStoreState) => T): T {
  return useStore(useServices().sessions.store, select);
}

/** One session as far as its events have come; undefined while it loads. */
export const useSession = (sessionId: SessionId): SessionState | undefined =>
  useSessions((state) => state.sessions[sessionId]);
