import type { UndoResult } from "../../../shared/checkpoint.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { reasonText, resultText } from "../app/undo-plan.ts";

export interface UndoDetailsProps {
  readonly direction: "undo" | "redo";
  readonly result: UndoResult;
}

/** What an undo or a redo did, file by file; first what it did not do. */
export function UndoDetails({ direction, result }: UndoDetailsProps) {
  const messages = useMessages();
  const { close } = useServices().undo;
  const words = messages.undo;
  const done = result.undone.map(({ path, action }) => ({ path, note: words.acted[action] }));
  const conflicts = result.conflicts.map(({ path, reason }) => ({
    path,
    note: reasonText(reason, words),
  }));
  const skipped = result.skipped.map(({ path, reason }) => ({ path, note: reason }));
  const kept = conflicts.length + skipped.length;
  return (
    <Dialog
      open
      onClose={close}
      width="medium"
      title={direction === "undo" ? words.detailsTitle : words.detailsRedone}
      description={resultText(result, direction, words)}
      footer={<Button onClick={close}>{messages.common.close}</Button>}
    >
      <FileNotes title={words.conflictsTitle} rows={conflicts} />
      <FileNotes title={words.skippedTitle} rows={skipped} />
      <FileNotes title={kept > 0 ? words.doneTitle : null} rows={done} />
    </Dialog>
  );
}

/** Files, each with a word on it. */
export function FileNotes({
  title,
  rows,
}: {
  readonly title: string | null;
  readonly rows: readonly { readonly path: string; readonly note: string }[];
}) {
  if (rows.length === 0) return null;
  return (
    <section className="mb-3">
      {title !== null && <h3 className="py-1 text-label font-medium text-secondary">{title}</h3>}
      <ul className="rounded-card border border-line">
        {rows.map((row) => (
          <li
            key={row.path}
            className="selectable flex min-h-7 items-center gap-3 border-line px-3 py-1 [&+&]:border-t"
          >
            <span className="min-w-0 flex-1 font-mono text-code wrap-anywhere">
              <VisibleText text={row.path} />
            </span>
            <span className="shrink-0 text-label text-secondary">
              <VisibleText text={row.note} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
