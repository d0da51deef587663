import { ChevronDown, ChevronRight, Undo2 } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { ChangeTotals } from "../diff/change-totals.tsx";
import { DiffView } from "../diff/diff-view.tsx";
import type { DiffTarget } from "../app/app-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { fileUndoTarget, undoStateOf } from "./review-list.ts";

export interface ReviewFileProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly diff: FileDiff;
  readonly isFolded: boolean;
  readonly onToggle: () => void;
}

/** One file of the review: its name stays in view while its diff scrolls. */
export function ReviewFile({ session, target, diff, isFolded, onToggle }: ReviewFileProps) {
  const { review: words } = useMessages();
  const services = useServices();
  const { isUndone, isRunning } = undoStateOf(session, target, diff.path);
  const undoTarget = fileUndoTarget(session, target, diff.path);
  const Chevron = isFolded ? ChevronRight : ChevronDown;
  return (
    <section
      data-file
      tabIndex={-1}
      aria-label={visibleString(diff.path)}
      className="group/file outline-none focus-visible:outline-none"
    >
      <header className="sticky top-0 z-10 flex h-9 items-center gap-2 border-b border-line bg-card pr-1.5 pl-2 group-focus/file:[box-shadow:inset_2px_0_0_var(--accent)]">
        <button
          type="button"
          aria-expanded={!isFolded}
          onClick={onToggle}
          className="flex h-7 min-w-0 flex-1 items-center gap-1.5 text-left"
        >
          <Chevron className="icon text-muted" aria-hidden />
          <span
            className={cx(
              "truncate font-mono text-code",
              isUndone ? "text-muted line-through" : "text-primary",
            )}
          >
            <VisibleText text={diff.path} />
          </span>
          {diff.from !== undefined && (
            <span className="truncate text-label text-muted">
              <VisibleText text={words.movedFrom(diff.from)} />
            </span>
          )}
        </button>
        <ChangeTotals
          kind={diff.kind}
          added={diff.added}
          removed={diff.removed}
          isUndone={isUndone}
        />
        {undoTarget !== null && (
          <IconButton
            icon={Undo2}
            label={words.undoFile}
            disabled={isRunning}
            onClick={() => {
              services.attempt(() => services.undo.undo(session.sessionId, undoTarget));
            }}
          />
        )}
      </header>
      {!isFolded && (
        <div className={cx("border-b border-line py-1", isUndone && "grayscale")}>
          <DiffView diff={diff} />
        </div>
      )}
    </section>
  );
}
