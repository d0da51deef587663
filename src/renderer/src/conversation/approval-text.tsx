import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { Hand } from "lucide-react";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { ExactText, exactParts } from "../text/exact-text.tsx";
import { isCommand, knownTool } from "../text/tool-text.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { CommandFactsView, CommandReason, useCaution } from "./command-facts.tsx";

export interface ApprovalTextProps {
  readonly titleId: string;
  readonly item: ToolItem;
  /** How many steps wait. */
  readonly of: number;
}

/** What is asked, in Belay's words, and the exact bytes, in which nothing can hide. */
export function ApprovalText({ titleId, item, of }: ApprovalTextProps) {
  const { conversation: words } = useMessages();
  const caution = useCaution(item);
  const { detail = "", title = "", command } = item.approval ?? {};
  return (
    <>
      <header className="flex items-center gap-2 px-3 pt-2 text-ui">
        <Hand className="icon text-needs" aria-hidden />
        <h3 id={titleId} className="font-medium text-primary">
          {words.approvalTitles[knownTool(item, words)]}
        </h3>
        {of > 1 && <span className="ml-auto text-label text-muted">{words.approvalOf(1, of)}</span>}
      </header>
      {command === undefined ? (
        // It also says what undo would not cover, and names files there: never cut.
        <p className="selectable px-3 text-label text-secondary wrap-anywhere">
          <VisibleText text={caution} />
        </p>
      ) : (
        <CommandReason facts={command} item={item} />
      )}
      {!isCommand(item) && title !== detail && (
        <p className="selectable px-3 pt-1 font-mono text-code text-primary wrap-anywhere">
          <VisibleText text={title} />
        </p>
      )}
      <ExactBytes detail={detail} />
      {command !== undefined && <CommandFactsView facts={command} />}
    </>
  );
}

/** All of what would run, in which nothing can hide. */
export function ExactBytes({ detail }: { readonly detail: string }) {
  const { conversation: words, approvals } = useMessages();
  const box = useRef<HTMLPreElement>(null);
  const [isCut, setCut] = useState(false);
  const parts = useMemo(() => exactParts(detail), [detail]);
  useLayoutEffect(() => {
    const element = box.current;
    setCut(element !== null && element.scrollHeight > element.clientHeight + 1);
  }, []);
  const lines = detail.split("\n").length;
  const bytes = new TextEncoder().encode(detail).byteLength;
  const unseen = parts.filter((part) => part.mark !== null && part.twin === null).length;
  const twins = parts.filter((part) => part.twin !== null).length;
  return (
    <>
      <pre
        ref={box}
        aria-label={words.exact}
        className="selectable mx-3 mt-2 max-h-70 overflow-y-auto rounded-control border border-line bg-pane px-2 py-1.5 font-mono text-code text-primary wrap-anywhere whitespace-pre-wrap"
      >
        <ExactText parts={parts} />
      </pre>
      <p className="px-3 pt-1 text-meta text-muted">
        {words.exactSize(lines, bytes)}
        {isCut && <span> · {approvals.scrolls}</span>}
        {unseen > 0 && <span className="text-needs"> · {words.invisibleMarked(unseen)}</span>}
        {twins > 0 && <span className="text-needs"> · {approvals.lookalikesMarked(twins)}</span>}
      </p>
    </>
  );
}
