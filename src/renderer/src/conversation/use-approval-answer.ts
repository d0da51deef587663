import { useEffect, useRef, useState, type RefObject } from "react";
import type { Input } from "../../../shared/contract.ts";
import type { SessionId } from "../../../shared/ids.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";

/** What has just appeared, or moved, under the pointer or the keyboard takes no yes for this long. */
const inertMs = 300;

export type Decision = Omit<Input<"approval.answer">, "sessionId" | "callId" | "question">;

export interface ApprovalAnswer {
  readonly isAnswered: boolean;
  readonly answer: (decision: Decision) => void;
}

/**
 * Answers once. Not before the card has been there long enough to be read; and a yes not before its buttons have stood still for as
 * long, in a window that has had the focus for as long. `buttons` is what must not have moved.
 */
export function useApprovalAnswer(
  sessionId: SessionId,
  item: ToolItem,
  buttons: RefObject<HTMLElement | null>,
): ApprovalAnswer {
  const { client, attempt } = useServices();
  const [isAnswered, setAnswered] = useState(false);
  const isSent = useRef(false);
  const { isShown, isSteady } = useStanding(buttons);
  const answer = (decision: Decision): void => {
    const isReady = decision.decision === "deny" ? isShown() : isSteady();
    if (!isReady || isSent.current) return;
    isSent.current = true;
    setAnswered(true);
    attempt(async () => {
      try {
        const question = item.approval?.question;
        await client("approval.answer", {
          sessionId,
          callId: item.callId,
          ...(question === undefined ? {} : { question }),
          ...decision,
        });
      } catch (error) {
        isSent.current = false;
        setAnswered(false);
        throw error;
      }
    });
  };
  return { isAnswered, answer };
}

/** How long something has been there, and has stood still. */
function useStanding(element: RefObject<HTMLElement | null>): {
  readonly isShown: () => boolean;
  readonly isSteady: () => boolean;
} {
  const shownAt = useRef(Number.POSITIVE_INFINITY);
  const steadyAt = useRef(Number.POSITIVE_INFINITY);
  const place = useRef("");

  /** Whether it is where it was last seen; from where it is now the time begins anew. */
  const look = useRef((): void => {
    const rect = element.current?.getBoundingClientRect();
    const now = rect === undefined ? "" : `${rect.left} ${rect.top} ${rect.width}`;
    if (now === place.current) return;
    place.current = now;
    steadyAt.current = performance.now();
  });

  useEffect(() => {
    const startAnew = (): void => {
      steadyAt.current = performance.now();
    };
    shownAt.current = performance.now();
    startAnew();
    let frame = 0;
    const onFrame = (): void => {
      look.current();
      frame = requestAnimationFrame(onFrame);
    };
    onFrame();
    // A press that brings the window to the front is no answer.
    window.addEventListener("focus", startAnew);
    document.addEventListener("visibilitychange", startAnew);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("focus", startAnew);
      document.removeEventListener("visibilitychange", startAnew);
    };
  }, []);

  return {
    isShown: () => performance.now() - shownAt.current >= inertMs,
    isSteady: () => {
      look.current();
      const now = performance.now();
      return now - shownAt.current >= inertMs && now - steadyAt.current >= inertMs;
    },
  };
}
