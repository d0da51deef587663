import { memo } from "react";
import { bareCode } from "../../../shared/bare-code.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { useMessages } from "../messages/messages.tsx";
import { CodeText } from "../text/code-block.tsx";
import { Markdown } from "../text/markdown.tsx";
import { cx } from "../ui/cx.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { ErrorCard } from "./error-card.tsx";
import { CompactionRow, ModelChangeRow } from "./model-rows.tsx";
import { sameRow, type Row } from "./rows.ts";
import { NoticeRow, PlanRow, PromptRow, ReadsRow, ReasoningRow, RetryRow } from "./small-rows.tsx";
import { ToolRow } from "./tool-row.tsx";
import { TurnCard } from "./turn-card.tsx";
import { WorkingRow } from "./working-row.tsx";

export interface RowViewProps {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly model: string;
  readonly row: Row;
}

/** One row of the conversation; drawn again only when what it shows is another object. */
export const RowView = memo(
  function RowView(props: RowViewProps) {
    return <div className={spaceOf(props.row)}>{content(props)}</div>;
  },
  (before, after) =>
    before.id === after.id &&
    before.sessionId === after.sessionId &&
    before.model === after.model &&
    sameRow(before.row, after.row),
);

/** Padding instead of margins: the list measures what a row takes. */
function spaceOf(row: Row): string {
  switch (row.kind) {
    case "prompt":
      return "pt-6 pb-3";
    case "text":
      return "py-1.5";
    case "approvals":
    case "error":
    case "summary":
      return "py-2";
    default:
      return "";
  }
}

function content({ id, sessionId, model, row }: RowViewProps) {
  switch (row.kind) {
    case "prompt":
      return <PromptRow prompt={row.prompt} context={row.context} />;
    case "text":
      return <TextRow row={row} />;
    case "reasoning":
      return <ReasoningRow id={id} item={row.item} isRunning={row.isRunning} />;
    case "notice":
      return <NoticeRow item={row.item} />;
    case "retry":
      return <RetryRow sessionId={sessionId} row={row} />;
    case "model-change":
      return <ModelChangeRow item={row.item} />;
    case "compaction":
      return <CompactionRow id={id} sessionId={sessionId} item={row.item} />;
    case "tool":
      return <ToolRow sessionId={sessionId} item={row.item} turn={row.turn} />;
    case "reads":
      return <ReadsRow id={id} sessionId={sessionId} items={row.items} turn={row.turn} />;
    case "plan":
      return <PlanRow plan={row.plan} />;
    case "approvals":
      return <ApprovalCard sessionId={sessionId} items={row.items} />;
    case "working":
      return <WorkingRow sessionId={sessionId} model={model} since={row.since} />;
    case "error":
      return <ErrorCard sessionId={sessionId} turn={row.turn} isLast={row.isLast} />;
    case "summary":
      return <TurnCard sessionId={sessionId} turn={row.turn} />;
    default:
      return row satisfies never;
  }
}

function TextRow({ row }: { readonly row: Extract<Row, { kind: "text" }> }) {
  const { conversation: words } = useMessages();
  const { item, isStreaming, isCode } = row;
  return (
    <div className={cx(item.discarded && "text-secondary")} aria-busy={isStreaming || undefined}>
      {isCode ? (
        <CodeText text={bareCode(item.text)} />
      ) : (
        <Markdown text={item.text} isStreaming={isStreaming} />
      )}
      {item.discarded && <p className="text-label text-secondary">{words.discarded}</p>}
    </div>
  );
}
