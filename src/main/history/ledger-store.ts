import type Database from "better-sqlite3";
import type { Currency } from "../../shared/money.ts";
import type {
  LedgerEntry,
  LedgerFilter,
  LedgerLimit,
  LedgerReservation,
  LedgerSettlement,
  ReserveAnswer,
  Spending,
} from "../usage/ledger.ts";
import { setDurable } from "./event-store.ts";
import { ledgerColumns, storedNano, toEntry, toRow, type LedgerRow } from "./ledger-row.ts";
import { createLedgerSums, type LedgerSums } from "./ledger-sums.ts";
import type { ProcessOwner } from "./process-owner.ts";

/** The SQL of the ledger. Runs in the worker; every method is one transaction, and writes reach the disk before they return. */
export interface LedgerStore extends LedgerSums {
  reserve(entry: LedgerReservation, limits: readonly LedgerLimit[]): ReserveAnswer;
  settle(entry: LedgerReservation, settlement: LedgerSettlement): void;
  /** Settles what dead processes left as unknown. */
  settleLost(): void;
  entries(filter: LedgerFilter): LedgerEntry[];
}

interface ReservationRow {
  request_id: string;
  owner: string;
  bound_nano: bigint | null;
  currency: Currency | null;
  entry: string;
}

/** What a request of a dead process left: nobody knows how it ended. */
const lost = {
  status: "unknown",
  providerRequestId: null,
  errorCode: null,
  usage: null,
  explicitCache: false,
  cost: null,
  priceVersion: null,
  firstTokenMs: null,
  durationMs: null,
} as const;

/** Prepares the statements once. */
export function createLedgerStore(database: Database.Database, owner: ProcessOwner): LedgerStore {
  const sums = createLedgerSums(database);
  const { sweep, insert, addReservation, dropReservation } = createStatements(database, owner);

  const reserve = database.transaction(
    (entry: LedgerReservation, limits: readonly LedgerLimit[]): ReserveAnswer => {
      sweep();
      const bound = entry.bound?.nano ?? 0n;
      const [tightest] = limits
        .map((limit) => leftOf(limit, sums))
        .toSorted((a, b) => (a.left < b.left ? -1 : Number(a.left > b.left)));
      if (tightest !== undefined && bound > 0n && tightest.left < bound) {
        const { limit, spending } = tightest;
        return { granted: false, limit, spending };
      }
      addReservation(entry);
      return { granted: true };
    },
  );
  const settle = database.transaction(
    (entry: LedgerReservation, settlement: LedgerSettlement): void => {
      insert.run(toRow(entry, settlement));
      dropReservation.run(entry.requestId);
    },
  );
  const settleLost = database.transaction(sweep);
  const hasReservation = database.prepare("SELECT 1 FROM reservations LIMIT 1");
  const read = database.transaction((filter: LedgerFilter): LedgerEntry[] => {
    sweep();
    return findEntries(database, filter);
  });
  const durably = <T>(run: () => T): T => {
    setDurable(database, true);
    return run();
  };
  return {
    reserve: (entry, limits) => durably(() => reserve.immediate(entry, limits)),
    settle: (entry, settlement) => {
      durably(() => {
        settle.immediate(entry, settlement);
      });
    },
    spending: database.transaction((...asked: Parameters<LedgerSums["spending"]>) =>
      sums.spending(...asked),
    ),
    count: (filter) => sums.count(filter),
    settleLost: () => {
      // Most of the time there is none, and then nobody has to wait for the lock of a writer.
      if (hasReservation.get() !== undefined) durably(() => settleLost.immediate());
    },
    entries: (filter) => durably(() => read.immediate(filter)),
  };
}

interface LimitLeft {
  readonly limit: LedgerLimit;
  readonly spending: Spending;
  readonly left: bigint;
}

function leftOf(limit: LedgerLimit, sums: LedgerSums): LimitLeft {
  const { nano, currency } = limit.amount;
  const spending = sums.spending(limit.place, currency);
  return { limit, spending, left: nano - spending.settled - spending.unknown - spending.reserved };
}

/** `sweep` settles the reservations of dead processes as unknown. */
function createStatements(database: Database.Database, owner: ProcessOwner) {
  const insert = database.prepare<LedgerRow>(
    `INSERT INTO ledger (${ledgerColumns.join(", ")})
     VALUES (${ledgerColumns.map((column) => `@${column}`).join(", ")})
     ON CONFLICT (request_id) DO NOTHING`,
  );
  const reservation = database.prepare(
    `INSERT INTO reservations (request_id, session_id, workspace, at_ms, owner, bound_nano, currency, entry)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const dropReservation = database.prepare<[string]>(
    "DELETE FROM reservations WHERE request_id = ?",
  );
  const findReservations = database
    .prepare<[], ReservationRow>(
      "SELECT request_id, owner, bound_nano, currency, entry FROM reservations",
    )
    .safeIntegers(true);

  function addReservation(entry: LedgerReservation): void {
    const { bound, ...rest } = entry;
    reservation.run(
      entry.requestId,
      entry.sessionId,
      entry.workspace,
      Date.parse(entry.at),
      owner.id(),
      bound === null ? null : storedNano(bound.nano),
      bound?.currency ?? null,
      JSON.stringify(rest),
    );
  }
  function sweep(): void {
    const alive = new Map<string, boolean>();
    for (const row of findReservations.all()) {
      const lives = alive.get(row.owner) ?? owner.isAlive(row.owner);
      alive.set(row.owner, lives);
      if (lives) continue;
      const entry = readReservation(row);
      insert.run(toRow(entry, { ...lost, requestId: entry.requestId }));
      dropReservation.run(row.request_id);
    }
  }
  return { insert, addReservation, dropReservation, sweep };
}

function readReservation(row: ReservationRow): LedgerReservation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by addReservation
  const rest = JSON.parse(row.entry) as Omit<LedgerReservation, "bound">;
  const bound =
    row.bound_nano === null || row.currency === null
      ? null
      : { nano: row.bound_nano, currency: row.currency };
  return { ...rest, bound };
}

const time = (text: string | undefined): number | null =>
  text === undefined ? null : Date.parse(text);

function findEntries(database: Database.Database, filter: LedgerFilter): LedgerEntry[] {
  return database
    .prepare<unknown[], LedgerRow>(
      `SELECT * FROM ledger
        WHERE (@workspace IS NULL OR workspace = @workspace) AND (@sessionId IS NULL OR session_id = @sessionId)
          AND (@since IS NULL OR at_ms >= @since) AND (@until IS NULL OR at_ms < @until)
        ORDER BY id`,
    )
    .all({
      workspace: filter.workspace ?? null,
      sessionId: filter.sessionId ?? null,
      since: time(filter.since),
      until: time(filter.until),
    })
    .map(toEntry);
}
