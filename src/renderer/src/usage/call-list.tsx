import { useCallback, useState } from "react";
import { ArrowLeft } from "lucide-react";
import type { CallFilter, UsageCall, UsageCallPage } from "../../../shared/usage-panel.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { CallRow } from "./call-row.tsx";

/** Requests that somebody asked to see, and what they are called. */
export interface CallChoice {
  readonly label: string;
  readonly filter: CallFilter;
}

export interface CallListProps {
  readonly choice: CallChoice;
  readonly onBack: () => void;
}

/** Requests, newest first, a page at a time; each leads to its conversation. */
export function CallList({ choice, onBack }: CallListProps) {
  const { usage: words, common } = useMessages();
  const { calls, next, failure, showMore, isLoading } = usePages(choice.filter);
  return (
    <section aria-label={words.requestsOf(choice.label)} className="flex flex-col">
      <header className="sticky top-0 z-10 flex h-10 items-center gap-1 border-b border-line bg-pane px-2">
        <IconButton icon={ArrowLeft} label={words.back} onClick={onBack} />
        <h3 className="truncate text-ui font-medium">{words.requestsOf(choice.label)}</h3>
      </header>
      <table className="selectable w-full text-label tabular-nums">
        <Head />
        <tbody>
          {calls.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </tbody>
      </table>
      {failure !== null && (
        <p role="alert" className="p-4 text-ui text-failed">
          {words.failed} {failure}
        </p>
      )}
      {isLoading && failure === null && calls.length === 0 && (
        <p className="appear-late p-4 text-ui text-secondary">{common.loading}</p>
      )}
      {next !== null && (
        <Button variant="plain" className="m-2 self-start" busy={isLoading} onClick={showMore}>
          {words.showMore}
        </Button>
      )}
    </section>
  );
}

function Head() {
  const { usage: words } = useMessages();
  const right = [
    words.input,
    words.cacheShare,
    words.output,
    words.firstToken,
    words.duration,
    words.cost,
  ];
  return (
    <thead>
      <tr className="text-left text-muted">
        {[words.time, words.model, words.session].map((text) => (
          <th key={text} scope="col" className="py-1.5 pl-4 font-medium whitespace-nowrap">
            {text}
          </th>
        ))}
        {right.map((text) => (
          <th
            key={text}
            scope="col"
            className="py-1.5 pl-3 text-right font-medium whitespace-nowrap"
          >
            {text}
          </th>
        ))}
        <th scope="col" className="py-1.5 pr-4 pl-3 font-medium">
          {words.status}
        </th>
      </tr>
    </thead>
  );
}

const pageSize = 100;

interface Pages {
  readonly calls: readonly UsageCall[];
  readonly next: number | null;
  readonly failure: string | null;
  readonly isLoading: boolean;
  readonly showMore: () => void;
}

function usePages(filter: CallFilter): Pages {
  const { client, attempt } = useServices();
  const [rest, setRest] = useState<UsageCallPage | null>(null);
  const [isLoading, setLoading] = useState(false);
  const first = useAnswer(
    useCallback(() => client("usage.calls", { filter, limit: pageSize }), [client, filter]),
  );
  const calls = [...(first.value?.calls ?? []), ...(rest?.calls ?? [])];
  const next = (rest ?? first.value)?.next ?? null;
  const showMore = (): void => {
    if (next === null) return;
    setLoading(true);
    attempt(async () => {
      try {
        const page = await client("usage.calls", { filter, before: next, limit: pageSize });
        setRest({ calls: [...(rest?.calls ?? []), ...page.calls], next: page.next });
      } finally {
        setLoading(false);
      }
    });
  };
  const { failure } = first;
  return { calls, next, failure, isLoading: isLoading || first.value === null, showMore };
}
