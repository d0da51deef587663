import type { WrittenSample } from "./prometheus.ts";
import type { SimulatedCall } from "./simulated-calls.ts";

const minuteMs = 60_000;

/** The documented metrics and labels of Model Studio's monitoring, for one call. */
function countsOf(call: SimulatedCall): readonly (readonly [Record<string, string>, number])[] {
  const labels = {
    user_id: "1234567890",
    apikey_id: call.apiKeyId,
    workspace_id: call.workspaceId,
    model: call.model,
    protocol: "SSE",
    sub_protocol: "DEFAULT",
  };
  const usage = (type: string, value: number): readonly [Record<string, string>, number] => [
    { __name__: "model_usage", ...labels, usage_type: type },
    value,
  ];
  const failed = call.status !== "completed";
  return [
    usage("input_tokens", call.inputTokens),
    usage("output_tokens", call.outputTokens),
    usage("cache_tokens", call.cachedTokens),
    usage("total_tokens", call.inputTokens + call.outputTokens),
    [
      {
        __name__: "model_call_count",
        ...labels,
        status_code: failed ? "500" : "200",
        error_code: failed ? "InternalError" : "",
      },
      1,
    ],
  ];
}

/** What each minute used, a sample for each minute that has any: stamped with its beginning. */
export function perMinute(calls: readonly SimulatedCall[]): WrittenSample[] {
  const samples = new Map<string, WrittenSample>();
  for (const call of calls) {
    if (!call.counted) continue;
    const seconds = (Math.floor(call.countedAt / minuteMs) * minuteMs) / 1000;
    for (const [labels, value] of countsOf(call)) {
      if (value === 0) continue;
      const name = `${JSON.stringify(labels)} ${seconds}`;
      samples.set(name, { labels, seconds, value: (samples.get(name)?.value ?? 0) + value });
    }
  }
  return [...samples.values()];
}

export interface TotalsOptions {
  readonly from: number;
  readonly to: number;
  /** When the exporter started anew, and with it every total. */
  readonly restarts?: readonly number[];
}

const minuteOf = (at: number): number => Math.ceil(at / minuteMs) * minuteMs;

/** Running totals, read every minute from `from` to `to`; a series is there from its first call on. */
export function runningTotals(
  calls: readonly SimulatedCall[],
  { from, to, restarts = [] }: TotalsOptions,
): WrittenSample[] {
  const rises = new Map<
    string,
    { readonly labels: Record<string, string>; at: Map<number, number> }
  >();
  for (const call of calls) {
    if (!call.counted) continue;
    for (const [labels, value] of countsOf(call)) {
      const series = rises.get(JSON.stringify(labels)) ?? { labels, at: new Map<number, number>() };
      rises.set(JSON.stringify(labels), series);
      const minute = minuteOf(call.countedAt);
      series.at.set(minute, (series.at.get(minute) ?? 0) + value);
    }
  }
  const samples: WrittenSample[] = [];
  for (const { labels, at } of rises.values()) {
    let total: number | null = null;
    for (let now = from; now <= to; now += minuteMs) {
      if (restarts.includes(now)) total = null;
      const rise = at.get(now);
      if (rise !== undefined) total = (total ?? 0) + rise;
      if (total !== null) samples.push({ labels, seconds: now / 1000, value: total });
    }
  }
  return samples;
}
