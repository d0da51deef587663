import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from "react";
import { Hand } from "lucide-react";
import type { Input } from "../../../shared/contract.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { matchesShortcut, formatShortcut } from "../actions/shortcut.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { visibleParts } from "../text/visible-characters.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { isCommand, knownTool, toolText } from "../text/tool-text.ts";

/** A card that has just appeared under the pointer or the keyboard takes no answer for this long. */
const inertMs = 300;
const allowShortcut = "mod+enter";

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
      <Question key={item.callId} sessionId={sessionId} item={item} of={items.length} />
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

type Decision = Input<"approval.answer">["decision"];

interface QuestionProps {
  readonly sessionId: SessionId;
  readonly item: ToolItem;
  readonly of: number;
}

function Question({ sessionId, item, of }: QuestionProps) {
  const platform = usePlatform();
  const titleId = useId();
  const card = useRef<HTMLFieldSetElement>(null);
  usePassFocus(card);
  const { isAnswered, answer } = useAnswer(sessionId, item);
  const [instead, setInstead] = useState("");
  const deny = (): void => {
    answer("deny", instead.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const press = event.nativeEvent;
    if (press.isComposing || event.repeat || !matchesShortcut(press, allowShortcut, platform))
      return;
    event.preventDefault();
    // In the field the chord sends what is written there: an Allow must never come out of a "no, because".
    if (event.target instanceof HTMLTextAreaElement) deny();
    else answer("allow");
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
      <QuestionText titleId={titleId} item={item} of={of} />
      <AllowButtons
        isAnswered={isAnswered}
        onlyOnce={item.approval?.onlyOnce === true}
        answer={answer}
      />
      <DenyForm isAnswered={isAnswered} instead={instead} onChange={setInstead} onDeny={deny} />
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

interface AllowButtonsProps {
  readonly isAnswered: boolean;
  /** There is no yes for more than this call. */
  readonly onlyOnce: boolean;
  readonly answer: (decision: Decision) => void;
}

function AllowButtons({ isAnswered, onlyOnce, answer }: AllowButtonsProps) {
  const { conversation: words } = useMessages();
  const platform = usePlatform();
  return (
    <div className="flex flex-wrap items-center gap-1 px-3 py-2">
      <Button
        variant="primary"
        aria-keyshortcuts={platform === "darwin" ? "Meta+Enter" : "Control+Enter"}
        disabled={isAnswered}
        onClick={() => {
          answer("allow");
        }}
      >
        {words.allow}
        <kbd className="font-sans text-meta" aria-hidden>
          {formatShortcut(allowShortcut, platform)}
        </kbd>
      </Button>
      {!onlyOnce && (
        <Button
          disabled={isAnswered}
          onClick={() => {
            answer("allow-session");
          }}
        >
          {words.allowSession}
        </Button>
      )}
    </div>
  );
}

interface DenyFormProps {
  readonly isAnswered: boolean;
  readonly instead: string;
  readonly onChange: (text: string) => void;
  readonly onDeny: () => void;
}

function DenyForm({ isAnswered, instead, onChange, onDeny }: DenyFormProps) {
  const { conversation: words } = useMessages();
  return (
    <form
      className="flex items-end gap-1 border-t border-line px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        onDeny();
      }}
    >
      <div className="min-w-0 flex-1">
        <TextArea
          label={words.denyHint}
          labelHidden
          placeholder={words.denyPlaceholder}
          className="max-h-30"
          maxLength={10_000}
          value={instead}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      </div>
      <Button type="submit" disabled={isAnswered}>
        {words.deny}
      </Button>
    </form>
  );
}

/** Answers once, and not before the card has been there long enough to be read. */
function useAnswer(
  sessionId: SessionId,
  item: ToolItem,
): { readonly isAnswered: boolean; readonly answer: (d: Decision, message?: string) => void } {
  const { client, attempt } = useServices();
  const [isAnswered, setAnswered] = useState(false);
  const isArmed = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      isArmed.current = true;
    }, inertMs);
    return () => {
      clearTimeout(timer);
      isArmed.current = false;
    };
  }, []);
  const answer = (decision: Decision, message = ""): void => {
    if (!isArmed.current || isAnswered) return;
    setAnswered(true);
    attempt(async () => {
      try {
        await client("approval.answer", {
          sessionId,
          callId: item.callId,
          decision,
          ...(message === "" ? {} : { message }),
        });
      } catch (error) {
        setAnswered(false);
        throw error;
      }
    });
  };
  return { isAnswered, answer };
}

interface QuestionTextProps {
  readonly titleId: string;
  readonly item: ToolItem;
  readonly of: number;
}

/** What is asked, in Belay's words, and the exact bytes, in which nothing can hide. */
function QuestionText({ titleId, item, of }: QuestionTextProps) {
  const { conversation: words } = useMessages();
  const detail = item.approval?.detail ?? "";
  const title = item.approval?.title ?? "";
  const lines = detail.split("\n").length;
  const bytes = new TextEncoder().encode(detail).byteLength;
  const marked = visibleParts(detail, true).filter((part) => part.mark !== null).length;
  return (
    <>
      <header className="flex items-center gap-2 px-3 pt-2 text-ui">
        <Hand className="icon text-needs" aria-hidden />
        <h3 id={titleId} className="font-medium text-primary">
          {words.approvalTitles[knownTool(item, words)]}
        </h3>
        {of > 1 && <span className="ml-auto text-label text-muted">{words.approvalOf(1, of)}</span>}
      </header>
      {/* It also says what undo would not cover, and names files there: never cut. */}
      <p className="selectable px-3 text-label text-secondary wrap-anywhere">
        <VisibleText text={item.approval?.reason ?? ""} />
      </p>
      {!isCommand(item) && title !== detail && (
        <p className="selectable px-3 pt-1 font-mono text-code text-primary wrap-anywhere">
          <VisibleText text={title} />
        </p>
      )}
      <pre
        aria-label={words.exact}
        className="selectable mx-3 mt-2 max-h-70 overflow-y-auto rounded-control border border-line bg-pane px-2 py-1.5 font-mono text-code text-primary wrap-anywhere whitespace-pre-wrap"
      >
        <VisibleText text={detail} multiline />
      </pre>
      <p className="px-3 pt-1 text-meta text-muted">
        {words.exactSize(lines, bytes)}
        {marked > 0 && <span className="text-needs"> · {words.invisibleMarked(marked)}</span>}
      </p>
    </>
  );
}
