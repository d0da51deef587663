import { expect, it } from "vitest";
import { runAlone } from "./prove-sequences.ts";
import type { Act, Action, Sequence } from "./steps.ts";

const makes: Sequence["steps"][number] = {
  do: "command",
  session: 0,
  service: 0,
  acts: [{ act: "write", path: "k/l/m", content: { whole: 0 }, byRename: false }],
  meanwhile: [],
  newTurn: false,
  crash: null,
};
const undo: Action = {
  do: "undo",
  session: 0,
  service: 0,
  unit: "last",
  pick: 0,
  choice: "keep",
};
const redo: Action = { do: "redo", session: 0, service: 0, pick: null };
const write: Action = {
  do: "write",
  session: 0,
  service: 0,
  effects: [
    { kind: "write", path: "k/l/n", content: { whole: 1 } },
    { kind: "delete", path: "k/l/m" },
  ],
  newTurn: false,
  stale: false,
};

const acts: readonly (readonly [string, Act])[] = [
  ["removes", { act: "delete", path: "k" }],
  ["replaces by a file", { act: "write", path: "k", content: { whole: 0 }, byRename: false }],
];
const actions: readonly (readonly [string, readonly Sequence["steps"][number][], Action])[] = [
  ["a write", [makes], write],
  ["an undo", [makes], undo],
  ["a redo", [makes, undo], redo],
];
/** More file operations than any of them takes. */
const moments = 24;

for (const [what, act] of acts)
  it.each(actions)(
    `a folder that a person ${what} at any moment of %s is theirs, and is told of in words`,
    async (_, before, action) => {
      for (let at = 0; at < moments; at += 1)
        await expect(
          runAlone({ tree: [], steps: [...before, { do: "race", at, act, action }] }, false),
        ).resolves.toBeUndefined();
    },
  );
