import { z } from "zod";
import {
  metricNames,
  metrics,
  type Attributes,
  type Measurement,
  type MetricName,
} from "./metrics.ts";

/** So many sets of attributes a metric has at most; what comes after them is counted together, in sets marked as overflow. */
export const mostSets = 1000;

/** By the specification of OpenTelemetry's SDK: what a set is called that stands for all that had no room. */
const overflow: Attributes = { "otel.metric.overflow": "true" };

const attributesSchema = z.record(z.string().max(100), z.string().max(300));
const pointSchema = z.object({
  attributes: attributesSchema,
  /** Integer, as decimal digits: sums of nano-units can be larger than a number holds. */
  total: z.string().regex(/^\d{1,40}$/),
  /** Of a histogram: one more than it has bounds. Empty for a running total. */
  counts: z.array(z.int().nonnegative()),
  least: z.number().nonnegative(),
  most: z.number().nonnegative(),
});

/** Totals as they are kept between two runs: sets by metric. */
export const savedTotalsSchema = z.partialRecord(
  z.enum(metricNames),
  z.array(pointSchema).max(mostSets * 2),
);
export type SavedTotals = z.infer<typeof savedTotalsSchema>;

/** One set of attributes with what was counted of it. */
export interface TotalPoint {
  readonly attributes: Attributes;
  readonly total: bigint;
  readonly counts: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** Running totals, bounded in memory whatever is counted. The same measurements in the same order give the same totals. */
export interface Totals {
  add(measurement: Measurement): void;
  points(metric: MetricName): readonly TotalPoint[];
  save(): SavedTotals;
}

interface Point extends TotalPoint {
  total: bigint;
  counts: number[];
  least: number;
  most: number;
}

/** Goes on from what was saved; without it from nothing. */
export function createTotals(from: SavedTotals = {}): Totals {
  const sets = new Map<MetricName, Map<string, Point>>(
    metricNames.map((name) => [name, new Map((from[name] ?? []).map(restored))]),
  );
  const setsOf = (metric: MetricName): Map<string, Point> => {
    const found = sets.get(metric) ?? new Map<string, Point>();
    sets.set(metric, found);
    return found;
  };
  return {
    add({ metric, open, closed, value }) {
      const own = setsOf(metric);
      const point = pointOf(own, { ...open, ...closed }, { ...overflow, ...closed });
      count(point, value, metrics[metric].bounds);
    },
    points: (metric) => [...setsOf(metric).values()],
    save: () =>
      Object.fromEntries([...sets].map(([name, own]) => [name, [...own.values()].map(saved)])),
  };
}

function pointOf(own: Map<string, Point>, attributes: Attributes, instead: Attributes): Point {
  const found = own.get(keyOf(attributes));
  if (found !== undefined) return found;
  const taken = own.size < mostSets ? attributes : instead;
  const point = own.get(keyOf(taken)) ?? {
    attributes: taken,
    total: 0n,
    counts: [],
    least: 0,
    most: 0,
  };
  own.set(keyOf(taken), point);
  return point;
}

function count(point: Point, value: number, bounds: readonly number[] | null): void {
  const whole = Math.round(value);
  point.total += BigInt(whole);
  if (bounds === null) return;
  if (point.counts.length === 0) {
    point.counts = Array.from({ length: bounds.length + 1 }, () => 0);
    point.least = whole;
  }
  const bucket = bounds.findIndex((bound) => whole <= bound);
  const index = bucket === -1 ? bounds.length : bucket;
  point.counts[index] = (point.counts[index] ?? 0) + 1;
  point.least = Math.min(point.least, whole);
  point.most = Math.max(point.most, whole);
}

const keyOf = (attributes: Attributes): string =>
  JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));

type SavedPoint = z.infer<typeof pointSchema>;

const saved = ({ attributes, total, counts, least, most }: Point): SavedPoint => ({
  attributes: { ...attributes },
  total: String(total),
  counts: [...counts],
  least,
  most,
});

function restored({ attributes, total, counts, least, most }: SavedPoint): [string, Point] {
  return [
    keyOf(attributes),
    { attributes, total: BigInt(total), counts: [...counts], least, most },
  ];
}
