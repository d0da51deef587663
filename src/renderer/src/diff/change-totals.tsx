import type { ChangeKind } from "../../../shared/diff.ts";
import { useMessages } from "../messages/messages.tsx";
import { LineTotals } from "./line-totals.tsx";

export interface ChangeTotalsProps {
  readonly kind: ChangeKind;
  readonly added: number;
  readonly removed: number;
  readonly isUndone: boolean;
}

/** What became of one file: "new", and its lines or that it is undone. */
export function ChangeTotals({ kind, added, removed, isUndone }: ChangeTotalsProps) {
  const { conversation: words } = useMessages();
  return (
    <span className="ml-auto flex shrink-0 items-center gap-2 text-label text-muted">
      {kind !== "modified" && <span>{words.changeKinds[kind]}</span>}
      {isUndone ? <span>{words.undone}</span> : <LineTotals added={added} removed={removed} />}
    </span>
  );
}
