import type { KeyboardEvent, ReactNode } from "react";
import { Check, ChevronDown, ChevronRight, RotateCcw, Undo2 } from "lucide-react";
import type { Hunk } from "../../../shared/diff.ts";
import { LineTotals } from "../diff/line-totals.tsx";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { focusNextOpen } from "./review-keys.ts";
import { linesOf } from "./review-marks.ts";

/** What a person can do with one change. Each is null where it cannot be done. */
export interface HunkActions {
  readonly keep: ((kept: boolean) => void) | null;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
}

export interface ReviewHunkProps {
  readonly hunk: Hunk;
  readonly state: "open" | "kept" | "undone";
  readonly isUnfolded: boolean;
  readonly onFold: () => void;
  readonly actions: HunkActions;
  readonly lines: ReactNode;
}

/** One change with what to do about it; what is kept or undone folds to a line. Keys: y keep, x undo. */
export function ReviewHunk({ hunk, state, isUnfolded, onFold, actions, lines }: ReviewHunkProps) {
  const { review: words } = useMessages();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const act = { y: () => toggleKept(event.currentTarget, state, actions), x: actions.undo }[
      event.key
    ];
    if (act === undefined || act === null) return;
    event.preventDefault();
    event.stopPropagation();
    act();
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
      className="group/hunk scroll-mt-10 border-line outline-none focus-visible:outline-none [&:focus]:[box-shadow:inset_2px_0_0_var(--accent)] [&+&]:border-t"
    >
      <HunkBar
        hunk={hunk}
        state={state}
        isUnfolded={isUnfolded}
        onFold={onFold}
        actions={actions}
      />
      {isUnfolded && <div className={cx("pb-1", state === "undone" && "grayscale")}>{lines}</div>}
    </div>
  );
}

/** Keeps and goes on to the next change that is open; a second press takes the mark off. */
function toggleKept(
  place: HTMLElement,
  state: ReviewHunkProps["state"],
  { keep }: HunkActions,
): void {
  if (keep === null) return;
  keep(state !== "kept");
  if (state !== "kept") focusNextOpen(place);
}

function HunkBar({ hunk, state, isUnfolded, onFold, actions }: Omit<ReviewHunkProps, "lines">) {
  const { review: words } = useMessages();
  const { added, removed } = linesOf(hunk);
  const Chevron = isUnfolded ? ChevronDown : ChevronRight;
  const place = (
    <>
      <span className={cx("tabular-nums", state === "undone" && "line-through")}>
        {words.lines(hunk.newStart, hunk.newStart + Math.max(hunk.newLines, 1) - 1)}
      </span>
      {state === "open" ? null : <span>{state === "kept" ? words.kept : words.undone}</span>}
      {state !== "undone" && <LineTotals added={added} removed={removed} />}
    </>
  );
  return (
    <div className="flex h-7 items-center gap-0.5 pr-1.5 pl-2 font-sans text-label text-muted">
      {state === "open" ? (
        <span className="flex min-w-0 flex-1 items-center gap-2 pl-[22px]">{place}</span>
      ) : (
        <button
          type="button"
          aria-expanded={isUnfolded}
          onClick={onFold}
          className="flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded-control text-left"
        >
          <Chevron className="icon" aria-hidden />
          <span className="flex min-w-0 items-center gap-2">{place}</span>
        </button>
      )}
      <HunkButtons state={state} actions={actions} />
    </div>
  );
}

function HunkButtons({ state, actions }: Pick<ReviewHunkProps, "state" | "actions">) {
  const { review: words } = useMessages();
  const { keep, undo, redo } = actions;
  if (state === "undone")
    return redo === null ? null : (
      <IconButton icon={RotateCcw} label={words.redoHunk} onClick={redo} />
    );
  return (
    <>
      {state === "open" && undo !== null && (
        <IconButton icon={Undo2} label={words.undoHunk} shortcut="X" onClick={undo} />
      )}
      {keep !== null && (
        <IconButton
          icon={Check}
          label={words.keepHunk}
          shortcut="Y"
          pressed={state === "kept"}
          className="aria-pressed:text-ok"
          onClick={() => {
            keep(state !== "kept");
          }}
        />
      )}
    </>
  );
}
