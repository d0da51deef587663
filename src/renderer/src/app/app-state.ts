import { createStore, type StoreApi } from "zustand/vanilla";
import type { AppInfo, CoverageState, KeyStatus, WorkspaceInfo } from "../../../shared/app.ts";
import type { BackgroundCommand } from "../../../shared/background.ts";
import type { Output, SessionSummary } from "../../../shared/contract.ts";
import type { CallId, SessionId, TurnId } from "../../../shared/ids.ts";
import type { SandboxReport } from "../../../shared/sandbox.ts";
import type { Settings } from "../../../shared/settings.ts";

export type SettingsPage =
  | "key"
  | "endpoint"
  | "agent"
  | "approvals"
  | "billing"
  | "general"
  | "quickAsk"
  | "storage"
  | "health"
  | "about";

/** Whose changes are shown: one step's or a whole prompt's. */
export type DiffTarget = { readonly callId: CallId } | { readonly turnId: TurnId };

/** Facts of the app as a whole, as main last told them, and what this window shows of them. */
export interface AppState {
  readonly phase: "starting" | "ready" | "failed";
  readonly failure: string | null;
  readonly info: AppInfo | null;
  readonly settings: Settings | null;
  readonly key: KeyStatus | null;
  /** The folder that is open here; null before one is chosen. */
  readonly project: WorkspaceInfo | null;
  /** How much of the project undo of commands covers; null until main has told. */
  readonly coverage: CoverageState | null;
  /** What the sandbox check of the project found; null until it has ended. */
  readonly sandbox: SandboxReport | null;
  /** Commands that run in the background, of all projects. */
  readonly background: readonly BackgroundCommand[];
  /** How often a repository was seen to move to another branch or commit. */
  readonly headMoves: number;
  /** How often content of the project that steers was seen to change. */
  readonly steeringMoves: number;
  /** A folder that waits for the person's "open it all the same". */
  readonly confirming: WorkspaceInfo | null;
  readonly opening: boolean;
  readonly recent: Output<"workspace.recent">;
  readonly summaries: readonly SessionSummary[];
  readonly sessionId: SessionId | null;
  /** No session is shown because the one to show is being made. */
  readonly makingSession: boolean;
  /** The key page is shown: at the first run until it is left, later when asked for. */
  readonly changingKey: boolean;
  readonly overlay: "settings" | "palette" | null;
  readonly settingsPage: SettingsPage;
  readonly reviewOpen: boolean;
  /** What was used is shown in the session's place. */
  readonly usageOpen: boolean;
  /** What each session's review shows, where somebody has chosen. */
  readonly reviewTargets: Readonly<Record<SessionId, DiffTarget>>;
  readonly sidebarOpen: boolean;
  /** CSS pixels, 200 to 360. */
  readonly sidebarWidth: number;
  /** What is typed and not yet sent, by session; survives changing sessions. */
  readonly drafts: Readonly<Record<SessionId, string>>;
}

export type AppStore = StoreApi<AppState>;

/** The store before main has answered. */
export function createAppStore(): AppStore {
  return createStore<AppState>(() => ({
    phase: "starting",
    failure: null,
    info: null,
    settings: null,
    key: null,
    project: null,
    coverage: null,
    sandbox: null,
    background: [],
    headMoves: 0,
    steeringMoves: 0,
    confirming: null,
    opening: false,
    recent: [],
    summaries: [],
    sessionId: null,
    makingSession: false,
    changingKey: false,
    overlay: null,
    settingsPage: "key",
    reviewOpen: false,
    usageOpen: false,
    reviewTargets: {},
    sidebarOpen: true,
    sidebarWidth: 248,
    drafts: {},
  }));
}

export type View = "starting" | "failed" | "key" | "project" | "session";

/** Which page the window shows: a key first, then a project, then the work. A project that is open stays open without a key (the demo). */
export function viewOf(state: AppState): View {
  if (state.phase !== "ready") return state.phase;
  if (state.changingKey) return "key";
  if (state.project !== null) return "session";
  return state.key?.present === true ? "project" : "key";
}
