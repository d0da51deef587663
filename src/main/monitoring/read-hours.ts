import { monitoringFacts } from "../catalogue/monitoring-facts.ts";
import { hourMs, hourOf, joinExtents, type ProviderFigures, type ProviderHour } from "./hours.ts";
import type { CachedDay, HoursCache } from "./hours-cache.ts";
import { AnswerTooLargeError, type PrometheusClient, type Series } from "./prometheus-client.ts";
import {
  countingOf,
  hoursIn,
  type ReadHours,
  type SeriesCounting,
  type SeriesPage,
  type Stretch,
} from "./read-series.ts";

export interface HoursReaderOptions {
  readonly client: PrometheusClient;
  readonly cache: HoursCache;
  /** As the person says; "auto" looks. */
  readonly counting: SeriesCounting | "auto";
  readonly now: () => number;
}

export interface ReadFigures extends ProviderFigures {
  readonly counting: SeriesCounting;
}

/** The provider's figures by hour, page by page; what is final comes from the cache. */
export interface HoursReader {
  /** Hours of the stretch, which is whole hours. Errors as `PrometheusClient` has them, and "cancelled". */
  read(stretch: Stretch, signal: AbortSignal): Promise<ReadFigures>;
  /** The series of the last two days as they are, for a test of the connection. */
  look(signal: AbortSignal): Promise<SeriesPage>;
}

const dayMs = 24 * hourMs;

/** After this time the figures of an hour do not change any more; the provider speaks of one to two hours, and more at peaks. */
const finalMs = dayMs;

const selectors = {
  usage: `${monitoringFacts.usage}{usage_type=~"${Object.values(monitoringFacts.usageTypes).join("|")}"}`,
  calls: monitoringFacts.calls,
};

export function createHoursReader(options: HoursReaderOptions): HoursReader {
  const { client, cache, now } = options;
  const page = createPages(client);
  const look = (signal: AbortSignal): Promise<SeriesPage> =>
    page({ from: now() - 2 * dayMs, to: now() }, "running-total", signal);

  return {
    look,
    async read(stretch, signal) {
      const counting = await decide(options, { stretch, page, signal });
      const figures = createFigures(stretch);
      let before: ReadonlyMap<string, number> | null = null;
      // The day before gives running totals a value to count from, and says whether the provider had figures at all.
      const first = dayOf(stretch.from) - dayMs;
      for (let day = first; day < Math.min(stretch.to, now()); day += dayMs) {
        signal.throwIfAborted();
        const read: ReadHours = await readDay(
          { ...options, page, counting },
          { day, before },
          signal,
        );
        figures.add(read);
        before = read.last;
      }
      const { hours, workspaces } = figures.all();
      return { counting, hours, workspaces: cache.covered(workspaces) };
    },
  };
}

interface Deciding {
  readonly stretch: Stretch;
  readonly page: Pages;
  readonly signal: AbortSignal;
}

/** As the person says, as it was seen before, or by the newest days in which enough moved; once seen it is remembered. */
async function decide(
  { counting, cache, now }: HoursReaderOptions,
  { stretch, page, signal }: Deciding,
): Promise<SeriesCounting> {
  if (counting !== "auto") return counting;
  const known = cache.counting();
  if (known !== null) return known;
  const end = Math.min(stretch.to, now());
  for (let to = end; to > stretch.from; to -= dayMs) {
    const { usage, calls } = await page({ from: to - dayMs, to }, "running-total", signal);
    const seen = countingOf([...usage, ...calls]);
    if (seen === null) continue;
    cache.keepCounting(seen);
    return seen;
  }
  return "running-total";
}

type Pages = (
  stretch: Stretch,
  counting: SeriesCounting,
  signal: AbortSignal,
) => Promise<SeriesPage>;

interface DayParts extends Pick<HoursReaderOptions, "cache" | "now"> {
  readonly page: Pages;
  readonly counting: SeriesCounting;
}

/** One day: its final hours from the cache, the rest from the provider; what became final meanwhile is kept. */
async function readDay(
  { cache, now, page, counting }: DayParts,
  { day, before }: { readonly day: number; readonly before: ReadonlyMap<string, number> | null },
  signal: AbortSignal,
): Promise<ReadHours> {
  const end = day + dayMs;
  const found = cache.find(day);
  const known = found?.counting === counting ? found : null;
  if (known !== null && known.upTo >= end) return toRead(known);
  const from = known?.upTo ?? day;
  const series = await page({ from, to: Math.min(end, now()) }, counting, signal);
  const upTo = Math.min(end, Math.max(from, hourOf(now() - finalMs)));
  const base = known === null ? before : new Map(known.last);
  const settled = merge(
    known,
    hoursIn(cut(series, { to: upTo, counting }), { from, to: upTo }, { counting, before: base }),
  );
  // The first page of all has no value to count from: what it says is good for the coverage only.
  const isSound = base !== null || counting === "per-minute";
  if (isSound && upTo > from)
    cache.keep(day, {
      counting,
      upTo,
      ...settled,
      hours: [...settled.hours],
      last: [...settled.last],
    });
  const open = hoursIn(
    cut(series, { from: upTo, counting }),
    { from: upTo, to: end },
    { counting, before: upTo > from ? settled.last : base },
  );
  return merge(settled, open);
}

