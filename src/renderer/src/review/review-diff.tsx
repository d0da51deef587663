import { useState } from "react";
import type { FileDiff, Hunk } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import type { DiffTarget } from "../app/app-state.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { hunkUndoTarget, isBeingWorkedOn } from "./review-list.ts";
import { ReviewHunk } from "./review-hunk.tsx";
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
  const isUndone = diff.undoneBy !== undefined;
  const canUndo = !isUndone && !isBeingWorkedOn(session);
  const fold = (key: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(key)) next.add(key);
    setUnfolded(next);
  };
  const undo = (hunk: Hunk): void => {
    const undoTarget = hunkUndoTarget(target, diff, hunk);
    services.attempt(() => services.undo.undo(session.sessionId, undoTarget));
  };
  return (
    <DiffView
      diff={diff}
      renderHunk={(hunk, lines) => {
        const isKept = !isUndone && marks.reviewed.has(hunk.key);
        return (
          <ReviewHunk
            hunk={hunk}
            state={isUndone ? "undone" : isKept ? "kept" : "open"}
            isUnfolded={!isKept || unfolded.has(hunk.key)}
            onFold={() => {
              fold(hunk.key);
            }}
            onKeep={(kept) => {
              marks.mark([hunk.key], kept);
            }}
            onUndo={
              canUndo && !isKept
                ? () => {
                    undo(hunk);
                  }
                : null
            }
            lines={lines}
          />
        );
      }}
    />
  );
}
