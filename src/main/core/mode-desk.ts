import { AppError } from "../../shared/errors.ts";
import type { Mode } from "../../shared/events.ts";
import type { SessionId } from "../../shared/ids.ts";
import { createModeMemory } from "../approvals/mode-memory.ts";
import type { ConfinedFolder, Sandbox } from "../shell/sandbox/sandbox.ts";
import type { SessionHub } from "./session-hub.ts";
import type { WorkspaceHub } from "./workspace-hub.ts";

/** Modes: remembered by project, and Autopilot only where the sandbox check has passed. */
export interface ModeDesk {
  /** The mode to begin with in a project: as it was left there; Auto-edit in place of an Autopilot that cannot be. */
  first(workspace: ConfinedFolder): Promise<Mode>;
  /** AppError("unavailable") with reason and remedy for Autopilot where the sandbox does not hold. */
  assert(mode: Mode, workspace: ConfinedFolder): Promise<void>;
  /** The same where no project is at hand. */
  assertAnywhere(mode: Mode): Promise<void>;
  /** What the person chose for a session: checked, and remembered for its project. */
  choose(sessionId: SessionId, mode: Mode): Promise<void>;
  /** Takes Autopilot from a session where the sandbox has ceased to hold; a sentence that says so, or null. */
  cap(sessionId: SessionId): Promise<string | null>;
}

export interface ModeDeskOptions {
  /** Where modes are kept, in the app's data. */
  readonly file: string;
  readonly sandbox: Pick<Sandbox, "standing" | "nothingOpen">;
  /** Of a project that is opened for the first time. */
  readonly firstMode: () => Mode;
  readonly sessions: () => SessionHub;
  readonly workspaces: () => WorkspaceHub;
}

export function createModeDesk(options: ModeDeskOptions): ModeDesk {
  const memory = createModeMemory(options.file);
  const { sandbox } = options;

  /** Null where Autopilot can be. */
  async function whyNot(workspace: ConfinedFolder): Promise<string | null> {
    const why = await sandbox.standing(workspace);
    return why === null ? null : `${why.reason} ${why.remedy}`.trim();
  }

  async function assert(mode: Mode, workspace: ConfinedFolder): Promise<void> {
    const why = mode === "auto" ? await whyNot(workspace) : null;
    if (why !== null)
      throw new AppError(
        "unavailable",
        `Autopilot needs the sandbox, which does not hold here. ${why}`,
      );
  }

  async function folderOf(sessionId: SessionId): Promise<ConfinedFolder> {
    const path = (await options.sessions().open(sessionId)).log.state().workspace;
    const opened = await options.workspaces().open(path, { confirmed: true, evenGone: true });
    return opened.workspace;
  }

  return {
    async first(workspace) {
      const wanted = memory.of(workspace.id) ?? options.firstMode();
      return wanted === "auto" && (await whyNot(workspace)) !== null ? "edit" : wanted;
    },
    assert,
    assertAnywhere: (mode) => assert(mode, sandbox.nothingOpen()),
    async choose(sessionId, mode) {
      const workspace = await folderOf(sessionId);
      await assert(mode, workspace);
      memory.remember(workspace.id, mode);
    },
    async cap(sessionId) {
      const session = await options.sessions().open(sessionId);
      if (session.log.state().mode !== "auto" || session.running()) return null;
      const why = await whyNot(await folderOf(sessionId));
      if (why === null) return null;
      await options.sessions().change(sessionId, (open) => open.update({ mode: "edit" }));
      return `Autopilot is off, Auto-edit is on: the sandbox does not hold here any more. ${why}`;
    },
  };
}
