import { Fragment, memo, useMemo, useState, type ReactNode } from "react";
import type { FileDiff, Hunk } from "../../../shared/diff.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { numberLines, type NumberedLine } from "./diff-lines.ts";

const firstLines = 400;
const moreLines = 2000;

export interface DiffViewProps {
  readonly diff: FileDiff;
  /** What stands around the lines of each change; nothing but a line between them when it is missing. */
  readonly renderHunk?: (hunk: Hunk, lines: ReactNode) => ReactNode;
}

/** One file's change as a unified diff. Large ones show their first lines and unfold on demand. */
export const DiffView = memo(function DiffView({ diff, renderHunk }: DiffViewProps) {
  const messages = useMessages();
  const [shown, setShown] = useState(firstLines);
  const total = diff.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const note = noteFor(diff, messages.review);
  return (
    <div className="selectable overflow-hidden font-mono text-code">
      {cutHunks(diff.hunks, shown).map((hunk, index) => (
        <Fragment key={hunk.key}>
          {renderHunk === undefined ? (
            <PlainHunk hunk={hunk} isFirst={index === 0} />
          ) : (
            renderHunk(hunk, <HunkLines hunk={hunk} />)
          )}
        </Fragment>
      ))}
      {total > shown && (
        <Button
          variant="plain"
          className="m-1 font-sans"
          onClick={() => {
            setShown(shown + moreLines);
          }}
        >
          {messages.review.folded(total - shown)}
        </Button>
      )}
      {note !== null && <p className="px-3 py-1.5 font-sans text-label text-secondary">{note}</p>}
    </div>
  );
});

function noteFor(
  diff: FileDiff,
  words: { readonly binary: string; readonly truncated: string; readonly noHunks: string },
): string | null {
  if (diff.binary) return words.binary;
  if (diff.truncated) return words.truncated;
  return diff.hunks.length === 0 ? words.noHunks : null;
}

/** The hunks with at most so many lines in all. */
function cutHunks(hunks: readonly Hunk[], most: number): readonly Hunk[] {
  const cut: Hunk[] = [];
  let left = most;
  for (const hunk of hunks) {
    if (left <= 0) break;
    cut.push(hunk.lines.length <= left ? hunk : { ...hunk, lines: hunk.lines.slice(0, left) });
    left -= hunk.lines.length;
  }
  return cut;
}

function PlainHunk({ hunk, isFirst }: { readonly hunk: Hunk; readonly isFirst: boolean }) {
  const messages = useMessages();
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a section would be a landmark, and dozens of those are none
      role="group"
      aria-label={messages.review.hunk(hunk.newStart)}
      className={cx(!isFirst && "mt-1 border-t border-line pt-1")}
    >
      <HunkLines hunk={hunk} />
    </div>
  );
}

/** The lines of one change; not drawn again for a change that says the same. */
const HunkLines = memo(
  function HunkLines({ hunk }: { readonly hunk: Hunk }) {
    const lines = useMemo(() => numberLines(hunk), [hunk]);
    return lines.map((line) => <LineView key={`${line.before}:${line.after}`} line={line} />);
  },
  (before, after) =>
    before.hunk.key === after.hunk.key &&
    before.hunk.oldStart === after.hunk.oldStart &&
    before.hunk.newStart === after.hunk.newStart &&
    before.hunk.lines.length === after.hunk.lines.length,
);

const rowColours = {
  added: "bg-diff-added",
  removed: "bg-diff-removed",
  context: "",
} as const;
const wordColours = { added: "bg-diff-added-word", removed: "bg-diff-removed-word", context: "" };
const signs = { added: "+", removed: "−", context: " " } as const;

function LineView({ line }: { readonly line: NumberedLine }) {
  const messages = useMessages();
  return (
    <div className={cx("flex min-h-5", rowColours[line.kind])}>
      <LineNumber value={line.before} />
      <LineNumber value={line.after} />
      <span className="w-4 shrink-0 text-center text-secondary select-none" aria-hidden>
        {signs[line.kind]}
      </span>
      {line.kind !== "context" && (
        <span className="sr-only">
          {line.kind === "added" ? messages.review.added : messages.review.removed}
        </span>
      )}
      <code className="min-w-0 flex-1 pr-2 font-mono [tab-size:4] wrap-anywhere whitespace-pre-wrap">
        {line.parts.map((part, index) => (
          <span
            // oxlint-disable-next-line react/no-array-index-key -- the parts of one line never move
            key={index}
            className={part.changed ? cx("rounded-control", wordColours[line.kind]) : undefined}
          >
            <VisibleText text={part.text} multiline />
          </span>
        ))}
      </code>
    </div>
  );
}

function LineNumber({ value }: { readonly value: number | null }) {
  return (
    <span
      aria-hidden
      className="w-10 shrink-0 pr-2 text-right text-meta leading-5 text-muted select-none"
    >
      {value}
    </span>
  );
}
