import { temporaryPrefix, isGit } from "../../workspace/confine.ts";
import { isHeavyFolder } from "../../workspace/scan/heavy-folders.ts";
import type { EntryKind } from "../../workspace/scan/identity.ts";
import { joinPath, type ScanFolder } from "../../workspace/scan/scan-folder.ts";

/** What is left out of a look, and what is only named. */
export interface ScanRules {
  /** Git's own, Belay's own: as if it were not there. */
  leavesOut(folder: string, name: string): boolean;
  /**
   * What a folder counts as. One that was covered stays covered, whatever appears beside or in it: nothing can be hidden by making
   * it look like a dependency folder.
   */
  folderKind(sight: FolderPlace): EntryKind;
}

export interface FolderPlace {
  readonly parent: ScanFolder;
  readonly parentPath: string;
  readonly name: string;
  /** What it counted as before; null when it is new. */
  readonly known: EntryKind | null;
  /** Whether a heavy folder may become a covered one. */
  readonly mayOpen: boolean;
}

export interface RuleSources {
  readonly root: string;
  /** Absolute real paths in lower case. */
  readonly privateFolders: readonly string[];
  /** Folders with a heavy name in which a tracked file lies, relative to the root. */
  readonly inUse: ReadonlySet<string>;
}

export function createScanRules({ root, privateFolders, inUse }: RuleSources): ScanRules {
  const base = root.endsWith("/") ? root : `${root}/`;
  const isPrivate = (path: string): boolean =>
    privateFolders.length > 0 && privateFolders.includes((base + path).toLowerCase());
  return {
    leavesOut: (folder, name) =>
      (folder === "" && isGit(name)) ||
      name.startsWith(temporaryPrefix) ||
      isPrivate(joinPath(folder, name)),
    folderKind({ parent, parentPath, name, known, mayOpen }) {
      if (isGit(name)) return "git";
      if (known === "folder") return "folder";
      const isUsed = inUse.has(joinPath(parentPath, name));
      if (known === "heavy") return isUsed && mayOpen ? "folder" : "heavy";
      const isBare = ["HEAD", "objects", "refs"].every((part) => parent.holds(name, part));
      if (isBare) return "git";
      const inside = (file: string): boolean => parent.holds(name, file);
      return !isUsed && isHeavyFolder({ name, siblings: parent.names, inside })
        ? "heavy"
        : "folder";
    },
  };
}
