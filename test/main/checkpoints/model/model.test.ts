import { expect, it } from "vitest";
import { prove, runAlone } from "./prove-sequences.ts";
import { foundLater } from "./found-later.ts";
import { found } from "./found.ts";

/** What a range of this size must have seen, or it proved nothing. */
const mustHaveSeen = [
  "undo: exact, clean",
  "undo: conflict, kept",
  "undo: merge",
  "undo: conflict, overwritten",
  "redo: exact, clean",
  "there and back",
  "part: exact",
  "part: merge",
  "command: done",
  "command: crashed",
  "write: done",
  "write: refused as stale",
  "crash of write: as before",
  "crash of write: as after",
  "crash of undo: as before",
  "crash of undo: as after",
  "race with write: done",
  "race with write: refused",
  "race with undo: done",
];

it(
  "whatever agent, person, accidents, undo and redo do in turn, undo is exact or a conflict, nothing else changes and no byte is lost",
  { timeout: 300_000 },
  async () => {
    const { violations, tally } = await prove({ sequences: 500, seed: 1, from: 0 }, () => {});
    expect(violations).toEqual([]);
    expect(mustHaveSeen.filter((what) => !tally.has(what))).toEqual([]);
  },
);

// The seventeenth of these in one folder left the library that watches it waiting for itself as it was closed.
it("once found: a folder whose watcher never closes", async () => {
  const { violations, tally } = await prove({ sequences: 17, seed: 6001, from: 43_550 }, () => {});
  expect(violations).toEqual([]);
  expect(tally.size).toBeGreaterThan(0);
});

it.each(Object.entries({ ...found, ...foundLater }))("once found: %s", async (_, sequence) => {
  await expect(runAlone(sequence)).resolves.toBeUndefined();
});
