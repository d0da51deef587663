import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type RefObject,
  type PointerEvent,
  type UIEvent,
} from "react";
import { ArrowDown } from "lucide-react";
import { useVirtualizer, type ReactVirtualizer } from "@tanstack/react-virtual";
import type { SessionState } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { RowView } from "./row-view.tsx";
import { rowsOfTurns, type KeyedRow } from "./rows.ts";

/** CSS pixels from the end within which new text keeps the end in view. */
const stickDistance = 48;

/** The rows of a session, of which only the visible ones are on the page. Stays at the end unless scrolled away. */
export function RowList({ session }: { readonly session: SessionState }) {
  const messages = useMessages();
  const rows = useMemo(() => rowsOfTurns(session.turns), [session.turns]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRowVirtualizer(rows, scroller);
  const { isAtEnd, toEnd, ...listeners } = useStayAtEnd(scroller, session.turns.at(-1)?.turnId);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label={messages.conversation.label}
        {...listeners}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable] focus-visible:outline-offset-[-2px]"
      >
        <div className="relative mx-auto w-full max-w-190" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ key, index, start }) => (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 px-6"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row keyed={rows[index]} session={session} />
            </div>
          ))}
        </div>
      </div>
      {!isAtEnd && <JumpToEnd onPress={toEnd} />}
    </div>
  );
}

const distanceToEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number =>
  scrollHeight - scrollTop - clientHeight;

type RowVirtualizer = ReactVirtualizer<HTMLDivElement, Element>;

interface StayAtEnd {
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
  readonly onScrollCapture: (event: UIEvent<HTMLDivElement>) => void;
  readonly onWheel: () => void;
  readonly onKeyDown: () => void;
  readonly onPointerDown: () => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onTouchMove: () => void;
}

/** Milliseconds in which the list may still move by a wheel, a key or a hand on the scroll bar. */
const movesFor = 1000;

/**
 * Keeps the end in view until the list is scrolled up. Rows that come, grow and go move the list and its end as well: a way up is
 * meant where all kept its size, or just after a wheel, key or pointer; whatever else changes the distance is made good. A new prompt
 * is always shown: whoever sent it wants to see what comes of it.
 */
function useStayAtEnd(
  scroller: RefObject<HTMLDivElement | null>,
  turnId: string | undefined,
): StayAtEnd {
  const [isAtEnd, setAtEnd] = useState(true);
  // What holds at once: the list draws what was scrolled to before the state comes.
  const stays = useRef(true);
  const seen = useRef({ top: 0, size: "" });
  const movedAt = useRef(Number.NEGATIVE_INFINITY);
  const shown = useRef(turnId);
  const moves = (): void => {
    movedAt.current = performance.now();
  };
  const toEnd = (): void => {
    // Not by the list's own command, which waits for frames: a window that draws seldom would stay behind.
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  const stay = useEffectEvent(() => {
    const size = scroller.current === null ? "" : sizeOf(scroller.current);
    const isSent = turnId !== shown.current;
    const isNew = isSent || size !== seen.current.size;
    shown.current = turnId;
    if (isSent) stays.current = true;
    seen.current.size = size;
    if (isNew && stays.current) toEnd();
  });
  // With every change, after the list's own effect, which looks after the row that is read.
  useLayoutEffect(() => {
    stay();
  });
  useResize(scroller, stay);
  return {
    isAtEnd,
    toEnd,
    onScrollCapture({ currentTarget }) {
      const { top, size } = seen.current;
      const isMeant =
        size === sizeOf(currentTarget) || performance.now() - movedAt.current < movesFor;
      const isUp = isMeant && currentTarget.scrollTop < top;
      seen.current.top = currentTarget.scrollTop;
      if (distanceToEnd(currentTarget) <= stickDistance) stays.current = true;
      else if (isUp) stays.current = false;
      setAtEnd(stays.current);
    },
    onWheel: moves,
    onKeyDown: moves,
    onPointerDown: moves,
    onPointerMove: ({ buttons }) => {
      if (buttons > 0) moves();
    },
    onTouchMove: moves,
  };
}

const sizeOf = ({ scrollHeight, clientHeight }: HTMLElement): string =>
  `${scrollHeight} ${clientHeight}`;

/** Calls back when the element's size changes: a longer draft or a smaller window takes from the list. */
function useResize(element: RefObject<HTMLElement | null>, onResize: () => void): void {
  const resized = useEffectEvent(onResize);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(resized);
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element]);
}

/** The list's window on the rows: opened at its end, and kept there while it is in view. */
function useRowVirtualizer(
  rows: readonly KeyedRow[],
  scroller: RefObject<HTMLDivElement | null>,
): RowVirtualizer {
  // oxlint-disable-next-line react/incompatible-library -- not compiled; the list re-renders itself when it changes
  return useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => estimate(rows[index]?.row),
    overscan: 6,
    paddingEnd: 24,
    anchorTo: "end",
    scrollEndThreshold: stickDistance,
  });
}

interface RowProps {
  readonly keyed: KeyedRow | undefined;
  readonly session: SessionState;
}

const Row = ({ keyed, session }: RowProps) =>
  keyed !== undefined && (
    <RowView
      id={keyed.key}
      sessionId={session.sessionId}
      model={session.answerer?.model ?? session.model}
      row={keyed.row}
    />
  );

function JumpToEnd({ onPress }: { readonly onPress: () => void }) {
  const messages = useMessages();
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <IconButton
        icon={ArrowDown}
        label={messages.conversation.jumpToEnd}
        className="pointer-events-auto border border-line bg-card shadow-overlay"
        onClick={onPress}
      />
    </div>
  );
}

/** A first guess in pixels; the measured height takes its place as soon as a row is on the page. */
function estimate(row: KeyedRow["row"] | undefined): number {
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
