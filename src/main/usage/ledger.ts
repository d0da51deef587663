import type { RequestId, SessionId, TurnId } from "../../shared/ids.ts";
import type { Currency, Nano } from "../../shared/money.ts";
import type { Protocol } from "../../shared/events.ts";
import type { Billing, RequestPurpose, TokenUsage, UsageQuery } from "../../shared/usage.ts";

/** An exact amount in nano-units of one currency. */
export interface Amount {
  readonly nano: Nano;
  readonly currency: Currency;
}

/** One attempt of a request that is about to be sent. `bound` is the most it can cost; null = its price is unknown. */
export interface LedgerReservation {
  readonly requestId: RequestId;
  /** The first attempt of the same request; null = this is the first. */
  readonly retryOf: RequestId | null;
  /** How many attempts of the same request went before. */
  readonly retries: number;
  /** When it is sent, ISO 8601. */
  readonly at: string;
  readonly workspace: string;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly purpose: RequestPurpose;
  readonly model: string;
  readonly region: string;
  readonly protocol: Protocol;
  readonly keyFingerprint: string | null;
  readonly billing: Billing;
  readonly bound: Amount | null;
  /** The most tokens it can take; null = not known (entries of before this was kept). */
  readonly mostTokens: TokenBounds | null;
}

/** Upper bounds: every byte of the input as a token, and every token of the output limit. */
export interface TokenBounds {
  readonly input: number;
  readonly output: number;
}

/** How a request ended. `unknown` = its process died before it could say. */
export type LedgerStatus = "completed" | "failed" | "cancelled" | "unknown";

export interface LedgerSettlement {
  readonly requestId: RequestId;
  /** As the provider's own records call it; null = it said none. */
  readonly providerRequestId: string | null;
  readonly status: LedgerStatus;
  /** AppError's code; null = it did not fail, or nobody knows how. */
  readonly errorCode: string | null;
  /** null: the provider reported none; the entry then counts against a budget at its bound. */
  readonly usage: TokenUsage | null;
  readonly explicitCache: boolean;
  readonly cost: Amount | null;
  readonly priceVersion: string | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number | null;
}

/** One line of the ledger. It is written once and never changed. */
export interface LedgerEntry extends LedgerReservation, LedgerSettlement {}

/**
 * What a limit counts. A day or month is the person's own: from its local midnight to the next (UTC milliseconds, both on a quarter
 * of an hour, as every time zone's midnight is).
 */
export type SpendingPlace =
  | { readonly scope: "session" | "workspace"; readonly key: string }
  | { readonly scope: "day" | "month"; readonly from: number; readonly to: number };

/** What was used of one currency in one place, in nano-units. */
export interface Spending {
  /** Cost of settled requests. */
  readonly settled: Nano;
  /** Bounds of requests that ended without usage: they may have cost that much. */
  readonly unknown: Nano;
  /** Bounds of requests still under way, in this process or another. */
  readonly reserved: Nano;
}

export interface LedgerLimit {
  readonly place: SpendingPlace;
  readonly amount: Amount;
}

/** Refused: `limit` is the one that leaves least, and `spending` what was used of it. */
export type ReserveAnswer =
  | { readonly granted: true }
  | { readonly granted: false; readonly limit: LedgerLimit; readonly spending: Spending };

export type LedgerFilter = Pick<UsageQuery, "workspace" | "sessionId" | "since" | "until">;

/** Which requests to count. `since` in UTC milliseconds; further back than six hours it counts from the quarter of an hour that it lies in. */
export interface CountFilter {
  readonly since: number;
  readonly model?: string;
  readonly region?: string;
  readonly billing?: Billing;
  readonly keyFingerprint?: string;
  /** How they failed. Read one by one, as the last six hours are. */
  readonly errorCode?: string;
}

/** Requests sent, those under way among them, and the tokens that were reported of them. */
export interface RequestCount {
  readonly requests: number;
  readonly tokens: number;
}

/** The append-only record of every request, shared by all processes that use the same data folder. */
export interface Ledger {
  /**
   * Writes down, durably, that a request is about to be sent. Checks in the same transaction that what is settled, unknown and
   * reserved in the place of each limit, plus the bound, stays within it; otherwise nothing is written.
   */
  reserve(entry: LedgerReservation, limits: readonly LedgerLimit[]): Promise<ReserveAnswer>;
  /** Turns the reservation into an entry. A request that is settled already keeps its first entry. */
  settle(entry: LedgerReservation, settlement: LedgerSettlement): Promise<void>;
  spending(place: SpendingPlace, currency: Currency): Promise<Spending>;
  count(filter: CountFilter): Promise<RequestCount>;
  /** Entries in the order they were settled; requests of dead processes are settled as unknown first. */
  entries(filter: LedgerFilter): Promise<readonly LedgerEntry[]>;
}
