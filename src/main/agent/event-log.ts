import type { NewSessionEvent, SessionEvent } from "../../shared/events.ts";
import { reduceSession } from "../../shared/reduce-session.ts";
import type { SessionState } from "../../shared/session-state.ts";
import type { EventLog } from "./ports.ts";

export interface EventLogOptions {
  /** The session as stored; numbering goes on from its `seq`. */
  readonly state: SessionState;
  /** Makes events durable, in order; called with batches, never twice at once. */
  readonly store: (events: readonly SessionEvent[]) => Promise<void>;
  readonly publish: (event: SessionEvent) => void;
}

/** An event log that also keeps the folded state. */
export interface SessionLog extends EventLog {
  /** The state with everything appended so far folded in. */
  state(): SessionState;
}

/** Deltas of one frame are joined: the window paints no faster, and history keeps a sixtieth of the rows. */
const frameMs = 16;

type Delta = Extract<
  NewSessionEvent,
  { type: "text-delta" | "reasoning-delta" | "tool-output-delta" }
>;

function isDelta(event: NewSessionEvent): event is Delta {
  return (
    event.type === "text-delta" ||
    event.type === "reasoning-delta" ||
    event.type === "tool-output-delta"
  );
}

function joins(held: Delta, next: Delta): boolean {
  if (held.type !== next.type || held.turnId !== next.turnId) return false;
  return (
    held.type !== "tool-output-delta" ||
    (next.type === "tool-output-delta" && held.callId === next.callId)
  );
}

interface WriteQueue {
  push(event: SessionEvent): void;
  /** Resolves when all that was pushed is stored; rejects for good after a failed write. */
  flush(): Promise<void>;
}

/** One write at a time, everything that came meanwhile in the next batch. After a failure nothing more is written. */
function createWriteQueue(store: EventLogOptions["store"]): WriteQueue {
  let waiting: SessionEvent[] = [];
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0 && failure === undefined) {
      const batch = waiting;
      waiting = [];
      try {
        await store(batch);
      } catch (error) {
        failure = { error };
      }
    }
    writing = undefined;
  }

  return {
    push(event) {
      waiting.push(event);
      writing ??= Promise.resolve().then(drain);
    },
    async flush() {
      await writing;
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** Numbers, dates, folds, stores and announces the events of one session. */
export function createEventLog(options: EventLogOptions): SessionLog {
  const queue = createWriteQueue(options.store);
  let state = options.state;
  let held: Delta | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function commit(event: NewSessionEvent): SessionEvent {
    const numbered: SessionEvent = { ...event, seq: state.seq + 1, at: new Date().toISOString() };
    state = reduceSession(state, numbered);
    queue.push(numbered);
    options.publish(numbered);
    return numbered;
  }

  function release(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === undefined) return;
    const event = held;
    held = undefined;
    commit(event);
  }

  function hold(event: Delta): void {
    if (held !== undefined && joins(held, event)) {
      held = { ...held, text: held.text + event.text };
    } else {
      release();
      held = event;
    }
    timer ??= setTimeout(release, frameMs);
  }

  return {
    append(event) {
      if (isDelta(event)) {
        if (event.text !== "") hold(event);
        return null;
      }
      release();
      return commit(event);
    },
    state() {
      release();
      return state;
    },
    flush() {
      release();
      return queue.flush();
    },
  };
}
