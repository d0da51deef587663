import { useMemo, useState, type KeyboardEvent } from "react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import type { DiffTarget } from "../app/app-state.ts";
import { OutsideChanges } from "../diff/outside-changes.tsx";
import type { LoadedDiff } from "../diff/use-diff.ts";
import { useOutside } from "../diff/use-outside.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ReviewFile } from "./review-file.tsx";
import { ReviewFooter } from "./review-footer.tsx";
import { moveFocus } from "./review-keys.ts";
import { versionOf } from "./review-list.ts";
import { foldedAtFirst, isReviewed, turnOf } from "./review-marks.ts";
import { useReviewMarks } from "./use-review-marks.ts";

export interface ChangesProps {
  readonly session: SessionState;
  readonly target: DiffTarget;
  readonly loaded: LoadedDiff;
}

const firstFiles = 100;

/** The files of what is reviewed. Reviewed, undone and committed ones fold by themselves, and open again on a press. */
export function Changes({ session, target, loaded }: ChangesProps) {
  const { review: words } = useMessages();
  if (loaded.status === "loading") return <Note text={words.loading} />;
  if (loaded.status === "failed") return <Note text={words.failed(loaded.reason)} isFailure />;
  if (loaded.diffs.length === 0)
    return <EmptyState title={words.empty} detail={words.emptyDetail} />;
  const shown = "callId" in target ? target.callId : target.turnId;
  return <FileList key={shown} session={session} target={target} diffs={loaded.diffs} />;
}

function FileList({
  session,
  target,
  diffs,
}: Omit<ChangesProps, "loaded"> & { readonly diffs: readonly FileDiff[] }) {
  const { review: words } = useMessages();
  const marks = useReviewMarks(session, target);
  const { isFolded, toggle } = useFolds(diffs, marks.reviewed);
  const outside = useOutside(
    session.sessionId,
    turnOf(session, target),
    versionOf(session, target),
  );
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? diffs : diffs.slice(0, firstFiles);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move the focus, nothing more */}
      <section
        data-review
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the place whose keys move through the changes
        tabIndex={0}
        aria-label={words.files}
        onKeyDown={onKey}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]"
      >
        {shown.map((diff) => (
          <ReviewFile
            key={diff.path}
            session={session}
            target={target}
            diff={diff}
            marks={marks}
            isFolded={isFolded(diff)}
            onToggle={() => {
              toggle(diff);
            }}
          />
        ))}
        {shown.length < diffs.length && (
          <Button
            variant="plain"
            className="m-2"
            onClick={() => {
              setWhole(true);
            }}
          >
            {words.moreFiles(diffs.length - shown.length)}
          </Button>
        )}
        <OutsideChanges diffs={outside} />
      </section>
      <ReviewFooter session={session} target={target} diffs={diffs} reviewed={marks.reviewed} />
    </>
  );
}

interface Folds {
  readonly isFolded: (diff: FileDiff) => boolean;
  readonly toggle: (diff: FileDiff) => void;
}

/** What a person opened or closed stays so until the file's state is another one. */
function useFolds(diffs: readonly FileDiff[], reviewed: ReadonlySet<string>): Folds {
  const [pressed, setPressed] = useState<Readonly<Record<string, boolean>>>({});
  const late = useMemo(() => foldedAtFirst(diffs), [diffs]);
  const isSettled = (diff: FileDiff): boolean =>
    diff.undoneBy !== undefined || diff.committedIn !== undefined || isReviewed(diff, reviewed);
  const isFolded = (diff: FileDiff): boolean =>
    pressed[`${diff.path} ${isSettled(diff)}`] ?? (isSettled(diff) || late.has(diff.path));
  return {
    isFolded,
    toggle: (diff) => {
      setPressed({ ...pressed, [`${diff.path} ${isSettled(diff)}`]: !isFolded(diff) });
    },
  };
}

function onKey(event: KeyboardEvent<HTMLElement>): void {
  const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
  if (isPlain && moveFocus(event.currentTarget, event.key)) event.preventDefault();
}

const Note = ({
  text,
  isFailure = false,
}: {
  readonly text: string;
  readonly isFailure?: boolean;
}) => (
  <p className={isFailure ? "p-4 text-ui text-failed" : "p-4 text-ui text-secondary"}>{text}</p>
);
