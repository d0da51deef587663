import { lstatSync } from "node:fs";
import { nowNs } from "../../workspace/scan/identity.ts";
import { joinPath, openScanFolder, trustScanFolder } from "../../workspace/scan/scan-folder.ts";
import { absent } from "../records.ts";
import {
  compareFolder,
  hasSameNames,
  imageOf,
  type Comparison,
  type FolderToEnter,
} from "./compare-folder.ts";
import type { ContentReader } from "./content-reader.ts";
import { sortChanges } from "./join-changes.ts";
import { packFolder, type PackedFolder } from "./packed-folder.ts";
import type { ScanRules } from "./scan-rules.ts";
import type { BaselineTree } from "./tree.ts";
import type { LookChange } from "./types.ts";

export interface WalkOptions {
  readonly root: string;
  readonly tree: BaselineTree;
  readonly rules: ScanRules;
  readonly reader: ContentReader;
  /** Whether a heavy folder in which something is tracked now becomes a covered one. */
  readonly mayOpen: boolean;
  /** Whether a root that is no folder any more is an empty one. */
  readonly mayBeGone?: boolean;
  /** Whether a folder whose own times are the same has the same names in it: true on the local file systems of Linux. */
  readonly trustTimes: boolean;
}

export interface Walk {
  readonly changes: readonly LookChange[];
  /** New rows; null where a folder went. */
  readonly updates: ReadonlyMap<string, PackedFolder | null>;
  /** Folders that the system does not let be listed. */
  readonly unreadable: readonly string[];
}

/** Walks the whole workspace once and compares it with the tree, folder by folder: each step is one folder. */
export function* walkWorkspace(options: WalkOptions): Generator<void, Walk> {
  const { root, tree, rules, reader, mayOpen } = options;
  const changes: LookChange[] = [];
  const updates = new Map<string, PackedFolder | null>();
  const removeBelow = (path: string): void => removeFrom(tree, path, { updates, changes });
  const rootStats = lstatSync(root, { bigint: true, throwIfNoEntry: false });
  if (rootStats?.isDirectory() !== true) {
    if (options.mayBeGone !== true) return { changes, updates, unreadable: [""] };
    removeBelow("");
    // Known to be empty, and not unknown: what is in the folder that comes next is new.
    updates.set("", emptyFolder);
    return { changes: sortChanges(changes), updates, unreadable: [] };
  }
  const unreadable: string[] = [];
  const waiting: FolderToEnter[] = [{ path: "", stats: rootStats, isSilent: true }];
  const comparison: Comparison = {
    rules,
    reader,
    mayOpen,
    lookNs: nowNs(),
    report: (change) => void changes.push(change),
    enter: (folder) => void waiting.push(folder),
    removeBelow,
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, stats, isSilent } = next;
    const known = updates.has(path) ? null : tree.folder(path);
    const isSure = options.trustTimes && stats.dev === rootStats.dev;
    const open =
      isSure && known !== null && hasSameNames(known, stats)
        ? trustScanFolder(root, { path, names: known.names(), stats })
        : openScanFolder(root, path);
    if (open === "unreadable") unreadable.push(path);
    // Gone between its parent's look and its own: the next look finds that out.
    if (open === "gone" || open === "unreadable") continue;
    try {
      const row = compareFolder(
        { path, open, known, isSilent: isSilent && known === null },
        comparison,
      );
      if (row !== null) updates.set(path, row);
    } finally {
      open.close();
    }
    yield;
  }
  return { changes: sortChanges(changes), updates, unreadable };
}

const emptyFolder = packFolder({ dev: 0n, ino: 0n, mtimeNs: 0n, ctimeNs: 0n, racy: true }, []);

function removeFrom(
  tree: BaselineTree,
  path: string,
  {
    updates,
    changes,
  }: { readonly updates: Map<string, PackedFolder | null>; readonly changes: LookChange[] },
): void {
  for (const [below, folder] of tree.below(path)) {
    updates.set(below, null);
    for (const entry of folder.entries())
      if (entry.kind !== "git")
        changes.push({ path: joinPath(below, entry.name), before: imageOf(entry), after: absent });
  }
}
