import type { Protocol } from "../../shared/events.ts";
import type { RequestId, SessionId, TurnId } from "../../shared/ids.ts";
import { formatNano, type Currency, type Nano } from "../../shared/money.ts";
import type { Billing, RequestPurpose, TokenUsage } from "../../shared/usage.ts";
import type { UsageCall } from "../../shared/usage-panel.ts";
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
  retry_of: string | null;
  retries: number;
  provider_request_id: string | null;
  at_ms: number;
  workspace: string;
  session_id: string;
  turn_id: string;
  purpose: string;
  model: string;
  region: string;
  protocol: string;
  key_fingerprint: string | null;
  billing: string;
  explicit_cache: number;
  input_tokens: number | null;
  cached_tokens: number | null;
  cache_write_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  cost_nano: number | null;
  cost_currency: string | null;
  price_version: string | null;
  bound_nano: number | null;
  bound_currency: string | null;
  bound_input_tokens: number | null;
  bound_output_tokens: number | null;
  status: string;
  error_code: string | null;
  first_token_ms: number | null;
  duration_ms: number | null;
}

/** Every column that `toRow` fills, in the table's order. */
export const ledgerColumns = [
  "request_id",
  "retry_of",
  "retries",
  "provider_request_id",
  "at_ms",
  "workspace",
  "session_id",
  "turn_id",
  "purpose",
  "model",
  "region",
  "protocol",
  "key_fingerprint",
  "billing",
  "explicit_cache",
  "input_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_nano",
  "cost_currency",
  "price_version",
  "bound_nano",
  "bound_currency",
  "bound_input_tokens",
  "bound_output_tokens",
  "status",
  "error_code",
  "first_token_ms",
  "duration_ms",
] as const satisfies readonly (keyof LedgerRow)[];

/** The most that is written as one amount: a number holds it exactly, and SQLite sums a thousand of them. Some nine million. */
const mostNano = BigInt(Number.MAX_SAFE_INTEGER);

/** An amount as the tables hold it. What is above nine million of a currency is written as that. */
export const storedNano = (nano: Nano): number => Number(nano > mostNano ? mostNano : nano);

/** The row of an entry. Milliseconds are rounded to integers. */
export function toRow(entry: LedgerReservation, settlement: LedgerSettlement): LedgerRow {
  const { usage, cost } = settlement;
  return {
    request_id: entry.requestId,
    retry_of: entry.retryOf,
    retries: entry.retries,
    provider_request_id: settlement.providerRequestId,
    at_ms: Date.parse(entry.at),
    workspace: entry.workspace,
    session_id: entry.sessionId,
    turn_id: entry.turnId,
    purpose: entry.purpose,
    model: entry.model,
    region: entry.region,
    protocol: entry.protocol,
    key_fingerprint: entry.keyFingerprint,
    billing: entry.billing,
    explicit_cache: settlement.explicitCache ? 1 : 0,
    input_tokens: usage?.inputTokens ?? null,
    cached_tokens: usage?.cachedTokens ?? null,
    cache_write_tokens: usage?.cacheWriteTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    cost_nano: cost === null ? null : storedNano(cost.nano),
    cost_currency: cost?.currency ?? null,
    price_version: settlement.priceVersion,
    bound_nano: entry.bound === null ? null : storedNano(entry.bound.nano),
    bound_currency: entry.bound?.currency ?? null,
    bound_input_tokens: entry.mostTokens?.input ?? null,
    bound_output_tokens: entry.mostTokens?.output ?? null,
    status: settlement.status,
    error_code: settlement.errorCode,
    first_token_ms: rounded(settlement.firstTokenMs),
    duration_ms: rounded(settlement.durationMs),
  };
}

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));

/* oxlint-disable typescript/no-unsafe-type-assertion -- the columns were filled by toRow from these very types */
/** The entry of a row. */
export function toEntry(row: LedgerRow): LedgerEntry {
  return {
    requestId: row.request_id as RequestId,
    retryOf: row.retry_of as RequestId | null,
    retries: row.retries,
    providerRequestId: row.provider_request_id,
    at: new Date(row.at_ms).toISOString(),
    workspace: row.workspace,
    sessionId: row.session_id as SessionId,
    turnId: row.turn_id as TurnId,
    purpose: row.purpose as RequestPurpose,
    model: row.model,
    region: row.region,
    protocol: row.protocol as Protocol,
    keyFingerprint: row.key_fingerprint,
    billing: row.billing as Billing,
    explicitCache: row.explicit_cache === 1,
    usage: toUsage(row),
    cost: toAmount(row.cost_nano, row.cost_currency),
    bound: toAmount(row.bound_nano, row.bound_currency),
    mostTokens:
      row.bound_input_tokens === null
        ? null
        : { input: row.bound_input_tokens, output: row.bound_output_tokens ?? 0 },
    priceVersion: row.price_version,
    status: row.status as LedgerStatus,
    errorCode: row.error_code,
    firstTokenMs: row.first_token_ms,
    durationMs: row.duration_ms,
  };
}

/** A row as a list of requests reads it. */
export interface CallRow extends LedgerRow {
  readonly id: number;
  readonly title: string | null;
}

/** A row for such a list. */
export function toCall(row: CallRow): UsageCall {
  const { usage, cost, bound, mostTokens, ...entry } = toEntry(row);
  return {
    id: row.id,
    requestId: entry.requestId,
    at: entry.at,
    workspace: entry.workspace,
    sessionId: entry.sessionId,
    turnId: entry.turnId,
    title: row.title === "" ? null : row.title,
    model: entry.model,
    region: entry.region,
    protocol: entry.protocol,
    purpose: entry.purpose,
    billing: entry.billing,
    keyFingerprint: entry.keyFingerprint,
    providerRequestId: entry.providerRequestId,
    status: entry.status,
    usage,
    cost: toMoney(cost),
    mostTokens: mostTokens === null ? null : mostTokens.input + mostTokens.output,
    bound: toMoney(bound),
    firstTokenMs: entry.firstTokenMs,
    durationMs: entry.durationMs,
    retries: entry.retries,
    errorCode: entry.errorCode,
  };
}

const toMoney = (amount: Amount | null): UsageCall["cost"] =>
  amount === null ? null : { amount: formatNano(amount.nano), currency: amount.currency };

function toAmount(nano: number | null, currency: string | null): Amount | null {
  if (nano === null || currency === null) return null;
  return { nano: BigInt(nano), currency: currency as Currency };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

/** As the provider reported it; null = it reported none. */
export function toUsage(row: LedgerRow): TokenUsage | null {
  if (row.input_tokens === null) return null;
  return {
    inputTokens: row.input_tokens,
    cachedTokens: row.cached_tokens ?? 0,
    cacheWriteTokens: row.cache_write_tokens ?? 0,
    outputTokens: row.output_tokens ?? 0,
    reasoningTokens: row.reasoning_tokens ?? 0,
  };
}
