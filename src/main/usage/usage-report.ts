import { AppError } from "../../shared/errors.ts";
import { sessionIdSchema } from "../../shared/ids.ts";
import type { UsageCall, UsageFilter } from "../../shared/usage-panel.ts";
import type { UsageGroup, UsageQuery, UsageReport, UsageRow } from "../../shared/usage.ts";
import { csvText } from "./csv.ts";
import { everyCall } from "./every-call.ts";
import { dayName, stretches } from "./stretches.ts";
import type { FiguresOfGroup, Grouping, UsageReads } from "./usage-reads.ts";

/**
 * Sums of the ledger, one row per key and currency in the order the keys first occur, and one total per currency: the figures of
 * the usage panel. Days are those of this process's time zone. A request without usage is in `unknownCalls` and
 * `unknownMaximum`, never in `cost`. Throws invalid-input for an unreadable time.
 */
export async function usageReport(reads: UsageReads, query: UsageQuery): Promise<UsageReport> {
  const filter = filterOf(query);
  const { grouping, nameOf } = await groupingOf(reads, filter, query.by);
  const [groups = [], total = []] = await reads.figures({
    filter,
    groupings: [grouping, { by: "nothing" }],
    splitCurrencies: true,
  });
  const rows =
    query.by === "call"
      ? (await everyCall(reads, filter)).toReversed().map(toCallRow)
      : groups.map((group) => toRow(nameOf(group.key), group));
  return {
    rows,
    total: total.map((group) => {
      const { key: _key, ...row } = toRow("", group);
      return row;
    }),
  };
}

function filterOf(query: UsageQuery): UsageFilter {
  const { workspace } = query;
  const since = toIso(query.since);
  const until = toIso(query.until);
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(query.sessionId === undefined ? {} : { sessionId: sessionIdSchema.parse(query.sessionId) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
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

async function groupingOf(
  reads: UsageReads,
  filter: UsageFilter,
  by: UsageGroup,
): Promise<{ readonly grouping: Grouping; readonly nameOf: (key: string) => string }> {
  if (by === "call") return { grouping: { by: "nothing" }, nameOf: (key) => key };
  if (by !== "day") return { grouping: { by }, nameOf: (key) => key };
  const extent = await reads.extent(filter);
  const { starts } = extent === null ? { starts: [] } : stretches(extent, "day");
  return { grouping: { starts }, nameOf: (key) => dayName(starts[Number(key)] ?? 0) };
}

function toRow(key: string, { currency, figures }: FiguresOfGroup): UsageRow {
  return {
    key,
    calls: figures.calls,
    failedCalls: figures.failed,
    inputTokens: figures.inputTokens,
    cachedTokens: figures.cachedTokens,
    cacheWriteTokens: figures.cacheWriteTokens,
    outputTokens: figures.outputTokens,
    reasoningTokens: figures.reasoningTokens,
    cost: figures.cost[0]?.amount ?? null,
    currency,
    unpricedCalls: figures.unpricedCalls,
    unknownCalls: figures.unknownCalls,
    unknownTokens: figures.unknownTokens,
    unknownMaximum: figures.unknownMaximum[0]?.amount ?? null,
    firstTokenMs: figures.firstTokenMs,
    totalMs: figures.totalMs,
  };
}

function toCallRow(call: UsageCall): UsageRow {
  const measured = (ms: number | null): UsageRow["totalMs"] =>
    ms === null || call.status !== "completed" ? null : { p50: ms, p95: ms };
  return {
    key: call.requestId,
    calls: 1,
    failedCalls: call.status === "failed" ? 1 : 0,
    inputTokens: call.usage?.inputTokens ?? 0,
    cachedTokens: call.usage?.cachedTokens ?? 0,
    cacheWriteTokens: call.usage?.cacheWriteTokens ?? 0,
    outputTokens: call.usage?.outputTokens ?? 0,
    reasoningTokens: call.usage?.reasoningTokens ?? 0,
    cost: call.cost?.amount ?? null,
    currency: call.cost?.currency ?? call.bound?.currency ?? null,
    unpricedCalls: call.cost === null ? 1 : 0,
    unknownCalls: call.usage === null ? 1 : 0,
    unknownTokens: call.usage === null ? (call.mostTokens ?? 0) : 0,
    unknownMaximum: call.usage === null ? (call.bound?.amount ?? null) : null,
    firstTokenMs: measured(call.firstTokenMs),
    totalMs: measured(call.durationMs),
  };
}

const columns = [
  "key",
  "calls",
  "failedCalls",
  "inputTokens",
  "cachedTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "cost",
  "currency",
  "unpricedCalls",
  "unknownCalls",
  "unknownTokens",
  "unknownMaximum",
] as const satisfies readonly (keyof UsageRow)[];

/** The rows of a report as CSV, with a header line. Unknown amounts are empty, never 0. */
export function usageCsv(report: UsageReport): string {
  return csvText(
    columns,
    report.rows.map((row) => columns.map((column) => row[column])),
  );
}
