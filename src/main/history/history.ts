import type { SessionEvent, SessionKind, TurnStatus } from "../../shared/events.ts";
import type { SessionId, TurnId } from "../../shared/ids.ts";
import type { ModelHealth } from "../../shared/model-health.ts";
import type { OwnHour, OwnHoursQuery } from "../monitoring/hours.ts";
import type { LedgerReads } from "../telemetry/ledger-tail.ts";
import type { Ledger } from "../usage/ledger.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import type { UsageReads } from "../usage/usage-reads.ts";

/** A session as a list shows it, from its events so far. */
export interface HistorySession {
  readonly sessionId: SessionId;
  readonly workspace: string;
  readonly kind: SessionKind;
  readonly title: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly turns: number;
  /** `status` null: no turn-end was stored; the turn runs, or its process died. Null before the first turn. */
  readonly lastTurn: { readonly turnId: TurnId; readonly status: TurnStatus | null } | null;
  /** Sequence number of the newest event. */
  readonly lastSeq: number;
}

/** The right of one process to append to a session. Gone with the process, however it ends. */
export interface SessionClaim {
  release(): Promise<void>;
}

/**
 * Sessions and ledger on disk, behind a worker thread: no call blocks this one. Several processes may use one file.
 * Every call throws AppError: conflict, not-found, unavailable (busy, full disk), internal (damaged database).
 */
export interface History {
  /** What a person must be told about opening: a damaged database was set aside, an upgrade was backed up. */
  readonly warnings: readonly string[];
  /**
   * One transaction. `seq` goes on from the newest stored event without a gap, a new session begins with session-start;
   * otherwise conflict, and nothing is stored. `durable` waits for the disk; by default when a turn starts or ends, a person
   * is asked or answers, or files were undone.
   */
  appendEvents(
    events: readonly SessionEvent[],
    options?: { readonly durable?: boolean },
  ): Promise<void>;
  /** Events after `afterSeq` (0 = all) in order. Not-found when there is no such session. */
  loadEvents(sessionId: SessionId, afterSeq?: number): Promise<readonly SessionEvent[]>;
  /** Newest first; 200 unless told. */
  listSessions(filter?: {
    readonly workspace?: string;
    readonly limit?: number;
  }): Promise<readonly HistorySession[]>;
  /** 1 for a session that is not stored yet. */
  nextSeq(sessionId: SessionId): Promise<number>;
  /** Sessions whose last turn has no end although no living process holds their claim. */
  interruptedSessions(): Promise<readonly HistorySession[]>;
  /** Conflict when another living process holds it. Held until released or until this process ends. */
  claimSession(sessionId: SessionId): Promise<SessionClaim>;
  /** How the calls of each model and endpoint came, over all sessions of this history, but for the demo. */
  callHealth(): Promise<readonly ModelHealth[]>;
  readonly ledger: Ledger;
  /** Figures of the ledger, for people. */
  readonly usage: UsageReads;
  /** What each request was made of, for what explains a cache miss. */
  readonly prefixes: PrefixStore;
  /** The ledger as it grows, for what counts it for a team. */
  readonly growth: LedgerReads;
  /** The ledger by hour, model and key, for comparing with the provider's own figures. */
  ownHours(query: OwnHoursQuery): Promise<readonly OwnHour[]>;
  /** Null when SQLite's own check finds the file sound; otherwise what it found. Reads the whole file. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}
