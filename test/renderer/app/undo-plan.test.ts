import { describe, expect, it } from "vitest";
import type { UndoPlan, UndoPlanRow, UndoResult } from "../../../src/shared/checkpoint.ts";
import {
  changedMeanwhile,
  choiceOf,
  countChoices,
  decided,
  fingerprints,
  isPlain,
  isTicked,
  lastUndoableTurn,
  offeredFor,
  openRows,
  resultText,
  tick,
} from "../../../src/renderer/src/app/undo-plan.ts";
import { messagesOf } from "../../../src/renderer/src/messages/messages.tsx";
import {
  callId as callIdOf,
  sessionId as sessionIdOf,
  turnId as turnIdOf,
  undoId as undoIdOf,
} from "../../support/session-script.ts";
import { addUndo, createSampleSession } from "../../support/sample-session.ts";

const words = messagesOf("en").undo;
const row = (path: string, part: Partial<UndoPlanRow> = {}): UndoPlanRow => ({
  path,
  action: "restore",
  fingerprint: path,
  mergeable: false,
  added: 1,
  removed: 1,
  ...part,
});
const turn = { unit: "turn", turnId: turnIdOf("t-1") } as const;
const held = (path: string) => row(path, { held: "the command ran for over 5 s" });
const conflict = (path: string) => row(path, { conflict: "changed since" });
const merge = (path: string) =>
  row(path, { conflict: "changed since", mergeable: true, action: "merge" });
const plan = (rows: UndoPlanRow[], uncoveredCommands = 0): UndoPlan => ({
  rows,
  uncoveredCommands,
});
const result = (part: Partial<UndoResult>): UndoResult => ({
  undone: [],
  conflicts: [],
  skipped: [],
  redo: null,
  ...part,
});

describe("an undo's plan", () => {
  it("runs at once when nothing overlaps and nothing is left out", () => {
    expect(isPlain(plan([row("a"), merge("b")]), turn)).toBe(true);
    expect(isPlain(plan([row("a"), conflict("b")]), turn)).toBe(false);
    expect(isPlain(plan([row("a"), held("b")]), turn)).toBe(false);
    expect(isPlain(plan([row("a")], 1), turn)).toBe(false);
    const session = { unit: "session", sessionId: sessionIdOf("s-1") } as const;
    expect(isPlain(plan([row("a")]), session)).toBe(false);
  });

  it("leaves what may be the person's unless it is ticked", () => {
    expect(isTicked(held("a"), {})).toBe(false);
    expect(decided(plan([held("a"), row("b")]), {})).toEqual({ a: "keep" });
    const choices = { a: tick(held("a"), true), b: tick(row("b"), false) };
    expect(decided(plan([held("a"), row("b")]), choices)).toEqual({ a: "overwrite", b: "keep" });
    expect(countChoices(plan([held("a"), row("b")]), choices)).toEqual({ undo: 1, keep: 1 });
    // A pipe in the file's place: no choice changes that.
    const pipe = row("p", { conflict: "a pipe", action: "none" });
    expect(offeredFor(pipe)).toEqual(["keep"]);
    expect(tick(pipe, true)).toBe("keep");
  });

  it("names the files that were to be undone and changed meanwhile", () => {
    const mixed = plan([row("a"), conflict("b"), conflict("c"), held("d")]);
    const kept = ["a", "b", "c", "d"].map((path) => ({ path, reason: "" }));
    expect(changedMeanwhile(mixed, { c: "overwrite" }, result({ conflicts: kept }))).toEqual([
      "a",
      "c",
    ]);
    expect(fingerprints(mixed)).toMatchObject({ a: "a", d: "d" });
  });

  it("keeps an overlap and merges what can be merged, unless told otherwise", () => {
    expect(choiceOf(conflict("a"), {})).toBe("keep");
    expect(choiceOf(merge("a"), {})).toBe("merge");
    expect(choiceOf(merge("a"), { a: "keep" })).toBe("keep");
    expect(choiceOf(conflict("toString"), {})).toBe("keep");
  });

  it("counts what the button says and sends a choice for every conflict", () => {
    const mixed = plan([
      row("a"),
      row("gone", { action: "none" }),
      conflict("b"),
      conflict("c"),
      merge("d"),
    ]);
    // What wants a choice comes first: in a long list it would be out of sight.
    expect(openRows(mixed).map(({ path }) => path)).toEqual(["b", "c", "a", "d"]);
    expect(countChoices(mixed, { c: "overwrite" })).toEqual({ undo: 3, keep: 1 });
    expect(decided(mixed, { c: "overwrite" })).toEqual({ b: "keep", c: "overwrite", d: "merge" });
    expect(words.confirm(5, 1)).toBe("Undo 5, keep 1");
  });

  it("says what was undone, which later edits stay and what was kept", () => {
    const undone = [
      { path: "a", action: "restore" as const },
      { path: "b", action: "merge" as const },
    ];
    expect(resultText(result({ undone }), "undo", words)).toBe(
      "Undid 2 files · later edits in 1 file stay",
    );
    expect(
      resultText(result({ undone, conflicts: [{ path: "c", reason: "" }] }), "undo", words),
    ).toBe("Undid 2 files · later edits in 1 file stay · 1 kept as it is");
    expect(resultText(result({}), "undo", words)).toBe("Nothing left to undo here");
    const kept = result({ conflicts: [{ path: "c", reason: "" }] });
    expect(resultText(kept, "undo", words)).toBe("Nothing was undone · 1 kept as it is");
  });

  it("finds the newest prompt whose changes still stand", () => {
    const script = createSampleSession();
    expect(lastUndoableTurn(script.state())).toBe("t-1");
    addUndo(script);
    expect(lastUndoableTurn(script.state())).toBe("t-1");
    script.add({
      type: "undo-add",
      undoId: undoIdOf("u-2"),
      direction: "undo",
      callIds: [callIdOf("c-write")],
      paths: [],
      conflicts: [],
    });
    expect(lastUndoableTurn(script.state())).toBeNull();
  });
});
