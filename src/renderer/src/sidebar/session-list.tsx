import { useEffect, useState } from "react";
import type { SessionSummary } from "../../../shared/contract.ts";
import { ago } from "../app/format.ts";
import { useApp, useServices, useSessions } from "../app/services.tsx";
import type { SessionMark } from "../app/session-marks.ts";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { ScrollArea } from "../ui/scroll-area.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** The project's sessions, newest first, with what each wants. */
export function SessionList() {
  const messages = useMessages();
  const summaries = useApp((state) => state.summaries);
  const current = useApp((state) => state.sessionId);
  const now = useNow();
  return (
    <ScrollArea className="-mx-2 flex-1 px-2 pt-3">
      <h2 className="px-2 pb-1 text-meta font-medium text-muted">{messages.app.sessions}</h2>
      {summaries.length === 0 ? (
        <p className="px-2 text-label text-secondary">{messages.app.noSessionsDetail}</p>
      ) : (
        <ul className="flex flex-col gap-px pb-2">
          {summaries.map((summary) => (
            <SessionRow
              key={summary.sessionId}
              summary={summary}
              current={summary.sessionId === current}
              now={now}
            />
          ))}
        </ul>
      )}
    </ScrollArea>
  );
}

interface SessionRowProps {
  readonly summary: SessionSummary;
  readonly current: boolean;
  readonly now: number;
}

function SessionRow({ summary, current, now }: SessionRowProps) {
  const messages = useMessages();
  const { commands, attempt } = useServices();
  const announced = useSessions((state) => state.marks[summary.sessionId]);
  const mark = announced ?? (summary.running ? "running" : undefined);
  const liveTitle = useSessions((state) => state.sessions[summary.sessionId]?.title);
  const title = liveTitle || summary.title || messages.app.untitled;
  return (
    <li>
      <button
        type="button"
        aria-current={current ? "page" : undefined}
        title={title}
        onClick={() => {
          attempt(() => commands.showSession(summary.sessionId));
        }}
        className={cx(
          "flex h-7 w-full items-center gap-2 rounded-control px-2 text-ui",
          current ? "bg-hover text-primary" : "text-secondary hover:bg-hover hover:text-primary",
        )}
      >
        <span className="min-w-0 flex-1 truncate text-left">{title}</span>
        <RowMark mark={mark} time={ago(summary.updatedAt, now, messages)} />
      </button>
    </li>
  );
}

function RowMark({
  mark,
  time,
}: {
  readonly mark: SessionMark | undefined;
  readonly time: string;
}) {
  const messages = useMessages();
  if (mark === undefined) return <span className="text-meta text-muted tabular-nums">{time}</span>;
  if (mark === "needs-you")
    return (
      <span className="text-meta font-medium whitespace-nowrap text-needs">
        {messages.common.needsYou}
      </span>
    );
  return (
    <span className="flex text-accent" title={messages.common.running}>
      <Spinner className="size-3.5" />
      <span className="sr-only">{messages.common.running}</span>
    </span>
  );
}

/** The time, moving on by the minute. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 60_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
