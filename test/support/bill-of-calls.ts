import { hourOf } from "../../src/main/monitoring/hours.ts";
import type { SimulatedCall } from "./simulated-calls.ts";

const dayMs = 86_400_000;
const aheadMs = 8 * 3_600_000;

/** A time as the console shows it: Beijing's, an hour or a day. */
export const consoleTime = (at: number, period: "hour" | "day"): string => {
  const local = new Date(at + aheadMs).toISOString();
  return period === "day"
    ? local.slice(0, 10)
    : `${local.slice(0, 10)} ${local.slice(11, 13)}:00:00`;
};

export interface BillOfCallsOptions {
  readonly period?: "hour" | "day";
  /** Digits after the point of each amount; left out: no amounts. */
  readonly decimals?: number;
  readonly keys?: boolean;
}

interface Line {
  readonly time: string;
  readonly call: SimulatedCall;
  calls: number;
  input: number;
  output: number;
  nano: bigint;
}

/** What the console would export of calls: one row for each period, model and key, input and output apart. */
export function billOfCalls(calls: readonly SimulatedCall[], options: BillOfCallsOptions): string {
  const { period = "hour", decimals, keys = true } = options;
  const lines = new Map<string, Line>();
  for (const call of calls) {
    if (!call.counted) continue;
    const at = period === "hour" ? hourOf(call.countedAt) : dayOf(call.countedAt);
    const time = consoleTime(at, period);
    const name = [time, call.model, keys ? call.apiKeyId : ""].join(" ");
    const line = lines.get(name) ?? { time, call, calls: 0, input: 0, output: 0, nano: 0n };
    lines.set(name, line);
    line.calls += 1;
    line.input += call.inputTokens;
    line.output += call.outputTokens;
    line.nano += BigInt(call.costNano ?? 0);
  }
  const heading = [
    "开始时间",
    "模型",
    ...(keys ? ["业务空间ID", "API Key ID"] : []),
    "调用次数",
    "输入Tokens",
    "输出Tokens",
    ...(decimals === undefined ? [] : ["应付金额(USD)"]),
  ];
  const rows = [...lines.values()].map((line) => [
    line.time,
    line.call.model,
    ...(keys ? [line.call.workspaceId, line.call.apiKeyId] : []),
    String(line.calls),
    String(line.input),
    String(line.output),
    ...(decimals === undefined ? [] : [rounded(line.nano, decimals)]),
  ]);
  return [heading, ...rows].map((cells) => cells.join(",")).join("\r\n");
}

const dayOf = (at: number): number => Math.floor((at + aheadMs) / dayMs) * dayMs - aheadMs;

/** Half a unit up, as a bill rounds. */
function rounded(nano: bigint, decimals: number): string {
  const unit = 10n ** BigInt(9 - decimals);
  const units = (nano + unit / 2n) / unit;
  const digits = units.toString().padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Each call has a cost: whole nano-units for each token. */
export const withCosts = (calls: readonly SimulatedCall[]): SimulatedCall[] =>
  calls.map((call) =>
    call.known && call.status === "completed"
      ? { ...call, costNano: call.inputTokens * 1000 + call.outputTokens * 5000 }
      : { ...call, costNano: 0 },
  );
