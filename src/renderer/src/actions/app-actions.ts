import {
  ChartColumn,
  FoldVertical,
  FolderOpen,
  PanelLeft,
  PanelRight,
  Search,
  Settings,
  SquarePen,
  SunMoon,
} from "lucide-react";
import type { Settings as AppSettings } from "../../../shared/settings.ts";
import { isAtWork, type SessionState } from "../../../shared/session-state.ts";
import type { Services } from "../app/services.tsx";
import type { Messages } from "../messages/en.ts";
import type { Action } from "./registry.ts";

const always = (): boolean => true;
const hasProject = ({ app }: Services): boolean => app.getState().project !== null;
const hasSession = ({ app }: Services): boolean => app.getState().sessionId !== null;

export const paletteAction: Action = {
  id: "palette.open",
  label: (messages) => messages.actions.palette,
  icon: Search,
  shortcut: "mod+k",
  hidden: true,
  isEnabled: hasProject,
  perform: ({ commands }) => {
    commands.showOverlay("palette");
  },
};

export const newSessionAction: Action = {
  id: "session.new",
  label: (messages) => messages.actions.newSession,
  icon: SquarePen,
  shortcut: "mod+n",
  isEnabled: hasProject,
  perform: ({ commands, attempt }) => {
    attempt(commands.newSession);
  },
};

export const openProjectAction: Action = {
  id: "project.open",
  label: (messages) => messages.actions.openProject,
  icon: FolderOpen,
  shortcut: "mod+o",
  isEnabled: ({ app }) => app.getState().key?.present === true || hasProjectState(app.getState()),
  perform: ({ commands, attempt }) => {
    attempt(commands.chooseProject);
  },
};

const hasProjectState = (state: { readonly project: unknown }): boolean => state.project !== null;

export const settingsAction: Action = {
  id: "settings.open",
  label: (messages) => messages.actions.openSettings,
  icon: Settings,
  shortcut: "mod+comma",
  isEnabled: ({ app }) => app.getState().settings !== null,
  perform: ({ commands }) => {
    commands.showOverlay("settings");
  },
};

export const sidebarAction: Action = {
  id: "sidebar.toggle",
  label: (messages) => messages.actions.toggleSidebar,
  icon: PanelLeft,
  shortcut: "mod+b",
  isEnabled: hasProject,
  perform: ({ commands }) => {
    commands.toggleSidebar();
  },
};

export const reviewAction: Action = {
  id: "review.toggle",
  label: (messages) => messages.actions.toggleReview,
  icon: PanelRight,
  shortcut: "mod+shift+d",
  isEnabled: hasSession,
  perform: ({ commands }) => {
    commands.toggleReview();
  },
};

export const usageAction: Action = {
  id: "usage.toggle",
  label: (messages) => messages.actions.openUsage,
  icon: ChartColumn,
  shortcut: "mod+shift+u",
  isEnabled: hasProject,
  perform: ({ commands }) => {
    commands.toggleUsage();
  },
};

/** What a person may do by hand that happens by itself when a conversation no longer fits. */
const compactAction: Action = {
  id: "session.compact",
  label: (messages) => messages.switching.compact,
  icon: FoldVertical,
  isEnabled: (services) => {
    const session = sessionInFront(services);
    return session?.kind === "chat" && session.turns.length > 0 && !isAtWork(session);
  },
  perform: (services) => {
    const session = sessionInFront(services);
    if (session === undefined) return;
    const { sessionId } = session;
    services.attempt(() => services.client("session.compact", { sessionId }));
  },
};

function sessionInFront({ app, sessions }: Services): SessionState | undefined {
  const { sessionId } = app.getState();
  return sessionId === null ? undefined : sessions.store.getState().sessions[sessionId];
}

const goToSession = (number: number): Action => ({
  id: `session.go-${number}`,
  label: (messages) => messages.actions.goToSession(number),
  shortcut: `mod+${number}`,
  hidden: true,
  isEnabled: ({ app }) => app.getState().summaries[number - 1] !== undefined,
  perform: ({ app, commands, attempt }) => {
    const summary = app.getState().summaries[number - 1];
    if (summary !== undefined) attempt(() => commands.showSession(summary.sessionId));
  },
});

const setTheme = (theme: AppSettings["theme"], label: (messages: Messages) => string): Action => ({
  id: `theme.${theme}`,
  label,
  icon: SunMoon,
  isEnabled: always,
  perform: ({ commands, attempt }) => {
    attempt(() => commands.changeSettings({ theme }));
  },
});

/** What can be done anywhere in the window. Views add their own with `useActions`. */
export const appActions: readonly Action[] = [
  paletteAction,
  newSessionAction,
  openProjectAction,
  settingsAction,
  sidebarAction,
  reviewAction,
  usageAction,
  compactAction,
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(goToSession),
  setTheme("system", (messages) => messages.actions.themeSystem),
  setTheme("light", (messages) => messages.actions.themeLight),
  setTheme("dark", (messages) => messages.actions.themeDark),
];
