import type { Operations } from "./operations.ts";
import { fileAt, treeAt, type PastParts } from "./past-tree.ts";
import { patchOf } from "./patch.ts";
import type { Reverser } from "./reverser.ts";
import { nameTarget, selectForRedo, selectForUndo } from "./select.ts";
import { listTimeline } from "./timeline.ts";
import type { CheckpointService, Patience } from "./types.ts";

export interface UndoVerbParts extends PastParts {
  readonly alone: <T>(act: () => Promise<T>, patience?: Patience) => Promise<T>;
  /** Without waiting for a command that runs. */
  readonly reading: <T>(act: () => Promise<T>) => Promise<T>;
  readonly reverser: Reverser;
  readonly index: Operations;
}

type UndoVerbs = Pick<
  CheckpointService,
  | "plan"
  | "preview"
  | "merge"
  | "dryRun"
  | "undo"
  | "redo"
  | "patch"
  | "timeline"
  | "treeAt"
  | "fileAt"
>;

/** What the service offers of undo: each verb alone in the workspace, on what is known then. */
export function createUndoVerbs({
  alone,
  reading,
  reverser,
  index,
  ...past
}: UndoVerbParts): UndoVerbs {
  return {
    plan: (target) => reading(async () => reverser.plan(selectForUndo(target, index))),
    preview: (target, wanted) =>
      reading(async () => reverser.preview(selectForUndo(target, index), wanted)),
    merge: (target, path) =>
      reading(async () => reverser.merge(selectForUndo(target, index), path)),
    dryRun: (target, how) =>
      reading(async () => reverser.dryRun(selectForUndo(target, index), how)),
    patch: (target) => reading(async () => patchOf(selectForUndo(target, index), past.reader)),
    timeline: (wanted) => reading(async () => listTimeline(index, wanted)),
    treeAt: (point, folder) => reading(() => treeAt(past, point, folder)),
    fileAt: (point, path) => reading(() => fileAt(past, point, path)),
    async undo(target, how, patience) {
      const named = await reading(async () => nameTarget(target, index));
      return alone(
        async () => reverser.reverse(selectForUndo(named, index), { ...how, kind: "undo" }),
        patience,
      );
    },
    redo: (which, patience) =>
      alone(async () => {
        const found = selectForRedo(which, index);
        const kind = found.intent.kind === "undo" ? "redo" : "undo";
        return reverser.reverse({ operations: [found] }, { conflicts: "merge", kind });
      }, patience),
  };
}
