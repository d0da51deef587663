import { Keyboard } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { useServices } from "../app/services.tsx";
import { newestUndo } from "../app/undo-plan.ts";
import { LineTotals } from "../diff/line-totals.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { isBeingWorkedOn, undoTargetOf } from "./review-list.ts";
import { progressOf } from "./review-marks.ts";

export interface ReviewFooterProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly diffs: readonly FileDiff[];
  readonly reviewed: ReadonlySet<string>;
}

const keysButton =
  "inline-flex size-7 items-center justify-center rounded-control text-muted hover:bg-hover";

/** What stands, how much of it is reviewed, and undo for all of it. */
export function ReviewFooter({ session, target, diffs, reviewed }: ReviewFooterProps) {
  const { review: words, conversation } = useMessages();
  const services = useServices();
  const { sessionId } = session;
  const isUndone = diffs.every((diff) => diff.undoneBy !== undefined);
  const undoneBy = newestUndo(session, diffs);
  const standing = diffs.filter((diff) => diff.undoneBy === undefined);
  const progress = progressOf(standing, reviewed);
  return (
    <footer className="@container flex h-10 shrink-0 items-center gap-2 border-t border-line pr-1.5 pl-3 text-label whitespace-nowrap text-secondary">
      <span>{words.allFiles(diffs.length)}</span>
      <LineTotals
        added={standing.reduce((sum, { added }) => sum + added, 0)}
        removed={standing.reduce((sum, { removed }) => sum + removed, 0)}
      />
      {progress.all > 0 && (
        <span className={progress.reviewed === progress.all ? "text-ok" : undefined}>
          {words.reviewed(progress.reviewed, progress.all)}
        </span>
      )}
      <span className="ml-auto hidden text-muted @min-[640px]:block">{words.keys}</span>
      <span className="ml-auto @min-[640px]:hidden">
        <Tooltip label={words.keys} side="top">
          <button type="button" aria-label={words.keys} className={keysButton}>
            <Keyboard className="icon" aria-hidden />
          </button>
        </Tooltip>
      </span>
      {undoneBy !== null && (
        <Button
          onClick={() => {
            services.attempt(() => services.undo.redo(sessionId, undoneBy));
          }}
        >
          {conversation.redo}
        </Button>
      )}
      {!isUndone && (
        <Button
          disabled={isBeingWorkedOn(session)}
          onClick={() => {
            services.attempt(() => services.undo.undo(sessionId, undoTargetOf(target)));
          }}
        >
          {"callId" in target ? words.undoStep : words.undoAll}
        </Button>
      )}
    </footer>
  );
}
