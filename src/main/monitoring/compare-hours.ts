import { combine, unexplained, zero, type Box, type Figures, type FlowStep } from "./flows.ts";
import { hourMs, type OwnEdge, type OwnHour, type ProviderHour } from "./hours.ts";

/** What is left of a difference, theirs less ours; 0 = agrees. */
export interface Gap {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly calls: number;
}

/** One hour of one model and key. */
export interface ComparedHour {
  readonly hour: number;
  readonly ours: OwnHour | null;
  readonly theirs: ProviderHour | null;
  /** Beyond what unknown usage and the edges of the hour explain. */
  readonly gap: Gap;
  /** Tokens that the provider counts in an hour next to it. */
  readonly movedTokens: number;
  /** Something is counted there, if only a call without tokens. */
  readonly isMoved: boolean;
}

export type PairedHour = Pick<ComparedHour, "hour" | "ours" | "theirs">;

export interface CompareHoursOptions {
  /** Up to where the provider's are complete, Unix milliseconds. */
  readonly completeUpTo: number;
  /** How long a row is: an hour unless told. */
  readonly periodMs?: number;
  /** Where the provider's figures begin: of what it counted before nothing is known. */
  readonly begin?: number;
}

/**
 * Compares the hours of one model and key, in order of time, up to where the provider's are complete. Requests of ours without usage
 * widen what agrees by the most that they can have used, those that did not complete by a call each. What lies near an edge may be
 * counted in the hour next to it: differences that such calls can explain, all hours in a row taken together, are none. The same of
 * days, where a period is as long.
 */
export function compareHours(
  paired: readonly PairedHour[],
  { completeUpTo, periodMs = hourMs, begin = -Infinity }: CompareHoursOptions,
): readonly ComparedHour[] {
  const known = paired.filter(({ hour }) => hour >= begin);
  const outside = paired.find(({ hour }) => hour === begin - periodMs) ?? null;
  // Usage without any calls: that figure is not there, or comes later.
  const hasCalls = known.some(({ theirs }) => (theirs?.calls ?? 0) > 0) || known.every(isUnpaired);
  const complete = known.filter(({ hour }) => hour + periodMs <= completeUpTo);
  const steps = known.map((pair, index): FlowStep => {
    const { hour } = pair;
    const before = at(known[index - 1] ?? outside, hour - periodMs);
    const after = at(known[index + 1], hour + periodMs);
    const step = stepOf(pair, { before, after, isOpen: hour + 2 * periodMs > completeUpTo });
    return hasCalls ? step : withoutCalls(step);
  });
  const gaps = runsOf(complete, periodMs).flatMap(({ from, to }) => {
    const [first] = complete.slice(from);
    const entry = first?.hour === begin ? entryOf(first, outside, hasCalls) : undefined;
    return unexplained(steps.slice(from, to), entry);
  });
  return known.map((pair, index) =>
    toCompared(pair, index < complete.length ? steps[index] : undefined, gaps[index] ?? null),
  );
}

/** Over the first edge: calls of ours from before it, and those just after it that may have been counted before it. */
function entryOf(first: PairedHour, outside: PairedHour | null, hasCalls: boolean): Box {
  const early = figuresOf(first.ours?.early ?? noEdge);
  const late = figuresOf(outside?.ours?.late ?? noEdge);
  const counted = figuresOf(first.theirs ?? noEdge);
  const box = {
    low: combine(zero, early, (a, b) => a - b),
    high: combine(late, counted, Math.min),
  };
  return hasCalls ? box : { low: dropCalls(box.low), high: dropCalls(box.high) };
}

const isUnpaired = ({ theirs }: PairedHour): boolean => theirs === null;

const at = (pair: PairedHour | null | undefined, hour: number): PairedHour | null =>
  pair?.hour === hour ? pair : null;

export const isNothing = ({ inputTokens, outputTokens, calls }: Gap): boolean =>
  inputTokens === 0 && outputTokens === 0 && calls === 0;

/** Stretches of hours in a row, by their places. */
function runsOf(
  hours: readonly PairedHour[],
  periodMs: number,
): readonly { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [index, { hour }] of hours.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && hours[index - 1]?.hour === hour - periodMs) run.to = index + 1;
    else runs.push({ from: index, to: index + 1 });
  }
  return runs;
}

const noEdge: OwnEdge = {
  calls: 0,
  uncertainCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  unknownInputTokens: 0,
  unknownOutputTokens: 0,
};

interface Beside {
  readonly before: PairedHour | null;
  readonly after: PairedHour | null;
  /** The hour after is not complete yet: what the provider has of it says nothing. */
  readonly isOpen: boolean;
}

function stepOf({ ours, theirs }: PairedHour, { before, after, isOpen }: Beside): FlowStep {
  const own = ours ?? noEdge;
  const certain = own.calls - own.uncertainCalls;
  const ownFigures: Figures = [own.inputTokens, own.outputTokens, certain];
  const slack = [own, before?.ours?.late ?? noEdge, after?.ours?.early ?? noEdge]
    .map(slackOf)
    .reduce((sum, each) => combine(sum, each, (a, b) => a + b), zero);
  const late = figuresOf(ours?.late ?? noEdge);
  const early = figuresOf(after?.ours?.early ?? noEdge);
  const counted = figuresOf(theirs ?? noEdge);
  const next = isOpen ? late : figuresOf(after?.theirs ?? noEdge);
  const edge: Box = {
    low: combine(early, counted, (a, b) => -Math.min(a, b)),
    high: combine(late, next, Math.min),
  };
  return { difference: combine(counted, ownFigures, (a, b) => a - b), slack, edge };
}

/** What of ours may be at the provider beyond what is known. */
const slackOf = (own: OwnEdge): Figures => [
  own.unknownInputTokens,
  own.unknownOutputTokens,
  own.uncertainCalls,
];

const figuresOf = ({
  inputTokens,
  outputTokens,
  calls,
}: Pick<OwnEdge, "inputTokens" | "outputTokens" | "calls">): Figures => [
  inputTokens,
  outputTokens,
  calls,
];

const dropCalls = ([input, output]: Figures): Figures => [input, output, 0];
const withoutCalls = ({ difference, slack, edge }: FlowStep): FlowStep => ({
  difference: dropCalls(difference),
  slack: dropCalls(slack),
  edge: { low: dropCalls(edge.low), high: dropCalls(edge.high) },
});

function toCompared(
  pair: PairedHour,
  step: FlowStep | undefined,
  found: Figures | null,
): ComparedHour {
  const [inputTokens, outputTokens, calls] = found ?? zero;
  const { difference, slack } = step ?? { difference: zero, slack: zero };
  const [input, output, otherCalls] = combine(difference, slack, (value, most) =>
    value > 0 ? Math.max(0, value - most) : value,
  );
  // What is left of the difference is no move.
  const movedTokens = Math.abs(input - inputTokens) + Math.abs(output - outputTokens);
  return {
    ...pair,
    gap: { inputTokens, outputTokens, calls },
    movedTokens,
    isMoved: movedTokens > 0 || otherCalls !== calls,
  };
}
