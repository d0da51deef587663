import type Database from "better-sqlite3";
import type { UsageCallPage, UsageFilter } from "../../shared/usage-panel.ts";
import { groupSlots, type Slots } from "../usage/group-slots.ts";
import { parseLatencies } from "../usage/latencies.ts";
import type { SlotSums, SlotTimings } from "../usage/tally.ts";
import { dearestFirst, type SessionCost } from "../usage/dearest-first.ts";
import type {
  CallQuery,
  DearestSessions,
  Extent,
  FiguresOfGroup,
  FiguresQuery,
  SessionsQuery,
} from "../usage/usage-reads.ts";
import { toCall, type CallRow } from "./ledger-row.ts";
import {
  costsOf,
  createReader,
  quarterMs,
  sameFacts,
  sumsOf,
  timingsOf,
  valuesOf,
  type Fact,
} from "./slot-reader.ts";

/** The SQL that reads the ledger for figures. Runs in the worker; sums are made here, so that only they cross the thread border. */
export interface UsageStore {
  usageFigures(query: FiguresQuery): FiguresOfGroup[][];
  usageSessions(query: SessionsQuery): DearestSessions;
  usageExtent(filter: UsageFilter): Extent | null;
  usageCalls(query: CallQuery): UsageCallPage;
  usageTitles(sessionIds: readonly string[]): Record<string, string>;
}

/** What a grouping has to read of each slot. */
const factsOf = {
  nothing: [],
  model: ["model"],
  region: ["region"],
  session: ["session_id"],
  workspace: ["workspace"],
} as const satisfies Record<string, readonly Fact[]>;

type TimingsRow = Omit<SlotTimings, "latencies"> & { readonly latencies: string };

/** Prepares the statements once. `settleLost` runs first, so that what a dead process left is counted. */
export function createUsageStore(database: Database.Database, settleLost: () => void): UsageStore {
  const sums = createReader<SlotSums>(database, sumsOf);
  const timings = createReader<TimingsRow>(database, timingsOf);
  const costs = createReader<SessionCost>(database, costsOf);
  const read = ({ filter, groupings }: FiguresQuery, sessions?: readonly string[]): Slots => {
    const wanted = {
      facts: [
        ...new Set(groupings.flatMap((grouping) => ("by" in grouping ? factsOf[grouping.by] : []))),
      ],
      starts: groupings.flatMap((grouping) => ("starts" in grouping ? grouping.starts : [])),
      ...(sessions === undefined ? {} : { sessions }),
    };
    return {
      sums: sums(filter, wanted),
      timings: timings(filter, wanted).map((row) =>
        Object.assign(row, { latencies: parseLatencies(row.latencies) }),
      ),
    };
  };
  const figures = database.transaction((query: FiguresQuery) => groupSlots(read(query), query));
  const dearest = database.transaction(({ filter, first }: SessionsQuery): DearestSessions => {
    const { sessions, currencies } = dearestFirst(
      costs(filter, { facts: ["session_id"], starts: [] }),
    );
    const query: FiguresQuery = { filter, groupings: [{ by: "session" }] };
    const [found = []] = groupSlots(read(query, sessions.slice(0, first)), query);
    const byKey = new Map(found.map((group) => [group.key, group]));
    return {
      groups: sessions.slice(0, first).flatMap((key) => byKey.get(key) ?? []),
      sessions: sessions.length,
      currencies,
    };
  });
  const extent = createExtent(database);
  const findTitle = database
    .prepare<[string], string>("SELECT title FROM sessions WHERE session_id = ?")
    .pluck();
  return {
    usageFigures: (query) => {
      settleLost();
      return figures(query);
    },
    usageSessions: (query) => {
      settleLost();
      return dearest(query);
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
          AND (@key IS NULL OR coalesce(key_fingerprint, '') = @key)
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
      key: filter.keyFingerprint ?? null,
      lastAt: (before === undefined ? undefined : findAt.get(before)) ?? Number.MAX_SAFE_INTEGER,
      last: before ?? Number.MAX_SAFE_INTEGER,
      // One more says whether there is a next page.
      rows: limit + 1,
    });
    const calls = rows.slice(0, limit).map(toCall);
    return { calls, next: rows.length > limit ? (calls.at(-1)?.id ?? null) : null };
  };
}
