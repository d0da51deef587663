import type Database from "better-sqlite3";
import type { UsageFilter } from "../../shared/usage-panel.ts";
import { sumNames } from "../usage/tally.ts";
import { timingFacts } from "./migrations/004-usage-timings.ts";

/** A fact of requests that slots keep too. */
export type Fact = "workspace" | "session_id" | "model" | "region";

const facts = ["workspace", "session_id", "model", "region"] as const satisfies readonly Fact[];

export const quarterMs = 900_000;

interface FilterValues {
  readonly workspace: string | null;
  readonly sessionId: string | null;
  readonly model: string | null;
  readonly region: string | null;
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** The facts that slots and requests both have. */
export const sameFacts = `(@workspace IS NULL OR workspace = @workspace) AND (@sessionId IS NULL OR session_id = @sessionId)
  AND (@model IS NULL OR model = @model) AND (@region IS NULL OR region = @region)`;

/** A filter as the statements take it. */
export function valuesOf({
  workspace,
  sessionId,
  model,
  region,
  since,
  until,
}: UsageFilter): FilterValues {
  return {
    workspace: workspace ?? null,
    sessionId: sessionId ?? null,
    model: model ?? null,
    region: region ?? null,
    from: since === undefined ? 0 : Date.parse(since),
    to: until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(until),
  };
}

/** A table of slots. */
interface SlotSource {
  readonly table: string;
  /** Its columns but the keys. */
  readonly names: string;
  /** The same of one request. */
  readonly ofRequest: string;
  /** Their sums, as they are read. */
  readonly read: string;
}

const amount = (column: string, name: string): string =>
  // Apart: a sum may be more than a number of this language holds exactly, and more than one of SQLite's.
  `sum(${column} / 1000000000) AS ${name}_units, sum(${column} % 1000000000) AS ${name}_rest`;

/** Everything that is summed. */
export const sumsOf: SlotSource = {
  table: "usage_slots",
  names: `${sumNames.join(", ")}, cost_nano, unknown_nano`,
  ofRequest: `1, retries > 0, cost_nano IS NULL, input_tokens IS NULL,
    iif(input_tokens IS NULL, coalesce(bound_input_tokens, 0) + coalesce(bound_output_tokens, 0), 0),
    coalesce(input_tokens, 0), coalesce(cached_tokens, 0), coalesce(cache_write_tokens, 0), coalesce(output_tokens, 0),
    coalesce(reasoning_tokens, 0), coalesce(cost_nano, 0), iif(cost_nano IS NULL, coalesce(bound_nano, 0), 0)`,
  read: [
    ...sumNames.map((name) => `sum(${name}) AS ${name}`),
    amount("cost_nano", "cost"),
    amount("unknown_nano", "unknown"),
  ].join(", "),
};

/** How requests ended, and how long each took. */
export const timingsOf: SlotSource = {
  table: "usage_timings",
  names: "completed, failed, cancelled, lost, latencies",
  ofRequest: timingFacts("ledger"),
  read: `sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled, sum(lost) AS lost,
    group_concat(latencies, '') AS latencies`,
};

/** No more than what the order of sessions needs: it is read of every one. */
export const costsOf: SlotSource = {
  table: "usage_slots",
  names: "calls, unpriced_calls, cost_nano",
  ofRequest: "1, cost_nano IS NULL, coalesce(cost_nano, 0)",
  read: `sum(calls) AS calls, sum(unpriced_calls) AS unpriced_calls, ${amount("cost_nano", "cost")}`,
};

/** `starts` as in a grouping, or none. */
interface Wanted {
  readonly facts: readonly Fact[];
  readonly starts: readonly number[];
  /** None but these; missing = all. */
  readonly sessions?: readonly string[];
}

type Reader<Row> = (filter: UsageFilter, wanted: Wanted) => Row[];

/**
 * Reads what a filter chooses, summed by the facts that are wanted and within each stretch of time: whole quarters of an hour as
 * they were summed, and the requests in the quarters that `since` and `until` cut, one by one. SQLite adds faster than it hands over.
 */
export function createReader<Row>(database: Database.Database, source: SlotSource): Reader<Row> {
  const { table, names, ofRequest, read } = source;
  const prepare = memoised((sql: string) => database.prepare<unknown[], Row>(sql));
  return (filter, wanted) => {
    const { sessions } = wanted;
    const values = { ...valuesOf(filter), sessions: JSON.stringify(sessions ?? []) };
    const chosen =
      sessions === undefined
        ? sameFacts
        : `${sameFacts} AND session_id IN (SELECT value FROM json_each(@sessions))`;
    const from = Math.ceil(values.from / quarterMs) * quarterMs;
    const to =
      filter.until === undefined ? values.to : Math.floor(values.to / quarterMs) * quarterMs;
    const columns = facts.map((fact) => (wanted.facts.includes(fact) ? fact : `'' AS ${fact}`));
    const select = `SELECT min(slot_ms) AS slot_ms, currency, ${columns.join(", ")}, ${read}`;
    const groups = `GROUP BY ${["currency", ...wanted.facts].join(", ")} HAVING count(*) > 0 ORDER BY 1`;
    const between = (start: number, end: number): Row[] =>
      start < end
        ? prepare(
            `WITH one (slot_ms, currency, ${facts.join(", ")}, ${names}) AS (
               SELECT at_ms - at_ms % ${quarterMs}, coalesce(cost_currency, bound_currency, ''), ${facts.join(", ")}, ${ofRequest}
                 FROM ledger WHERE at_ms >= @from AND at_ms < @to AND ${chosen})
             ${select} FROM one ${groups}`,
          ).all({ ...values, from: start, to: end })
        : [];
    // Both in one quarter: there is no whole one between them.
    if (from > to) return between(values.from, values.to);
    const index =
      filter.sessionId === undefined && sessions === undefined
        ? ""
        : `INDEXED BY ${table}_by_session`;
    const whole = prepare(
      `${select} FROM ${table} ${index} WHERE slot_ms >= @from AND slot_ms < @to AND ${chosen} ${groups}`,
    );
    return [
      ...between(values.from, from),
      ...cutAt(wanted.starts, { from, to }).flatMap((part) => whole.all({ ...values, ...part })),
      ...between(to, values.to),
    ];
  };
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/** A stretch of time in the parts that these moments cut it into. */
function cutAt(moments: readonly number[], { from, to }: Part): Part[] {
  const inside = moments.filter((moment) => moment > from && moment < to);
  const edges = [from, ...inside, to];
  return inside.length === 0
    ? [{ from, to }]
    : edges.slice(1).map((end, index) => ({ from: edges[index] ?? from, to: end }));
}

function memoised<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
