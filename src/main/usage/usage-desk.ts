import type {
  UsageCall,
  UsageCallPage,
  UsageDimension,
  UsageFilter,
  UsageGroupRow,
  UsageOverview,
} from "../../shared/usage-panel.ts";
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
  groups(filter: UsageFilter, by: UsageDimension): Promise<UsageGroupRow[]>;
  calls(query: CallQuery): Promise<UsageCallPage>;
  everyCall(filter: UsageFilter): Promise<readonly UsageCall[]>;
  /** What `belay usage` prints. Throws invalid-input for an unreadable time. */
  report(query: UsageQuery): Promise<UsageReport>;
}

const nothing = createTally().figures();

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

  async function groups(filter: UsageFilter, by: UsageDimension): Promise<UsageGroupRow[]> {
    if (by === "day") return days(filter);
    const [found = []] = await reads.figures({ filter, groupings: [{ by }] });
    const titles = by === "session" ? await reads.titles(found.map(({ key }) => key)) : {};
    return found.map(({ key, figures }) =>
      Object.assign({ key, title: titles[key] ?? null }, figures),
    );
  }

  async function days(filter: UsageFilter): Promise<UsageGroupRow[]> {
    const extent = await reads.extent(filter);
    if (extent === null) return [];
    const { starts } = stretches(extent, "day");
    const [found = []] = await reads.figures({ filter, groupings: [{ starts }] });
    return found.map(({ key, figures }) =>
      Object.assign({ key: dayName(starts[Number(key)] ?? 0), title: null }, figures),
    );
  }

  return {
    overview,
    groups,
    calls: (query) => reads.calls(query),
    everyCall: (filter) => everyCall(reads, filter),
    report: (query) => usageReport(reads, query),
  };
}
