import { useCallback, useMemo } from "react";
import type { SessionState } from "../../../shared/session-state.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { useServices } from "../app/services.tsx";
import { turnOf } from "./review-marks.ts";

export interface ReviewMarks {
  /** Keys of the changes that the person has reviewed. */
  readonly reviewed: ReadonlySet<string>;
  readonly mark: (keys: readonly string[], kept: boolean) => void;
}

const none: ReadonlySet<string> = new Set();

/** What is reviewed of the prompt that is shown, and what marks it. */
export function useReviewMarks(session: SessionState, target: DiffTarget): ReviewMarks {
  const { client, attempt } = useServices();
  const { sessionId } = session;
  const turnId = turnOf(session, target);
  const mark = useCallback(
    (keys: readonly string[], kept: boolean): void => {
      if (turnId === null || keys.length === 0) return;
      attempt(() => client("review.mark", { sessionId, turnId, keys: [...keys], kept }));
    },
    [client, attempt, sessionId, turnId],
  );
  const reviewed = turnId === null ? none : (session.reviewed[turnId] ?? none);
  return useMemo(() => ({ reviewed, mark }), [reviewed, mark]);
}
