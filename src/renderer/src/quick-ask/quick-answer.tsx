import { codeOf } from "../../../shared/bare-code.ts";
import type { TurnState } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { CodeText } from "../text/code-block.tsx";
import { Markdown } from "../text/markdown.tsx";
import type { QuickQuestion } from "./use-quick-question.ts";

export interface QuickAnswerProps {
  readonly question: QuickQuestion;
  /** What stands in the way of asking, or what went wrong. */
  readonly notice: string | null;
}

/** The answer as it streams, or what stands in its way. Takes no room while there is nothing to show. */
export function QuickAnswer({ question, notice }: QuickAnswerProps) {
  const turn = question.session?.turns.at(-1);
  if (notice === null && turn === undefined) return null;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto border-t border-line">
      <div data-part className="flex flex-col gap-2 px-4 py-3">
        {turn !== undefined && <Answer turn={turn} />}
        {notice !== null && (
          <p role="alert" className="selectable text-ui text-secondary">
            {notice}
          </p>
        )}
      </div>
    </div>
  );
}

function Answer({ turn }: { readonly turn: TurnState }) {
  const { quickAsk } = useMessages();
  const text = turn.items
    .flatMap((item) => (item.kind === "text" && !item.discarded ? [item.text] : []))
    .join("\n\n");
  const reads = turn.items.filter((item) => item.kind === "tool").length;
  return (
    <>
      {turn.status === "running" && (
        <p className="text-label text-muted">
          {quickAsk.answering}
          {reads > 0 && ` ${quickAsk.reading(reads)}`}
        </p>
      )}
      <section aria-label={quickAsk.answer} aria-busy={turn.status === "running"}>
        {turn.codeOnly ? (
          text !== "" && <CodeText text={codeOf(turn)} />
        ) : (
          <Markdown text={text} isStreaming={turn.status === "running"} />
        )}
      </section>
      {turn.status === "cancelled" && <p className="text-ui text-secondary">{quickAsk.stopped}</p>}
      {turn.error !== null && (
        <p role="alert" className="selectable text-ui text-failed">
          {turn.error.message}
        </p>
      )}
    </>
  );
}
