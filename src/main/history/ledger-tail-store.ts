import type Database from "better-sqlite3";
import type { LedgerMark, LedgerTail, TailRow } from "../telemetry/ledger-tail.ts";
import { toEntry, type LedgerRow } from "./ledger-row.ts";

/** The SQL that follows the ledger for whoever counts it row by row. Runs in the worker. */
export interface TailStore {
  ledgerTail(after: LedgerMark | null, limit: number): LedgerTail;
  ledgerNewest(atMs: number | null): LedgerMark | null;
}

type MarkedRow = LedgerRow & { readonly id: number };

/** Prepares the statements once. `settleLost` runs first, so that what a dead process left is counted. */
export function createTailStore(database: Database.Database, settleLost: () => void): TailStore {
  const follow = database.prepare<[number, number], MarkedRow>(
    "SELECT * FROM ledger WHERE id > ? ORDER BY id LIMIT ?",
  );
  const nameAt = database
    .prepare<[number], string>("SELECT request_id FROM ledger WHERE id = ?")
    .pluck();
  const last = database.prepare<[], LedgerMark>(
    "SELECT id, request_id AS requestId FROM ledger ORDER BY id DESC LIMIT 1",
  );
  const lastUpTo = database.prepare<[number], LedgerMark>(
    "SELECT id, request_id AS requestId FROM ledger WHERE at_ms <= ? ORDER BY id DESC LIMIT 1",
  );
  const read = database.transaction((after: LedgerMark | null, limit: number): LedgerTail => {
    if (after !== null && nameAt.get(after.id) !== after.requestId)
      return { rows: [], replaced: true };
    return { rows: follow.all(after?.id ?? 0, limit).map(toTailRow), replaced: false };
  });
  return {
    ledgerTail: (after, limit) => {
      settleLost();
      return read(after, limit);
    },
    ledgerNewest: (atMs) => (atMs === null ? last.get() : lastUpTo.get(atMs)) ?? null,
  };
}

function toTailRow(row: MarkedRow): TailRow {
  const entry = toEntry(row);
  const { mostTokens } = entry;
  return {
    id: row.id,
    requestId: entry.requestId,
    atMs: row.at_ms,
    workspace: entry.workspace,
    purpose: entry.purpose,
    model: entry.model,
    region: entry.region,
    billing: entry.billing,
    usage: entry.usage,
    mostTokens: mostTokens === null ? null : mostTokens.input + mostTokens.output,
    costNano: row.cost_nano,
    currency: entry.cost?.currency ?? null,
    status: entry.status,
    errorCode: entry.errorCode,
    durationMs: entry.durationMs,
  };
}
