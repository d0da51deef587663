import { useCallback } from "react";
import type { ConflictRule } from "../../../shared/checkpoint.ts";
import { useServices } from "../app/services.tsx";
import type { AskedUndo } from "../app/undo-flow.ts";
import { useAnswer } from "../app/use-answer.ts";
import { DiffView } from "../diff/diff-view.tsx";
import { useMessages } from "../messages/messages.tsx";

export interface UndoPreviewProps {
  readonly asked: AskedUndo;
  readonly path: string;
  readonly choice: ConflictRule;
}

/** What the undo makes of the file as it is now, with the choice made for it. */
export function UndoPreview({ asked, path, choice }: UndoPreviewProps) {
  const { undo } = useMessages();
  const { client } = useServices();
  const { sessionId, target, plan } = asked;
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
      <PreviewNote text={undo.previewNote} />
      <DiffView key={`${path} ${choice}`} diff={value.diff} />
    </>
  );
}

const PreviewNote = ({ text }: { readonly text: string }) => (
  <p className="px-3 py-2 text-label text-secondary">{text}</p>
);
