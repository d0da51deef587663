import type Database from "better-sqlite3";
import { AppError } from "../../shared/errors.ts";
import type { SessionEvent, SessionKind, TurnStatus } from "../../shared/events.ts";
import type { SessionId, TurnId } from "../../shared/ids.ts";
import type { ModelHealth } from "../../shared/model-health.ts";
import { createCallCounts, type CallCounts, type CallNews } from "./call-counts.ts";
import type { HistorySession } from "./history.ts";
import type { ProcessOwner } from "./process-owner.ts";
import { createClaims, type Claims } from "./session-claims.ts";

/** An event with the exact text that is stored: what the caller made of it, secrets taken out. */
export interface StoredEvent {
  readonly head: EventHead;
  readonly text: string;
  /** What it says about tool calls, for the counts. */
  readonly calls?: CallNews;
}

/** The fields that the sessions table follows; the rest of an event stays text. */
export type EventHead = Pick<SessionEvent, "sessionId" | "seq" | "at"> & {
  readonly type: SessionEvent["type"];
  readonly workspace?: string;
  readonly kind?: SessionKind;
  readonly title?: string;
  readonly turnId?: TurnId;
  readonly status?: string;
};

interface SessionRow {
  session_id: string;
  workspace: string;
  kind: string;
  title: string;
  started_at: string;
  updated_at: string;
  turns: number;
  last_turn_id: string | null;
  last_turn_status: string | null;
  last_seq: number;
}

/** The SQL of sessions and events. Runs in the worker; every method is one transaction. */
export interface EventStore {
  append(events: readonly StoredEvent[], durable: boolean): void;
  /** A JSON array, so that the rows cross the thread border as one string. */
  load(sessionId: SessionId, afterSeq: number): string;
  list(workspace: string | null, limit: number): HistorySession[];
  nextSeq(sessionId: SessionId): number;
  interrupted(): HistorySession[];
  claim(sessionId: SessionId): void;
  release(sessionId: SessionId): void;
  callHealth(): ModelHealth[];
}

/** Prepares the statements once. */
export function createEventStore(database: Database.Database, owner: ProcessOwner): EventStore {
  const findSession = database.prepare<[string], SessionRow>(
    "SELECT * FROM sessions WHERE session_id = ?",
  );
  const claims = createClaims(database, owner);
  const counts = createCallCounts(database);
  const append = createAppend(database, { claims, counts });
  const findEvents = database.prepare<[string, number], { event: string }>(
    "SELECT event FROM events WHERE session_id = ? AND seq > ? ORDER BY seq",
  );
  const findOpen = database.prepare<[], SessionRow>(
    `SELECT * FROM sessions WHERE last_turn_id IS NOT NULL AND last_turn_status IS NULL ORDER BY updated_at DESC`,
  );

  return {
    append: (events, durable) => {
      setDurable(database, durable);
      append.immediate(events);
    },
    load: (sessionId, afterSeq) => {
      if (findSession.get(sessionId) === undefined) throw noSession(sessionId);
      return `[${findEvents
        .all(sessionId, afterSeq)
        .map((row) => row.event)
        .join(",")}]`;
    },
    list: (workspace, limit) =>
      database
        .prepare<[string | null, string | null, number], SessionRow>(
          `SELECT * FROM sessions WHERE ? IS NULL OR workspace = ? ORDER BY updated_at DESC, session_id DESC LIMIT ?`,
        )
        .all(workspace, workspace, limit)
        .map(toSession),
    nextSeq: (sessionId) => (findSession.get(sessionId)?.last_seq ?? 0) + 1,
    interrupted: () =>
      database
        .transaction(() => findOpen.all().filter((row) => !claims.isHeld(row.session_id)))
        .immediate()
        .map(toSession),
    claim: (sessionId) => claims.take(sessionId),
    release: (sessionId) => claims.release(sessionId),
    callHealth: () => counts.all(),
  };
}

