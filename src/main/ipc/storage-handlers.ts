import type { Core } from "../core.ts";
import type { CheckpointStorage } from "../checkpoints/types.ts";
import type { Handlers } from "./router.ts";

type StorageHandlers = Pick<
  Handlers,
  "storage.size" | "storage.private" | "storage.clearCaches" | "storage.freeSpace" | "storage.pin"
>;

/** What the checkpoints of a workspace take on the disk. */
export function storageHandlers(core: Core): StorageHandlers {
  // A folder that has checkpoints was confirmed before the first of them.
  const storageOf = async (workspace: string): Promise<CheckpointStorage> =>
    (await core.workspaces.open(workspace, { confirmed: true, evenGone: true })).checkpoints
      .storage;
  return {
    "storage.size": async ({ workspace }) => (await storageOf(workspace)).size(),
    "storage.private": ({ workspace }) => core.privateFolders.size(workspace),
    "storage.clearCaches": ({ workspace }) => core.privateFolders.clearCaches(workspace),
    "storage.freeSpace": async ({ workspace, olderThanDays, dryRun }) =>
      (await storageOf(workspace)).freeSpace({
        dryRun,
        ...(olderThanDays === undefined ? {} : { olderThanDays }),
      }),
    "storage.pin": async ({ workspace, checkpointId, pinned }) => {
      await (await storageOf(workspace)).pin(checkpointId, pinned);
      return {};
    },
  };
}
