import type { WorkspaceInfo } from "../../shared/app.ts";
import type { Mode, SessionKind, Thinking } from "../../shared/events.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { AgentSession } from "../agent/session.ts";
import type { Demo } from "./demo.ts";
import { withRepository } from "./open-folder.ts";
import type { ModeDesk } from "./mode-desk.ts";
import type { SessionHub } from "./session-hub.ts";
import type { SettingsBox } from "./settings-box.ts";
import type { WorkspaceHub } from "./workspace-hub.ts";

export interface NewSessionInput {
  readonly workspace: string;
  readonly kind: SessionKind;
  /** Missing: as it was left in the project. Autopilot only where the sandbox holds: AppError("unavailable") otherwise. */
  readonly mode?: Mode | undefined;
  readonly model?: string | undefined;
  /** Missing, or null: the model's own. */
  readonly thinking?: Thinking | null;
}

interface SessionDoors {
  readonly workspaces: WorkspaceHub;
  readonly sessions: SessionHub;
  readonly settings: SettingsBox;
  readonly modes: ModeDesk;
}

/** Begins a session in a folder that the person has confirmed. */
export async function createSession(
  { workspaces, settings, sessions, modes }: SessionDoors,
  input: NewSessionInput,
): Promise<AgentSession> {
  const { info, workspace } = await workspaces.open(input.workspace, { confirmed: true });
  const { model, quickAskModel } = settings.saved();
  const wanted = input.kind === "quick" ? quickAskModel : model;
  if (input.mode !== undefined) await modes.assert(input.mode, workspace);
  return sessions.create({
    workspace: info.path,
    kind: input.kind,
    mode: input.mode ?? (await modes.first(workspace)),
    model: input.model ?? wanted ?? "",
    ...(input.thinking === undefined ? {} : { thinking: input.thinking }),
  });
}

export interface OpenedDemo {
  readonly workspace: WorkspaceInfo;
  readonly sessionId: SessionId;
  readonly prompt: string;
}

/** The demo's own project, with a session on it. */
export async function openDemo({
  demo,
  workspaces,
  sessions,
}: Pick<SessionDoors, "workspaces" | "sessions"> & { readonly demo: Demo }): Promise<OpenedDemo> {
  const { info } = await workspaces.open(await demo.project(), { confirmed: true });
  const session = await sessions.create({
    workspace: info.path,
    kind: "demo",
    mode: "edit",
    model: demo.modelId,
  });
  const workspace = await withRepository(info);
  return { workspace, sessionId: session.log.state().sessionId, prompt: demo.prompt };
}
