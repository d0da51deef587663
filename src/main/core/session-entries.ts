import { AppError } from "../../shared/errors.ts";
import type { NewSessionEvent, SessionEvent } from "../../shared/events.ts";
import type { SessionId } from "../../shared/ids.ts";
import { reduceSession } from "../../shared/reduce-session.ts";
import { emptySessionState, isAtWork, type SessionState } from "../../shared/session-state.ts";
import { createEventLog, type SessionLog } from "../agent/event-log.ts";
import type { AgentSession } from "../agent/session.ts";
import type { History, SessionClaim } from "../history/history.ts";

/** Builds the working session over a log; the entries know logs and claims only. */
export type BuildSession = (log: SessionLog) => Promise<AgentSession>;

export interface SessionEntriesOptions {
  readonly history: History;
  readonly build: BuildSession;
  readonly publish: (event: SessionEvent) => void;
}

/** A session in memory. */
export interface SessionEntry {
  session: AgentSession;
  /** How many acts of this process need the claim right now. */
  holders: number;
  claim: Promise<SessionClaim> | undefined;
}

/** Sessions loaded once, and the right to write to them, which one process has at a time. */
export interface SessionEntries {
  /** A new session, with its first event. */
  add(start: Extract<NewSessionEvent, { type: "session-start" }>): Promise<AgentSession>;
  get(sessionId: SessionId): Promise<SessionEntry>;
  /** Loads, claims, and catches up with what another process wrote. Every hold needs a `letGo`. */
  hold(sessionId: SessionId): Promise<SessionEntry>;
  letGo(entry: SessionEntry): Promise<void>;
  loaded(): readonly AgentSession[];
}

export function createSessionEntries(options: SessionEntriesOptions): SessionEntries {
  const { history } = options;
  const entries = new Map<SessionId, Promise<SessionEntry>>();
  const loaded = new Set<SessionEntry>();

  const logOver = (state: SessionState): SessionLog => openLog(options, state);

  async function keep(log: SessionLog): Promise<SessionEntry> {
    const entry: SessionEntry = { session: await options.build(log), holders: 0, claim: undefined };
    loaded.add(entry);
    return entry;
  }

  async function load(sessionId: SessionId): Promise<SessionEntry> {
    const events = await history.loadEvents(sessionId);
    const entry = await keep(logOver(events.reduce(reduceSession, emptySessionState(sessionId))));
    if (isAtWork(entry.session.log.state())) await markInterrupted(history, entry);
    return entry;
  }

  function get(sessionId: SessionId): Promise<SessionEntry> {
    const known = entries.get(sessionId);
    if (known !== undefined) return known;
    const loading = load(sessionId);
    entries.set(sessionId, loading);
    loading.catch(() => entries.delete(sessionId));
    return loading;
  }

  return {
    async add(start) {
      const log = logOver(emptySessionState(start.sessionId));
      log.append(start);
      const entry = await keep(log);
      entries.set(start.sessionId, Promise.resolve(entry));
      return entry.session;
    },
    get,
    async hold(sessionId) {
      const entry = await get(sessionId);
      entry.holders += 1;
      entry.claim ??= history.claimSession(sessionId);
      try {
        await entry.claim;
        await catchUp(options, entry);
        return entry;
      } catch (error) {
        await letGo(entry);
        throw error;
      }
    },
    letGo,
    loaded: () => Array.from(loaded, (entry) => entry.session),
  };
}

function openLog({ history, publish }: SessionEntriesOptions, state: SessionState): SessionLog {
  return createEventLog({ state, publish, store: (batch) => history.appendEvents(batch) });
}

/** Another process may have written since this one loaded: go on from what is stored. */
async function catchUp(options: SessionEntriesOptions, entry: SessionEntry): Promise<void> {
  if (entry.session.running()) return;
  await entry.session.log.flush();
  const state = entry.session.log.state();
  const missed = await options.history.loadEvents(state.sessionId, state.seq);
  if (missed.length === 0) return;
  entry.session = await options.build(openLog(options, missed.reduce(reduceSession, state)));
  for (const event of missed) options.publish(event);
}

async function letGo(entry: SessionEntry): Promise<void> {
  entry.holders -= 1;
  if (entry.holders > 0) return;
  const { claim } = entry;
  entry.claim = undefined;
  // A claim that was refused has nothing to release.
  await claim?.then((held) => held.release()).catch(() => undefined);
}

/** Only when no living process works on it: then the turn's end will never come. */
async function markInterrupted(history: History, entry: SessionEntry): Promise<void> {
  const { sessionId, turns } = entry.session.log.state();
  const turn = turns.at(-1);
  if (turn === undefined) return;
  const claim = await history.claimSession(sessionId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "conflict") return undefined;
    throw error;
  });
  if (claim === undefined) return;
  const base = { sessionId, turnId: turn.turnId };
  if (turn.status === "running")
    entry.session.log.append({ ...base, type: "turn-end", status: "interrupted" });
  else entry.session.log.append({ ...base, type: "compact-end", status: "cancelled", message: "" });
  await entry.session.log.flush();
  await claim.release();
}
