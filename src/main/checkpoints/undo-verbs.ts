import type { Operations } from "./operations.ts";
import type { Reverser } from "./reverser.ts";
import { selectForRedo, selectForUndo } from "./select.ts";
import type { CheckpointService } from "./types.ts";

export interface UndoVerbParts {
  readonly alone: <T>(act: () => Promise<T>) => Promise<T>;
  /** Without waiting for a command that runs. */
  readonly reading: <T>(act: () => Promise<T>) => Promise<T>;
  readonly reverser: Reverser;
  readonly index: Operations;
}

/** What the service offers of undo: each verb alone in the workspace, on what is known then. */
export function createUndoVerbs({
  alone,
  reading,
  reverser,
  index,
}: UndoVerbParts): Pick<CheckpointService, "plan" | "preview" | "dryRun" | "undo" | "redo"> {
  return {
    plan: (target) => reading(async () => reverser.plan(selectForUndo(target, index))),
    preview: (target, wanted) =>
      reading(async () => reverser.preview(selectForUndo(target, index), wanted)),
    dryRun: (target, how) =>
      reading(async () => reverser.dryRun(selectForUndo(target, index), how)),
    undo: (target, how) =>
      alone(async () => reverser.reverse(selectForUndo(target, index), { ...how, kind: "undo" })),
    redo: (which) =>
      alone(async () => {
        const found = selectForRedo(which, index);
        const kind = found.intent.kind === "undo" ? "redo" : "undo";
        return reverser.reverse({ operations: [found] }, { conflicts: "merge", kind });
      }),
  };
}
