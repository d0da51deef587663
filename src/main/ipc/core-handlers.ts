import type { AppInfo } from "../../shared/app.ts";
import type { Announcement, Input } from "../../shared/contract.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { StartedTurn } from "../agent/session.ts";
import type { Core } from "../core.ts";
import type { UndoDesk } from "../core/undo-desk.ts";
import { approvalHandlers } from "./approval-handlers.ts";
import { backgroundHandlers } from "./background-handlers.ts";
import { contextHandlers } from "./context-handlers.ts";
import { endpointHandlers } from "./endpoint-handlers.ts";
import { projectOf, reviewHandlers } from "./review-handlers.ts";
import { monitoringHandlers } from "./monitoring-handlers.ts";
import { telemetryHandlers } from "./telemetry-handlers.ts";
import type { Handlers } from "./router.ts";
import { sandboxHandlers } from "./sandbox-handlers.ts";
import { storageHandlers } from "./storage-handlers.ts";
import { timelineHandlers } from "./timeline-handlers.ts";
import { usageHandlers } from "./usage-handlers.ts";
import { trustHandlers } from "./trust-handlers.ts";

/** What handlers need of the desktop. A fake of it drives them without Electron. */
export interface DesktopPort {
  info(): AppInfo;
  chooseFolder(): Promise<string | null>;
  /** The path of a file with a table of text; null when the person closed the dialog. */
  chooseTable(): Promise<string | null>;
  openLink(url: string): Promise<void>;
  /** Shows a port of this machine's loopback in the browser: one that Belay itself has opened at the person's press. */
  openLocal(port: number): Promise<void>;
  /** In its folder, in the system's file manager. */
  showFile(path: string): void;
  /** Asks where to in the system's dialog and writes the file; null when the person closed it. AppError("unavailable") where it cannot be written. */
  saveText(suggestedName: string, text: string): Promise<string | null>;
  hideQuickAsk(): void;
  resizeQuickAsk(height: number): void;
  /** Text of the clipboard, cut when it is very long. AppError("unavailable") unless quick ask has the focus. */
  readClipboard(): Promise<{ readonly text: string; readonly cut: boolean }>;
  showMain(): void;
  announce(announcement: Announcement): void;
}

/** Every operation of the contract, each a line or two over the core. */
export function createCoreHandlers(core: Core, desktop: DesktopPort): Handlers {
  return {
    ...appHandlers(core, desktop),
    ...endpointHandlers(core, (path) => desktop.showFile(path)),
    ...workspaceHandlers(core, desktop),
    ...sessionHandlers(core),
    ...approvalHandlers(core, (name, text) => desktop.saveText(name, text)),
    ...projectHandlers(core),
    ...reviewHandlers(core),
    ...backgroundHandlers(core, (port) => desktop.openLocal(port)),
    ...sandboxHandlers(core),
    ...storageHandlers(core),
    ...trustHandlers(core),
    ...timelineHandlers(core, (name, text) => desktop.saveText(name, text)),
    ...contextHandlers(core),
    ...usageHandlers(core, (name, text) => desktop.saveText(name, text)),
    ...monitoringHandlers(core, () => desktop.chooseTable()),
    ...telemetryHandlers(core),
  };
}

type Part<K extends keyof Handlers> = Pick<Handlers, K>;

function appHandlers(
  core: Core,
  desktop: DesktopPort,
): Part<
  | "app.info"
  | "app.doctor"
  | "app.openLink"
  | "settings.get"
  | "settings.set"
  | "quick.hide"
  | "quick.resize"
  | "quick.clipboard"
  | "quick.promote"
  | "session.promote"
> {
  return {
    "app.info": async () => desktop.info(),
    "app.doctor": () => core.doctor(),
    "app.openLink": async ({ url }) => {
      await desktop.openLink(url);
      return {};
    },
    "settings.get": async () => core.settings(),
    "settings.set": (patch) => core.updateSettings(patch),
    "quick.hide": async () => {
      desktop.hideQuickAsk();
      return {};
    },
    "quick.resize": async ({ height }) => {
      desktop.resizeQuickAsk(height);
      return {};
    },
    "quick.clipboard": () => desktop.readClipboard(),
    "session.promote": ({ sessionId }) => promote(core, desktop, sessionId),
    "quick.promote": ({ sessionId }) => promote(core, desktop, sessionId),
  };
}

async function promote(
  core: Core,
  desktop: DesktopPort,
  sessionId: SessionId,
): Promise<Record<string, never>> {
  const path = (await core.sessions.open(sessionId)).log.state().workspace;
  const opened = await core.workspaces.open(path, { confirmed: true, evenGone: true });
  const mode = await core.modes.first(opened.workspace);
  const workspace = await core.sessions.change(sessionId, (session) => {
    const { model } = core.settings();
    const state = session.log.state();
    // What chose the cheapest model for a question goes on with the one for sessions.
    const own = state.model === "" && model !== null ? { model } : {};
    session.update({ kind: "chat", mode, ...own });
    return state.workspace;
  });
  desktop.hideQuickAsk();
  desktop.showMain();
  desktop.announce({ topic: "open-session", sessionId, workspace });
  return {};
}

