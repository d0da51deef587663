import type { SessionEvent } from "../../../shared/events.ts";
import type { SessionId } from "../../../shared/ids.ts";

/** What a session in the list wants: nothing, patience, or the person. */
export type SessionMark = "running" | "needs-you";
export type SessionMarks = Readonly<Record<SessionId, SessionMark>>;

/** The marks after these events; the same object when nothing changes. */
export function markFrom(marks: SessionMarks, events: readonly SessionEvent[]): SessionMarks {
  let next = marks;
  for (const event of events) {
    const mark = markAfter(event);
    if (mark === undefined || (next[event.sessionId] ?? null) === mark) continue;
    const { [event.sessionId]: _before, ...others } = next;
    next = mark === null ? others : { ...others, [event.sessionId]: mark };
  }
  return next;
}

/** The mark that an event sets, null when it clears it, undefined when it says nothing about it. */
function markAfter(event: SessionEvent): SessionMark | null | undefined {
  switch (event.type) {
    case "turn-start":
    case "turn-resume":
    case "approval-end":
      return "running";
    case "approval-request":
      return "needs-you";
    case "turn-end":
      return event.status === "needs-approval" ? "needs-you" : null;
    default:
      return undefined;
  }
}
