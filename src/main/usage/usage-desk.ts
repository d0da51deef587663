import type {
  UsageCall,
  UsageCallPage,
  UsageDimension,
  UsageFigures,
  UsageFilter,
  UsageGroupPage,
  UsageGroupRow,
  UsageOverview,
} from "../../shared/usage-panel.ts";
import { currencySchema, parseNano, type Currency } from "../../shared/money.ts";
import type { UsageQuery, UsageReport } from "../../shared/usage.ts";
import { everyCall } from "./every-call.ts";
import { dayName, stepFor, stretches } from "./stretches.ts";
import type { CallQuery, UsageReads } from "./usage-reads.ts";
import { createTally } from "./tally.ts";
import { usageReport } from "./usage-report.ts";

/** What the usage panel asks. Every figure comes from the functions that `belay usage` prints. */
export interface UsageDesk {
  /** Sums, and the same over time in the finest steps that can be read. */
  overview(filter: UsageFilter): Promise<UsageOverview>;
  /** The newest day first, else the dearest; of sessions no more than `first`. */
  groups(filter: UsageFilter, by: UsageDimension, first?: number): Promise<UsageGroupPage>;
  calls(query: CallQuery): Promise<UsageCallPage>;
  everyCall(filter: UsageFilter): Promise<readonly UsageCall[]>;
  /** What `belay usage` prints. Throws invalid-input for an unreadable time. */
  report(query: UsageQuery): Promise<UsageReport>;
}

const nothing = createTally().figures();

/** More are never handed over at once. */
const mostSessions = 5000;

const rowOf = (key: string, figures: UsageFigures, title: string | null = null): UsageGroupRow =>
  Object.assign({ key, title }, figures);

const whole = (rows: readonly UsageGroupRow[]): UsageGroupPage => ({
  rows: [...rows],
  groups: rows.length,
  currencies: currencySchema.options.filter((currency) =>
    rows.some(({ cost }) => cost.some((money) => money.currency === currency)),
  ),
});

/** As `dearestFirst` orders sessions. */
function dearerFirst(a: UsageGroupRow, b: UsageGroupRow): number {
  for (const currency of currencySchema.options) {
    const [one, other] = [nanoOf(a, currency), nanoOf(b, currency)];
    if (one !== other) return one > other ? -1 : 1;
  }
  return b.calls - a.calls;
}

const nanoOf = ({ cost }: UsageGroupRow, currency: Currency): bigint =>
  parseNano(cost.find((money) => money.currency === currency)?.amount ?? "0") ?? 0n;

/** The desk over the ledger's figures; `now` is the clock. */
export function createUsageDesk(reads: UsageReads, now: () => number = Date.now): UsageDesk {
  async function overview(filter: UsageFilter): Promise<UsageOverview> {
    const span = await spanOf(filter);
    const step = span === null ? "day" : stepFor(span.last - span.first);
    const { starts, end } = span === null ? { starts: [], end: 0 } : stretches(span, step);
    const [total = [], points = []] = await reads.figures({
      filter,
      groupings: [{ by: "nothing" }, { starts }],
    });
    const byIndex = new Map(points.map(({ key, figures }) => [key, figures]));
    return {
      step,
      total: total[0]?.figures ?? nothing,
      points: starts.map((start, index) =>
        Object.assign(
          {
            start: new Date(start).toISOString(),
            end: new Date(starts[index + 1] ?? end).toISOString(),
          },
          byIndex.get(String(index)) ?? nothing,
        ),
      ),
    };
  }

  /** What the filter says, up to now at most; where it says nothing, from the first request to the last. */
  async function spanOf(filter: UsageFilter): Promise<{ first: number; last: number } | null> {
    const { since, until } = filter;
    const extent = await reads.extent(filter);
    if (extent === null) return null;
    const last = until === undefined ? extent.last : Math.min(Date.parse(until) - 1, now());
    return {
      first: since === undefined ? extent.first : Date.parse(since),
      last: Math.max(last, extent.last),
    };
  }

  return {
    overview,
    ...createGroups(reads),
    calls: (query) => reads.calls(query),
    everyCall: (filter) => everyCall(reads, filter),
    report: (query) => usageReport(reads, query),
  };
}

function createGroups(reads: UsageReads): Pick<UsageDesk, "groups"> {
  async function groups(
    filter: UsageFilter,
    by: UsageDimension,
    first = mostSessions,
  ): Promise<UsageGroupPage> {
    if (by === "day") return whole(await days(filter));
    if (by === "session") return sessions(filter, first);
    const [found = []] = await reads.figures({ filter, groupings: [{ by }] });
    return whole(found.map(({ key, figures }) => rowOf(key, figures)).toSorted(dearerFirst));
  }

  async function sessions(filter: UsageFilter, first: number): Promise<UsageGroupPage> {
    const found = await reads.dearestSessions({ filter, first });
    const titles = await reads.titles(found.groups.map(({ key }) => key));
    return {
      rows: found.groups.map(({ key, figures }) => rowOf(key, figures, titles[key])),
      groups: found.sessions,
      currencies: [...found.currencies],
    };
  }

  async function days(filter: UsageFilter): Promise<UsageGroupRow[]> {
    const extent = await reads.extent(filter);
    if (extent === null) return [];
    const { starts } = stretches(extent, "day");
    const [found = []] = await reads.figures({ filter, groupings: [{ starts }] });
    return found
      .toReversed()
      .map(({ key, figures }) => rowOf(dayName(starts[Number(key)] ?? 0), figures));
  }
  return { groups };
}
