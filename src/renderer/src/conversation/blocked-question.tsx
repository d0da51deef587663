import type { RefObject } from "react";
import { Hand } from "lucide-react";
import type { Blocked } from "../../../shared/blocked.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { formatShortcut } from "../actions/shortcut.ts";
import { useMessages } from "../messages/messages.tsx";
import { plainOutput } from "../text/plain-output.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { allowShortcut } from "./approval-buttons.tsx";
import { ExactBytes } from "./approval-text.tsx";
import { Caution, CommandFactsView, Dangers } from "./command-facts.tsx";
import { LongText } from "./long-text.tsx";
import type { ApprovalAnswer, Decision } from "./use-approval-answer.ts";

/** The walls that a step is asked about; null where something else is asked. */
export function waitingWalls({ status, blockedRuns }: ToolItem): readonly Blocked[] | null {
  const last = blockedRuns.at(-1);
  return status === "awaiting-approval" && last?.way === null ? last.walls : null;
}

/** What the sandbox can be opened for: then it runs again as it was. */
export const goOnHere: Decision = { decision: "allow", way: "here" };
export const tellAgent: Decision = { decision: "deny", way: "tell" };

export const canGoOnHere = (walls: readonly Blocked[]): boolean =>
  walls.some(({ need }) => need !== null);

interface BlockedTextProps {
  readonly titleId: string;
  readonly item: ToolItem;
  readonly walls: readonly Blocked[];
}

/** What a command was kept from, in Belay's words, what a yes would open, and the exact bytes that would run again. */
export function BlockedText({ titleId, item, walls }: BlockedTextProps) {
  const { approvals: words, conversation } = useMessages();
  const { detail = "", command } = item.approval ?? {};
  const output = plainOutput(item.output);
  return (
    <>
      <header className="flex items-center gap-2 px-3 pt-2 text-ui">
        <Hand className="icon text-needs" aria-hidden />
        <h3 id={titleId} className="font-medium text-primary">
          {words.blockedTitle}
        </h3>
      </header>
      <ul className="selectable px-3 text-ui text-primary wrap-anywhere">
        {walls.map((wall) => (
          <li key={`${wall.wall} ${wall.place}`}>
            <VisibleText text={words.blocked(wall)} />
          </li>
        ))}
      </ul>
      {command !== undefined && (
        <div className="selectable flex flex-col gap-1 px-3 pt-1 text-label text-secondary wrap-anywhere">
          {canGoOnHere(walls) && <Caution item={item} before={words.ifAllowed} />}
          <Dangers facts={command} />
        </div>
      )}
      <ExactBytes detail={detail} />
      {output !== "" && (
        <section aria-label={conversation.output} className="px-3 pt-1">
          <p className="text-meta font-medium text-muted">{conversation.output}</p>
          <LongText text={output} fromEnd />
        </section>
      )}
      {command !== undefined && <CommandFactsView facts={command} />}
    </>
  );
}

interface BlockedButtonsProps extends ApprovalAnswer {
  readonly walls: readonly Blocked[];
  readonly row: RefObject<HTMLDivElement | null>;
}

/** The three ways on. None of them has the focus or takes a bare Enter by itself. */
export function BlockedButtons({ walls, row, isAnswered, answer }: BlockedButtonsProps) {
  const { approvals: words } = useMessages();
  const platform = usePlatform();
  return (
    <div ref={row} className="flex flex-wrap items-center gap-1 px-3 py-2">
      {canGoOnHere(walls) && (
        <Button
          variant="primary"
          aria-keyshortcuts={platform === "darwin" ? "Meta+Enter" : "Control+Enter"}
          disabled={isAnswered}
          onClick={() => {
            answer(goOnHere);
          }}
        >
          {words.goOnHere(walls)}
          <kbd className="font-sans text-meta" aria-hidden>
            {formatShortcut(allowShortcut, platform)}
          </kbd>
        </Button>
      )}
      <Button
        disabled={isAnswered}
        onClick={() => {
          answer({ decision: "allow", way: "outside" });
        }}
      >
        {words.goOnOutside}
      </Button>
      <Button
        aria-keyshortcuts="Escape"
        disabled={isAnswered}
        onClick={() => {
          answer(tellAgent);
        }}
      >
        {words.goOnTell}
      </Button>
    </div>
  );
}
