import type { WorkspaceInfo } from "../../shared/app.ts";
import { addRecentWorkspace, type AppFolders } from "../app-files.ts";
import { describeRepository } from "../git/host-git.ts";
import type { FolderInfo } from "../workspace/open-workspace.ts";
import type { WorkspaceHub } from "./workspace-hub.ts";

export interface FolderDoors {
  readonly workspaces: WorkspaceHub;
  readonly folders: AppFolders;
}

/** Opens a folder for the window and remembers it; one that needs a confirmation is only described. */
export async function openFolder(
  { workspaces, folders }: FolderDoors,
  path: string,
  { confirmed }: { readonly confirmed: boolean },
): Promise<WorkspaceInfo> {
  const seen = await workspaces.inspect(path, { confirmed });
  if (seen.needsConfirmation !== null) return { ...seen, git: null };
  const { info } = await workspaces.open(path, { confirmed });
  addRecentWorkspace(folders, info.path);
  workspaces.prepare(info.path);
  return withRepository(info);
}

/** Adds what its repository is called, which takes a git process. */
export const withRepository = async (info: FolderInfo): Promise<WorkspaceInfo> => ({
  ...info,
  git: await describeRepository(info.path),
});
