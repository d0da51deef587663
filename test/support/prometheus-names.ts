import type { Metric } from "../../src/main/telemetry/metrics.ts";
import { metricsOf, type OtlpPoint, type OtlpRequest } from "./otlp-receiver.ts";
import type { WrittenSample } from "./prometheus.ts";

/**
 * What OpenTelemetry's metrics are called in Prometheus, by the specification of their compatibility: dots become underscores,
 * units in braces are dropped, seconds are added, counters end in "total".
 */
export function prometheusName({
  name,
  unit,
  bounds,
}: Pick<Metric, "name" | "unit" | "bounds">): string[] {
  const base = labelName(name) + (unit === "s" ? "_seconds" : "");
  return bounds === null
    ? [`${base}_total`]
    : ["bucket", "sum", "count"].map((end) => `${base}_${end}`);
}

const labelName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, "_");

/** A request as a collector's Prometheus exporter gives it on, with the resource's attributes as labels. */
export function samplesOf(request: OtlpRequest): WrittenSample[] {
  const resource = request.metrics[0]?.resource.attributes ?? {};
  const shared = { ...labelsOf(resource), instance: String(resource["service.instance.id"]) };
  return [...metricsOf(request).values()].flatMap(({ name, unit, sum, histogram }) => {
    const bounds = sum === undefined ? [] : null;
    const names = prometheusName({ name, unit, bounds });
    const points = sum?.dataPoints ?? histogram?.dataPoints ?? [];
    return points.flatMap((point) => seriesOf(point, names, shared));
  });
}

function seriesOf(
  point: OtlpPoint,
  [first = "", sums = "", counts = ""]: readonly string[],
  shared: Readonly<Record<string, string>>,
): WrittenSample[] {
  const seconds = Number(BigInt(point.timeUnixNano) / 1_000_000n) / 1000;
  const labels = { ...shared, ...labelsOf(point.attributes) };
  const sample = (name: string, value: number, more: Readonly<Record<string, string>> = {}) => ({
    labels: { __name__: name, ...labels, ...more },
    seconds,
    value,
  });
  if (point.count === undefined) return [sample(first, Number(point.asInt ?? point.asDouble))];
  let below = 0;
  const buckets = point.bucketCounts.map((count, index) => {
    below += Number(count);
    const bound = point.explicitBounds[index];
    return sample(first, below, { le: bound === undefined ? "+Inf" : String(bound) });
  });
  return [...buckets, sample(sums, point.sum ?? 0), sample(counts, Number(point.count))];
}

const labelsOf = (attributes: Readonly<Record<string, string | boolean>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [labelName(name), String(value)]),
  );
