import { createStore, type StoreApi } from "zustand/vanilla";
import type { Output } from "../../../shared/contract.ts";
import type { SessionEvent } from "../../../shared/events.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { reduceSession } from "../../../shared/reduce-session.ts";
import { emptySessionState, type SessionState } from "../../../shared/session-state.ts";
import type { Client } from "./client.ts";
import { joinDeltas } from "./join-deltas.ts";
import { markFrom, type SessionMarks } from "./session-marks.ts";

export interface SessionStoreState {
  /** The sessions opened in this window, folded from their events. */
  readonly sessions: Readonly<Record<SessionId, SessionState>>;
  /** Marks of all sessions that announced something, opened or not. */
  readonly marks: SessionMarks;
}

export interface SessionStore {
  readonly store: StoreApi<SessionStoreState>;
  /** Loads a session, or does nothing when it is here already. */
  readonly open: (sessionId: SessionId) => Promise<void>;
  /** Takes a session's log as an operation answered it. */
  readonly adopt: (log: Output<"session.open">) => void;
  /** Takes one announced event; it shows within a frame. */
  readonly receive: (event: SessionEvent) => void;
}

export interface SessionStoreOptions {
  readonly client: Client;
  /** Runs the callback with the next frame. */
  readonly schedule: (flush: () => void) => void;
  /** A reload after a gap failed. */
  readonly onError: (error: unknown) => void;
}

/** Folds announced events with the reducer that main uses; ignores what it has, and loads again when an event is missing. */
export function createSessionStore({
  client,
  schedule,
  onError,
}: SessionStoreOptions): SessionStore {
  const store = createStore<SessionStoreState>(() => ({ sessions: {}, marks: {} }));
  const loading = new Map<SessionId, Promise<void>>();
  let queue: SessionEvent[] = [];
  let scheduled = false;

  function adopt(log: Output<"session.open">): void {
    const folded = fold(emptySessionState(log.sessionId), log.events);
    const present = store.getState().sessions[log.sessionId];
    // An answer older than what the announcements brought meanwhile says nothing new.
    if (present !== undefined && present.seq >= folded.seq) return;
    const { sessions, marks } = store.getState();
    store.setState({
      sessions: { ...sessions, [log.sessionId]: folded },
      marks: markFrom(marks, log.events),
    });
  }

  function load(sessionId: SessionId): Promise<void> {
    const running = loading.get(sessionId);
    if (running !== undefined) return running;
    const promise = client("session.open", { sessionId })
      .then(adopt)
      .finally(() => {
        loading.delete(sessionId);
        if (queue.length > 0) flush();
      });
    loading.set(sessionId, promise);
    return promise;
  }

  function flush(): void {
    scheduled = false;
    const events = queue;
    queue = [];
    const state = store.getState();
    const sessions = { ...state.sessions };
    for (const [sessionId, own] of Map.groupBy(events, (event) => event.sessionId)) {
      const session = sessions[sessionId];
      if (loading.has(sessionId)) queue.push(...own);
      if (loading.has(sessionId) || session === undefined) continue;
      const { known, hasGap } = untilGap(session.seq, own);
      sessions[sessionId] = fold(session, known);
      if (hasGap) load(sessionId).catch(onError);
    }
    store.setState({ sessions, marks: markFrom(state.marks, events) });
  }

  function receive(event: SessionEvent): void {
    queue.push(event);
    if (!scheduled) schedule(flush);
    scheduled = true;
  }

  const isHere = (sessionId: SessionId): boolean =>
    store.getState().sessions[sessionId] !== undefined;
  const open = async (sessionId: SessionId): Promise<void> => {
    if (!isHere(sessionId)) await load(sessionId);
  };
  return { store, adopt, receive, open };
}

const fold = (state: SessionState, events: readonly SessionEvent[]): SessionState =>
  joinDeltas(events).reduce(reduceSession, state);

/** The events that follow on `seq` without a hole; those already seen are left out. */
function untilGap(
  seq: number,
  events: readonly SessionEvent[],
): { readonly known: readonly SessionEvent[]; readonly hasGap: boolean } {
  const fresh = events.filter((event) => event.seq > seq);
  const end = fresh.findIndex((event, index) => event.seq !== seq + index + 1);
  return end === -1
    ? { known: fresh, hasGap: false }
    : { known: fresh.slice(0, end), hasGap: true };
}
