import type { Sequence } from "./steps.ts";

/** Sequences that once showed a violation, made short: what they found is their name. */
export const found: Readonly<Record<string, Sequence>> = {
  "a folder that an undo emptied, with no file to come back into it, comes back with the redo": {
    tree: [],
    steps: [
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "write", path: "ü/ä €.md", content: { whole: 0 } }],
        newTurn: false,
        stale: false,
      },
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "delete", path: "ü/ä €.md" }],
        newTurn: false,
        stale: false,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 0, choice: "keep" },
      },
    ],
  },
  "an undo of two changes that cancel out, and its redo, leave each of them to be undone": {
    tree: [],
    steps: [
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "write", path: "a.txt", content: { whole: 0 } }],
        newTurn: false,
        stale: false,
      },
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "delete", path: "a.txt" }],
        newTurn: false,
        stale: false,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 0, choice: "keep" },
      },
      { do: "undo", session: 0, service: 0, unit: "call", pick: 3, choice: "keep" },
    ],
  },
  "a disk that dies during recovery does not make the lost write stand": {
    tree: [],
    steps: [
      {
        do: "crash",
        at: 1,
        again: 7,
        action: {
          do: "write",
          session: 1,
          service: 0,
          effects: [{ kind: "write", path: "a.txt", content: { whole: 0 } }],
          newTurn: false,
          stale: false,
        },
      },
      { do: "restart", service: 0 },
      { do: "undo", session: 1, service: 0, unit: "last", pick: 0, choice: "keep" },
    ],
  },
  "a folder that a person replaces by a file in the middle of a write blocks nothing and leaves nothing behind":
    {
      tree: [],
      steps: [
        {
          do: "race",
          at: 3,
          act: { act: "write", path: "g", content: { whole: 0 }, byRename: false },
          action: {
            do: "write",
            session: 0,
            service: 0,
            effects: [
              { kind: "write", path: "g/x", content: { line: 0, how: "replace" } },
              { kind: "write", path: "a.txt", content: { whole: 0 } },
            ],
            newTurn: false,
            stale: false,
          },
        },
        {
          do: "write",
          session: 0,
          service: 0,
          effects: [{ kind: "write", path: "a.txt", content: { whole: 0 } }],
          newTurn: false,
          stale: false,
        },
      ],
    },
  "a folder that a tool made and a command removed does not come back empty with both undone": {
    tree: [],
    steps: [
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "write", path: "g/x", content: { whole: 0 } }],
        newTurn: false,
        stale: false,
      },
      {
        do: "command",
        session: 0,
        service: 1,
        acts: [{ act: "delete", path: "g" }],
        meanwhile: [],
        newTurn: false,
        crash: null,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 12, choice: "overwrite" },
      },
    ],
  },
  "a folder that a tool made is not the person's, and a command's change of its mode is not held": {
    tree: [],
    steps: [
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "write", path: "g/x", content: { whole: 0 } }],
        newTurn: false,
        stale: false,
      },
      {
        do: "command",
        session: 0,
        service: 0,
        acts: [{ act: "chmod", path: "g", mode: 0o700 }],
        meanwhile: [],
        newTurn: false,
        crash: null,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 0, choice: "merge" },
      },
    ],
  },
  "a folder stays, and is said to, where the person's text comes into it that was to go with it": {
    tree: [],
    steps: [
      {
        do: "command",
        session: 0,
        service: 0,
        acts: [{ act: "write", path: "d/e/f", content: { whole: 1 }, byRename: false }],
        meanwhile: [],
        newTurn: false,
        crash: null,
      },
      {
        do: "command",
        session: 0,
        service: 0,
        acts: [{ act: "delete", path: "d/e/f" }],
        meanwhile: [],
        newTurn: false,
        crash: null,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 1, choice: "edit" },
      },
    ],
  },
  "a disk that fails while the journal is looked at is told of as a person can act on it": {
    tree: [],
    steps: [
      {
        do: "fail",
        at: 0,
        code: "ENOSPC",
        action: {
          do: "undo",
          session: 0,
          service: 0,
          unit: "last",
          pick: 0,
          choice: "keep",
        },
      },
    ],
  },
  "a folder that a tool put in the place of a file makes room for it when both are undone": {
    tree: [{ act: "write", path: "g", content: { line: 0, how: "replace" }, byRename: false }],
    steps: [
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "delete", path: "g" }],
        newTurn: false,
        stale: false,
      },
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [{ kind: "write", path: "g/x", content: { whole: 0 } }],
        newTurn: false,
        stale: false,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 0, service: 0, unit: "last", pick: 0, choice: "keep" },
      },
    ],
  },
  ...Object.fromEntries(
    [6, 7].map((at) => [
      `a folder that a person removes in the middle of a write is told of in words (call ${at})`,
      {
        tree: [],
        steps: [
          {
            do: "race",
            at,
            act: { act: "delete", path: "g" },
            action: {
              do: "write",
              session: 0,
              service: 0,
              effects: [{ kind: "write", path: "g/x", content: { whole: 0 } }],
              newTurn: false,
              stale: false,
            },
          },
        ],
      } satisfies Sequence,
    ]),
  ),
  "a folder that a person removes in the middle of a redo is told of in words": {
    tree: [],
    steps: [
      {
        do: "command",
        session: 0,
        service: 0,
        acts: [],
        meanwhile: [{ act: "write", path: "k/l/m", content: { whole: 0 }, byRename: false }],
        newTurn: false,
        crash: null,
      },
      { do: "undo", session: 0, service: 0, unit: "last", pick: 0, choice: "keep" },
      {
        do: "race",
        at: 7,
        act: { act: "delete", path: "k" },
        action: { do: "redo", session: 0, service: 0, pick: null },
      },
    ],
  },
};
