import {
  edgeMs,
  hourMs,
  hourOf,
  type OwnEdge,
  type OwnHour,
  type ProviderFigures,
  type ProviderHour,
} from "../../src/main/monitoring/hours.ts";
import { seeded } from "./seeded.ts";

/** One request as it was, whoever wrote it down. */
export interface SimulatedCall {
  /** When it was sent, by our clock, and how long it took; Unix milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  /** When the provider counts it. */
  readonly countedAt: number;
  readonly model: string;
  readonly fingerprint: string;
  readonly apiKeyId: string;
  readonly workspaceId: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly status: "completed" | "failed" | "cancelled";
  /** Whether the usage reached us; without it the most it can have been. */
  readonly known: boolean;
  readonly mostInput: number;
  readonly mostOutput: number;
  /** Whether the provider counts it at all. */
  readonly counted: boolean;
  /** What it cost, in nano-units of USD; left out = nobody knows. */
  readonly costNano?: number;
}

export interface SimulationOptions {
  readonly seed: number;
  /** Beginning of the first hour. */
  readonly start: number;
  readonly hours: number;
  /** In a busy hour. */
  readonly callsAnHour: number;
  /** How far the two clocks can be apart, in milliseconds. */
  readonly skewMs?: number;
  /** Share of requests whose usage never came, and of those that failed. */
  readonly unknownShare?: number;
  readonly failedShare?: number;
}

export const keysOfMonth = [
  { fingerprint: "0a1b2c3d", apiKeyId: "1024001", workspaceId: "llm-payments" },
  { fingerprint: "9f8e7d6c", apiKeyId: "1024002", workspaceId: "llm-search" },
] as const;
const models = ["qwen3-coder-plus", "qwen3-coder-flash"] as const;

/** Work as it is: busy hours, quiet ones and nights, calls of all lengths, many of them over the hour's edge. */
export function simulateCalls(options: SimulationOptions): SimulatedCall[] {
  const next = seeded(options.seed);
  const { unknownShare = 0, failedShare = 0, skewMs = 0 } = options;
  const calls: SimulatedCall[] = [];
  for (let hour = 0; hour < options.hours; hour += 1) {
    const busy = next() < 0.3 ? 0 : Math.ceil(next() * options.callsAnHour);
    for (let one = 0; one < busy; one += 1) {
      const at = Math.floor(options.start + (hour + next()) * hourMs);
      // Near the end and the beginning of the hour there are more than chance has it.
      const edge = next() < 0.2 ? hourOf(at) + (next() < 0.5 ? 20_000 : hourMs - 20_000) : at;
      const durationMs = Math.floor(1000 + next() ** 4 * 280_000);
      const status = next() < failedShare ? "failed" : "completed";
      const inputTokens = status === "failed" ? 0 : 2000 + Math.floor(next() * 90_000);
      const outputTokens = status === "failed" ? 0 : 20 + Math.floor(next() ** 3 * 8000);
      const known = status === "failed" || next() >= unknownShare;
      calls.push({
        at: edge,
        durationMs,
        countedAt: edge + durationMs + Math.floor((next() * 2 - 1) * skewMs),
        model: models[next() < 0.7 ? 0 : 1],
        ...keysOfMonth[next() < 0.6 ? 0 : 1],
        inputTokens,
        cachedTokens: Math.floor(inputTokens * next() * 0.9),
        outputTokens,
        status,
        known,
        mostInput: inputTokens * 4 + 1000,
        mostOutput: outputTokens + 8192,
        counted: status === "completed" || next() < 0.5,
      });
    }
  }
  return calls;
}

type Sums<T> = { -readonly [Key in keyof T]: T[Key] };

const noEdge = (): Sums<OwnEdge> => ({
  calls: 0,
  uncertainCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  unknownInputTokens: 0,
  unknownOutputTokens: 0,
});

/** The ledger's hours, worked out call by call. */
export function ownHoursOf(calls: readonly SimulatedCall[]): OwnHour[] {
  const hours = new Map<string, Sums<OwnHour>>();
  for (const call of calls) {
    const { model, fingerprint } = call;
    const hour = hourOf(call.at);
    const name = `${hour} ${model} ${fingerprint}`;
    const own = hours.get(name) ?? {
      hour,
      model,
      fingerprint,
      cachedTokens: 0,
      unknownCalls: 0,
      cost: { usdNano: 0n, cnyNano: 0n, unpricedCalls: 0 },
      ...noEdge(),
      early: noEdge(),
      late: noEdge(),
    };
    hours.set(name, own);
    own.cachedTokens += call.known ? call.cachedTokens : 0;
    own.unknownCalls += call.known ? 0 : 1;
    own.cost = {
      ...own.cost,
      usdNano: own.cost.usdNano + BigInt(call.costNano ?? 0),
      unpricedCalls: own.cost.unpricedCalls + (call.costNano === undefined ? 1 : 0),
    };
    const isEarly = call.at - hour < edgeMs;
    const isLate = call.at - hour + call.durationMs >= hourMs - edgeMs;
    for (const sums of [own, ...(isEarly ? [own.early] : []), ...(isLate ? [own.late] : [])])
      addTo(sums, call);
  }
  return [...hours.values()];
}

function addTo(sums: Sums<OwnEdge>, call: SimulatedCall): void {
  sums.calls += 1;
  sums.uncertainCalls += call.status === "completed" ? 0 : 1;
  if (call.known) {
    sums.inputTokens += call.inputTokens;
    sums.outputTokens += call.outputTokens;
  } else {
    sums.unknownInputTokens += call.mostInput;
    sums.unknownOutputTokens += call.mostOutput;
  }
}

/** The provider's hours, worked out call by call. */
export function providerHoursOf(calls: readonly SimulatedCall[]): ProviderFigures {
  const hours = new Map<string, Sums<ProviderHour>>();
  const workspaces: Record<string, { first: number; newest: number }> = {};
  for (const call of calls) {
    if (!call.counted) continue;
    const { model, workspaceId, apiKeyId, countedAt } = call;
    const hour = hourOf(countedAt);
    const name = `${hour} ${model} ${workspaceId} ${apiKeyId}`;
    const one = hours.get(name) ?? {
      hour,
      model,
      workspaceId,
      apiKeyId,
      calls: 0,
      failedCalls: 0,
      inputTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
    };
    hours.set(name, one);
    one.calls += 1;
    one.failedCalls += call.status === "completed" ? 0 : 1;
    one.inputTokens += call.inputTokens;
    one.cachedTokens += call.cachedTokens;
    one.outputTokens += call.outputTokens;
    const extent = workspaces[workspaceId] ?? { first: countedAt, newest: countedAt };
    workspaces[workspaceId] = {
      first: Math.min(extent.first, countedAt),
      newest: Math.max(extent.newest, countedAt),
    };
  }
  return { hours: [...hours.values()], workspaces };
}

/** A large call in the middle of an hour, with the same key, that another program made. */
export const callElsewhere = (
  key: Pick<SimulatedCall, "fingerprint" | "apiKeyId" | "workspaceId">,
  hour: number,
): SimulatedCall => ({
  ...key,
  at: hour + 30 * 60_000,
  durationMs: 1000,
  countedAt: hour + 30 * 60_000,
  model: "qwen3-coder-plus",
  inputTokens: 3_000_000,
  cachedTokens: 0,
  outputTokens: 4321,
  status: "completed",
  known: true,
  mostInput: 0,
  mostOutput: 0,
  counted: true,
});
