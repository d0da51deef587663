import type { Announcement, Output } from "../../../shared/contract.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { SettingsPatch } from "../../../shared/settings.ts";
import type { AppStore, SettingsPage } from "./app-state.ts";
import type { Client } from "./client.ts";
import type { SessionStore } from "./session-store.ts";

/** What the window does with the app's state. Each rejects with an `AppError` when main refuses. */
export interface AppCommands {
  /** Fetches what the first page needs, and opens the folder named on the command line or the last one. */
  readonly start: () => Promise<void>;
  readonly chooseProject: () => Promise<void>;
  readonly openProject: (path: string, confirmed?: boolean) => Promise<void>;
  readonly cancelConfirmation: () => void;
  readonly openDemo: () => Promise<void>;
  /** Shows an empty session: one that is there already, else a new one. */
  readonly newSession: () => Promise<void>;
  readonly showSession: (sessionId: SessionId) => Promise<void>;
  readonly refreshSessions: () => Promise<void>;
  readonly changeSettings: (patch: SettingsPatch) => Promise<void>;
  readonly refreshKey: () => Promise<void>;
  /** After a key was accepted: on to the folder named at the start, or to choosing one. */
  readonly finishKey: () => Promise<void>;
  readonly changeKey: () => void;
  readonly setDraft: (sessionId: SessionId, text: string) => void;
  readonly showOverlay: (overlay: "settings" | "palette" | null, page?: SettingsPage) => void;
  readonly toggleReview: (open?: boolean) => void;
  readonly toggleSidebar: () => void;
  readonly setSidebarWidth: (width: number) => void;
}

export interface AppCommandOptions {
  readonly client: Client;
  readonly store: AppStore;
  readonly sessions: SessionStore;
}

export const sidebarWidths = { least: 200, most: 360 } as const;

/** Builds the commands over one store and one client. */
export function createAppCommands({ client, store, sessions }: AppCommandOptions): AppCommands {
  const get = store.getState;
  const set = store.setState;

  async function refreshSessions(): Promise<void> {
    const workspace = get().project?.path;
    if (workspace === undefined) return;
    const summaries = await client("session.list", { workspace });
    if (get().project?.path === workspace)
      set({ summaries: summaries.filter((summary) => summary.kind !== "quick") });
  }

  async function showSession(sessionId: SessionId): Promise<void> {
    set({ sessionId });
    await sessions.open(sessionId);
  }

  async function newSession(): Promise<void> {
    const { project, summaries } = get();
    if (project === null) return;
    const empty = summaries.find((summary) => summary.turns === 0 && summary.kind === "chat");
    if (
      empty !== undefined &&
      sessions.store.getState().sessions[empty.sessionId]?.turns.length !== 1
    ) {
      await showSession(empty.sessionId);
      return;
    }
    const log = await client("session.create", { workspace: project.path, kind: "chat" });
    sessions.adopt(log);
    set({ sessionId: log.sessionId });
    await refreshSessions();
  }

  async function openProject(path: string, confirmed = false): Promise<void> {
    set({ opening: true });
    try {
      const project = await client("workspace.open", { path, confirmed });
      if (project.needsConfirmation !== null) {
        set({ confirming: project });
        return;
      }
      await enter(project);
    } finally {
      set({ opening: false });
    }
  }

  async function enter(project: Output<"workspace.open">): Promise<void> {
    set({
      project,
      confirming: null,
      changingKey: false,
      summaries: [],
      sessionId: null,
      reviewOpen: false,
    });
    await refreshSessions();
    await newSession();
    set({ recent: await client("workspace.recent", {}) });
  }

  async function start(): Promise<void> {
    const [info, settings, key, recent] = await Promise.all([
      client("app.info", {}),
      client("settings.get", {}),
      client("key.status", {}),
      client("workspace.recent", {}),
    ]);
    set({ info, settings, key, recent });
    const folder = info.startFolder ?? recent[0]?.path;
    try {
      if (key.present && folder !== undefined) await openProject(folder);
    } finally {
      set({ phase: "ready" });
    }
  }

  async function openDemo(): Promise<void> {
    const demo = await client("demo.open", {});
    set({ project: demo.workspace, confirming: null, changingKey: false, reviewOpen: false });
    set({ drafts: { ...get().drafts, [demo.sessionId]: demo.prompt } });
    await showSession(demo.sessionId);
    await refreshSessions();
  }

  async function finishKey(): Promise<void> {
    set({ changingKey: false, key: await client("key.status", {}) });
    const folder = get().info?.startFolder;
    if (get().project === null && folder !== null && folder !== undefined)
      await openProject(folder);
  }

  return {
    start,
    openProject,
    openDemo,
    newSession,
    showSession,
    refreshSessions,
    finishKey,
    chooseProject: async () => {
      const chosen = await client("workspace.choose", {});
      if (chosen !== null) await openProject(chosen.path);
    },
    cancelConfirmation: () => {
      set({ confirming: null });
    },
    changeSettings: async (patch) => {
      set({ settings: await client("settings.set", patch) });
    },
    refreshKey: async () => {
      set({ key: await client("key.status", {}) });
    },
    changeKey: () => {
      set({ changingKey: true });
    },
    ...viewCommands(store),
  };
}

type ViewCommand =
  | "setDraft"
  | "showOverlay"
  | "toggleReview"
  | "toggleSidebar"
  | "setSidebarWidth";

/** The commands that ask main nothing. */
function viewCommands({ getState: get, setState: set }: AppStore): Pick<AppCommands, ViewCommand> {
  return {
    setDraft: (sessionId, text) => {
      set({ drafts: { ...get().drafts, [sessionId]: text } });
    },
    showOverlay: (overlay, page) => {
      set({ overlay, ...(page === undefined ? {} : { settingsPage: page }) });
    },
    toggleReview: (open) => {
      set({ reviewOpen: open ?? !get().reviewOpen });
    },
    toggleSidebar: () => {
      set({ sidebarOpen: !get().sidebarOpen });
    },
    setSidebarWidth: (width) => {
      const { least, most } = sidebarWidths;
      set({ sidebarWidth: Math.round(Math.min(most, Math.max(least, width))) });
    },
  };
}

export interface AnnouncementTargets {
  readonly store: AppStore;
  readonly commands: AppCommands;
  readonly sessions: SessionStore;
  readonly performAction: (id: string) => void;
}

/** Carries one announcement to where it belongs. */
export async function receiveAnnouncement(
  announcement: Announcement,
  { store, commands, sessions, performAction }: AnnouncementTargets,
): Promise<void> {
  switch (announcement.topic) {
    case "session":
      sessions.receive(announcement.event);
      return;
    case "sessions-changed":
      await commands.refreshSessions();
      return;
    case "settings":
      store.setState({ settings: announcement.settings });
      return;
    case "key":
      store.setState({ key: announcement.status });
      return;
    case "open-workspace":
      await commands.openProject(announcement.path);
      return;
    case "open-session":
      if (store.getState().project?.path !== announcement.workspace)
        await commands.openProject(announcement.workspace);
      await commands.showSession(announcement.sessionId);
      await commands.refreshSessions();
      return;
    case "action":
      performAction(announcement.action);
      return;
    default:
      announcement satisfies never;
  }
}
