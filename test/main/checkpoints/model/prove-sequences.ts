import * as fc from "fast-check";
import { runSequence } from "./run-sequence.ts";
import { sequenceArbitrary } from "./episodes.ts";
import type { Sequence } from "./steps.ts";
import { createWorld, type World } from "./world.ts";

export interface Range {
  readonly sequences: number;
  readonly seed: number;
  /** The number of the first sequence. */
  readonly from: number;
}

export interface Proof {
  /** With seed, number and the shortest sequence that shows it. */
  readonly violations: readonly string[];
  /** How often each verdict and outcome was seen. */
  readonly tally: ReadonlyMap<string, number>;
}

const perStore = 50;

/** Stores at work at the same time: while one waits for the disk, another computes. */
const lanes = 4;

/** Plays the sequences of a range, a hundred to a store. Prints progress, violations and the table of verdicts. */
export async function prove(range: Range, print: (line: string) => void): Promise<Proof> {
  const violations: string[] = [];
  const tally = new Map<string, number>();
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const report = (text: string): void => {
    violations.push(text);
    print(text);
  };
  const started = performance.now();
  const end = range.from + range.sequences;
  const firsts = Array.from(
    { length: Math.ceil(range.sequences / perStore) },
    (_, index) => range.from + index * perStore,
  );
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let first = firsts.shift(); first !== undefined; first = firsts.shift()) {
      const last = Math.min(first + perStore, end);
      const found = await proveStore({ seed: range.seed, first, last }, count);
      for (const text of found) report(text);
      done += last - first;
      const seconds = (performance.now() - started) / 1000;
      // Everything before the first that nobody has taken, but for the lanes at work, is proved.
      if (done % 500 === 0 || done === range.sequences)
        print(
          `${done} of ${range.sequences} (seed ${range.seed}, from ${range.from}): ${(done / seconds).toFixed(1)}/s, ${violations.length} violations`,
        );
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const [what, times] of [...tally].toSorted(([a], [b]) => a.localeCompare(b)))
    print(`${String(times).padStart(9)}  ${what}`);
  return { violations, tally };
}

interface Batch {
  readonly seed: number;
  readonly first: number;
  readonly last: number;
}

async function proveStore(
  { seed, first, last }: Batch,
  count: (what: string) => void,
): Promise<string[]> {
  const found: string[] = [];
  let world = await createWorld(isWithGit(first));
  for (let number = first; number < last; number += 1) {
    const text = await proveOne({ seed, number, world }, count);
    if (text === undefined) continue;
    found.push(text);
    // What it left behind would be told of again.
    await world[Symbol.asyncDispose]();
    world = await createWorld(isWithGit(first));
  }
  const broken = await world.inspect();
  await world[Symbol.asyncDispose]();
  if (broken.length > 0)
    found.push(
      `seed ${seed}, ${first} to ${last}: ${broken.join("; ")}`,
      ...(await findAlone({ seed, first, last })),
    );
  return found;
}

const isWithGit = (first: number): boolean => (first / perStore) % 2 === 0;

interface One {
  readonly seed: number;
  readonly number: number;
  readonly world: World;
}

/** Tried in the shared store, for as long as it takes; what fails is made smaller in stores of its own. */
async function proveOne(
  { seed, number, world }: One,
  count: (what: string) => void,
): Promise<string | undefined> {
  const settings = { seed: seedOf(seed, number), numRuns: 1 };
  const first = await fc.check(
    fc.asyncProperty(sequenceArbitrary, (sequence) => runSequence(world, sequence, count)),
    { ...settings, endOnFailure: true },
  );
  if (!first.failed) return undefined;
  const alone = await fc.check(
    fc.asyncProperty(sequenceArbitrary, (sequence) => runAlone(sequence, false)),
    { ...settings, interruptAfterTimeLimit: 60_000 },
  );
  const { counterexample, errorInstance } = alone.counterexample === null ? first : alone;
  return `VIOLATION seed ${seed}, sequence ${number}: ${String(errorInstance)}\n${JSON.stringify(counterexample?.[0])}`;
}

const seedOf = (seed: number, number: number): number => (seed * 0x9e3779b1 + number) | 0;

/** Plays a sequence in a store of its own, and inspects that unless the steps alone matter. */
export async function runAlone(sequence: Sequence, isInspected = true): Promise<void> {
  await using world = await createWorld(false);
  await runSequence(world, sequence, () => {});
  const broken = isInspected ? await world.inspect() : [];
  if (broken.length > 0) throw new Error(broken.join("; "));
}

/** Each sequence of a store that was found wrong, in a store of its own. */
async function findAlone({ seed, first, last }: Batch): Promise<string[]> {
  const found: string[] = [];
  for (let number = first; number < last; number += 1) {
    const details = await fc.check(
      fc.asyncProperty(sequenceArbitrary, async (one) => runAlone(one)),
      {
        seed: seedOf(seed, number),
        numRuns: 1,
        interruptAfterTimeLimit: 60_000,
      },
    );
    // Null where only the time was up.
    if (details.counterexample !== null)
      found.push(
        `VIOLATION seed ${seed}, sequence ${number}: ${String(details.errorInstance)}\n${JSON.stringify(details.counterexample?.[0])}`,
      );
  }
  return found;
}
