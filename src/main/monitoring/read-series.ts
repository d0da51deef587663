import { monitoringFacts } from "../catalogue/monitoring-facts.ts";
import { hourOf, type ProviderFigures, type ProviderHour } from "./hours.ts";
import type { Series } from "./prometheus-client.ts";

/** How the values of a series are to be read (see `countingSchema` in shared/monitoring.ts). */
export type SeriesCounting = "running-total" | "per-minute";

/** A stretch of time in Unix milliseconds, the end exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The series of one look at the provider. */
export interface SeriesPage {
  readonly usage: readonly Series[];
  readonly calls: readonly Series[];
}

/** So many changes have to be seen before the way of counting is believed. */
const fewestChanges = 4;
/** A running total falls at a restart only; what a minute used falls as often as it rises. */
const fallingShare = 0.2;

/** How the series count, by how their values move; null while too few did. */
export function countingOf(series: readonly Series[]): SeriesCounting | null {
  let changes = 0;
  let falls = 0;
  for (const { samples } of series)
    for (const [index, [, value]] of samples.entries()) {
      const before = samples[index - 1]?.[1];
      if (before === undefined || value === before) continue;
      changes += 1;
      if (value < before) falls += 1;
    }
  if (changes < fewestChanges) return null;
  return falls / changes >= fallingShare ? "per-minute" : "running-total";
}

/** How a page is to be read. */
export interface Reading {
  readonly counting: SeriesCounting;
  /** The value that each series of a running total had when the page begins, by `seriesKey`; null = this is the first page. */
  readonly before: ReadonlyMap<string, number> | null;
}

export interface ReadHours {
  readonly hours: readonly ProviderHour[];
  readonly workspaces: ProviderFigures["workspaces"];
  /** The last value of each series, for the page that follows. */
  readonly last: ReadonlyMap<string, number>;
}

/**
 * What was counted in each whole hour of a stretch. A running total counts from the value before; a value below that began anew from
 * nothing. A series that appears later was nothing before, but for those that are there at the first sample of their workspace:
 * what they show was counted before anybody looked.
 */
export function hoursIn(page: SeriesPage, stretch: Stretch, reading: Reading): ReadHours {
  const book = createBook(stretch);
  const last = new Map(reading.before ?? []);
  const workspaces = extentsOf(page);
  const known = new Set([...last.keys()].map(workspaceOfKey));
  function stepsOf(series: Series, kind: keyof SeriesPage): readonly Step[] {
    if (reading.counting === "per-minute") return minutes(series);
    const key = seriesKey(series, kind);
    const [first = [0, 0] as const] = series.samples;
    const workspace = workspaceOf(series);
    const wasThere = !known.has(workspace) && first[0] * 1000 === workspaces[workspace]?.first;
    const base = last.get(key) ?? (wasThere ? first[1] : 0);
    last.set(key, series.samples.at(-1)?.[1] ?? base);
    return rises(series, base);
  }
  for (const series of page.usage) addUsage(book, series, stepsOf(series, "usage"));
  for (const series of page.calls) addCalls(book, series, stepsOf(series, "calls"));
  return { hours: book.hours(), workspaces, last };
}

const allOf = ({ usage, calls }: SeriesPage): readonly Series[] => [...usage, ...calls];

const workspaceOf = ({ labels }: Series): string => labels["workspace_id"] ?? "";

/** A series by what it is of, in whatever order its labels come; its workspace first. */
function seriesKey(series: Series, kind: keyof SeriesPage): string {
  const names = Object.keys(series.labels)
    .filter((name) => name !== "__name__")
    .toSorted();
  return JSON.stringify([
    workspaceOf(series),
    kind,
    ...names.map((name) => [name, series.labels[name]]),
  ]);
}

function workspaceOfKey(key: string): string {
  const parts: unknown = JSON.parse(key);
  return Array.isArray(parts) ? String(parts[0]) : "";
}

type Step = readonly [at: number, value: number];

/** What each minute used, by the minute that it is of. */
function minutes({ samples }: Series): readonly Step[] {
  return samples
    .filter(([, value]) => value > 0)
    .map(([seconds, value]) => [seconds * 1000, value] as const);
}

/** By how much a running total rose, each time just before the sample that shows it. */
function rises({ samples }: Series, base: number): readonly Step[] {
  const steps: Step[] = [];
  let before = base;
  for (const [seconds, value] of samples) {
    const rise = value >= before ? value - before : value;
    if (rise > 0) steps.push([seconds * 1000 - 1, rise]);
    before = value;
  }
  return steps;
}

function addUsage(book: Book, series: Series, steps: readonly Step[]): void {
  const { usageTypes } = monitoringFacts;
  const type = series.labels["usage_type"];
  for (const [at, value] of steps) {
    const hour = book.of(series, at);
    if (hour === null) continue;
    if (type === usageTypes.input) hour.inputTokens += value;
    else if (type === usageTypes.output) hour.outputTokens += value;
    else if (type === usageTypes.cached) hour.cachedTokens += value;
  }
}

function addCalls(book: Book, series: Series, steps: readonly Step[]): void {
  const failed = series.labels["status_code"] !== monitoringFacts.successCode;
  for (const [at, value] of steps) {
    const hour = book.of(series, at);
    if (hour === null) continue;
    hour.calls += value;
    if (failed) hour.failedCalls += value;
  }
}

/** First and newest sample of each workspace. */
function extentsOf(page: SeriesPage): ProviderFigures["workspaces"] {
  const extents: Record<string, { first: number; newest: number }> = {};
  for (const series of allOf(page)) {
    const first = (series.samples[0]?.[0] ?? Number.NaN) * 1000;
    const newest = (series.samples.at(-1)?.[0] ?? Number.NaN) * 1000;
    if (Number.isNaN(first)) continue;
    const workspace = workspaceOf(series);
    const known = extents[workspace] ?? { first, newest };
    extents[workspace] = {
      first: Math.min(known.first, first),
      newest: Math.max(known.newest, newest),
    };
  }
  return extents;
}

type MutableHour = { -readonly [Key in keyof ProviderHour]: ProviderHour[Key] };

interface Book {
  /** Null outside of the stretch. */
  of(series: Series, at: number): MutableHour | null;
  hours(): readonly ProviderHour[];
}

function createBook({ from, to }: Stretch): Book {
  const hours = new Map<string, MutableHour>();
  return {
    of(series, at) {
      if (at < from || at >= to) return null;
      const hour = hourOf(at);
      const model = series.labels["model"] ?? "";
      const workspaceId = workspaceOf(series);
      const apiKeyId = series.labels["apikey_id"] ?? "";
      const key = JSON.stringify([hour, model, workspaceId, apiKeyId]);
      const known = hours.get(key);
      if (known !== undefined) return known;
      const none = { calls: 0, failedCalls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
      const made: MutableHour = { hour, model, workspaceId, apiKeyId, ...none };
      hours.set(key, made);
      return made;
    },
    hours: () =>
      [...hours.values()].map((hour) =>
        Object.assign(hour, {
          calls: Math.round(hour.calls),
          failedCalls: Math.round(hour.failedCalls),
          inputTokens: Math.round(hour.inputTokens),
          cachedTokens: Math.round(hour.cachedTokens),
          outputTokens: Math.round(hour.outputTokens),
        }),
      ),
  };
}
