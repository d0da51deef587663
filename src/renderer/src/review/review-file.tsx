import { Check, CheckCheck, ChevronDown, ChevronRight, RotateCcw, Undo2 } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { ChangeTotals } from "../diff/change-totals.tsx";
import type { DiffTarget } from "../app/app-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { PathText } from "../text/path-text.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { ReviewDiff } from "./review-diff.tsx";
import { fileUndoTarget, isBeingWorkedOn } from "./review-list.ts";
import { isReviewed, unitsOf } from "./review-marks.ts";
import type { ReviewMarks } from "./use-review-marks.ts";

export interface ReviewFileProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly diff: FileDiff;
  readonly marks: ReviewMarks;
  readonly isFolded: boolean;
  readonly onToggle: () => void;
}

/** One file of the review: its name stays in view while its diff scrolls. */
export function ReviewFile(props: ReviewFileProps) {
  const { session, target, diff, marks, isFolded } = props;
  return (
    <section
      data-file
      tabIndex={-1}
      aria-label={visibleString(diff.path)}
      className="group/file outline-none focus-visible:outline-none"
    >
      <FileHeader {...props} />
      {!isFolded && (
        <div className="border-b border-line">
          <ReviewDiff session={session} target={target} diff={diff} marks={marks} />
        </div>
      )}
    </section>
  );
}

function FileHeader(props: ReviewFileProps) {
  const { diff, marks, isFolded, onToggle } = props;
  const { review: words } = useMessages();
  const isUndone = diff.undoneBy !== undefined;
  const isCommitted = diff.committedIn !== undefined;
  const isDone = !isUndone && isReviewed(diff, marks.reviewed);
  const Chevron = isFolded ? ChevronRight : ChevronDown;
  return (
    <header className="sticky top-0 z-10 flex h-9 items-center gap-0.5 border-b border-line bg-card pr-1.5 pl-2 group-focus/file:[box-shadow:inset_2px_0_0_var(--accent)]">
      <button
        type="button"
        aria-expanded={!isFolded}
        onClick={onToggle}
        className="flex h-7 min-w-0 flex-1 items-center gap-1.5 text-left"
      >
        <Chevron className="icon text-muted" aria-hidden />
        <PathText
          path={diff.path}
          from={diff.from}
          look={isUndone ? "gone" : isDone || isCommitted ? "quiet" : "plain"}
        />
        {diff.committedIn !== undefined && (
          <span className="shrink-0 text-label text-muted">
            {words.committedIn(diff.committedIn)}
          </span>
        )}
        {isDone && (
          <span className="flex shrink-0 items-center text-ok">
            <Check className="icon" aria-hidden />
            <span className="sr-only">{words.kept}</span>
          </span>
        )}
      </button>
      <span className="shrink-0 pr-1 pl-2">
        <ChangeTotals
          kind={diff.kind}
          added={diff.added}
          removed={diff.removed}
          isUndone={isUndone}
        />
      </span>
      <FileButtons {...props} />
    </header>
  );
}

function FileButtons({ session, target, diff, marks }: ReviewFileProps) {
  const { review: words } = useMessages();
  const services = useServices();
  const { undoneBy } = diff;
  const { sessionId } = session;
  const undoTarget = fileUndoTarget(session, target, diff.path);
  const isDone = isReviewed(diff, marks.reviewed);
  if (undoneBy !== undefined)
    return (
      <IconButton
        icon={RotateCcw}
        label={words.redoFile}
        onClick={() => {
          services.attempt(() => services.undo.redo(sessionId, undoneBy));
        }}
      />
    );
  return (
    <>
      {undoTarget !== null && (
        <IconButton
          icon={Undo2}
          label={words.undoFile}
          disabled={isBeingWorkedOn(session)}
          onClick={() => {
            services.attempt(() => services.undo.undo(sessionId, undoTarget));
          }}
        />
      )}
      <IconButton
        icon={CheckCheck}
        label={words.keepFile}
        pressed={isDone}
        className="aria-pressed:text-ok"
        onClick={() => {
          marks.mark(unitsOf(diff), !isDone);
        }}
      />
    </>
  );
}
