import type { AppFolders } from "../app-files.ts";
import type { History } from "../history/history.ts";
import type { OwningRunner } from "../shell/command-runner.ts";
import type { Sandbox } from "../shell/sandbox/sandbox.ts";
import type { Announcer, tellers } from "./announcer.ts";
import { createApprovalsDesk, type ApprovalsDesk } from "./approvals-desk.ts";
import { baselineOf, prepareOnCommand } from "./baselines.ts";
import type { Demo } from "./demo.ts";
import { createModeDesk, type ModeDesk } from "./mode-desk.ts";
import type { OpenedKeys } from "./open-keys.ts";
import type { OpenedModels } from "./open-models.ts";
import { createSessionBuilder } from "./session-builder.ts";
import { createSessionHub, type SessionHub } from "./session-hub.ts";
import type { SettingsBox } from "./settings-box.ts";
import { createWorkspaceHub, type WorkspaceHub } from "./workspace-hub.ts";

/** What is open before there are sessions. */
export interface BaseServices extends OpenedModels, OpenedKeys {
  readonly folders: AppFolders;
  readonly announcer: Announcer;
  readonly settings: SettingsBox;
  readonly history: History;
  readonly runner: OwningRunner;
  readonly sandbox: Sandbox;
  readonly demo: Demo;
}

export interface SessionServices {
  readonly approvals: ApprovalsDesk;
  readonly modes: ModeDesk;
  readonly sessions: SessionHub;
  readonly workspaces: WorkspaceHub;
}

/** Sessions, the folders that they work in, and what they may do there. */
export function openSessions(
  services: BaseServices,
  { attended, tell }: { readonly attended: boolean; readonly tell: ReturnType<typeof tellers> },
): SessionServices {
  const { folders, announcer, settings, secrets, history, sandbox } = services;
  const { platform } = process;
  const approvals = createApprovalsDesk({ folders, platform, secrets });
  const build = createSessionBuilder({
    ...services,
    workspaces: () => workspaces,
    approvals,
    attended,
    limits: (kind) => settings.limits(kind),
  });
  const sessions = createSessionHub({ history, build, ...tell });
  const workspaces = createWorkspaceHub({
    storesFolder: folders.checkpoints,
    lockFolder: folders.locks,
    dataFolder: folders.root,
    trustFile: folders.trust,
    sessions: () => sessions,
    ...tell,
    baselineOf,
    storageLimits: () => settings.storageLimits(),
  });
  prepareOnCommand(announcer, { sessions: () => sessions, workspaces: () => workspaces });
  const modes = createModeDesk({
    file: folders.modes,
    sandbox,
    firstMode: () => settings.saved().defaultMode,
    sessions: () => sessions,
    workspaces: () => workspaces,
  });
  return { approvals, modes, sessions, workspaces };
}
