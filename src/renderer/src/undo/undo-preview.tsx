import { useCallback } from "react";
import type { ConflictRule, UndoPlanRow } from "../../../shared/checkpoint.ts";
import { useServices } from "../app/services.tsx";
import type { AskedUndo } from "../app/undo-flow.ts";
import { tick } from "../app/undo-plan.ts";
import { useAnswer } from "../app/use-answer.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { useMessages } from "../messages/messages.tsx";

export interface UndoPreviewProps {
  readonly asked: AskedUndo;
  readonly row: UndoPlanRow;
  readonly choice: ConflictRule;
}

/** What the undo makes of the file as it is now, with the choice made for it; of one that is kept, what it would make of it. */
export function UndoPreview({ asked, row, choice: chosen }: UndoPreviewProps) {
  const { undo } = useMessages();
  const { client } = useServices();
  const { sessionId, target, plan } = asked;
  const { path } = row;
  const isKept = chosen === "keep";
  const choice = isKept ? tick(row, true) : chosen;
  const ask = useCallback(
    async () => ({
      path,
      choice,
      diff:
        choice === "keep"
          ? null
          : await client("checkpoint.preview", { sessionId, target, path, choice }),
    }),
    // oxlint-disable-next-line react/exhaustive-deps -- another plan is about other bytes
    [client, sessionId, target, path, choice, plan],
  );
  const { value, failure } = useAnswer(ask);
  if (failure !== null) return <PreviewNote text={undo.previewFailed(failure)} />;
  // The answer for another file or choice says nothing about this one.
  if (value?.path !== path || value.choice !== choice)
    return <PreviewNote text={undo.previewLoading} />;
  if (value.diff === null) return <PreviewNote text={undo.previewKept} />;
  return (
    <>
      <PreviewNote text={isKept ? undo.previewIfUndone : undo.previewNote} />
      <DiffView key={`${path} ${choice}`} diff={value.diff} />
    </>
  );
}

const PreviewNote = ({ text }: { readonly text: string }) => (
  <p className="px-3 py-2 text-label text-secondary">{text}</p>
);
