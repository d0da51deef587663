/** Input tokens, output tokens and calls. */
export type Figures = readonly [inputTokens: number, outputTokens: number, calls: number];

export const zero: Figures = [0, 0, 0];

export const combine = (
  one: Figures,
  other: Figures,
  make: (a: number, b: number) => number,
): Figures => [make(one[0], other[0]), make(one[1], other[1]), make(one[2], other[2])];

const plus = (one: Figures, other: Figures): Figures => combine(one, other, (a, b) => a + b);
const minus = (one: Figures, other: Figures): Figures => combine(one, other, (a, b) => a - b);

/** What may lie between two bounds, each figure for itself. */
export interface Box {
  readonly low: Figures;
  readonly high: Figures;
}

/** One hour between its two edges. */
export interface FlowStep {
  /** Theirs less ours. */
  readonly difference: Figures;
  /** So much more of theirs agrees all the same. */
  readonly slack: Figures;
  /** What of ours the provider may count after its end: less than nothing is what it counts of the next hour's before. */
  readonly edge: Box;
}

/**
 * The differences that no flow over the hours' edges explains: null where one does. Each hour's difference is what flows in less what
 * flows out, within the bounds of its edges; where the hours in a row cannot all be so, the one is named whose leaving out makes the
 * rest fit with the least said to have moved. `before` is what may flow in over the first edge: nothing unless told.
 */
export function unexplained(
  steps: readonly FlowStep[],
  before: Box = { low: zero, high: zero },
): readonly (Figures | null)[] {
  const found: (Figures | null)[] = steps.map(() => null);
  let start = 0;
  let entry = before;
  for (;;) {
    const boxes = boxesOf(steps.slice(start), entry);
    if (boxes.length === steps.length - start) return found;
    const run = steps.slice(start);
    const { index, gap } = cheapest(run, [entry, ...boxes]);
    found[start + index] = gap;
    entry = run[index]?.edge ?? entry;
    start += index + 1;
  }
}

/** What can flow out of each hour, as far as the hours fit. */
function boxesOf(steps: readonly FlowStep[], entry: Box): readonly Box[] {
  const boxes: Box[] = [];
  let box = entry;
  for (const { difference, slack, edge } of steps) {
    const next = meet(
      { low: minus(box.low, difference), high: plus(minus(box.high, difference), slack) },
      edge,
    );
    if (next === null) break;
    boxes.push(next);
    box = next;
  }
  return boxes;
}

/** What has to flow out of the hour before these, so that they fit. */
function entryOf(steps: readonly FlowStep[], edge: Box): Box | null {
  let box: Box | null = steps.at(-1)?.edge ?? null;
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const step = steps[index];
    if (box === null || step === undefined) return null;
    const { difference, slack } = step;
    const before: Box = steps[index - 1]?.edge ?? edge;
    box = meet(
      { low: minus(plus(box.low, difference), slack), high: plus(box.high, difference) },
      before,
    );
  }
  return steps.length === 0 ? edge : box;
}

interface Choice {
  readonly index: number;
  readonly gap: Figures;
  readonly cost: number;
}

/** So many hours after those that do not fit are looked at: what flows into them must be there. */
const hoursAhead = 3;

/** Of a run of hours that do not fit: the one to name. `flows` are what can flow into each of them, as far as they fit. */
function cheapest(run: readonly FlowStep[], flows: readonly Box[]): Choice {
  let best: Choice | null = null;
  let before = 0;
  for (const [index, flow] of flows.entries()) {
    const step = run[index];
    if (step === undefined) break;
    before += size(nearest(flow));
    const ahead = run.slice(index + 1, flows.length + hoursAhead);
    const rest = ahead.slice(0, boxesOf(ahead, step.edge).length);
    const out = entryOf(rest, step.edge);
    // Those that did not fit have to, without this one.
    if (out === null || index + 1 + rest.length < flows.length) continue;
    const gap = gapOf(step, nearest(flow), nearest(out));
    const after = boxesOf(rest, { low: nearest(out), high: nearest(out) });
    const cost =
      before + size(gap) + [out, ...after].reduce((sum, box) => sum + size(nearest(box)), 0);
    if (best === null || cost < best.cost) best = { index, gap, cost };
  }
  // The last hour can always be left out: what comes before it fits.
  const last = flows.length - 1;
  return best ?? { index: last, gap: run[last]?.difference ?? zero, cost: 0 };
}

function gapOf({ difference, slack }: FlowStep, flowIn: Figures, flowOut: Figures): Figures {
  const left = plus(minus(difference, flowIn), flowOut);
  return combine(left, slack, (value, most) => (value > 0 ? Math.max(0, value - most) : value));
}

function meet(one: Box, other: Box): Box | null {
  const low = combine(one.low, other.low, Math.max);
  const high = combine(one.high, other.high, Math.min);
  return low.every((value, index) => value <= (high[index] ?? 0)) ? { low, high } : null;
}

/** As little as can have flowed. */
const nearest = ({ low, high }: Box): Figures =>
  combine(low, high, (least, most) => Math.min(Math.max(0, least), most));

const size = (figures: Figures): number => figures.reduce((sum, value) => sum + Math.abs(value), 0);
