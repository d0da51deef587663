import { useState } from "react";
import type { FileDiff, Hunk } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import type { DiffTarget } from "../app/app-state.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { hunkUndoTarget, isBeingWorkedOn } from "./review-list.ts";
import { ReviewHunk, type HunkActions } from "./review-hunk.tsx";
import type { ReviewMarks } from "./use-review-marks.ts";

export interface ReviewDiffProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly diff: FileDiff;
  readonly marks: ReviewMarks;
}

/** The changes of one file, each with Keep and Undo. */
export function ReviewDiff({ session, target, diff, marks }: ReviewDiffProps) {
  const services = useServices();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const { sessionId } = session;
  const isFileUndone = diff.undoneBy !== undefined;
  const stateOf = (hunk: Hunk) => {
    if (isFileUndone || hunk.undoneBy !== undefined) return "undone";
    return marks.reviewed.has(hunk.key) ? "kept" : "open";
  };
  const fold = (key: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(key)) next.add(key);
    setUnfolded(next);
  };
  const actionsFor = (hunk: Hunk): HunkActions => {
    const { undoneBy } = hunk;
    const undoTarget = hunkUndoTarget(target, diff, hunk);
    return {
      keep: (kept) => {
        marks.mark([hunk.key], kept);
      },
      undo:
        isBeingWorkedOn(session) || stateOf(hunk) !== "open"
          ? null
          : () => {
              services.attempt(() => services.undo.undo(sessionId, undoTarget));
            },
      redo:
        undoneBy === undefined
          ? null
          : () => {
              services.attempt(() => services.undo.redo(sessionId, undoneBy));
            },
    };
  };
  return (
    <DiffView
      diff={diff}
      renderHunk={(hunk, lines) => {
        const state = stateOf(hunk);
        return (
          <ReviewHunk
            hunk={hunk}
            state={state}
            isUnfolded={state === "open" || isFileUndone !== unfolded.has(hunk.key)}
            onFold={() => {
              fold(hunk.key);
            }}
            actions={actionsFor(hunk)}
            lines={lines}
          />
        );
      }}
    />
  );
}
