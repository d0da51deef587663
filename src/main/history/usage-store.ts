import type Database from "better-sqlite3";
import type { UsageCallPage, UsageFilter } from "../../shared/usage-panel.ts";
import { groupSlots, type Slots } from "../usage/group-slots.ts";
import { parseLatencies } from "../usage/latencies.ts";
import { sumNames, type SlotSums, type SlotTimings } from "../usage/tally.ts";
import type { CallQuery, Extent, FiguresOfGroup, FiguresQuery } from "../usage/usage-reads.ts";
import { toCall, type CallRow } from "./ledger-row.ts";
import { timingFacts } from "./migrations/004-usage-timings.ts";

/** The SQL that reads the ledger for figures. Runs in the worker; sums are made here, so that only they cross the thread border. */
export interface UsageStore {
  usageFigures(query: FiguresQuery): FiguresOfGroup[][];
  usageExtent(filter: UsageFilter): Extent | null;
  usageCalls(query: CallQuery): UsageCallPage;
  usageTitles(sessionIds: readonly string[]): Record<string, string>;
}

type Fact = "workspace" | "session_id" | "model" | "region";

const facts = ["workspace", "session_id", "model", "region"] as const satisfies readonly Fact[];

/** What a grouping has to read of each slot. */
const factsOf = {
  nothing: [],
  model: ["model"],
  region: ["region"],
  session: ["session_id"],
  workspace: ["workspace"],
} as const satisfies Record<string, readonly Fact[]>;

type TimingsRow = Omit<SlotTimings, "latencies"> & { readonly latencies: string };

const quarterMs = 900_000;

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
const sameFacts = `(@workspace IS NULL OR workspace = @workspace) AND (@sessionId IS NULL OR session_id = @sessionId)
  AND (@model IS NULL OR model = @model) AND (@region IS NULL OR region = @region)`;

function valuesOf({
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

/** Prepares the statements once. `settleLost` runs first, so that what a dead process left is counted. */
export function createUsageStore(database: Database.Database, settleLost: () => void): UsageStore {
  const sums = createReader<SlotSums>(database, sumsOf);
  const timings = createReader<TimingsRow>(database, timingsOf);
  const read = ({ filter, groupings }: FiguresQuery): Slots => {
    const wanted = {
      facts: [
        ...new Set(groupings.flatMap((grouping) => ("by" in grouping ? factsOf[grouping.by] : []))),
      ],
      starts: groupings.flatMap((grouping) => ("starts" in grouping ? grouping.starts : [])),
    };
    return {
      sums: sums(filter, wanted),
      timings: timings(filter, wanted).map((row) =>
        Object.assign(row, { latencies: parseLatencies(row.latencies) }),
      ),
    };
  };
  const figures = database.transaction((query: FiguresQuery) => groupSlots(read(query), query));
  const extent = createExtent(database);
  const findTitle = database
    .prepare<[string], string>("SELECT title FROM sessions WHERE session_id = ?")
    .pluck();
  return {
    usageFigures: (query) => {
      settleLost();
      return figures(query);
    },
    usageExtent: (filter) => {
      settleLost();
      return extent(filter);
    },
    usageCalls: createCalls(database),
    usageTitles: (sessionIds) =>
      Object.fromEntries(
        sessionIds.flatMap((id) => {
          const title = findTitle.get(id) ?? "";
          return title === "" ? [] : [[id, title] as const];
        }),
      ),
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

const sumsOf: SlotSource = {
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

const timingsOf: SlotSource = {
  table: "usage_timings",
  names: "completed, failed, cancelled, lost, latencies",
  ofRequest: timingFacts("ledger"),
  read: `sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled, sum(lost) AS lost,
    group_concat(latencies, '') AS latencies`,
};

/** `starts` as in a grouping, or none. */
interface Wanted {
  readonly facts: readonly Fact[];
  readonly starts: readonly number[];
}

type Reader<Row> = (filter: UsageFilter, wanted: Wanted) => Row[];

/**
 * Reads what a filter chooses, summed by the facts that are wanted and within each stretch of time: whole quarters of an hour as
 * they were summed, and the requests in the quarters that `since` and `until` cut, one by one. SQLite adds faster than it hands over.
 */
function createReader<Row>(database: Database.Database, source: SlotSource): Reader<Row> {
  const { table, names, ofRequest, read } = source;
  const prepare = memoised((sql: string) => database.prepare<unknown[], Row>(sql));
  return (filter, wanted) => {
    const values = valuesOf(filter);
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
                 FROM ledger WHERE at_ms >= @from AND at_ms < @to AND ${sameFacts})
             ${select} FROM one ${groups}`,
          ).all({ ...values, from: start, to: end })
        : [];
    // Both in one quarter: there is no whole one between them.
    if (from > to) return between(values.from, values.to);
    const index = filter.sessionId === undefined ? "" : `INDEXED BY ${table}_by_session`;
    const whole = prepare(
      `${select} FROM ${table} ${index} WHERE slot_ms >= @from AND slot_ms < @to AND ${sameFacts} ${groups}`,
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

function createExtent(database: Database.Database): (filter: UsageFilter) => Extent | null {
  const find = (index: string): Database.Statement<unknown[], Extent> =>
    database.prepare(
      `SELECT min(slot_ms) AS first, max(slot_ms) AS last FROM usage_slots ${index}
        WHERE slot_ms > @from - ${quarterMs} AND slot_ms < @to AND ${sameFacts} HAVING count(*) > 0`,
    );
  const bySession = find("INDEXED BY usage_slots_by_session");
  const byTime = find("");
  return (filter) =>
    (filter.sessionId === undefined ? byTime : bySession).get(valuesOf(filter)) ?? null;
}

function createCalls(database: Database.Database): (query: CallQuery) => UsageCallPage {
  const find = (index: string): Database.Statement<unknown[], CallRow> =>
    database.prepare(
      `SELECT ledger.*, (SELECT title FROM sessions WHERE sessions.session_id = ledger.session_id) AS title
         FROM ledger INDEXED BY ${index}
        WHERE at_ms >= @from AND at_ms < @to AND at_ms <= @lastAt AND (at_ms < @lastAt OR id < @last) AND ${sameFacts}
        ORDER BY at_ms DESC, id DESC LIMIT @rows`,
    );
  const bySession = find("ledger_by_session");
  const byWorkspace = find("ledger_by_workspace");
  const byTime = find("ledger_by_time");
  const findAt = database
    .prepare<[number], number>("SELECT at_ms FROM ledger WHERE id = ?")
    .pluck();
  return ({ filter, before, limit }) => {
    const byPlace = filter.workspace === undefined ? byTime : byWorkspace;
    const rows = (filter.sessionId === undefined ? byPlace : bySession).all({
      ...valuesOf(filter),
      lastAt: (before === undefined ? undefined : findAt.get(before)) ?? Number.MAX_SAFE_INTEGER,
      last: before ?? Number.MAX_SAFE_INTEGER,
      // One more says whether there is a next page.
      rows: limit + 1,
    });
    const calls = rows.slice(0, limit).map(toCall);
    return { calls, next: rows.length > limit ? (calls.at(-1)?.id ?? null) : null };
  };
}
