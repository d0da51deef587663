import { Brain, Check, Circle, Files, Info, RotateCw, TriangleAlert } from "lucide-react";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem, TurnItem, TurnState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Spinner } from "../ui/spinner.tsx";
import { FoldRow } from "./fold-row.tsx";
import { useOpenRow } from "./open-rows.tsx";
import type { Row, TurnIdentity } from "./rows.ts";
import { useNow } from "../app/use-now.ts";
import { ToolRow } from "./tool-row.tsx";

type ItemOf<Kind extends TurnItem["kind"]> = Extract<TurnItem, { kind: Kind }>;

/** The prompt on a card, with what was told to the model along with it. */
export function PromptRow({
  prompt,
  context,
}: {
  readonly prompt: string;
  readonly context: string | null;
}) {
  const { conversation: words } = useMessages();
  return (
    <div className="selectable rounded-card border border-line bg-card px-3 py-2 text-prose wrap-anywhere whitespace-pre-wrap">
      <p>{prompt}</p>
      {context !== null && (
        <details className="mt-1 text-label text-muted">
          <summary>{words.contextLabel}</summary>
          <p className="pt-1">
            <VisibleText text={context} multiline />
          </p>
        </details>
      )}
    </div>
  );
}

/** What the model thought, folded away. */
export function ReasoningRow({
  id,
  item,
  isRunning,
}: {
  readonly id: string;
  readonly item: ItemOf<"reasoning">;
  readonly isRunning: boolean;
}) {
  const { conversation: words } = useMessages();
  const [isOpen, toggle] = useOpenRow(id);
  return (
    <FoldRow
      icon={Brain}
      isOpen={isOpen}
      onToggle={toggle}
      label={
        <>
          <span>{isRunning ? words.thinking : words.thought}</span>
          {isRunning && <Spinner className="text-accent" />}
        </>
      }
    >
      <p className="selectable text-ui text-secondary wrap-anywhere whitespace-pre-wrap">
        {item.text.trim()}
      </p>
    </FoldRow>
  );
}

/** A line from Belay itself. */
export function NoticeRow({ item }: { readonly item: ItemOf<"notice"> }) {
  const Icon = item.level === "warning" ? TriangleAlert : Info;
  return (
    <p className="flex min-h-7 items-start gap-2 py-1 text-ui text-secondary">
      <Icon
        className={cx("icon mt-0.5", item.level === "warning" ? "text-needs" : "text-muted")}
        aria-hidden
      />
      <span className="selectable min-w-0 wrap-anywhere">
        <VisibleText text={item.message} multiline />
      </span>
    </p>
  );
}

/** A pause before the next try, counted down, with a way out; afterwards one quiet line. */
export function RetryRow({
  sessionId,
  row,
}: {
  readonly sessionId: SessionId;
  readonly row: Extract<Row, { kind: "retry" }>;
}) {
  const { conversation: words } = useMessages();
  const { item, isWaiting } = row;
  const { client, attempt } = useServices();
  const seconds = useSecondsUntil(Date.parse(item.at) + item.waitMs, isWaiting);
  return (
    <div className="flex min-h-7 items-center gap-2 text-ui text-secondary">
      <RotateCw className="icon text-muted" aria-hidden />
      <span className="selectable min-w-0 flex-1 wrap-anywhere">
        <VisibleText text={item.message} />
        {" · "}
        {waitText(words, row, seconds)}
      </span>
      {isWaiting && seconds > 0 && (
        <Button
          onClick={() => {
            attempt(() => client("session.stop", { sessionId }));
          }}
        >
          {words.stop}
        </Button>
      )}
    </div>
  );
}

function waitText(
  words: ReturnType<typeof useMessages>["conversation"],
  { item, isWaiting, isStopped }: Extract<Row, { kind: "retry" }>,
  seconds: number,
): string {
  if (isStopped) return words.waitStopped;
  // Held back to stay under a limit: nothing has failed yet.
  const isHeld = item.code === "paced";
  if (!isWaiting || seconds === 0) return isHeld ? words.held : words.retried(item.attempt);
  return isHeld ? words.goesOnIn(seconds) : words.retryNow(seconds);
}

/** Whole seconds left until a moment, counted while `isOn`. */
const useSecondsUntil = (moment: number, isOn: boolean): number =>
  Math.max(0, Math.ceil((moment - useNow(isOn)) / 1000));

/** Consecutive reads as one row. */
export function ReadsRow({
  id,
  sessionId,
  items,
  turn,
}: {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly items: readonly ToolItem[];
  readonly turn: TurnIdentity;
}) {
  const { conversation: words } = useMessages();
  const [isOpen, toggle] = useOpenRow(id);
  const files = items.filter((item) => item.name === "read_file").length;
  const failed = items.filter((item) => item.status === "failed").length;
  const isRunning = items.some((item) => item.status === "running");
  return (
    <FoldRow
      icon={Files}
      isOpen={isOpen}
      onToggle={toggle}
      label={
        <>
          <span>{words.readGroup(files, items.length - files)}</span>
          <span className="ml-auto flex items-center gap-2">
            {failed > 0 && (
              <span className="text-label text-failed">{words.failedCount(failed)}</span>
            )}
            {isRunning ? (
              <Spinner className="text-accent" />
            ) : (
              <Check className="icon text-muted" aria-hidden />
            )}
          </span>
        </>
      }
      after={<span className="w-7 shrink-0" />}
    >
      {items.map((item) => (
        <ToolRow key={item.callId} sessionId={sessionId} item={item} turn={turn} />
      ))}
    </FoldRow>
  );
}

/** The agent's plan as it stands now. */
export function PlanRow({ plan }: { readonly plan: TurnState["plan"] }) {
  const { conversation: words } = useMessages();
  return (
    <section aria-label={words.plan} className="py-1">
      <ul>
        {plan.map((step, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a plan is replaced whole
          <li key={index} className="flex items-start gap-2 py-0.5 text-ui">
            {step.done ? (
              <Check className="icon mt-0.5 text-ok" aria-hidden />
            ) : (
              <Circle className="icon mt-0.5 text-muted" aria-hidden />
            )}
            <span className="sr-only">{step.done ? words.planDone : words.planOpen}</span>
            <span
              className={cx("selectable wrap-anywhere", step.done ? "text-muted" : "text-primary")}
            >
              <VisibleText text={step.text} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
