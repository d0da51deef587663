import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from "react";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { matchesShortcut } from "../actions/shortcut.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { knownTool, toolText } from "../text/tool-text.ts";
import { AllowButtons, allowShortcut, DenyForm } from "./approval-buttons.tsx";
import {
  BlockedButtons,
  BlockedText,
  canGoOnHere,
  goOnHere,
  tellAgent,
  waitingWalls,
} from "./blocked-question.tsx";
import { ApprovalText } from "./approval-text.tsx";
import { useApprovalAnswer } from "./use-approval-answer.ts";

export interface ApprovalCardProps {
  readonly sessionId: SessionId;
  readonly items: readonly ToolItem[];
}

/** All steps that wait for the person, as one card: the first in full, the others by name. */
export function ApprovalCard({ sessionId, items }: ApprovalCardProps) {
  const { conversation: words } = useMessages();
  const [item, ...others] = items;
  if (item === undefined) return null;
  return (
    <section
      aria-label={items.length > 1 ? words.approvalWaiting(items.length) : words.approval}
      className="rounded-card border border-needs bg-card"
    >
      <Question key={questionOf(item)} sessionId={sessionId} item={item} of={items.length} />
      {others.length > 0 && (
        <ul className="border-t border-line px-3 py-1.5">
          {others.map((other) => (
            <li key={other.callId} className="flex h-6 items-center gap-2 text-ui text-secondary">
              <span className="shrink-0">{words.approvalTitles[knownTool(other, words)]}</span>
              <span className="truncate font-mono text-code">
                <VisibleText text={toolText(other, words).object} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A step may be asked about again: the second card is another one, inert at first as well. */
const questionOf = ({ callId, approval }: ToolItem): string =>
  `${callId} ${approval?.question ?? ""}`;

interface QuestionProps {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
  readonly of: number;
}

function Question({ sessionId, item, of }: QuestionProps) {
  const platform = usePlatform();
  const titleId = useId();
  const card = useRef<HTMLFieldSetElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
  usePassFocus(card);
  const { isAnswered, answer } = useApprovalAnswer(sessionId, item, buttons);
  const [instead, setInstead] = useState("");
  const walls = waitingWalls(item);
  const deny = (): void => {
    const message = instead.trim();
    answer({ decision: "deny", ...(message === "" ? {} : { message }) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const press = event.nativeEvent;
    if (walls !== null && press.key === "Escape" && !press.isComposing && !event.repeat) {
      event.preventDefault();
      answer(tellAgent);
      return;
    }
    if (press.isComposing || event.repeat || !matchesShortcut(press, allowShortcut, platform))
      return;
    // A menu of the card lies elsewhere: what is pressed there is its own.
    if (!(event.target instanceof Node) || card.current?.contains(event.target) !== true) return;
    event.preventDefault();
    // In the field the chord sends what is written there: an Allow must never come out of a "no, because".
    if (event.target instanceof HTMLTextAreaElement) deny();
    else if (walls === null) answer({ decision: "allow" });
    else if (canGoOnHere(walls)) answer(goOnHere);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the card takes the chord that its button shows
    <fieldset
      ref={card}
      data-approval
      aria-labelledby={titleId}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- focusing the card is what arms the chord
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="rounded-card"
    >
      {walls === null ? (
        <>
          <ApprovalText titleId={titleId} item={item} of={of} />
          <AllowButtons item={item} row={buttons} isAnswered={isAnswered} answer={answer} />
          <DenyForm isAnswered={isAnswered} instead={instead} onChange={setInstead} onDeny={deny} />
        </>
      ) : (
        <>
          <BlockedText titleId={titleId} item={item} walls={walls} />
          <BlockedButtons walls={walls} row={buttons} isAnswered={isAnswered} answer={answer} />
        </>
      )}
    </fieldset>
  );
}

/** A card that goes with the focus in it passes the focus on: to the next question, else to the prompt. */
function usePassFocus(card: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = card.current;
    return () => {
      if (element?.contains(document.activeElement) !== true) return;
      setTimeout(() => {
        document.querySelector<HTMLElement>("[data-approval], [data-prompt]")?.focus();
      }, 0);
    };
  }, [card]);
}