function workspaceHandlers(
  core: Core,
  desktop: DesktopPort,
): Part<"workspace.choose" | "workspace.open" | "workspace.recent" | "demo.open"> {
  return {
    "workspace.choose": async () => {
      const path = await desktop.chooseFolder();
      return path === null ? null : { path };
    },
    "workspace.open": ({ path, confirmed }) => core.openFolder(path, confirmed),
    "workspace.recent": async () => [...(await core.recent())],
    "demo.open": () => core.openDemo(),
  };
}

async function update(
  core: Core,
  { sessionId, mode, model, title, thinking }: Input<"session.update">,
): Promise<void> {
  const change = {
    ...(mode === undefined ? {} : { mode }),
    ...(model === undefined ? {} : { model }),
    ...(title === undefined ? {} : { title }),
    ...(thinking === undefined ? {} : { thinking }),
  };
  if (mode !== undefined) await core.modes.choose(sessionId, mode);
  await core.sessions.change(sessionId, (session) => session.update(change));
}

/** Begins a turn in a mode that can be here; what had to be taken back is said in it. */
async function capped(
  core: Core,
  sessionId: SessionId,
  begin: () => Promise<StartedTurn>,
): Promise<StartedTurn> {
  const message = await core.modes.cap(sessionId);
  const turn = await begin();
  if (message !== null) {
    const { log } = await core.sessions.open(sessionId);
    const { turnId } = turn;
    log.append({ type: "notice", sessionId, turnId, level: "warning", message });
  }
  return turn;
}

const resumeHow = ({ leaveOut, anyPrice }: Omit<Input<"session.retry">, "sessionId">) => ({
  ...(leaveOut === undefined ? {} : { leaveOut }),
  ...(anyPrice === undefined ? {} : { anyPrice }),
});

function sessionHandlers(
  core: Core,
): Part<
  | "session.create"
  | "session.list"
  | "session.open"
  | "session.send"
  | "session.stop"
  | "session.retry"
  | "session.switchCosts"
  | "session.compact"
  | "session.update"
> {
  const log = async (sessionId: SessionId) => ({
    sessionId,
    events: [...(await core.sessions.events(sessionId))],
  });
  return {
    "session.create": async ({ workspace, kind, mode, model, thinking }) => {
      const session = await core.createSession({
        workspace,
        kind,
        mode,
        ...(model === undefined ? {} : { model }),
        ...(thinking === undefined ? {} : { thinking }),
      });
      return log(session.log.state().sessionId);
    },
    "session.list": async ({ workspace }) => [
      ...(await core.sessions.list(workspace === undefined ? {} : { workspace })),
    ],
    "session.open": ({ sessionId }) => log(sessionId),
    "session.send": async ({ sessionId, prompt, codeOnly = false }) => {
      const { turnId } = await capped(core, sessionId, () =>
        core.sessions.send(sessionId, prompt, { codeOnly }),
      );
      return { turnId };
    },
    "session.stop": async ({ sessionId }) => {
      await (await core.sessions.open(sessionId)).stop();
      return {};
    },
    "session.retry": async ({ sessionId, ...how }) => {
      await capped(core, sessionId, () => core.sessions.resume(sessionId, resumeHow(how)));
      return {};
    },
    "session.switchCosts": ({ sessionId, models }) => core.switching.costs(sessionId, models),
    "session.compact": async ({ sessionId, model }) => {
      await core.sessions.compact(sessionId, model);
      return {};
    },
    "session.update": async (change) => {
      await update(core, change);
      return {};
    },
  };
}

function projectHandlers(
  core: Core,
): Part<
  | "checkpoint.list"
  | "checkpoint.waiting"
  | "checkpoint.plan"
  | "checkpoint.preview"
  | "checkpoint.merge"
  | "checkpoint.undo"
  | "checkpoint.redo"
> {
  const desk = async (sessionId: SessionId): Promise<UndoDesk> =>
    (await projectOf(core, sessionId)).undo;
  return {
    "checkpoint.list": async ({ sessionId }) => [
      ...(await (await desk(sessionId)).list({ sessionId })),
    ],
    "checkpoint.waiting": async ({ sessionId }) => (await desk(sessionId)).waiting(sessionId),
    "checkpoint.plan": async ({ sessionId, target }) => (await desk(sessionId)).plan(target),
    "checkpoint.preview": async ({ sessionId, target, path, choice }) =>
      (await desk(sessionId)).preview(target, { path, choice }),
    "checkpoint.merge": async ({ sessionId, target, path }) => {
      const parts = await (await desk(sessionId)).merge(target, path);
      return parts === null ? null : [...parts];
    },
    "checkpoint.undo": async ({ sessionId, target, conflicts, choices, seen }) =>
      (await desk(sessionId)).undo(target, {
        conflicts,
        ...(choices === undefined ? {} : { choices }),
        ...(seen === undefined ? {} : { seen }),
      }),
    "checkpoint.redo": async ({ sessionId, undoId, allowSteering = false }) =>
      (await desk(sessionId)).redo({
        sessionId,
        allowSteering,
        ...(undoId === undefined ? {} : { undoId }),
      }),
  };
}
