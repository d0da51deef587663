import type { SessionSummary } from "../../shared/contract.ts";
import type { Mode, SessionEvent, SessionKind, Thinking } from "../../shared/events.ts";
import { createSessionId, type SessionId } from "../../shared/ids.ts";
import type { AgentSession, ResumeOptions, SendOptions, StartedTurn } from "../agent/session.ts";
import type { TurnOutcome } from "../agent/turn.ts";
import type { History } from "../history/history.ts";
import {
  createSessionEntries,
  type SessionEntries,
  type SessionEntriesOptions,
  type SessionEntry,
} from "./session-entries.ts";

export interface SessionHubOptions extends SessionEntriesOptions {
  readonly onListChange: () => void;
}

export interface NewSession {
  readonly workspace: string;
  readonly kind: SessionKind;
  readonly mode: Mode;
  readonly model: string;
  readonly thinking?: Thinking | null;
}

/** Sessions of all workspaces: loaded once, written by one process at a time. */
export interface SessionHub {
  create(input: NewSession): Promise<AgentSession>;
  /** Not-found when there is no such session. A turn that a crash cut off is marked as interrupted. */
  open(sessionId: SessionId): Promise<AgentSession>;
  /** Every event of the session so far, for a window to fold. */
  events(sessionId: SessionId): Promise<readonly SessionEvent[]>;
  send(sessionId: SessionId, prompt: string, how?: SendOptions): Promise<StartedTurn>;
  resume(sessionId: SessionId, how?: ResumeOptions): Promise<StartedTurn>;
  /** See `AgentSession.compact`; resolves when the summary stands. */
  compact(sessionId: SessionId, model?: string): Promise<void>;
  /** Appends to the session while no other process does; AppError("conflict") otherwise. */
  change<T>(sessionId: SessionId, act: (session: AgentSession) => T | Promise<T>): Promise<T>;
  list(filter: {
    readonly workspace?: string;
    readonly limit?: number;
  }): Promise<readonly SessionSummary[]>;
  live(): readonly AgentSession[];
  close(): Promise<void>;
}

export function createSessionHub(options: SessionHubOptions): SessionHub {
  const { history, onListChange } = options;
  const entries = createSessionEntries(options);
  const start = createStarter(entries, onListChange);
  async function change<T>(
    sessionId: SessionId,
    act: (session: AgentSession) => T | Promise<T>,
  ): Promise<T> {
    const entry = await entries.hold(sessionId);
    try {
      const answer = await act(entry.session);
      await entry.session.log.flush();
      return answer;
    } finally {
      await entries.letGo(entry);
      onListChange();
    }
  }

  return {
    async create(input) {
      const sessionId = createSessionId();
      const session = await entries.add({ type: "session-start", sessionId, title: "", ...input });
      await session.log.flush();
      onListChange();
      return session;
    },
    open: async (sessionId) => (await entries.get(sessionId)).session,
    async events(sessionId) {
      const { session } = await entries.get(sessionId);
      await session.log.flush();
      return history.loadEvents(sessionId);
    },
    send: (sessionId, prompt, how) => start(sessionId, (session) => session.send(prompt, how)),
    resume: (sessionId, how) => start(sessionId, (session) => session.resume(how)),
    compact: (sessionId, model) =>
      change(sessionId, async (session) => {
        const { done } = session.compact(model);
        onListChange();
        await done;
      }),
    change,
    list: (filter) => listSessions(history, entries, filter),
    live: () => entries.loaded(),
    async close() {
      const loaded = entries.loaded();
      await Promise.all(loaded.map((session) => session.stop()));
      await Promise.all(loaded.map((session) => session.log.flush()));
    },
  };
}

type Starter = (
  sessionId: SessionId,
  begin: (session: AgentSession) => StartedTurn | Promise<StartedTurn>,
) => Promise<StartedTurn>;

/** Begins a turn under the session's claim, which is let go when the turn has ended. */
function createStarter(entries: SessionEntries, onListChange: () => void): Starter {
  async function untilDone(entry: SessionEntry, turn: StartedTurn): Promise<TurnOutcome> {
    try {
      return await turn.done;
    } finally {
      await entries.letGo(entry);
      onListChange();
    }
  }
  return async (sessionId, begin) => {
    const entry = await entries.hold(sessionId);
    try {
      const turn = await begin(entry.session);
      onListChange();
      return { turnId: turn.turnId, done: untilDone(entry, turn) };
    } catch (error) {
      await entries.letGo(entry);
      throw error;
    }
  };
}

async function listSessions(
  history: History,
  entries: SessionEntries,
  filter: { readonly workspace?: string; readonly limit?: number },
): Promise<readonly SessionSummary[]> {
  const running = new Set(
    entries
      .loaded()
      .filter((session) => session.running())
      .map((session) => session.log.state().sessionId),
  );
  const rows = await history.listSessions(filter);
  return rows.map(({ sessionId, workspace, kind, title, updatedAt, turns }) => ({
    sessionId,
    workspace,
    kind,
    title,
    updatedAt,
    turns,
    running: running.has(sessionId),
  }));
}
