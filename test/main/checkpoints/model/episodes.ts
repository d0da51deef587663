import * as fc from "fast-check";
import { actArbitrary, contents, stepArbitrary, type Sequence, type Step } from "./steps.ts";

const longTexts = contents.flatMap((content, index) =>
  content.split("\n").length > 5 && !content.includes("\0") ? [index] : [],
);

interface Parts {
  readonly path: string;
  readonly whole: number;
  readonly lines: readonly number[];
  /** The line that the person changes; null for none. */
  readonly mine: number | null;
  readonly end: Step;
}

/** The agent changes lines, the person others or the same, and then that change is taken back, whole or in part. */
const episode = ({ path, whole, lines, mine, end }: Parts): Step[] => [
  agentWrites(path, { whole }),
  agentWrites(path, { lines }),
  ...(mine === null ? [] : [personWrites(path, mine)]),
  end,
];

const personWrites = (path: string, line: number): Step => ({
  do: "person",
  acts: [{ act: "write", path, content: { line, how: "replace" }, byRename: line % 2 === 0 }],
});

const agentWrites = (
  path: string,
  content: { whole: number } | { lines: readonly number[] },
): Step => ({
  do: "write",
  session: 0,
  service: 0,
  effects: [{ kind: "write", path, content }],
  newTurn: true,
  stale: false,
});

const lastUndone = fc.record({
  do: fc.constant("undo"),
  session: fc.constant(0),
  service: fc.constantFrom(0, 1),
  unit: fc.constantFrom("last", "last", "session"),
  pick: fc.nat(20),
  choice: fc.constantFrom("merge", "merge", "merge", "keep", "overwrite", "edit"),
});

const path = fc.constantFrom("a.txt", "b", "d/c.txt", ".env");
const mine = fc.nat(23);

const wholeEpisode = fc
  .record({
    path,
    mine,
    whole: fc.constantFrom(...longTexts),
    lines: fc.array(fc.nat(23), { minLength: 1, maxLength: 3 }),
    end: fc.oneof(
      lastUndone,
      lastUndone.map((undo) => ({ do: "there and back" as const, undo })),
    ),
  })
  .map(episode);

/** Far enough apart that each is a part of its own. */
const partEpisode = fc
  .record({
    path,
    mine: fc.option(mine, { freq: 1 }),
    whole: fc.constant(contents.length - 1),
    lines: fc.constantFrom([0, 10, 20], [3, 14], [1, 22]),
    end: fc.record({
      do: fc.constant("part"),
      session: fc.constant(0),
      service: fc.constantFrom(0, 1),
      pick: fc.constant(-1),
    }),
  })
  .map(episode);

/** A folder and what happens in it, as plain data: it can be printed, shrunk and kept. */
export const sequenceArbitrary: fc.Arbitrary<Sequence> = fc.record({
  tree: fc.array(actArbitrary, { maxLength: 8 }),
  steps: fc
    .array(
      fc.oneof(
        { weight: 30, arbitrary: stepArbitrary.map((step) => [step]) },
        { weight: 1, arbitrary: wholeEpisode },
        { weight: 1, arbitrary: partEpisode },
      ),
      { minLength: 2, maxLength: 14 },
    )
    .map((some) => some.flat()),
});
