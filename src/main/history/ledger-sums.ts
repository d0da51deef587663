import type Database from "better-sqlite3";
import type { Currency, Nano } from "../../shared/money.ts";
import type { CountFilter, RequestCount, Spending, SpendingPlace } from "../usage/ledger.ts";

/** What budgets and meters ask of the ledger, from the sums that its trigger keeps. Amounts are read as BigInt: exact at any size. */
export interface LedgerSums {
  spending(place: SpendingPlace, currency: Currency): Spending;
  count(filter: CountFilter): RequestCount;
}

interface SpentRow {
  readonly settled: bigint;
  readonly unknown: bigint;
}

interface ReservedRow {
  readonly reserved: bigint;
}

/** As the trigger writes it: so wide that text sorts by time. */
const slotKey = (ms: number): string => String(ms).padStart(13, "0");

/** Sums that look further back than this take the table by the quarter hour. */
const exactMs = 6 * 3_600_000;

const slotMs = 900_000;

export function createLedgerSums(database: Database.Database): LedgerSums {
  const prepare = <Row>(sql: string): Database.Statement<unknown[], Row> =>
    database.prepare<unknown[], Row>(sql).safeIntegers(true);
  const sums =
    "SELECT coalesce(sum(cost_nano), 0) AS settled, coalesce(sum(unknown_nano), 0) AS unknown FROM spent";
  const bounds = "SELECT coalesce(sum(bound_nano), 0) AS reserved FROM reservations";
  const spentAt = prepare<SpentRow>(`${sums} WHERE scope = ? AND key = ? AND currency = ?`);
  const spentIn = prepare<SpentRow>(
    `${sums} WHERE scope = 'slot' AND key >= ? AND key < ? AND currency = ?`,
  );
  const reservedAt = {
    session: prepare<ReservedRow>(`${bounds} WHERE session_id = ? AND currency = ?`),
    workspace: prepare<ReservedRow>(`${bounds} WHERE workspace = ? AND currency = ?`),
  };
  const reservedIn = prepare<ReservedRow>(
    `${bounds} WHERE at_ms >= ? AND at_ms < ? AND currency = ?`,
  );
  const count = createCount(database);
  return {
    spending(place, currency) {
      if ("key" in place)
        return toSpending(
          spentAt.get(place.scope, place.key, currency),
          reservedAt[place.scope].get(place.key, currency),
        );
      const { from, to } = place;
      return toSpending(
        spentIn.get(slotKey(from), slotKey(to), currency),
        reservedIn.get(from, to, currency),
      );
    },
    count,
  };
}

const toSpending = (
  spent: SpentRow | undefined,
  open: ReservedRow | undefined,
): Record<keyof Spending, Nano> => ({
  settled: spent?.settled ?? 0n,
  unknown: spent?.unknown ?? 0n,
  reserved: open?.reserved ?? 0n,
});

function createCount(database: Database.Database): LedgerSums["count"] {
  const where = `(@model IS NULL OR model = @model) AND (@region IS NULL OR region = @region)
     AND (@billing IS NULL OR billing = @billing) AND (@key IS NULL OR key_fingerprint = @key)`;
  const exact = database.prepare<object, RequestCount>(
    `SELECT count(*) AS requests, coalesce(sum(input_tokens + output_tokens), 0) AS tokens
       FROM ledger WHERE at_ms >= @since AND (@errorCode IS NULL OR error_code = @errorCode) AND ${where}`,
  );
  const bySlot = database.prepare<object, RequestCount>(
    `SELECT coalesce(sum(calls), 0) AS requests, coalesce(sum(input_tokens + output_tokens), 0) AS tokens
       FROM usage_slots WHERE slot_ms >= @since AND ${where}`,
  );
  const underWay = database.prepare<object, Pick<RequestCount, "requests">>(
    `SELECT count(*) AS requests FROM (
       SELECT entry ->> 'model' AS model, entry ->> 'region' AS region, entry ->> 'billing' AS billing,
         entry ->> 'keyFingerprint' AS key_fingerprint FROM reservations WHERE at_ms >= @since) WHERE ${where}`,
  );
  return ({ since, model, region, billing, keyFingerprint, errorCode }) => {
    const isExact = errorCode !== undefined || Date.now() - since <= exactMs;
    const values = {
      since: isExact ? since : since - (since % slotMs),
      model: model ?? null,
      region: region ?? null,
      billing: billing ?? null,
      key: keyFingerprint ?? null,
      errorCode: errorCode ?? null,
    };
    const settled = (isExact ? exact : bySlot).get(values);
    // What is under way has not failed.
    const open = errorCode === undefined ? (underWay.get(values)?.requests ?? 0) : 0;
    return { requests: (settled?.requests ?? 0) + open, tokens: settled?.tokens ?? 0 };
  };
}
