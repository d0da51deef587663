import type { Action, Sequence, Step } from "./steps.ts";

const fileToFolder: Step = {
  do: "command",
  session: 0,
  service: 0,
  acts: [
    { act: "delete", path: "k" },
    { act: "folder", path: "k", mode: 0o755 },
  ],
  meanwhile: [],
  newTurn: false,
  crash: null,
};
const undoLast = {
  do: "undo",
  session: 0,
  service: 0,
  unit: "last",
  pick: 0,
  choice: "keep",
} as const satisfies Action;

/** As in `found.ts`, found later. */
export const foundLater: Readonly<Record<string, Sequence>> = {
  "a folder of the agent's that a person emptied in the middle of an undo may go with it": {
    tree: [
      { act: "link", path: "d/new\nline", target: "a.txt" },
      { act: "link", path: "b", target: "a.txt" },
      { act: "write", path: ".env", content: { whole: 7 }, byRename: false },
    ],
    steps: [
      { do: "redo", session: 0, service: 1, pick: 14 },
      {
        do: "write",
        session: 0,
        service: 0,
        effects: [
          { kind: "write", path: "d/new\nline", content: { line: 1, how: "replace" } },
          { kind: "write", path: "d/new\nline", content: { whole: 6 } },
        ],
        newTurn: false,
        stale: false,
      },
      {
        do: "there and back",
        undo: { do: "undo", session: 1, service: 1, unit: "file", pick: 6, choice: "merge" },
      },
      {
        do: "race",
        at: 4,
        act: {
          act: "write",
          path: "d/new\nline",
          content: { line: 2, how: "replace" },
          byRename: true,
        },
        action: {
          do: "write",
          session: 0,
          service: 1,
          effects: [
            { kind: "write", path: ".env", content: { line: 6, how: "replace" } },
            { kind: "move", path: "b", to: "\u00fc/\u00e4 \u20ac.md" },
          ],
          newTurn: true,
          stale: false,
        },
      },
      { do: "undo", session: 0, service: 0, unit: "to", pick: 18, choice: "keep" },
      { do: "undo", session: 0, service: 0, unit: "to", pick: 10, choice: "merge" },
      { do: "undo", session: 0, service: 1, unit: "call", pick: 14, choice: "keep" },
      { do: "redo", session: 0, service: 0, pick: 4 },
      {
        do: "race",
        at: 13,
        act: { act: "delete", path: "\u00fc/\u00e4 \u20ac.md" },
        action: { do: "undo", session: 0, service: 1, unit: "to", pick: 18, choice: "overwrite" },
      },
    ],
  },
  "a failed undo leaves no folder that is nothing before and after, yet was made on the way to a file":
    {
      tree: [{ act: "write", path: "a.txt", content: { whole: 0 }, byRename: false }],
      steps: [
        {
          do: "command",
          session: 0,
          service: 0,
          acts: [
            { act: "write", path: "k/l/m", content: { line: 0, how: "replace" }, byRename: false },
          ],
          meanwhile: [{ act: "write", path: "a.txt", content: { whole: 1 }, byRename: false }],
          newTurn: false,
          crash: null,
        },
        {
          do: "race",
          at: 0,
          act: { act: "write", path: "k", content: { line: 0, how: "delete" }, byRename: true },
          action: {
            do: "write",
            session: 0,
            service: 0,
            effects: [
              { kind: "write", path: "d/new\nline", content: { line: 0, how: "replace" } },
              { kind: "move", path: "\u00fc/\u00e4 \u20ac.md", to: ".env" },
            ],
            newTurn: false,
            stale: false,
          },
        },
        {
          do: "command",
          session: 0,
          service: 1,
          acts: [
            { act: "write", path: ".gitignore", content: { whole: 9 }, byRename: false },
            { act: "delete", path: "-rf" },
            { act: "delete", path: "-rf" },
            { act: "delete", path: "b" },
            { act: "delete", path: "k" },
          ],
          meanwhile: [],
          newTurn: false,
          crash: null,
        },
        {
          do: "there and back",
          undo: { do: "undo", session: 0, service: 0, unit: "path", pick: 3, choice: "merge" },
        },
        {
          do: "command",
          session: 1,
          service: 1,
          acts: [
            { act: "chmod", path: "d/c.txt", mode: 493 },
            { act: "write", path: "g/x", content: { whole: 0 }, byRename: false },
            {
              act: "write",
              path: "d/new\nline",
              content: { line: 2, how: "replace" },
              byRename: false,
            },
            { act: "chmod", path: "g", mode: 292 },
          ],
          meanwhile: [],
          newTurn: false,
          crash: null,
        },
        {
          do: "fail",
          at: 31,
          code: "EACCES",
          action: { do: "undo", session: 0, service: 0, unit: "session", pick: 9, choice: "keep" },
        },
      ],
    },
  "what a person writes into a file in the moment after it was put back is kept, though all is put back":
    {
      tree: [],
      steps: [
        {
          do: "command",
          session: 0,
          service: 0,
          acts: [{ act: "write", path: ".gitignore", content: { whole: 9 }, byRename: false }],
          meanwhile: [
            { act: "write", path: "b", content: { line: 0, how: "replace" }, byRename: false },
          ],
          newTurn: false,
          crash: 15,
        },
        {
          do: "person",
          acts: [
            { act: "write", path: "d/e/f", content: { line: 0, how: "replace" }, byRename: false },
          ],
        },
        {
          do: "write",
          session: 0,
          service: 0,
          effects: [
            { kind: "move", path: "d/e/f", to: ".env" },
            { kind: "write", path: "a.txt", content: { whole: 0 } },
          ],
          newTurn: true,
          stale: false,
        },
        { do: "undo", session: 0, service: 1, unit: "session", pick: 9, choice: "merge" },
        {
          do: "race",
          at: 31,
          act: { act: "write", path: "b", content: { line: 1, how: "insert" }, byRename: false },
          action: { do: "redo", session: 0, service: 1, pick: 0 },
        },
      ],
    },
  "a redo that fails once a folder has taken a file's place gives the file its name back": {
    tree: [{ act: "write", path: "k", content: { whole: 0 }, byRename: false }],
    steps: [
      fileToFolder,
      undoLast,
      {
        do: "fail",
        at: 13,
        code: "ENOSPC",
        action: { do: "redo", session: 0, service: 1, pick: null },
      },
    ],
  },
  "an undo that fails between a folder that went and the file in its place brings the folder back":
    {
      tree: [{ act: "write", path: "k", content: { whole: 0 }, byRename: false }],
      steps: [fileToFolder, { do: "fail", at: 11, code: "EIO", action: undoLast }],
    },
  "an undo that is killed between a folder that went and the file in its place is finished": {
    tree: [{ act: "write", path: "k", content: { whole: 0 }, byRename: false }],
    steps: [fileToFolder, { do: "crash", at: 11, again: null, action: undoLast }],
  },
};
