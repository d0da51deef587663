import { ValueType, type HrTime } from "@opentelemetry/api";
import { ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
  type DataPoint,
  type MetricData,
  type MetricProducer,
  type PushMetricExporter,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import { metricNames, metrics, type Attributes, type Metric } from "./metrics.ts";
import type { TotalPoint, Totals } from "./totals.ts";

// Everything of OpenTelemetry's SDK is imported here, and this file only once the export is switched on.

/** What is exported, as of one moment. */
export interface Snapshot {
  /** Of the resource. */
  readonly resource: Attributes;
  readonly version: string;
  /** Null: a request without a single figure, to see whether it is taken. */
  readonly totals: Pick<Totals, "points"> | null;
  /** Since when the totals count, and now; UTC milliseconds. */
  readonly since: number;
  readonly at: number;
}

/** What a collector said of a request that it took. */
export interface OtlpAnswer {
  readonly rejected: number;
  /** Empty where it said nothing. */
  readonly message: string;
}

/** Sends one body (`ExportMetricsServiceRequest` in protobuf), and answers with the body of the response. */
export type Send = (body: Uint8Array) => Promise<Uint8Array>;

/**
 * One export: the SDK's reader collects the ledger's totals and hands them to the exporter below, whose transport is `send`.
 * Throws what `send` throws, and an Error for what the SDK refuses.
 */
export async function exportMetrics(snapshot: Snapshot, send: Send): Promise<OtlpAnswer> {
  const exporter = createExporter(send);
  const reader = new TotalsReader({ metricProducers: [producerOf(snapshot)] });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ ...snapshot.resource }),
    readers: [reader],
  });
  try {
    const { resourceMetrics, errors } = await reader.collect();
    const [fault] = errors;
    if (fault !== undefined) throw fault;
    const result = await new Promise<ExportResult>((resolve) => {
      exporter.export(resourceMetrics, resolve);
    });
    if (result.error !== undefined) throw result.error;
    return exporter.answer();
  } finally {
    await provider.shutdown();
  }
}

/** Collects when it is told to; the ledger is the only source, so that there is nothing to flush. */
class TotalsReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

type Done = Parameters<PushMetricExporter["export"]>[1];
type ExportResult = Parameters<Done>[0];

/** The SDK's interface for exporters over Belay's own door to other hosts, instead of a client that opens sockets itself. */
function createExporter(send: Send): PushMetricExporter & { readonly answer: () => OtlpAnswer } {
  let answer: OtlpAnswer = { rejected: 0, message: "" };
  const run = async (resourceMetrics: ResourceMetrics): Promise<ExportResult> => {
    try {
      const body = ProtobufMetricsSerializer.serializeRequest(resourceMetrics);
      if (body === undefined) throw new Error("The metrics could not be written as protobuf.");
      answer = readAnswer(await send(body));
      return { code: 0 };
    } catch (error) {
      return { code: 1, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  const report = async (resourceMetrics: ResourceMetrics, done: Done): Promise<void> => {
    done(await run(resourceMetrics));
  };
  return {
    export: (resourceMetrics, done) => void report(resourceMetrics, done),
    forceFlush: async () => {},
    shutdown: async () => {},
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    answer: () => answer,
  };
}

/** A collector that answers with an empty body, or with none of the protocol's, rejected nothing that we know of. */
function readAnswer(body: Uint8Array): OtlpAnswer {
  try {
    const { partialSuccess } = ProtobufMetricsSerializer.deserializeResponse(body);
    return {
      rejected: Math.max(0, partialSuccess?.rejectedDataPoints ?? 0),
      message: partialSuccess?.errorMessage ?? "",
    };
  } catch {
    return { rejected: 0, message: "" };
  }
}

function producerOf({ resource, version, totals, since, at }: Snapshot): MetricProducer {
  const times = { startTime: hrTimeOf(since), endTime: hrTimeOf(at) };
  const data = totals === null ? [] : dataOf(totals, times);
  const scope = { name: "belay", version };
  return {
    collect: async () => ({
      resourceMetrics: {
        resource: resourceFromAttributes({ ...resource }),
        scopeMetrics: data.length === 0 ? [] : [{ scope, metrics: data }],
      },
      errors: [],
    }),
  };
}

type Times = Pick<DataPoint<number>, "startTime" | "endTime">;

function dataOf(totals: Pick<Totals, "points">, times: Times): MetricData[] {
  return metricNames.flatMap((name) => {
    const points = totals.points(name);
    return points.length === 0 ? [] : [toData(metrics[name], points, times)];
  });
}

function toData(metric: Metric, points: readonly TotalPoint[], times: Times): MetricData {
  const { name, description, unit, scale, bounds } = metric;
  // Money is exact until here; a double holds sixteen digits of it.
  const valueType = scale === 1 && bounds === null ? ValueType.INT : ValueType.DOUBLE;
  const base = {
    descriptor: { name, description, unit, valueType },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const of = <T>(point: TotalPoint, value: T): DataPoint<T> => ({
    ...times,
    attributes: toAttributes(point.attributes),
    value,
  });
  if (bounds === null)
    return {
      ...base,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: points.map((point) => of(point, Number(point.total) / scale)),
    };
  const boundaries = bounds.map((bound) => bound / scale);
  return {
    ...base,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: points.map((point) =>
      of(point, {
        buckets: { boundaries, counts: [...point.counts] },
        count: point.counts.reduce((all, one) => all + one, 0),
        sum: Number(point.total) / scale,
        min: point.least / scale,
        max: point.most / scale,
      }),
    ),
  };
}

const overflow = "otel.metric.overflow";

/** The mark of an overflow is a truth value by the specification. */
const toAttributes = (attributes: Attributes): Record<string, string | boolean> =>
  overflow in attributes ? { ...attributes, [overflow]: true } : { ...attributes };

const hrTimeOf = (ms: number): HrTime => [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
