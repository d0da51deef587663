import { useCallback } from "react";
import type { ContextReport } from "../../../shared/context.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { roughMoney } from "../../../shared/money.ts";
import { isAtWork, type SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { shareText, tokensText } from "../usage/figures-text.ts";
import { CacheSummary } from "./cache-facts.tsx";
import { PartsBar } from "./parts-bar.tsx";
import { PartsTable } from "./parts-table.tsx";

export interface ContextDialogProps {
  readonly session: SessionState;
  readonly onClose: () => void;
}

/** What the next request of a session is made of, what it costs, and what the cache did for those before. */
export function ContextDialog({ session, onClose }: ContextDialogProps) {
  const messages = useMessages();
  const words = messages.context;
  const { client, attempt } = useServices();
  const { sessionId } = session;
  const { calls } = session.usage;
  const { value: report, failure } = useNext(sessionId, calls);
  const cache = useAnswer(
    useCallback(
      () => client("usage.cache", { filter: { sessionId }, limit: 0 }),
      // oxlint-disable-next-line react/exhaustive-deps -- asked anew after each request
      [client, sessionId, calls],
    ),
  ).value;
  const isEmpty = report !== null && report.tokens === 0;
  const canCompact = report !== null && report.freedTokens !== null && !isAtWork(session);
  const compact = (): void => {
    onClose();
    attempt(() => client("session.compact", { sessionId }));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width="medium"
      title={words.title}
      {...(report === null || isEmpty ? {} : { description: sizeText(report, messages) })}
      {...(canCompact ? { footer: <Button onClick={compact}>{words.compact}</Button> } : {})}
    >
      {failure !== null && <p className="text-ui text-failed">{words.failed(failure)}</p>}
      {isEmpty && <EmptyState title={words.empty} detail={words.emptyDetail} />}
      {report !== null && !isEmpty && (
        <div className="flex flex-col gap-5">
          <section aria-label={words.parts} className="flex flex-col gap-3">
            <PartsBar report={report} />
            <PartsTable report={report} />
            <div className="selectable flex flex-col gap-1 text-label text-pretty text-secondary">
              <p>{costText(report, messages)}</p>
              <p>
                {report.freedTokens === null
                  ? words.notFreed
                  : words.freed(tokensText(report.freedTokens))}
              </p>
              <p>
                {report.errorPercent === null
                  ? words.estimateUnmeasured
                  : words.estimate(`${report.errorPercent}%`)}
              </p>
            </div>
          </section>
          {cache !== null && cache.calls > 0 && <CacheSummary report={cache} />}
        </div>
      )}
    </Dialog>
  );
}

function useNext(sessionId: SessionId, calls: number) {
  const { client } = useServices();
  return useAnswer(
    useCallback(
      () => client("context.next", { sessionId }),
      // oxlint-disable-next-line react/exhaustive-deps -- asked anew after each request
      [client, sessionId, calls],
    ),
  );
}

function sizeText({ tokens, windowTokens }: ContextReport, { context: words }: Messages): string {
  const size = tokensText(tokens);
  return windowTokens === null
    ? words.next(size)
    : words.nextOf(size, tokensText(windowTokens), shareText(tokens, windowTokens) ?? words.none);
}

function costText({ cost, costUncached }: ContextReport, { context: words }: Messages): string {
  if (cost === null || costUncached === null) return words.priceUnknown;
  return cost.amount === costUncached.amount
    ? words.sending(roughMoney(cost))
    : words.sendingCached(roughMoney(cost), roughMoney(costUncached));
}
