import type { SessionSummary } from "../../shared/contract.ts";
import { AppError } from "../../shared/errors.ts";
import type { Mode, SessionEvent, SessionKind } from "../../shared/events.ts";
import { createSessionId, type CallId, type SessionId } from "../../shared/ids.ts";
import { reduceSession } from "../../shared/reduce-session.ts";
import { emptySessionState, type SessionState } from "../../shared/session-state.ts";
import { createEventLog, type SessionLog } from "../agent/event-log.ts";
import type { AgentSession, StartedTurn } from "../agent/session.ts";
import type { History, SessionClaim } from "../history/history.ts";

/** Builds the working session over a log; the hub knows logs and claims only. */
export type BuildSession = (log: SessionLog) => Promise<AgentSession>;

export interface SessionHubOptions {
  readonly history: History;
  readonly build: BuildSession;
  readonly publish: (event: SessionEvent) => void;
  readonly onListChange: () => void;
}

export interface NewSession {
  readonly workspace: string;
  readonly kind: SessionKind;
  readonly mode: Mode;
  readonly model: string;
}

/** Sessions of all workspaces: loaded once, written by one process at a time. */
export interface SessionHub {
  create(input: NewSession): Promise<AgentSession>;
  /** Not-found when there is no such session. A turn that a crash cut off is marked as interrupted. */
  open(sessionId: SessionId): Promise<AgentSession>;
  /** Every event of the session so far, for a window to fold. */
  events(sessionId: SessionId): Promise<readonly SessionEvent[]>;
  send(sessionId: SessionId, prompt: string): Promise<StartedTurn>;
  resume(sessionId: SessionId, approve?: CallId): Promise<StartedTurn>;
  /** Appends to the session while no other process does; AppError("conflict") names the other one. */
  change<T>(sessionId: SessionId, act: (session: AgentSession) => T | Promise<T>): Promise<T>;
  list(filter: {
    readonly workspace?: string;
    readonly limit?: number;
  }): Promise<readonly SessionSummary[]>;
  live(): readonly AgentSession[];
  close(): Promise<void>;
}

interface Entry {
  session: AgentSession;
  /** How many acts of this process need the claim right now. */
  holders: number;
  claim: Promise<SessionClaim> | undefined;
}

