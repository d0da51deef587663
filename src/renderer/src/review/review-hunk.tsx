import type { KeyboardEvent, ReactNode } from "react";
import { Check, ChevronDown, ChevronRight, Undo2 } from "lucide-react";
import type { Hunk } from "../../../shared/diff.ts";
import { LineTotals } from "../diff/line-totals.tsx";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { focusNextOpen } from "./review-keys.ts";
import { linesOf } from "./review-marks.ts";

export interface ReviewHunkProps {
  readonly hunk: Hunk;
  readonly state: "open" | "kept" | "undone";
  readonly isUnfolded: boolean;
  readonly onFold: () => void;
  readonly onKeep: (kept: boolean) => void;
  /** Null where it cannot be undone now. */
  readonly onUndo: (() => void) | null;
  readonly lines: ReactNode;
}

/** One change with what to do about it; what is kept folds to a line. Keys: y keep, x undo, both go on to the next. */
export function ReviewHunk(props: ReviewHunkProps) {
  const { hunk, state, isUnfolded, onKeep, onUndo, lines } = props;
  const { review: words } = useMessages();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
    if (!isPlain || state === "undone" || (event.key !== "y" && event.key !== "x")) return;
    event.preventDefault();
    event.stopPropagation();
    const isLeft = event.key === "y" ? state === "open" : onUndo !== null;
    // What is dealt with folds or goes: the focus must not go with it.
    if (isLeft) focusNextOpen(event.currentTarget);
    if (event.key === "y") onKeep(state === "open");
    else onUndo?.();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its buttons show what the keys do
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a section would be a landmark, and dozens of those are none
      role="group"
      data-hunk={state}
      tabIndex={-1}
      aria-label={words.hunk(hunk.newStart)}
      onKeyDown={onKeyDown}
      className="relative scroll-mt-10 border-line outline-none focus:before:absolute focus:before:inset-y-0 focus:before:left-0 focus:before:w-0.5 focus:before:bg-accent-solid focus-visible:outline-none [&+&]:border-t"
    >
      <HunkBar {...props} />
      {isUnfolded && <div className={cx("pb-1", state === "undone" && "grayscale")}>{lines}</div>}
    </div>
  );
}

function HunkBar({ hunk, state, isUnfolded, onFold, onKeep, onUndo }: ReviewHunkProps) {
  const { review: words } = useMessages();
  const { added, removed } = linesOf(hunk);
  const Chevron = isUnfolded ? ChevronDown : ChevronRight;
  const place = words.lines(hunk.newStart, hunk.newStart + Math.max(hunk.newLines, 1) - 1);
  return (
    <div className="flex h-7 items-center gap-0.5 pr-1.5 pl-2 font-sans text-label text-muted">
      {state === "kept" ? (
        <button
          type="button"
          aria-expanded={isUnfolded}
          onClick={onFold}
          className="flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded-control text-left"
        >
          <Chevron className="icon" aria-hidden />
          <span className="tabular-nums">{place}</span>
          <span className="pl-0.5">{words.kept}</span>
        </button>
      ) : (
        <span className="flex min-w-0 flex-1 items-center gap-2 pl-[22px] tabular-nums">
          {place}
          {state === "open" && <LineTotals added={added} removed={removed} />}
        </span>
      )}
      {onUndo !== null && (
        <IconButton icon={Undo2} label={words.undoHunk} shortcut="X" onClick={onUndo} />
      )}
      {state !== "undone" && (
        <IconButton
          icon={Check}
          label={words.keepHunk}
          shortcut="Y"
          pressed={state === "kept"}
          className="aria-pressed:text-ok"
          onClick={() => {
            onKeep(state !== "kept");
          }}
        />
      )}
    </div>
  );
}
