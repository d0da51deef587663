import type { WorkspaceInfo } from "../../../shared/app.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { SettingsPatch } from "../../../shared/settings.ts";
import type { AppStore, DiffTarget, SettingsPage } from "./app-state.ts";
import type { Client } from "./client.ts";
import type { SessionStore } from "./session-store.ts";
import { createViewCommands } from "./view-commands.ts";

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
  /** Opens the review of a session on one prompt's or one step's changes. */
  readonly showReview: (sessionId: SessionId, target: DiffTarget) => void;
  /** Shows what was used in the session's place, or the session again. */
  readonly toggleUsage: (open?: boolean) => void;
  readonly toggleSidebar: () => void;
  readonly setSidebarWidth: (width: number) => void;
}

export interface AppCommandOptions {
  readonly client: Client;
  readonly store: AppStore;
  readonly sessions: SessionStore;
}

/** Builds the commands over one store and one client. */
export function createAppCommands(options: AppCommandOptions): AppCommands {
  const { client, store } = options;
  const sessionCommands = createSessionCommands(options);
  const projectCommands = createProjectCommands(options, sessionCommands);
  const { getState: get, setState: set } = store;
  return {
    ...sessionCommands,
    ...projectCommands,
    ...createViewCommands(store),
    start: async () => {
      const [info, settings, key, recent, background] = await Promise.all([
        client("app.info", {}),
        client("settings.get", {}),
        client("key.status", {}),
        client("workspace.recent", {}),
        client("background.list", {}),
      ]);
      // The key page stays until the person leaves it: what the check found is to be read.
      set({ info, settings, key, recent, background, changingKey: !key.present });
      const folder = info.startFolder ?? recent[0]?.path;
      try {
        if (key.present && folder !== undefined) await projectCommands.openProject(folder);
      } finally {
        set({ phase: "ready" });
      }
    },
    finishKey: async () => {
      set({ changingKey: false, key: await client("key.status", {}) });
      const folder = get().info?.startFolder ?? null;
      if (get().project === null && folder !== null) await projectCommands.openProject(folder);
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
  };
}

type SessionCommands = Pick<AppCommands, "newSession" | "showSession" | "refreshSessions">;
type ProjectCommands = Pick<
  AppCommands,
  "chooseProject" | "openProject" | "cancelConfirmation" | "openDemo"
>;

function createSessionCommands({ client, store, sessions }: AppCommandOptions): SessionCommands {
  const { getState: get, setState: set } = store;

  async function refreshSessions(): Promise<void> {
    const workspace = get().project?.path;
    if (workspace === undefined) return;
    const summaries = await client("session.list", { workspace });
    // Another project may have been opened while the answer was on its way.
    if (get().project?.path === workspace)
      set({ summaries: summaries.filter((summary) => summary.kind !== "quick") });
  }

  async function showSession(sessionId: SessionId): Promise<void> {
    const { sessionId: before } = get();
    set({ sessionId, usageOpen: false });
    try {
      await sessions.open(sessionId);
    } catch (error) {
      // There is nothing to show of it: back to what there was, unless somebody has gone on.
      if (get().sessionId === sessionId) set({ sessionId: before });
      throw error;
    }
  }

  /** A session of this project in which nothing was said yet, by the list and by what was announced since. */
  const findEmpty = (): SessionId | undefined =>
    get().summaries.find(
      ({ sessionId, turns, kind }) =>
        turns === 0 &&
        kind === "chat" &&
        (sessions.store.getState().sessions[sessionId]?.turns.length ?? 0) === 0,
    )?.sessionId;

  const making = new Map<string, Promise<SessionId>>();

  /** One session at a time: a second press while one is being made waits for that one. */
  function make(workspace: string): Promise<SessionId> {
    const running = making.get(workspace);
    if (running !== undefined) return running;
    const promise = client("session.create", { workspace, kind: "chat" })
      .then((log) => {
        sessions.adopt(log);
        return log.sessionId;
      })
      .finally(() => making.delete(workspace));
    making.set(workspace, promise);
    return promise;
  }

  async function newSession(): Promise<void> {
    const { project, sessionId: before } = get();
    if (project === null) return;
    const empty = findEmpty();
    if (empty !== undefined) return await showSession(empty);
    // The session before goes at once: what is typed from now on is not meant for it.
    set({ sessionId: null, makingSession: true, usageOpen: false });
    // Another session or project may have been chosen while the answer was on its way.
    const show = (sessionId: SessionId | null): void => {
      if (get().project?.path !== project.path) return;
      set({ makingSession: false, sessionId: get().sessionId ?? sessionId });
    };
    try {
      show(await make(project.path));
    } catch (error) {
      show(before);
      throw error;
    }
    await refreshSessions();
  }

  return { refreshSessions, showSession, newSession };
}

function createProjectCommands(
  { client, store }: AppCommandOptions,
  { refreshSessions, newSession, showSession }: SessionCommands,
): ProjectCommands {
  const { getState: get, setState: set } = store;

  async function openProject(path: string, confirmed = false): Promise<void> {
    set({ opening: true });
    try {
      const project = await client("workspace.open", { path, confirmed });
      if (project.needsConfirmation === null) await enter(project);
      else set({ confirming: project });
    } finally {
      set({ opening: false });
    }
  }

  /** Takes a second or two the first time since the machine was started: nothing waits for it. */
  async function learnSandbox({ path: workspace }: WorkspaceInfo): Promise<void> {
    try {
      const sandbox = await client("sandbox.status", { workspace });
      if (get().project?.path === workspace) set({ sandbox });
    } catch {
      // Then nothing is known of it, and Autopilot stays closed.
    }
  }

  async function enter(project: WorkspaceInfo): Promise<void> {
    // Opened once more, by a second start or a drop: the work that is shown stays as it is.
    if (get().project?.path === project.path && get().sessionId !== null) {
      set({ project, confirming: null, changingKey: false });
      return;
    }
    set({ ...freshProject, project });
    void learnSandbox(project);
    try {
      await refreshSessions();
      await newSession();
    } finally {
      set({ makingSession: false });
    }
    set({ recent: await client("workspace.recent", {}) });
  }

  return {
    openProject,
    openDemo: async () => {
      const demo = await client("demo.open", {});
      set({ ...freshProject, project: demo.workspace });
      void learnSandbox(demo.workspace);
      set({ drafts: { ...get().drafts, [demo.sessionId]: demo.prompt } });
      await showSession(demo.sessionId);
      await refreshSessions();
    },
    chooseProject: async () => {
      const chosen = await client("workspace.choose", {});
      if (chosen !== null) await openProject(chosen.path);
    },
    cancelConfirmation: () => {
      set({ confirming: null });
    },
  };
}

const freshProject = {
  confirming: null,
  changingKey: false,
  coverage: null,
  sandbox: null,
  summaries: [],
  sessionId: null,
  makingSession: true,
  reviewOpen: false,
  usageOpen: false,
} as const;