export function createSessionHub(options: SessionHubOptions): SessionHub {
  const { history } = options;
  const entries = new Map<SessionId, Promise<Entry>>();
  const loaded = new Set<Entry>();

  async function load(sessionId: SessionId): Promise<Entry> {
    const events = await history.loadEvents(sessionId);
    const session = await options.build(
      logOver(events.reduce(reduceSession, emptySessionState(sessionId))),
    );
    const entry: Entry = { session, holders: 0, claim: undefined };
    if (session.log.state().turns.at(-1)?.status === "running") await markInterrupted(entry);
    loaded.add(entry);
    return entry;
  }

  function logOver(state: SessionState): SessionLog {
    return createEventLog({
      state,
      store: (batch) => history.appendEvents(batch),
      publish: options.publish,
    });
  }

  /** Only when no living process works on it: then the turn's end will never come. */
  async function markInterrupted(entry: Entry): Promise<void> {
    const { sessionId, turns } = entry.session.log.state();
    const turn = turns.at(-1);
    if (turn === undefined) return;
    const claim = await history.claimSession(sessionId).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "conflict") return undefined;
      throw error;
    });
    if (claim === undefined) return;
    entry.session.log.append({
      type: "turn-end",
      sessionId,
      turnId: turn.turnId,
      status: "interrupted",
    });
    await entry.session.log.flush();
    await claim.release();
  }

  function entryOf(sessionId: SessionId): Promise<Entry> {
    const known = entries.get(sessionId);
    if (known !== undefined) return known;
    const loading = load(sessionId);
    entries.set(sessionId, loading);
    loading.catch(() => entries.delete(sessionId));
    return loading;
  }

  async function hold(sessionId: SessionId): Promise<Entry> {
    const entry = await entryOf(sessionId);
    entry.holders += 1;
    entry.claim ??= history.claimSession(sessionId);
    try {
      await entry.claim;
      await catchUp(entry);
      return entry;
    } catch (error) {
      await letGo(entry);
      throw error;
    }
  }

  /** Another process may have written since this one loaded: go on from what is stored. */
  async function catchUp(entry: Entry): Promise<void> {
    const { sessionId, seq } = entry.session.log.state();
    if (entry.session.running()) return;
    await entry.session.log.flush();
    const missed = await history.loadEvents(sessionId, entry.session.log.state().seq);
    if (missed.length === 0) return;
    entry.session = await options.build(
      logOver(missed.reduce(reduceSession, entry.session.log.state())),
    );
    for (const event of missed) if (event.seq > seq) options.publish(event);
  }

  async function letGo(entry: Entry): Promise<void> {
    entry.holders -= 1;
    if (entry.holders > 0) return;
    const claim = entry.claim;
    entry.claim = undefined;
    // A claim that was refused has nothing to release.
    await claim?.then((held) => held.release()).catch(() => undefined);
  }

  async function start(
    sessionId: SessionId,
    begin: (session: AgentSession) => StartedTurn | Promise<StartedTurn>,
  ): Promise<StartedTurn> {
    const entry = await hold(sessionId);
    try {
      const turn = await begin(entry.session);
      options.onListChange();
      const done = turn.done.finally(async () => {
        await letGo(entry);
        options.onListChange();
      });
      return { turnId: turn.turnId, done };
    } catch (error) {
      await letGo(entry);
      throw error;
    }
  }

  return {
    async create(input) {
      const sessionId = createSessionId();
      const log = logOver(emptySessionState(sessionId));
      log.append({ type: "session-start", sessionId, title: "", ...input });
      const session = await options.build(log);
      await log.flush();
      const entry: Entry = { session, holders: 0, claim: undefined };
      entries.set(sessionId, Promise.resolve(entry));
      loaded.add(entry);
      options.onListChange();
      return session;
    },
    open: async (sessionId) => (await entryOf(sessionId)).session,
    async events(sessionId) {
      const { session } = await entryOf(sessionId);
      await session.log.flush();
      return history.loadEvents(sessionId);
    },
    send: (sessionId, prompt) => start(sessionId, (session) => session.send(prompt)),
    resume: (sessionId, approve) => start(sessionId, (session) => session.resume(approve)),
    async change(sessionId, act) {
      const entry = await hold(sessionId);
      try {
        const answer = await act(entry.session);
        await entry.session.log.flush();
        return answer;
      } finally {
        await letGo(entry);
        options.onListChange();
      }
    },
    list: (filter) => listSessions(history, entries, filter),
    live: () => [...loaded].map((entry) => entry.session),
    close: () => closeAll(entries),
  };
}

async function listSessions(
  history: History,
  entries: ReadonlyMap<SessionId, Promise<Entry>>,
  filter: { readonly workspace?: string; readonly limit?: number },
): Promise<readonly SessionSummary[]> {
  const rows = await history.listSessions(filter);
  return Promise.all(
    rows.map(async ({ sessionId, workspace, kind, title, updatedAt, turns }) => {
      const entry = await entries.get(sessionId);
      return {
        sessionId,
        workspace,
        kind,
        title,
        updatedAt,
        turns,
        running: entry?.session.running() ?? false,
      };
    }),
  );
}

async function closeAll(entries: ReadonlyMap<SessionId, Promise<Entry>>): Promise<void> {
  const loaded = await Promise.allSettled(entries.values());
  await Promise.all(
    loaded.map(async (result) => {
      if (result.status === "rejected") return;
      await result.value.session.stop();
      await result.value.session.log.flush();
    }),
  );
}