const toRead = ({ hours, workspaces, last }: CachedDay): ReadHours => ({
  hours,
  workspaces,
  last: new Map(last),
});

function merge(one: CachedDay | ReadHours | null, other: ReadHours): ReadHours {
  if (one === null) return other;
  return {
    hours: [...one.hours, ...other.hours],
    workspaces: joinExtents(one.workspaces, other.workspaces),
    last: new Map([...one.last, ...other.last]),
  };
}

/** A part of a page. What a running total shows on the hour was counted in the hour before. */
function cut(
  page: SeriesPage,
  part: { readonly from?: number; readonly to?: number; readonly counting: SeriesCounting },
): SeriesPage {
  const slack = part.counting === "running-total" ? 1 : 0;
  const from = (part.from ?? -Infinity) + slack;
  const to = (part.to ?? Infinity) + slack;
  const keep = (series: readonly Series[]): Series[] =>
    series.flatMap(({ labels, samples }) => {
      const kept = samples.filter(([seconds]) => seconds * 1000 >= from && seconds * 1000 < to);
      return kept.length === 0 ? [] : [{ labels, samples: kept }];
    });
  return { usage: keep(page.usage), calls: keep(page.calls) };
}

/** Asks for a stretch in as many parts as it takes. */
function createPages(client: PrometheusClient): Pages {
  async function ask(stretch: Stretch, kind: keyof SeriesPage, how: Asking): Promise<Series[]> {
    try {
      return [...(await client.queryRange(queryOf(stretch, kind, how.counting), how.signal))];
    } catch (error) {
      const middle = hourOf((stretch.from + stretch.to) / 2);
      if (!(error instanceof AnswerTooLargeError) || middle <= stretch.from) throw error;
      const first = await ask({ from: stretch.from, to: middle }, kind, how);
      return [...first, ...(await ask({ from: middle, to: stretch.to }, kind, how))];
    }
  }
  return async (stretch, counting, signal) => {
    const how = { counting, signal };
    const [usage, calls] = await Promise.all([
      ask(stretch, "usage", how),
      ask(stretch, "calls", how),
    ]);
    return { usage: joined(usage), calls: joined(calls) };
  };
}

interface Asking {
  readonly counting: SeriesCounting;
  readonly signal: AbortSignal;
}

function queryOf(
  { from, to }: Stretch,
  kind: keyof SeriesPage,
  counting: SeriesCounting,
): Parameters<PrometheusClient["queryRange"]>[0] {
  const step = monitoringFacts.stepSeconds;
  const start = Math.ceil(from / 1000);
  const end = Math.floor(to / 1000);
  if (counting === "running-total")
    return { query: selectors[kind], start, end, stepSeconds: step };
  // A plain query repeats a value for five minutes; the sum of each minute has every sample once. Asked for at the middle of the
  // minutes, so that samples on the minute are not at the edge of two.
  return {
    query: `sum_over_time(${selectors[kind]}[${step}s])`,
    start: start + step / 2,
    end: end - step / 2,
    stepSeconds: step,
  };
}

/** The parts of each series, which may come in several answers. */
function joined(series: readonly Series[]): Series[] {
  const byLabels = new Map<string, Series>();
  for (const one of series) {
    const names = Object.keys(one.labels).toSorted();
    const key = JSON.stringify(names.map((name) => [name, one.labels[name]]));
    const known = byLabels.get(key);
    const newest = known?.samples.at(-1)?.[0] ?? -Infinity;
    const fresh = one.samples.filter(([seconds]) => seconds > newest);
    byLabels.set(key, { labels: one.labels, samples: [...(known?.samples ?? []), ...fresh] });
  }
  return [...byLabels.values()];
}

const dayOf = (at: number): number => Math.floor(at / dayMs) * dayMs;

/** Adds up what the days say, within the stretch that was asked for. */
function createFigures({ from, to }: Stretch): {
  add(read: ReadHours): void;
  all(): ProviderFigures;
} {
  let sum: ReadHours = { hours: [], workspaces: {}, last: new Map() };
  return {
    add: (read) => {
      sum = merge(sum, { ...read, last: new Map() });
    },
    all: () => ({
      hours: sum.hours.filter(({ hour }: ProviderHour) => hour >= from && hour < to),
      workspaces: sum.workspaces,
    }),
  };
}
