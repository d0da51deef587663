import * as fc from "fast-check";

/** Names: plain, hidden, with a leading dash, with a line end, beyond ASCII, and one that is no UTF-8 (0xFF). */
export const toolPaths = [
  "a.txt",
  "b",
  "-rf",
  "d/c.txt",
  "d/e/f",
  "d/new\nline",
  ".env",
  ".gitignore",
  "g",
  "g/x",
  "ü/ä €.md",
] as const;
/** No tool can name the last one; a person and a command can. */
export const allPaths = [...toolPaths, "f\udcffo", "k", "k/l/m"] as const;

/** § becomes a word that is nowhere else. Lines are distinct, so that what a merge must do can be told line by line. */
export const contents = [
  "",
  "x",
  "§\n",
  "one §\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
  "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8 without end §",
  "c1 §\r\nc2\r\nc3\r\nc4\r\nc5\r\nc6\r\n",
  "\u00ef\u00bb\u00bfbom §\nb2\nb3\nb4\nb5\nb6\n",
  "nul\0§\n\u00ff",
  "\u00ff\u00fe\u0041\u0000§",
  "*\n",
  "secret=§\n",
  Array.from({ length: 24 }, (_, index) => `row ${index} §\n`).join(""),
] as const;

/** A whole content by its number, or a change of one line of what is there, or of several. */
export type Content =
  | { readonly whole: number }
  | { readonly lines: readonly number[] }
  | { readonly line: number; readonly how: "replace" | "insert" | "delete" };

/** What a person or a command does to the folder, with plain calls of the system. */
export type Act =
  | {
      readonly act: "write";
      readonly path: string;
      readonly content: Content;
      readonly byRename: boolean;
    }
  | { readonly act: "delete"; readonly path: string }
  | { readonly act: "rename"; readonly path: string; readonly to: string }
  | { readonly act: "chmod"; readonly path: string; readonly mode: number }
  | { readonly act: "link"; readonly path: string; readonly target: string }
  | { readonly act: "folder"; readonly path: string; readonly mode: number };

export type Effect =
  | { readonly kind: "write"; readonly path: string; readonly content: Content }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "move"; readonly path: string; readonly to: string };

/** `edit`: a text of the person's own for the first path that can have one, and a merge for the others. */
export type Choice = "keep" | "overwrite" | "merge" | "edit";
export const units = ["last", "call", "path", "file", "turn", "session", "to"] as const;

/** Who acts: one of two sessions, through one of two services on the same store. */
interface Actor {
  readonly session: 0 | 1;
  readonly service: 0 | 1;
}

/** A step that the service takes. `pick` chooses among what there is at that moment. */
export type Action = Actor &
  (
    | {
        readonly do: "write";
        readonly effects: readonly Effect[];
        readonly newTurn: boolean;
        /** The tool read the file before somebody changed it. */
        readonly stale: boolean;
      }
    | {
        readonly do: "undo";
        readonly unit: (typeof units)[number];
        readonly pick: number;
        readonly choice: Choice;
      }
    | { readonly do: "redo"; readonly pick: number | null }
  );

export type Step =
  | Action
  | { readonly do: "person"; readonly acts: readonly Act[] }
  /** A command, and what the person saves while it runs. With `crash` Belay dies at that file operation of what it does around it. */
  | (Actor & {
      readonly do: "command";
      readonly acts: readonly Act[];
      readonly meanwhile: readonly Act[];
      readonly newTurn: boolean;
      readonly crash: number | null;
    })
  /** One part of a call's change is taken back, and brought again. */
  | (Actor & { readonly do: "part"; readonly pick: number })
  /** The store is packed. */
  | { readonly do: "tidy"; readonly service: 0 | 1 }
  | { readonly do: "restart"; readonly service: 0 | 1 }
  /** An undo and its redo: nothing may be left of the two. */
  | { readonly do: "there and back"; readonly undo: Action & { readonly do: "undo" } }
  /** The process dies at that file operation, and the next one perhaps in the recovery. */
  | {
      readonly do: "crash";
      readonly at: number;
      readonly again: number | null;
      readonly action: Action;
    }
  | {
      readonly do: "fail";
      readonly at: number;
      readonly code: string;
      readonly action: Action;
    }
  /** The person saves just before that file operation. */
  | { readonly do: "race"; readonly at: number; readonly act: Act; readonly action: Action };

