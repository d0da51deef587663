import type { RequestId, SessionId, TurnId } from "../../shared/ids.ts";
import type { Currency, Nano } from "../../shared/money.ts";
import type { Protocol } from "../../shared/events.ts";
import type { TokenUsage, UsageQuery } from "../../shared/usage.ts";

/** An exact amount in nano-units of one currency. */
export interface Amount {
  readonly nano: Nano;
  readonly currency: Currency;
}

/** One request that is about to be sent. `bound` is the most it can cost; null = its price is unknown. */
export interface LedgerReservation {
  readonly requestId: RequestId;
  readonly at: string;
  readonly workspace: string;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly model: string;
  readonly region: string;
  readonly protocol: Protocol;
  readonly keyFingerprint: string | null;
  readonly bound: Amount | null;
}

/** How a request ended. `unknown` = its process died before it could say. */
export type LedgerStatus = "completed" | "failed" | "cancelled" | "unknown";

export interface LedgerSettlement {
  readonly requestId: RequestId;
  readonly status: LedgerStatus;
  /** null: the provider reported none; the entry then counts against a budget at its bound. */
  readonly usage: TokenUsage | null;
  readonly cost: Amount | null;
  readonly priceVersion: string | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number | null;
  readonly retries: number;
}

/** One line of the ledger. It is written once and never changed. */
export interface LedgerEntry extends LedgerReservation, LedgerSettlement {}

/** What a session has used of one currency, in nano-units. */
export interface Spending {
  /** Cost of settled requests. */
  readonly settled: Nano;
  /** Bounds of requests that ended without usage: they may have cost that much. */
  readonly unknown: Nano;
  /** Bounds of requests still under way, in this process or another. */
  readonly reserved: Nano;
}

export type ReserveAnswer =
  | { readonly granted: true }
  | { readonly granted: false; readonly spending: Spending };

export type LedgerFilter = Pick<UsageQuery, "workspace" | "sessionId" | "since" | "until">;

/** The append-only record of every request, shared by all processes that use the same data folder. */
export interface Ledger {
  /**
   * Writes down, durably, that a request is about to be sent. With a limit, checks in the same transaction that the session's
   * settled, unknown and reserved amounts of that currency plus the bound stay within it; otherwise nothing is written.
   */
  reserve(entry: LedgerReservation, limit: Amount | null): Promise<ReserveAnswer>;
  /** Turns the reservation into an entry. A request that is settled already keeps its first entry. */
  settle(entry: LedgerReservation, settlement: LedgerSettlement): Promise<void>;
  spending(sessionId: SessionId, currency: Currency): Promise<Spending>;
  /** Entries in the order they were settled; requests of dead processes are settled as unknown first. */
  entries(filter: LedgerFilter): Promise<readonly LedgerEntry[]>;
}
