import { useState } from "react";
import { ChevronDown, ChevronRight } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { ChangeTotals } from "../diff/change-totals.tsx";
import { DiffView } from "../diff/diff-view.tsx";
import { useDiff } from "../diff/use-diff.ts";
import { useMessages } from "../messages/messages.tsx";
import { PathText } from "../text/path-text.tsx";
import { Button } from "../ui/button.tsx";
import { useOpenRow } from "./open-rows.tsx";

export interface StepChangesProps {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
}

/** More files than this come closed: a formatter changes hundreds. */
const mostOpen = 3;
const firstFiles = 20;

/** What a step did to files: one diff is there at once, of several each opens in its own row. */
export function StepChanges({ sessionId, item }: StepChangesProps) {
  const { conversation: words, review } = useMessages();
  const [isWhole, setWhole] = useState(false);
  const loaded = useDiff(sessionId, { callId: item.callId }, 0);
  if (loaded.status === "loading") return <p className="text-label text-muted">{review.loading}</p>;
  if (loaded.status === "failed")
    return <p className="text-label text-failed">{words.diffFailed(loaded.reason)}</p>;
  const { diffs } = loaded;
  const [only] = diffs;
  if (only !== undefined && diffs.length === 1 && item.name !== "run_command")
    return <DiffView diff={only} />;
  const shown = isWhole ? diffs : diffs.slice(0, firstFiles);
  return (
    <>
      {shown.map((diff) => (
        <FileChangeRow
          key={diff.path}
          id={`${item.callId} ${diff.path}`}
          diff={diff}
          isFirstOpen={diffs.length <= mostOpen}
        />
      ))}
      {shown.length < diffs.length && (
        <Button
          variant="plain"
          className="-ml-2.5"
          onClick={() => {
            setWhole(true);
          }}
        >
          {words.moreFiles(diffs.length - shown.length)}
        </Button>
      )}
    </>
  );
}

function FileChangeRow({
  id,
  diff,
  isFirstOpen,
}: {
  readonly id: string;
  readonly diff: FileDiff;
  readonly isFirstOpen: boolean;
}) {
  const [isOpen, toggle] = useOpenRow(id, isFirstOpen);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={toggle}
        className="-mx-1 flex h-7 w-full items-center gap-1.5 rounded-control px-1 text-left hover:bg-hover"
      >
        <Chevron className="icon text-muted" aria-hidden />
        <PathText path={diff.path} from={diff.from} />
        <ChangeTotals
          kind={diff.kind}
          added={diff.added}
          removed={diff.removed}
          isUndone={diff.undoneBy !== undefined}
        />
      </button>
      {isOpen && <DiffView diff={diff} />}
    </div>
  );
}
