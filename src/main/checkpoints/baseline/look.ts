import { AppError } from "../../../shared/errors.ts";
import { sameIdentity } from "../../workspace/scan/identity.ts";
import { createContentReader } from "./content-reader.ts";
import { packFolder, type PackedFolder } from "./packed-folder.ts";
import { runToEnd, timeUntil } from "./run-steps.ts";
import type { ScanRules } from "./scan-rules.ts";
import type { BaselineState, BaselineStore, FolderUpdates } from "./store.ts";
import type { BaselineTree } from "./tree.ts";
import { joinChanges } from "./join-changes.ts";
import type { LookChange, LookOptions } from "./types.ts";
import { walkWorkspace, type Walk } from "./walk.ts";

export interface LookPlace {
  readonly root: string;
  readonly tree: BaselineTree;
  readonly store: BaselineStore;
  readonly rules: ScanRules;
  readonly capBytes: number;
  readonly trustTimes: boolean;
}

export interface FinishedLook {
  readonly changes: readonly LookChange[];
  readonly previousMark: string | null;
  readonly unreadable: readonly string[];
}

/** Everything compared with the last look, and stored as the newest one. The window is not opened yet: see openWindow. */
export function takeLook(
  place: LookPlace,
  options: LookOptions,
  deadline: number | null,
): FinishedLook {
  const { root, tree, store, rules, capBytes, trustTimes } = place;
  const before = tree.refresh(store);
  const reader = createContentReader({
    store,
    capBytes,
    mayRead: timeUntil(deadline),
    look: before.looks + 1,
  });
  const walk = runToEnd(
    walkWorkspace({
      root,
      tree,
      rules,
      reader,
      trustTimes,
      mayOpen: options.window !== "close",
      mayBeGone: options.mayBeGone === true,
    }),
  );
  reader.flush();
  if (walk.unreadable.includes("") || (tree.folder("") === null && !walk.updates.has("")))
    throw new AppError(
      "unavailable",
      `The project folder ${root} cannot be listed: it was moved, deleted or closed to Belay. Open it again.`,
    );
  const { changes, previousMark, ...stored } = store.transaction(options.durable, () =>
    storeLook(place, walk, options),
  );
  tree.take(stored.updates, stored.generation);
  return { changes, previousMark, unreadable: walk.unreadable };
}

interface StoredLook extends Omit<FinishedLook, "unreadable"> {
  readonly updates: FolderUpdates;
  readonly generation: number;
}

function storeLook({ tree, store }: LookPlace, walk: Walk, options: LookOptions): StoredLook {
  const state = tree.refresh(store);
  const changes = joinChanges(changesOf(state), walk.changes);
  const look = state.looks + 1;
  const updates = new Map(
    Array.from(walk.updates, ([path, row]) => [path, withNewerContents(row, tree.folder(path))]),
  );
  const generation = updates.size === 0 ? state.generation : state.generation + 1;
  store.putFolders(updates, generation, look);
  store.setState({
    ...closedEpoch(state),
    generation,
    looks: look,
    mark: options.mark,
    told: changes.length === 0 ? look : state.told,
    changes: JSON.stringify(changes),
  });
  // Contents from before changes that are not recorded elsewhere stay.
  store.sweep(state.told);
  return { changes, previousMark: state.told_mark, updates, generation };
}

/** The changes of the newest look are recorded elsewhere. */
export function confirmLook(store: BaselineStore): void {
  store.transaction(false, () => {
    const { mark, looks } = store.state();
    store.setState({ told_mark: mark, told: looks, changes: "[]" });
  });
}

function changesOf({ changes }: BaselineState): readonly LookChange[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stored by storeLook from this very type
  return JSON.parse(changes) as readonly LookChange[];
}

/** Whoever looks holds the writer's lock: a window that is still open was left by a process that ended. */
const closedEpoch = ({ epoch }: BaselineState): Pick<BaselineState, "epoch" | "holder"> => ({
  epoch: epoch % 2 === 1 ? epoch + 1 : epoch,
  holder: null,
});

/** From now on nothing is added in the background, by any process, until the window is closed. */
export function openWindow(store: BaselineStore, durable: boolean): void {
  store.transaction(durable, () =>
    store.setState({ epoch: store.state().epoch + 1, holder: process.pid }),
  );
}

/** A build of this or another process may have read, during the walk, what the walk left. */
function withNewerContents(
  row: PackedFolder | null,
  stored: PackedFolder | null,
): PackedFolder | null {
  if (row === null || stored === null) return row;
  const kept = new Map(stored.entries().map((entry) => [entry.name, entry]));
  const entries = row.entries().map((entry) => {
    const other = kept.get(entry.name);
    const isBetter =
      entry.blob === null &&
      other !== undefined &&
      other.blob !== null &&
      other.kind === entry.kind &&
      sameIdentity(other, entry);
    return isBetter ? other : entry;
  });
  return packFolder(row.times(), entries);
}
