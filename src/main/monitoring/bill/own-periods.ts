import { hourMs, periodOf, type OwnEdge, type OwnHour, type Period } from "../hours.ts";

/** How finely both sides are told apart. */
export interface Grain {
  readonly period: Period;
  readonly models: boolean;
  readonly keys: boolean;
  /** Input and output apart; else their sum is in the place of the input. */
  readonly kinds: boolean;
}

/** Stands for every key of ours where a file names none. */
export const anyKey = "*";

const noEdge: OwnEdge = {
  calls: 0,
  uncertainCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  unknownInputTokens: 0,
  unknownOutputTokens: 0,
};

/** The ledger's hours at the grain of a file: what lies at the edges is that of the first and the last hour of a period. */
export function ownPeriods(hours: readonly OwnHour[], grain: Grain): OwnHour[] {
  const periods = new Map<string, OwnHour>();
  for (const one of hours) {
    const own = placed(one, grain);
    const name = JSON.stringify([own.hour, own.model, own.fingerprint]);
    const known = periods.get(name);
    periods.set(name, known === undefined ? own : added(known, own));
  }
  return [...periods.values()];
}

function placed(own: OwnHour, { period, models, keys, kinds }: Grain): OwnHour {
  const hour = periodOf(own.hour, period);
  const isFirst = own.hour === hour;
  const isLast = periodOf(own.hour + hourMs, period) !== hour;
  const sum = <T extends OwnEdge>(edge: T): T => (kinds ? edge : withoutKinds(edge));
  return {
    ...sum(own),
    hour,
    model: models ? own.model : "",
    fingerprint: keys ? own.fingerprint : anyKey,
    early: isFirst ? sum(own.early) : noEdge,
    late: isLast ? sum(own.late) : noEdge,
  };
}

const withoutKinds = <T extends OwnEdge>(edge: T): T => ({
  ...edge,
  inputTokens: edge.inputTokens + edge.outputTokens,
  outputTokens: 0,
  unknownInputTokens: edge.unknownInputTokens + edge.unknownOutputTokens,
  unknownOutputTokens: 0,
});

function added(one: OwnHour, other: OwnHour): OwnHour {
  return {
    ...one,
    ...edgesTogether(one, other),
    cachedTokens: one.cachedTokens + other.cachedTokens,
    unknownCalls: one.unknownCalls + other.unknownCalls,
    cost: {
      usdNano: one.cost.usdNano + other.cost.usdNano,
      cnyNano: one.cost.cnyNano + other.cost.cnyNano,
      unpricedCalls: one.cost.unpricedCalls + other.cost.unpricedCalls,
    },
    early: edgesTogether(one.early, other.early),
    late: edgesTogether(one.late, other.late),
  };
}

const edgesTogether = (one: OwnEdge, other: OwnEdge): OwnEdge => ({
  calls: one.calls + other.calls,
  uncertainCalls: one.uncertainCalls + other.uncertainCalls,
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  unknownInputTokens: one.unknownInputTokens + other.unknownInputTokens,
  unknownOutputTokens: one.unknownOutputTokens + other.unknownOutputTokens,
});
