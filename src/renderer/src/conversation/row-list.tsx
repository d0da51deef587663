import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { ArrowDown } from "lucide-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { SessionState } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { RowView } from "./row-view.tsx";
import { rowsOfTurns, type Row } from "./rows.ts";

/** CSS pixels from the end within which new text keeps the end in view. */
const stickDistance = 48;

/** The rows of a session, of which only the visible ones are on the page. Stays at the end unless scrolled away. */
export function RowList({ session }: { readonly session: SessionState }) {
  const messages = useMessages();
  const rows = useMemo(() => rowsOfTurns(session.turns), [session.turns]);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => estimate(rows[index]?.row),
    overscan: 6,
    paddingEnd: 24,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: stickDistance,
  });
  const hasOpened = useRef(false);
  useLayoutEffect(() => {
    if (hasOpened.current) return;
    hasOpened.current = true;
    list.scrollToEnd();
  }, [list]);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label={messages.conversation.label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        tabIndex={0}
        onScroll={() => {
          setAtEnd(list.isAtEnd(stickDistance));
        }}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      >
        <div className="relative mx-auto w-full max-w-190" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row !== undefined && (
                <div
                  key={item.key}
                  ref={list.measureElement}
                  data-index={item.index}
                  className="absolute inset-x-0 top-0 px-6"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <RowView
                    id={row.key}
                    sessionId={session.sessionId}
                    model={session.model}
                    row={row.row}
                  />
                </div>
              )
            );
          })}
        </div>
      </div>
      {!isAtEnd && (
        <div className="absolute inset-x-0 bottom-3 flex justify-center">
          <IconButton
            icon={ArrowDown}
            label={messages.conversation.jumpToEnd}
            className="border border-line bg-card shadow-overlay"
            onClick={() => {
              list.scrollToEnd();
            }}
          />
        </div>
      )}
    </div>
  );
}

/** A first guess in pixels; the measured height takes its place as soon as a row is on the page. */
function estimate(row: Row | undefined): number {
  switch (row?.kind) {
    case "prompt":
      return 80;
    case "text":
      return 24 + 22 * Math.ceil(row.item.text.length / 95);
    case "approvals":
      return 260;
    case "summary":
      return 130;
    case "error":
      return 70;
    case "plan":
      return 8 + row.plan.length * 24;
    default:
      return 28;
  }
}
