import type { LedgerStatus } from "../usage/ledger.ts";
import type { Currency } from "../../shared/money.ts";
import type { Billing, RequestPurpose, TokenUsage } from "../../shared/usage.ts";

/** A row of the ledger by its place and its name: a ledger that was replaced has another row there, or none. */
export interface LedgerMark {
  readonly id: number;
  readonly requestId: string;
}

/** Of a row, what is counted for a team: no session, no turn, no key. */
export interface TailRow extends LedgerMark {
  readonly atMs: number;
  readonly workspace: string;
  readonly purpose: RequestPurpose;
  readonly model: string;
  readonly region: string;
  readonly billing: Billing;
  /** null = none came: at most `mostTokens`, which is null where that is not known either. */
  readonly usage: TokenUsage | null;
  readonly mostTokens: number | null;
  /** Integer nano-units; null = not known. */
  readonly costNano: number | null;
  readonly currency: Currency | null;
  readonly status: LedgerStatus;
  readonly errorCode: string | null;
  readonly durationMs: number | null;
}

/** `replaced`: the row that was read last is not there any more, so that nothing of this ledger follows on it. */
export interface LedgerTail {
  readonly rows: readonly TailRow[];
  readonly replaced: boolean;
}

/** Reads the ledger as it grows, in the order in which requests were settled; those of dead processes are settled first. */
export interface LedgerReads {
  /** The rows after a mark, `limit` at most; null = from the beginning. */
  tail(after: LedgerMark | null, limit: number): Promise<LedgerTail>;
  /** The newest row, or the newest of those sent at or before a time (UTC milliseconds); null = there is none. */
  newest(atMs?: number): Promise<LedgerMark | null>;
}
