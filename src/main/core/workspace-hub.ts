import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import { createCheckpointService } from "../checkpoints/create-checkpoint-service.ts";
import type { CheckpointService } from "../checkpoints/types.ts";
import { openWorkspace, type FolderInfo } from "../workspace/open-workspace.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { SessionHub } from "./session-hub.ts";
import { createUndoDesk, type UndoDesk } from "./undo-desk.ts";

/** A workspace with its checkpoints, open for as long as this process runs. */
export interface OpenWorkspace {
  readonly workspace: Workspace;
  readonly info: FolderInfo;
  readonly checkpoints: CheckpointService;
  readonly undo: UndoDesk;
}

export interface WorkspaceHubOptions {
  readonly storesFolder: string;
  readonly lockFolder: string;
  /** All of the app's data: no tool may touch it. */
  readonly dataFolder: string;
  readonly sessions: () => SessionHub;
}

export interface WorkspaceHub {
  /** Opens once and recovers what a crash left. AppError("needs-approval") with the reason for a home folder and the like. */
  open(path: string, options: { readonly confirmed: boolean }): Promise<OpenWorkspace>;
  /** What opening would show, without opening: why it needs a confirmation, if it does. */
  inspect(path: string, options: { readonly confirmed: boolean }): Promise<FolderInfo>;
  realPath(path: string): Promise<string>;
  close(): Promise<void>;
}

export function createWorkspaceHub(options: WorkspaceHubOptions): WorkspaceHub {
  const opened = new Map<string, Promise<OpenWorkspace>>();

  async function build(workspace: Workspace, info: FolderInfo): Promise<OpenWorkspace> {
    const checkpoints = await createCheckpointService({
      workspace,
      storeFolder: join(options.storesFolder, workspace.id),
      lockFolder: options.lockFolder,
      dataFolder: options.dataFolder,
    });
    const recovered = [...(await checkpoints.recover())];
    return {
      workspace,
      info: { ...info, recovered },
      checkpoints,
      undo: createUndoDesk(checkpoints, options.sessions()),
    };
  }

  return {
    async open(path, { confirmed }) {
      const { workspace, info } = await openWorkspace(path, { confirmed });
      if (info.needsConfirmation !== null)
        throw new AppError("needs-approval", info.needsConfirmation);
      const known = opened.get(workspace.id);
      if (known !== undefined) return { ...(await known), info: { ...info, recovered: [] } };
      const opening = build(workspace, info);
      opened.set(workspace.id, opening);
      opening.catch(() => opened.delete(workspace.id));
      return opening;
    },
    inspect: async (path, { confirmed }) => (await openWorkspace(path, { confirmed })).info,
    realPath: async (path) => (await openWorkspace(path, { confirmed: true })).workspace.root,
    async close() {
      const all = await Promise.allSettled(opened.values());
      for (const result of all)
        if (result.status === "fulfilled") await result.value.checkpoints.close();
    },
  };
}
