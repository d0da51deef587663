import { AppError } from "../../shared/errors.ts";
import { findStore, findStoreOfGone, type FoundStore } from "../checkpoints/store-home.ts";
import { goneWorkspace, openWorkspace, type OpenedWorkspace } from "../workspace/open-workspace.ts";

/** A folder and the store of its history. With `evenGone` also one that is not there any more, where it has a history. */
export async function locateFolder(
  storesFolder: string,
  path: string,
  { confirmed, evenGone }: { readonly confirmed: boolean; readonly evenGone: boolean },
): Promise<{ readonly folder: OpenedWorkspace; readonly store: FoundStore }> {
  try {
    const folder = await openWorkspace(path, { confirmed });
    return { folder, store: findStore(storesFolder, folder.workspace) };
  } catch (error) {
    const isMissing = error instanceof AppError && error.code === "not-found";
    const gone = evenGone && isMissing ? await goneWorkspace(path) : null;
    const storeFolder = gone === null ? null : findStoreOfGone(storesFolder, gone.workspace.root);
    if (gone === null || storeFolder === null) throw error;
    const line = `${gone.workspace.root} is gone. Its checkpoints are still there, and undo makes the folder again.`;
    return { folder: gone, store: { storeFolder, lines: [line] } };
  }
}