export interface Sequence {
  readonly tree: readonly Act[];
  readonly steps: readonly Step[];
}

const contentArbitrary: fc.Arbitrary<Content> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ whole: fc.nat(contents.length - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      line: fc.nat(8),
      how: fc.constantFrom("replace", "replace", "replace", "insert", "delete"),
    }),
  },
);

const anyPath = fc.constantFrom(...allPaths);
const toolPath = fc.constantFrom(...toolPaths);
const service = fc.constantFrom(0, 1);
const actor = { session: fc.constantFrom(0, 0, 0, 1), service };

const writeAct: fc.Arbitrary<Act> = fc.record({
  act: fc.constant("write"),
  path: anyPath,
  content: contentArbitrary,
  byRename: fc.boolean(),
});
const deleteAct: fc.Arbitrary<Act> = fc.record({ act: fc.constant("delete"), path: anyPath });

export const actArbitrary: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: writeAct },
  { weight: 2, arbitrary: deleteAct },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("rename"), path: anyPath, to: anyPath }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("chmod"),
      path: anyPath,
      mode: fc.constantFrom(0o644, 0o600, 0o755, 0o4755, 0o444, 0o700),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("link"),
      path: anyPath,
      target: fc.constantFrom("a.txt", "../outside", "nowhere", "d"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("folder"),
      path: fc.constantFrom("d", "d/e", "g", "k", "k/l", "empty"),
      mode: fc.constantFrom(0o755, 0o700, 0o1777),
    }),
  },
);

const effectArbitrary: fc.Arbitrary<Effect> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("write"),
      path: toolPath,
      content: contentArbitrary,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete"), path: toolPath }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move"), path: toolPath, to: toolPath }) },
);

const writeAction = fc.record({
  do: fc.constant("write"),
  ...actor,
  effects: fc.array(effectArbitrary, { minLength: 1, maxLength: 3 }),
  newTurn: fc.boolean(),
  stale: fc.constantFrom(false, false, false, false, false, false, false, true),
});
const undoAction = fc.record({
  do: fc.constant("undo"),
  ...actor,
  unit: fc.constantFrom(...units),
  pick: fc.nat(20),
  choice: fc.constantFrom("keep", "overwrite", "merge", "merge", "edit"),
});
const redoAction = fc.record({
  do: fc.constant("redo"),
  ...actor,
  pick: fc.option(fc.nat(20)),
});
const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: writeAction },
  { weight: 3, arbitrary: undoAction },
  { weight: 2, arbitrary: redoAction },
);

/** Everything is ignored first, so that what looks through git would see nothing go. */
function hidden(acts: readonly Act[]): Act[] {
  const all = contents.indexOf("*\n");
  return [{ act: "write", path: ".gitignore", content: { whole: all }, byRename: false }, ...acts];
}

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: actionArbitrary },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("person"),
      acts: fc.array(actArbitrary, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("command"),
      ...actor,
      acts: fc.oneof(
        { weight: 5, arbitrary: fc.array(actArbitrary, { maxLength: 5 }) },
        { weight: 1, arbitrary: fc.array(deleteAct, { maxLength: 4 }).map(hidden) },
      ),
      meanwhile: fc.array(writeAct, { maxLength: 1 }),
      newTurn: fc.boolean(),
      crash: fc.oneof(
        { weight: 8, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat(20) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("restart", "restart", "restart", "tidy"), service }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("part"), ...actor, pick: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("there and back"), undo: undoAction }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("crash"),
      at: fc.nat(40),
      again: fc.option(fc.nat(30), { freq: 2 }),
      action: actionArbitrary,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fail"),
      at: fc.nat(40),
      code: fc.constantFrom("ENOSPC", "EACCES", "EIO", "EMFILE"),
      action: actionArbitrary,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("race"),
      at: fc.nat(40),
      act: fc.oneof({ weight: 3, arbitrary: writeAct }, { weight: 1, arbitrary: deleteAct }),
      action: actionArbitrary,
    }),
  },
);
