import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

export interface FolderChange {
  /** Relative to the root; "" for itself. */
  readonly folder: string;
  /** "rename" when an entry came or went, "change" when one was written. */
  readonly kind: string;
  /** null where the system names nothing. */
  readonly name: string | null;
}

export interface FolderWatch {
  /** Watches just these folders from now on. Those that are not there, or for which the system has no watch left, are passed over. */
  follow(folders: ReadonlySet<string>): void;
  close(): void;
}

/** Hints at what happens to the entries of some folders, not below them. Nothing is read. */
export function watchFolders(root: string, onChange: (change: FolderChange) => void): FolderWatch {
  const watched = new Map<string, FSWatcher>();
  let isOpen = true;

  function begin(folder: string): void {
    let watcher: FSWatcher;
    try {
      watcher = watch(join(root, folder), { persistent: false });
    } catch {
      return;
    }
    watched.set(folder, watcher);
    watcher.on("change", (kind, name) => {
      if (isOpen) onChange({ folder, kind, name: name === null ? null : String(name) });
    });
    watcher.on("error", () => {
      end(folder);
    });
  }

  function end(folder: string): void {
    watched.get(folder)?.close();
    watched.delete(folder);
  }

  return {
    follow(folders) {
      for (const folder of watched.keys()) if (!folders.has(folder)) end(folder);
      for (const folder of folders) if (isOpen && !watched.has(folder)) begin(folder);
    },
    close() {
      isOpen = false;
      for (const folder of watched.keys()) end(folder);
    },
  };
}
