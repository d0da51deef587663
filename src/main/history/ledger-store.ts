import type Database from "better-sqlite3";
import type { Currency, Nano } from "../../shared/money.ts";
import type {
  Amount,
  LedgerEntry,
  LedgerFilter,
  LedgerReservation,
  LedgerSettlement,
  ReserveAnswer,
  Spending,
} from "../usage/ledger.ts";
import { setDurable } from "./event-store.ts";
import { toEntry, toRow, type LedgerRow } from "./ledger-row.ts";
import type { ProcessOwner } from "./process-owner.ts";

/** The SQL of the ledger. Runs in the worker; every method is one transaction, and writes reach the disk before they return. */
export interface LedgerStore {
  reserve(entry: LedgerReservation, limit: Amount | null): ReserveAnswer;
  settle(entry: LedgerReservation, settlement: LedgerSettlement): void;
  spending(sessionId: string, currency: Currency): Spending;
  entries(filter: LedgerFilter): LedgerEntry[];
}

interface AmountRow {
  nano: string;
}

interface ReservationRow {
  request_id: string;
  owner: string;
  bound_nano: string | null;
  currency: Currency | null;
  entry: string;
}

/** Amounts are text: they are summed as BigInt here, exact at any size. */
const sum = (rows: readonly AmountRow[]): Nano =>
  rows.reduce((total, row) => total + BigInt(row.nano), 0n);

/** What a request of a dead process left: nobody knows how it ended. */
const lost = {
  status: "unknown",
  usage: null,
  cost: null,
  priceVersion: null,
  firstTokenMs: null,
  durationMs: null,
  retries: 0,
} as const;

/** Prepares the statements once. */
export function createLedgerStore(database: Database.Database, owner: ProcessOwner): LedgerStore {
  const { sumOf, sweep, insert, dropReservation } = createStatements(database, owner);

  function spending(sessionId: string, currency: Currency): Spending {
    return {
      settled: sumOf.settled(sessionId, currency),
      unknown: sumOf.unknown(sessionId, currency),
      reserved: sumOf.reserved(sessionId, currency),
    };
  }
  const reserve = database.transaction(
    (entry: LedgerReservation, limit: Amount | null): ReserveAnswer => {
      sweep();
      if (limit !== null) {
        const spent = spending(entry.sessionId, limit.currency);
        const bound = entry.bound?.nano ?? 0n;
        if (spent.settled + spent.unknown + spent.reserved + bound > limit.nano)
          return { granted: false, spending: spent };
      }
      addReservation(database, owner.id(), entry);
      return { granted: true };
    },
  );
  const settle = database.transaction(
    (entry: LedgerReservation, settlement: LedgerSettlement): void => {
      insert.run(toRow(entry, settlement));
      dropReservation.run(entry.requestId);
    },
  );
  const read = database.transaction((filter: LedgerFilter): LedgerEntry[] => {
    sweep();
    return findEntries(database, filter);
  });
  const durably = <T>(run: () => T): T => {
    setDurable(database, true);
    return run();
  };
  return {
    reserve: (entry, limit) => durably(() => reserve.immediate(entry, limit)),
    settle: (entry, settlement) => {
      durably(() => {
        settle.immediate(entry, settlement);
      });
    },
    spending: database.transaction(spending),
    entries: (filter) => durably(() => read.immediate(filter)),
  };
}

/** `sweep` settles the reservations of dead processes as unknown. */
function createStatements(database: Database.Database, owner: ProcessOwner) {
  const amounts = (sql: string): ((sessionId: string, currency: Currency) => Nano) => {
    const statement = database.prepare<[string, Currency], AmountRow>(sql);
    return (sessionId, currency) => sum(statement.all(sessionId, currency));
  };
  const sumOf = {
    settled: amounts(
      `SELECT cost_nano AS nano FROM ledger
        WHERE session_id = ? AND cost_currency = ? AND cost_nano IS NOT NULL`,
    ),
    unknown: amounts(
      `SELECT bound_nano AS nano FROM ledger
        WHERE session_id = ? AND bound_currency = ? AND cost_nano IS NULL AND bound_nano IS NOT NULL`,
    ),
    reserved: amounts(
      `SELECT bound_nano AS nano FROM reservations
        WHERE session_id = ? AND currency = ? AND bound_nano IS NOT NULL`,
    ),
  };
  const insert = database.prepare<LedgerRow>(
    `INSERT INTO ledger (request_id, at, workspace, session_id, turn_id, model, region, protocol, key_fingerprint,
       input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano, cost_currency,
       bound_nano, bound_currency, price_version, status, first_token_ms, duration_ms, retries)
     VALUES (@request_id, @at, @workspace, @session_id, @turn_id, @model, @region, @protocol, @key_fingerprint,
       @input_tokens, @cached_tokens, @cache_write_tokens, @output_tokens, @reasoning_tokens, @cost_nano, @cost_currency,
       @bound_nano, @bound_currency, @price_version, @status, @first_token_ms, @duration_ms, @retries)
     ON CONFLICT (request_id) DO NOTHING`,
  );
  const dropReservation = database.prepare<[string]>(
    "DELETE FROM reservations WHERE request_id = ?",
  );
  const findReservations = database.prepare<[], ReservationRow>("SELECT * FROM reservations");

  function sweep(): void {
    const alive = new Map<string, boolean>();
    for (const row of findReservations.all()) {
      const lives = alive.get(row.owner) ?? owner.isAlive(row.owner);
      alive.set(row.owner, lives);
      if (lives) continue;
      const reservation = readReservation(row);
      insert.run(toRow(reservation, { ...lost, requestId: reservation.requestId }));
      dropReservation.run(row.request_id);
    }
  }
  return { sumOf, insert, dropReservation, sweep };
}

function addReservation(
  database: Database.Database,
  owner: string,
  entry: LedgerReservation,
): void {
  const { bound, ...rest } = entry;
  database
    .prepare(
      `INSERT INTO reservations (request_id, session_id, owner, bound_nano, currency, entry) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(
      entry.requestId,
      entry.sessionId,
      owner,
      bound?.nano.toString() ?? null,
      bound?.currency ?? null,
      JSON.stringify(rest),
    );
}

function readReservation(row: ReservationRow): LedgerReservation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by addReservation
  const rest = JSON.parse(row.entry) as Omit<LedgerReservation, "bound">;
  const bound =
    row.bound_nano === null || row.currency === null
      ? null
      : { nano: BigInt(row.bound_nano), currency: row.currency };
  return { ...rest, bound };
}

function findEntries(database: Database.Database, filter: LedgerFilter): LedgerEntry[] {
  return database
    .prepare<unknown[], LedgerRow>(
      `SELECT * FROM ledger
        WHERE (@workspace IS NULL OR workspace = @workspace) AND (@sessionId IS NULL OR session_id = @sessionId)
          AND (@since IS NULL OR at >= @since) AND (@until IS NULL OR at < @until)
        ORDER BY id`,
    )
    .all({
      workspace: filter.workspace ?? null,
      sessionId: filter.sessionId ?? null,
      since: filter.since ?? null,
      until: filter.until ?? null,
    })
    .map(toEntry);
}
