import { joinPath } from "../../workspace/scan/scan-folder.ts";
import type { PackedFolder } from "./packed-folder.ts";
import type { BaselineState, BaselineStore, FolderUpdates } from "./store.ts";

/** The baseline's folders in memory, as the database has them. */
export interface BaselineTree {
  folder(path: string): PackedFolder | null;
  folders(): Iterable<readonly [string, PackedFolder]>;
  /** Takes in what any process stored since; answers the state. */
  refresh(store: BaselineStore): BaselineState;
  /** Takes in what this process has just stored. */
  take(updates: FolderUpdates, generation: number): void;
  /** The folder and all below it that have a row, the folder first. */
  below(path: string): Iterable<readonly [string, PackedFolder]>;
}

export function createBaselineTree(): BaselineTree {
  const rows = new Map<string, PackedFolder>();
  let known = 0;

  function put(path: string, folder: PackedFolder | null): void {
    if (folder === null) rows.delete(path);
    else rows.set(path, folder);
  }
  function* below(path: string): Generator<readonly [string, PackedFolder]> {
    const folder = rows.get(path);
    if (folder === undefined) return;
    yield [path, folder];
    for (const [index, name] of folder.names().entries())
      if (folder.kind(index) === "folder") yield* below(joinPath(path, name));
  }
  return {
    below,
    folder: (path) => rows.get(path) ?? null,
    folders: () => rows,
    refresh(store) {
      const state = store.state();
      if (state.generation !== known)
        for (const [path, folder] of store.foldersSince(known)) put(path, folder);
      known = state.generation;
      return state;
    },
    take(updates, generation) {
      for (const [path, folder] of updates) put(path, folder);
      known = generation;
    },
  };
}
