import { ArrowLeftRight, FoldVertical, TriangleAlert } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import type { TurnItem } from "../../../shared/session-state.ts";
import { tokenCount } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Markdown } from "../text/markdown.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { FoldRow } from "./fold-row.tsx";
import { useOpenRow } from "./open-rows.tsx";

type ItemOf<Kind extends TurnItem["kind"]> = Extract<TurnItem, { kind: Kind }>;

/** Who answers from here on, and what it does not get of what the one before had. */
export function ModelChangeRow({ item }: { readonly item: ItemOf<"model-change"> }) {
  const messages = useMessages();
  const { conversation: words } = messages;
  const { from, to, step, dropped } = item;
  const isSameThinking = JSON.stringify(from.thinking) === JSON.stringify(to.thinking);
  const parts = [
    from.model === to.model ? null : words.modelInstead(to.model, from.model),
    from.region === to.region ? null : words.regionNow(regionName(to.region, messages)),
    from.protocol === to.protocol ? null : words.protocolNow(words.protocols[to.protocol]),
    isSameThinking ? null : words.thinkingNow(words.thinkingLevel(to.thinking)),
    ...dropped.map((part) => words.dropped[part]),
  ];
  return (
    <p className="flex min-h-7 items-start gap-2 py-1 text-ui text-secondary">
      <ArrowLeftRight className="icon mt-0.5 text-muted" aria-hidden />
      <span className="selectable min-w-0 wrap-anywhere">
        {words.fromStep(step, parts.filter((part) => part !== null).join(" · "))}
      </span>
    </p>
  );
}

export interface CompactionRowProps {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly item: ItemOf<"compaction">;
}

/** The older part of the conversation being summarised; afterwards the summary, folded away. */
export function CompactionRow({ id, sessionId, item }: CompactionRowProps) {
  const { conversation: words } = useMessages();
  switch (item.status) {
    case "running":
      return <CompactingRow sessionId={sessionId} item={item} />;
    case "completed":
      return <CompactedRow id={id} item={item} />;
    default:
      return (
        <p className="flex min-h-7 items-start gap-2 py-1 text-ui text-secondary">
          <TriangleAlert className="icon mt-0.5 text-muted" aria-hidden />
          <span className="selectable min-w-0 wrap-anywhere">
            {item.status === "cancelled" ? words.compactStopped : words.compactFailed}{" "}
            {item.status === "failed" && <VisibleText text={item.message ?? ""} />}
          </span>
        </p>
      );
  }
}

function CompactingRow({ sessionId, item }: Omit<CompactionRowProps, "id">) {
  const { conversation: words } = useMessages();
  const { client, attempt } = useServices();
  return (
    <div className="flex min-h-7 items-center gap-2 text-ui text-secondary">
      <Spinner className="text-accent" />
      <output className="min-w-0 flex-1 wrap-anywhere">
        {words.compacting(item.model, item.reason)}
      </output>
      <Button
        onClick={() => {
          attempt(() => client("session.stop", { sessionId }));
        }}
      >
        {words.stop}
      </Button>
    </div>
  );
}

function CompactedRow({ id, item }: Omit<CompactionRowProps, "sessionId">) {
  const { conversation: words } = useMessages();
  const [isOpen, toggle] = useOpenRow(id);
  const before = item.tokensBefore ?? 0;
  const after = item.tokensAfter ?? 0;
  const label =
    after < before
      ? words.compacted(tokenCount(before), tokenCount(after))
      : words.compactedNoLess(tokenCount(after));
  return (
    <FoldRow icon={FoldVertical} isOpen={isOpen} onToggle={toggle} label={<span>{label}</span>}>
      <p className="pb-1 text-label text-muted">{words.compactedDetail}</p>
      <Markdown text={item.summary ?? ""} isStreaming={false} />
    </FoldRow>
  );
}
