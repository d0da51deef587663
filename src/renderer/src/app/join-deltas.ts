import type { SessionEvent } from "../../../shared/events.ts";

/** Joins runs of text events of one turn into one event, so that a frame folds a handful of events and not a thousand. */
export function joinDeltas(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const joined: SessionEvent[] = [];
  let run: { type: "text-delta" | "reasoning-delta"; texts: string[]; last: SessionEvent } | null =
    null;
  const close = (): void => {
    if (run === null) return;
    const { last, texts } = run;
    joined.push("text" in last ? { ...last, text: texts.join("") } : last);
    run = null;
  };
  for (const event of events) {
    if (event.type !== "text-delta" && event.type !== "reasoning-delta") {
      close();
      joined.push(event);
      continue;
    }
    if (run !== null && !continues(run.last, event)) close();
    run ??= { type: event.type, texts: [], last: event };
    run.texts.push(event.text);
    run.last = event;
  }
  close();
  return joined;
}

const continues = (before: SessionEvent, event: SessionEvent): boolean =>
  before.type === event.type &&
  before.sessionId === event.sessionId &&
  "turnId" in before &&
  "turnId" in event &&
  before.turnId === event.turnId &&
  event.seq === before.seq + 1;
