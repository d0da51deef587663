import type { SessionId } from "../../../shared/ids.ts";
import type { SessionState, TurnState } from "../../../shared/session-state.ts";
import { useSessions } from "../app/services.tsx";
import { newestUndo } from "../app/undo-plan.ts";
import { useDiff } from "../diff/use-diff.ts";
import { summarize, withNetChanges, type TurnSummary } from "./turn-summary.ts";

const none: SessionState["undos"] = [];

/**
 * What a prompt changed. The steps' own figures are shown at once; where they do not add up to what stands, main is asked, so that
 * this card and the review say the same.
 */
export function useTurnSummary(sessionId: SessionId, turn: TurnState): TurnSummary {
  const summary = summarize(turn);
  const undos = useSessions((state) => state.sessions[sessionId]?.undos ?? none);
  const paths = new Set(summary.files.map((file) => file.path));
  const touching = undos.filter((undo) => undo.paths.some((path) => paths.has(path))).length;
  const isNeeded = summary.isRepeated || touching > 0;
  const version = turn.items.length + touching;
  const loaded = useDiff(sessionId, isNeeded ? { turnId: turn.turnId } : null, version);
  if (loaded.status !== "ready") return summary;
  return withNetChanges(summary, loaded.diffs, newestUndo({ undos }, loaded.diffs));
}
