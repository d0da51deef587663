import { describe, expect, it } from "vitest";
import { rowsOfTurn, rowsOfTurns, sameRow } from "../../../src/renderer/src/conversation/rows.ts";
import { formatDuration, toolText } from "../../../src/renderer/src/text/tool-text.ts";
import { hasSummary, summarize } from "../../../src/renderer/src/conversation/turn-summary.ts";
import { messagesOf } from "../../../src/renderer/src/messages/messages.tsx";
import { reduceSession } from "../../../src/shared/reduce-session.ts";
import type { FileChange } from "../../../src/shared/diff.ts";
import { addUndo, addWaitingCommand, createSampleSession } from "../../support/sample-session.ts";
import {
  createSessionScript,
  turnId,
  undoId,
  callId,
  type SessionScript,
} from "../../support/session-script.ts";

const words = messagesOf("en").conversation;
const last = (script: SessionScript) => {
  const turn = script.state().turns.at(-1);
  if (turn === undefined) throw new Error("no turn");
  return turn;
};
const kinds = (script: SessionScript) => rowsOfTurn(last(script), true).map(({ row }) => row.kind);
const started = (): SessionScript => {
  const script = createSessionScript();
  script.prompt("t-1", "go");
  return script;
};

describe("the rows of a prompt", () => {
  it("fold consecutive reads, across empty text, and keep a single one as it is", () => {
    const script = started();
    for (const id of ["c-1", "c-2"])
      script.call("t-1", id, { name: "read_file", input: { path: id } });
    script.text("t-1", "\n");
    script.call("t-1", "c-3", { name: "search_files", input: { pattern: "x" } });
    script.text("t-1", "Now I know.");
    script.call("t-1", "c-4", { name: "read_file", input: { path: "d" } });
    expect(kinds(script)).toEqual(["prompt", "reads", "text", "tool"]);
    const reads = rowsOfTurn(last(script), true)[1]?.row;
    expect(reads?.kind === "reads" && reads.items.map((item) => item.callId)).toEqual([
      "c-1",
      "c-2",
      "c-3",
    ]);
  });

  it("show the last step's text as code where code only was asked for", () => {
    const script = createSessionScript();
    script.add({ type: "turn-start", turnId: turnId("t-1"), prompt: "go", codeOnly: true });
    script.add({ type: "step-start", turnId: turnId("t-1"), step: 1 });
    script.text("t-1", "I look.");
    script.add({ type: "step-start", turnId: turnId("t-1"), step: 2 });
    script.text("t-1", "let a;");
    const shown = rowsOfTurn(last(script), true).map(
      ({ row }) => row.kind === "text" && row.isCode,
    );
    expect(shown).toEqual([false, false, true]);
  });

  it("show a malformed read by itself", () => {
    const script = started();
    script.call("t-1", "c-1", { name: "read_file", input: { path: "a" } });
    script.add({
      type: "tool-call-start",
      turnId: turnId("t-1"),
      callId: callId("c-2"),
      modelCallId: "m",
      name: "read_file",
      arguments: "{pa",
      argumentsText: "{pa",
      malformed: true,
    });
    expect(kinds(script)).toEqual(["prompt", "tool", "tool"]);
  });

  it("say that the model is awaited only while nothing else moves", () => {
    const script = started();
    expect(kinds(script)).toEqual(["prompt", "working"]);
    script.text("t-1", "a");
    expect(kinds(script)).toEqual(["prompt", "text"]);
    script.call("t-1", "c-1", { name: "run_command", input: { command: "ls" } });
    expect(kinds(script)).toEqual(["prompt", "text", "tool"]);
    script.end("t-1", "c-1");
    expect(kinds(script)).toEqual(["prompt", "text", "tool", "working"]);
  });

  it("put waiting approvals on one card instead of in the list", () => {
    const script = createSampleSession();
    addWaitingCommand(script);
    expect(kinds(script)).toEqual(["prompt", "text", "approvals"]);
  });

  it("show the newest plan where it was made and no older one", () => {
    const script = started();
    const plan = [{ text: "one", done: false }];
    for (const id of ["c-1", "c-2"]) {
      script.call("t-1", id, { name: "update_plan", input: { items: plan } });
      script.add({ type: "plan-update", turnId: turnId("t-1"), items: plan });
      script.end("t-1", id);
    }
    expect(kinds(script)).toEqual(["prompt", "plan", "working"]);
  });

  it("end with the error and then the card of what was changed", () => {
    const script = createSampleSession();
    script.prompt("t-2", "again");
    script.call("t-2", "c-9", { name: "write_file", input: { path: "a" } });
    script.end("t-2", "c-9", { changes: [change("a", [1, 0])] });
    script.add({
      type: "turn-end",
      turnId: turnId("t-2"),
      status: "failed",
      error: { code: "unavailable", message: "gone" },
    });
    expect(kinds(script)).toEqual(["prompt", "tool", "error", "summary"]);
  });

  it("are the same array for the same turn, and the same rows where nothing changed", () => {
    const script = createSampleSession();
    script.prompt("t-2", "more");
    const before = script.state();
    script.text("t-2", "x");
    const after = script.state();
    expect(rowsOfTurn(after.turns[0] ?? last(script), false)).not.toHaveLength(0);
    const [first] = before.turns;
    if (first === undefined) throw new Error("no turn");
    expect(rowsOfTurn(first, false)).toBe(rowsOfTurn(first, false));
    const rows = rowsOfTurns(before.turns);
    const keys = rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("while one text grows, every other row of the turn draws as before", () => {
    const script = createSampleSession();
    script.prompt("t-2", "more");
    for (const id of ["c-8", "c-9"]) {
      script.call("t-2", id, { name: "read_file", input: { path: id } });
      script.end("t-2", id);
    }
    script.text("t-2", "a");
    const before = script.state();
    const event = script.add({ type: "text-delta", turnId: turnId("t-2"), text: "b" });
    const after = reduceSession(before, event);
    const [old = [], fresh = []] = [before, after].map((state) => rowsOfTurns(state.turns));
    const changed = fresh.filter(({ row }, index) => {
      const other = old[index]?.row;
      return other === undefined || !sameRow(other, row);
    });
    expect(changed.map(({ row }) => row.kind)).toEqual(["text"]);
  });
});

function change(
  path: string,
  [added, removed]: readonly [number, number],
  part: Partial<FileChange> = {},
): FileChange {
  return { path, kind: "modified", added, removed, binary: false, ...part };
}

describe("the card at the end of a prompt", () => {
  it("adds up the steps of one file and follows it when it moves", () => {
    const script = started();
    const steps = [
      [change("a", [3, 0], { kind: "created" })],
      [change("a", [2, 1])],
      [change("b", [0, 0], { kind: "moved", from: "a" })],
    ];
    for (const [index, changes] of steps.entries()) {
      script.call("t-1", `c-${index}`, { name: "edit_file", input: {} });
      script.end("t-1", `c-${index}`, { changes });
    }
    script.finish("t-1");
    expect(summarize(last(script))).toMatchObject({
      files: [{ path: "b", added: 5, removed: 1 }],
      added: 5,
      removed: 1,
      undone: "none",
    });
  });

  it("counts only what stands, and names the undo to take back", () => {
    const script = createSampleSession();
    addUndo(script);
    const summary = summarize(last(script));
    expect(summary).toMatchObject({ added: 4, removed: 0, undone: "some", undoIds: ["u-1"] });
    expect(summary.files.map((file) => file.isUndone)).toEqual([true, false]);
  });

  it("takes the newest undo back first, whichever step it was of", () => {
    const script = started();
    for (const id of ["c-1", "c-2"]) {
      script.call("t-1", id, { name: "edit_file", input: {} });
      script.end("t-1", id, { changes: [change(id, [1, 0])] });
    }
    script.finish("t-1");
    for (const [undo, id] of [
      ["u-1", "c-2"],
      ["u-2", "c-1"],
    ] as const)
      script.add({
        type: "undo-add",
        undoId: undoId(undo),
        direction: "undo",
        callIds: [callId(id)],
        paths: [id],
        conflicts: [],
      });
    expect(summarize(last(script)).undoIds).toEqual(["u-1", "u-2"]);
  });

  it("lists commands that ran and leaves out a denied one", () => {
    const script = started();
    script.call("t-1", "c-1", { name: "run_command", input: { command: "a" } });
    script.end("t-1", "c-1", { status: "denied", result: "Denied" });
    script.finish("t-1");
    expect(hasSummary(last(script))).toBe(false);
    script.prompt("t-2", "go");
    script.call("t-2", "c-2", { name: "run_command", input: { command: "b" } });
    script.end("t-2", "c-2", { exitCode: 0 });
    script.finish("t-2");
    expect(summarize(last(script)).commands.map((item) => item.callId)).toEqual(["c-2"]);
  });
});

const textOf = (name: string, input: Record<string, unknown>, end = true) => {
  const script = started();
  script.call("t-1", "c-1", { name, input });
  if (end) script.end("t-1", "c-1");
  const item = last(script).items[0];
  if (item?.kind !== "tool") throw new Error("no step");
  return toolText(item, words);
};

describe("a step in words", () => {
  it.each([
    ["read_file", { path: "a.ts", offset: 10, limit: 5 }, "Read", "a.ts", "lines 10–14"],
    ["read_file", { path: "a.ts", offset: 10 }, "Read", "a.ts", "from line 10"],
    ["list_files", {}, "Listed", "the project", null],
    ["search_files", { pattern: "x", path: "src" }, "Searched for", "x", "src"],
    ["move_file", { from: "a", to: "b" }, "Moved", "a → b", null],
    ["move_file", { from: 1 }, "Moved", "1 → ?", null],
    ["run_command", { command: "ls" }, "Ran", "ls", null],
    ["toString", {}, "Called", "toString", null],
    ["other", {}, "Called", "other", null],
    ["read_file", { path: { evil: true } }, "Read", "", null],
  ])("%s %j", (...[name, input, verb, object, extra]) => {
    expect(textOf(name, input)).toEqual({ verb, object, extra });
  });

  it("speaks of what runs in the present", () => {
    expect(textOf("edit_file", { path: "a" }, false).verb).toBe("Editing");
  });

  it.each([
    [null, null],
    [12, null],
    [410, "0.4 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [3_720_000, "1 h 2 min"],
  ])("%s ms are shown as %s", (milliseconds, shown) => {
    expect(formatDuration(milliseconds)).toBe(shown);
  });
});
