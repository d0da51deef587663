import type { WaitingChanges } from "../../shared/checkpoint.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { HeadReader } from "../git/read-head.ts";
import { waitingAmong } from "./branch-guard.ts";
import { isChange, type Operations } from "./operations.ts";
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
  readonly heads: HeadReader;
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
  | "waiting"
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
  heads,
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
    waiting: (sessionId) => reading(async () => waitingOf(sessionId, { index, heads })),
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
    redo: ({ allowSteering = false, ...which }, patience) =>
      alone(async () => {
        const found = selectForRedo(which, index);
        const kind = found.intent.kind === "undo" ? "redo" : "undo";
        const selection = { operations: [found], isRedo: kind === "redo" };
        return reverser.reverse(selection, { conflicts: "merge", kind, allowSteering });
      }, patience),
  };
}

async function waitingOf(
  sessionId: SessionId,
  { index, heads }: Pick<UndoVerbParts, "index" | "heads">,
): Promise<WaitingChanges | null> {
  const standing = index
    .all()
    .filter((one) => isChange(one.intent) && one.intent.sessionId === sessionId)
    .filter((one) => index.standing(one).length > 0);
  const found = await waitingAmong(standing, heads);
  const turnId = found?.operations.at(-1)?.intent.turnId ?? null;
  if (found === undefined || turnId === null) return null;
  const { branch, now, operations } = found;
  // Where others stand here as well, the whole session's patch would mix them with what waits.
  const target =
    operations.length === standing.length
      ? ({ unit: "session", sessionId } as const)
      : ({ unit: "turn", turnId } as const);
  return { branch, now, turnId, target };
}
