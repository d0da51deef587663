import { useState } from "react";
import type { FileDiff } from "../../../shared/diff.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { FileChangeRow } from "../diff/file-change-row.tsx";
import { useDiff } from "../diff/use-diff.ts";
import { useMessages } from "../messages/messages.tsx";
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
        <StepFile
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

function StepFile({
  id,
  diff,
  isFirstOpen,
}: {
  readonly id: string;
  readonly diff: FileDiff;
  readonly isFirstOpen: boolean;
}) {
  const [isOpen, toggle] = useOpenRow(id, isFirstOpen);
  return <FileChangeRow diff={diff} isOpen={isOpen} onToggle={toggle} />;
}