/** Adds events and brings their sessions' rows up to date. To be run as an immediate transaction. */
function createAppend(
  database: Database.Database,
  { claims, counts }: { readonly claims: Claims; readonly counts: CallCounts },
) {
  const findSession = database.prepare<[string], SessionRow>(
    "SELECT * FROM sessions WHERE session_id = ?",
  );
  const putSession = database.prepare<SessionRow>(
    `INSERT INTO sessions VALUES (@session_id, @workspace, @kind, @title, @started_at, @updated_at, @turns,
       @last_turn_id, @last_turn_status, @last_seq)
     ON CONFLICT (session_id) DO UPDATE SET kind = @kind, title = @title, updated_at = @updated_at, turns = @turns,
       last_turn_id = @last_turn_id, last_turn_status = @last_turn_status, last_seq = @last_seq`,
  );
  const putEvent = database.prepare<[string, number, string]>(
    "INSERT INTO events (session_id, seq, event) VALUES (?, ?, ?)",
  );

  function appendTo(sessionId: string, events: readonly StoredEvent[]): void {
    claims.assertFree(sessionId);
    let row = findSession.get(sessionId);
    const rows = events.map(({ head, text }) => {
      row = followEvent(row, head);
      return [head.seq, text] as const;
    });
    if (row !== undefined) putSession.run(row);
    for (const [seq, text] of rows) putEvent.run(sessionId, seq, text);
    counts.follow(
      sessionId,
      events.map(({ head: { seq }, calls }) => ({ seq, ...calls })),
    );
  }

  return database.transaction((events: readonly StoredEvent[]) => {
    const bySession = Map.groupBy(events, (event) => event.head.sessionId);
    for (const [sessionId, own] of bySession) appendTo(sessionId, own);
  });
}

/** In WAL mode a commit reaches the disk at once only with FULL; with NORMAL it survives kill -9 but not a power cut. */
export function setDurable(database: Database.Database, durable: boolean): void {
  database.pragma(`synchronous = ${durable ? "FULL" : "NORMAL"}`);
}

function noSession(sessionId: string): AppError {
  return new AppError("not-found", `There is no session ${sessionId} in the history.`);
}

/** The session's row after one more event. Throws conflict when the event does not follow the newest stored one. */
function followEvent(row: SessionRow | undefined, head: EventHead): SessionRow {
  const expected = (row?.last_seq ?? 0) + 1;
  if (head.seq !== expected)
    throw new AppError(
      "conflict",
      `Event ${head.seq} of session ${head.sessionId} does not follow the history, which goes on with ${expected}. Somebody else wrote to it: open the session again.`,
    );
  const base = row ?? newSession(head);
  const next = { ...base, updated_at: head.at, last_seq: head.seq };
  switch (head.type) {
    case "session-update":
      return { ...next, title: head.title ?? base.title, kind: head.kind ?? base.kind };
    case "turn-start":
      return {
        ...next,
        turns: base.turns + 1,
        last_turn_id: head.turnId ?? null,
        last_turn_status: null,
      };
    case "turn-end":
      return head.turnId === base.last_turn_id
        ? { ...next, last_turn_status: head.status ?? null }
        : next;
    default:
      return next;
  }
}

function newSession(head: EventHead): SessionRow {
  if (head.type !== "session-start")
    throw new AppError(
      "conflict",
      `Session ${head.sessionId} is not in the history, and ${head.type} cannot begin one.`,
    );
  return {
    session_id: head.sessionId,
    workspace: head.workspace ?? "",
    kind: head.kind ?? "chat",
    title: head.title ?? "",
    started_at: head.at,
    updated_at: head.at,
    turns: 0,
    last_turn_id: null,
    last_turn_status: null,
    last_seq: head.seq,
  };
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- the columns were filled from these very types */
function toSession(row: SessionRow): HistorySession {
  return {
    sessionId: row.session_id as SessionId,
    workspace: row.workspace,
    kind: row.kind as SessionKind,
    title: row.title,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    turns: row.turns,
    lastTurn:
      row.last_turn_id === null
        ? null
        : {
            turnId: row.last_turn_id as TurnId,
            status: row.last_turn_status as TurnStatus | null,
          },
    lastSeq: row.last_seq,
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */
