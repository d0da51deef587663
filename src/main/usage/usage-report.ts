import { AppError } from "../../shared/errors.ts";
import { formatNano, type Nano } from "../../shared/money.ts";
import type { UsageGroup, UsageQuery, UsageReport, UsageRow } from "../../shared/usage.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";

interface Sum {
  readonly key: string;
  readonly currency: string | null;
  calls: number;
  unpricedCalls: number;
  unknownCalls: number;
  inputTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  cost: Nano | null;
  unknownMaximum: Nano | null;
}

/**
 * Sums of the ledger, one row per key and currency in the order the keys first occur, and one total per currency. Days are UTC.
 * A request without usage is in `unknownCalls` and `unknownMaximum`, never in `cost`. Throws invalid-input for an unreadable time.
 */
export async function usageReport(ledger: Ledger, query: UsageQuery): Promise<UsageReport> {
  const { workspace, sessionId } = query;
  const since = toIso(query.since);
  const until = toIso(query.until);
  const entries = await ledger.entries({
    ...(workspace === undefined ? {} : { workspace }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
  const total = sumBy(entries, () => "").map(({ key: _key, ...row }) => row);
  return { rows: sumBy(entries, (entry) => keyOf(entry, query.by)), total };
}

function toIso(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const date = new Date(time);
  if (Number.isNaN(date.getTime()))
    throw new AppError(
      "invalid-input",
      `"${time}" is no time. Write it as 2026-01-31 or 2026-01-31T09:00:00Z.`,
    );
  return date.toISOString();
}

function keyOf(entry: LedgerEntry, by: UsageGroup): string {
  switch (by) {
    case "day":
      return entry.at.slice(0, 10);
    case "model":
      return entry.model;
    case "session":
      return entry.sessionId;
    case "workspace":
      return entry.workspace;
    case "call":
      return entry.requestId;
  }
}

function sumBy(entries: readonly LedgerEntry[], key: (entry: LedgerEntry) => string): UsageRow[] {
  const sums = new Map<string, Sum>();
  for (const entry of entries) {
    const currency = entry.cost?.currency ?? entry.bound?.currency ?? null;
    const place = JSON.stringify([key(entry), currency]);
    const sum = sums.get(place) ?? emptySum(key(entry), currency);
    sums.set(place, sum);
    addEntry(sum, entry);
  }
  return [...sums.values()].map(toUsageRow);
}

function toUsageRow({ cost, unknownMaximum, ...counts }: Sum): UsageRow {
  return {
    ...counts,
    cost: cost === null ? null : formatNano(cost),
    unknownMaximum: unknownMaximum === null ? null : formatNano(unknownMaximum),
  };
}

function emptySum(key: string, currency: string | null): Sum {
  const tokens = { inputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };
  const calls = { calls: 0, unpricedCalls: 0, unknownCalls: 0 };
  return { key, currency, ...calls, ...tokens, cost: null, unknownMaximum: null };
}

function addEntry(sum: Sum, entry: LedgerEntry): void {
  sum.calls += 1;
  sum.inputTokens += entry.usage?.inputTokens ?? 0;
  sum.cachedTokens += entry.usage?.cachedTokens ?? 0;
  sum.cacheWriteTokens += entry.usage?.cacheWriteTokens ?? 0;
  sum.outputTokens += entry.usage?.outputTokens ?? 0;
  if (entry.cost === null) sum.unpricedCalls += 1;
  else sum.cost = (sum.cost ?? 0n) + entry.cost.nano;
  if (entry.usage !== null) return;
  sum.unknownCalls += 1;
  if (entry.bound !== null) sum.unknownMaximum = (sum.unknownMaximum ?? 0n) + entry.bound.nano;
}

const columns = [
  "key",
  "calls",
  "inputTokens",
  "cachedTokens",
  "cacheWriteTokens",
  "outputTokens",
  "cost",
  "currency",
  "unpricedCalls",
  "unknownCalls",
  "unknownMaximum",
] as const satisfies readonly (keyof UsageRow)[];

/** The rows of a report as CSV (RFC 4180, CRLF), with a header line. Unknown amounts are empty, never 0. */
export function usageCsv(report: UsageReport): string {
  const lines = report.rows.map((row) => columns.map((column) => cell(row[column])).join(","));
  return [columns.join(","), ...lines].map((line) => `${line}\r\n`).join("");
}

/** A text that a spreadsheet would run as a formula gets an apostrophe: keys are folder names, which anybody can choose. */
function cell(value: string | number | null | undefined): string {
  const raw = String(value ?? "");
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
