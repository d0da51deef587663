import type { Protocol } from "../../shared/events.ts";
import type { RequestId, SessionId, TurnId } from "../../shared/ids.ts";
import type { Currency } from "../../shared/money.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import type {
  Amount,
  LedgerEntry,
  LedgerReservation,
  LedgerSettlement,
  LedgerStatus,
} from "../usage/ledger.ts";

/** One row of the ledger table, by its column names. */
export interface LedgerRow {
  request_id: string;
  at: string;
  workspace: string;
  session_id: string;
  turn_id: string;
  model: string;
  region: string;
  protocol: string;
  key_fingerprint: string | null;
  input_tokens: number | null;
  cached_tokens: number | null;
  cache_write_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  cost_nano: string | null;
  cost_currency: string | null;
  bound_nano: string | null;
  bound_currency: string | null;
  price_version: string | null;
  status: string;
  first_token_ms: number | null;
  duration_ms: number | null;
  retries: number;
}

/** The row of an entry. Milliseconds are rounded to integers. */
export function toRow(entry: LedgerReservation, settlement: LedgerSettlement): LedgerRow {
  const { usage, cost } = settlement;
  return {
    request_id: entry.requestId,
    at: entry.at,
    workspace: entry.workspace,
    session_id: entry.sessionId,
    turn_id: entry.turnId,
    model: entry.model,
    region: entry.region,
    protocol: entry.protocol,
    key_fingerprint: entry.keyFingerprint,
    input_tokens: usage?.inputTokens ?? null,
    cached_tokens: usage?.cachedTokens ?? null,
    cache_write_tokens: usage?.cacheWriteTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    cost_nano: cost?.nano.toString() ?? null,
    cost_currency: cost?.currency ?? null,
    bound_nano: entry.bound?.nano.toString() ?? null,
    bound_currency: entry.bound?.currency ?? null,
    price_version: settlement.priceVersion,
    status: settlement.status,
    first_token_ms: rounded(settlement.firstTokenMs),
    duration_ms: rounded(settlement.durationMs),
    retries: settlement.retries,
  };
}

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));

/* oxlint-disable typescript/no-unsafe-type-assertion -- the columns were filled by toRow from these very types */
/** The entry of a row. */
export function toEntry(row: LedgerRow): LedgerEntry {
  return {
    requestId: row.request_id as RequestId,
    at: row.at,
    workspace: row.workspace,
    sessionId: row.session_id as SessionId,
    turnId: row.turn_id as TurnId,
    model: row.model,
    region: row.region,
    protocol: row.protocol as Protocol,
    keyFingerprint: row.key_fingerprint,
    usage: toUsage(row),
    cost: toAmount(row.cost_nano, row.cost_currency),
    bound: toAmount(row.bound_nano, row.bound_currency),
    priceVersion: row.price_version,
    status: row.status as LedgerStatus,
    firstTokenMs: row.first_token_ms,
    durationMs: row.duration_ms,
    retries: row.retries,
  };
}

function toAmount(nano: string | null, currency: string | null): Amount | null {
  if (nano === null || currency === null) return null;
  return { nano: BigInt(nano), currency: currency as Currency };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

function toUsage(row: LedgerRow): TokenUsage | null {
  if (row.input_tokens === null) return null;
  return {
    inputTokens: row.input_tokens,
    cachedTokens: row.cached_tokens ?? 0,
    cacheWriteTokens: row.cache_write_tokens ?? 0,
    outputTokens: row.output_tokens ?? 0,
    reasoningTokens: row.reasoning_tokens ?? 0,
  };
}
