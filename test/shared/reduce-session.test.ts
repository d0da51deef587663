import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sessionEventSchema, type SessionEvent } from "../../src/shared/events.ts";
import { reduceSession } from "../../src/shared/reduce-session.ts";
import { emptySessionState, type ToolItem } from "../../src/shared/session-state.ts";
import {
  callId,
  createSessionScript,
  sessionId,
  turnId,
  undoId,
} from "../support/session-script.ts";

const fold = (events: readonly SessionEvent[]) =>
  events.reduce(reduceSession, emptySessionState(sessionId("s-1")));

function toolOf(script: ReturnType<typeof createSessionScript>, id: string): ToolItem {
  const item = script
    .state()
    .turns.flatMap((turn) => turn.items)
    .find((candidate) => candidate.kind === "tool" && candidate.callId === id);
  if (item?.kind !== "tool") throw new Error(`no call ${id}`);
  return item;
}

describe("a session folded from its events", () => {
  it("joins the deltas of one step into one text and keeps steps apart", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.text("t-1", "one ");
    script.text("t-1", "two");
    script.add({ type: "step-start", turnId: turnId("t-1"), step: 2 });
    script.text("t-1", "three");
    expect(script.state().turns[0]?.items.map((item) => item.kind === "text" && item.text)).toEqual(
      ["one two", "three"],
    );
  });

  it("marks a discarded answer and starts a new text in the same step", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.text("t-1", "half an ans");
    script.add({ type: "step-discard", turnId: turnId("t-1"), step: 1, reason: "cut" });
    script.text("t-1", "whole");
    expect(script.state().turns[0]?.items).toEqual([
      { kind: "text", step: 1, text: "half an ans", discarded: true },
      { kind: "text", step: 1, text: "whole", discarded: false },
    ]);
  });

  it("follows a call from its approval to its end", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "run_command", input: { command: "ls" } });
    const seen = [toolOf(script, "c-1").status];
    const base = { turnId: turnId("t-1"), callId: callId("c-1") };
    script.add({ ...base, type: "approval-request", reason: "asks", title: "Run", detail: "ls" });
    seen.push(toolOf(script, "c-1").status);
    script.add({ ...base, type: "approval-end", decision: "allow" });
    seen.push(toolOf(script, "c-1").status);
    script.add({ ...base, type: "tool-output-delta", text: "a\n" });
    script.end("t-1", "c-1", { exitCode: 2, status: "failed", notes: ["slow"] });
    seen.push(toolOf(script, "c-1").status);
    expect(seen).toEqual(["running", "awaiting-approval", "running", "failed"]);
    expect(toolOf(script, "c-1")).toMatchObject({ output: "a\n", exitCode: 2, notes: ["slow"] });
  });

  it("cancels what still runs when the turn ends, but keeps an approval that the turn waits for", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "run_command", input: {} });
    script.call("t-1", "c-2", { name: "run_command", input: {} });
    script.add({
      turnId: turnId("t-1"),
      callId: callId("c-2"),
      type: "approval-request",
      reason: "",
      title: "",
      detail: "",
    });
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "needs-approval" });
    expect([toolOf(script, "c-1").status, toolOf(script, "c-2").status]).toEqual([
      "cancelled",
      "awaiting-approval",
    ]);
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "interrupted" });
    expect(toolOf(script, "c-2").status).toBe("cancelled");
  });

  it("adds the time of a resumed turn to the time before", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.add({
      type: "turn-end",
      turnId: turnId("t-1"),
      status: "failed",
      durationMs: 3000,
      error: { code: "unavailable", message: "gone" },
    });
    script.add({ type: "turn-resume", turnId: turnId("t-1") });
    expect(script.state().turns[0]).toMatchObject({ status: "running", error: null });
    script.finish("t-1", 4000);
    expect(script.state().turns[0]).toMatchObject({ status: "completed", durationMs: 7000 });
  });

  it("marks calls as undone in every turn and takes the mark back on redo", () => {
    const script = createSessionScript();
    for (const turn of ["t-1", "t-2"]) {
      script.prompt(turn, "go");
      script.call(turn, `c-${turn}`, { name: "write_file", input: { path: "a" } });
      script.end(turn, `c-${turn}`);
      script.finish(turn);
    }
    const undo = {
      type: "undo-add" as const,
      callIds: [callId("c-t-1")],
      paths: ["a"],
      conflicts: [],
    };
    script.add({ ...undo, undoId: undoId("u-1"), direction: "undo" });
    expect(toolOf(script, "c-t-1").undoneBy).toBe("u-1");
    expect(toolOf(script, "c-t-2").undoneBy).toBeNull();
    script.add({ ...undo, undoId: undoId("u-2"), direction: "redo" });
    expect(toolOf(script, "c-t-1").undoneBy).toBeNull();
    expect(script.state().undos).toHaveLength(2);
  });

  it("keeps the last part of a command's output", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "run_command", input: {} });
    const base = {
      turnId: turnId("t-1"),
      callId: callId("c-1"),
      type: "tool-output-delta",
    } as const;
    script.add({ ...base, text: "x".repeat(64_000) });
    script.add({ ...base, text: "end" });
    expect(toolOf(script, "c-1").output).toHaveLength(64_000);
    expect(toolOf(script, "c-1").output.endsWith("xend")).toBe(true);
  });

  it("leaves earlier turns the very same objects, so that only the last is drawn again", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.finish("t-1");
    script.prompt("t-2", "go");
    const before = script.state();
    const event = script.add({ type: "text-delta", turnId: turnId("t-2"), text: "x" });
    const after = reduceSession(before, event);
    expect(after.turns[0]).toBe(before.turns[0]);
    expect(after.turns[1]).not.toBe(before.turns[1]);
  });

  it("ignores what belongs to a turn that is not the last, but counts its cost", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.prompt("t-2", "go");
    const before = script.state();
    script.text("t-1", "late");
    script.usage("t-1", "0.25");
    expect(script.state().turns).toEqual(before.turns);
    expect(script.state().usage.cost).toEqual([{ amount: "0.25", currency: "USD" }]);
  });
});

const turns = fc.constantFrom("t-1", "t-2", "t-3").map(turnId);
const calls = fc.constantFrom("c-1", "c-2", "c-3", "constructor").map(callId);
const word = fc.string({ maxLength: 8 });
const eventArbitrary = fc.oneof(
  fc.record({ type: fc.constant("turn-start" as const), turnId: turns, prompt: word }),
  fc.record({ type: fc.constant("turn-resume" as const), turnId: turns }),
  fc.record({
    type: fc.constant("step-start" as const),
    turnId: turns,
    step: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ type: fc.constant("text-delta" as const), turnId: turns, text: word }),
  fc.record({ type: fc.constant("reasoning-delta" as const), turnId: turns, text: word }),
  fc.record({
    type: fc.constant("step-discard" as const),
    turnId: turns,
    step: fc.integer({ min: 1, max: 3 }),
    reason: word,
  }),
  fc.record({
    type: fc.constant("tool-call-start" as const),
    turnId: turns,
    callId: calls,
    modelCallId: word,
    name: word,
    arguments: fc.dictionary(word, fc.jsonValue()),
    argumentsText: word,
  }),
  fc.record({
    type: fc.constant("tool-output-delta" as const),
    turnId: turns,
    callId: calls,
    text: word,
  }),
  fc.record({
    type: fc.constant("tool-call-end" as const),
    turnId: turns,
    callId: calls,
    status: fc.constantFrom("completed" as const, "failed" as const, "denied" as const),
    result: word,
    durationMs: fc.nat(),
  }),
  fc.record({
    type: fc.constant("approval-request" as const),
    turnId: turns,
    callId: calls,
    reason: word,
    title: word,
    detail: word,
  }),
  fc.record({
    type: fc.constant("approval-end" as const),
    turnId: turns,
    callId: calls,
    decision: fc.constantFrom("allow" as const, "deny" as const),
  }),
  fc.record({
    type: fc.constant("retry" as const),
    turnId: turns,
    attempt: fc.integer({ min: 1, max: 9 }),
    code: word,
    message: word,
    waitMs: fc.nat(),
  }),
  fc.record({
    type: fc.constant("turn-end" as const),
    turnId: turns,
    status: fc.constantFrom("completed" as const, "interrupted" as const, "budget" as const),
  }),
  fc.record({
    type: fc.constant("undo-add" as const),
    undoId: fc.constantFrom("u-1", "u-2").map(undoId),
    direction: fc.constantFrom("undo" as const, "redo" as const),
    callIds: fc.array(calls, { maxLength: 2 }),
    paths: fc.array(word, { maxLength: 2 }),
    conflicts: fc.constant<string[]>([]),
  }),
);

describe("whatever order events come in", () => {
  const log = fc.array(eventArbitrary, { maxLength: 60 }).map((scripted) => {
    const script = createSessionScript();
    for (const event of scripted) script.add(event);
    return script.events;
  });

  it("the script writes what the contract allows", () => {
    fc.assert(
      fc.property(log, (events) => {
        for (const event of events) expect(sessionEventSchema.parse(event)).toEqual(event);
      }),
      { numRuns: 20 },
    );
  });

  it("folding an event twice changes nothing", () => {
    fc.assert(
      fc.property(log, (events) => {
        const once = fold(events);
        expect(events.reduce(reduceSession, once)).toBe(once);
        expect(fold(events.flatMap((event) => [event, event]))).toEqual(once);
      }),
    );
  });

  it("an ended turn has nothing running, and the number is the last one's", () => {
    fc.assert(
      fc.property(log, (events) => {
        const state = fold(events);
        expect(state.seq).toBe(events.length);
        const end = events.at(-1);
        const last = state.turns.at(-1);
        if (end?.type !== "turn-end" || last?.turnId !== end.turnId) return;
        const statuses = last.items.flatMap((item) => (item.kind === "tool" ? [item.status] : []));
        expect(statuses).not.toContain("running");
        expect(statuses).not.toContain("awaiting-approval");
      }),
    );
  });

  it("the state before is left as it was", () => {
    fc.assert(
      fc.property(log, (events) => {
        let state = emptySessionState(sessionId("s-1"));
        for (const event of events) {
          const copy = structuredClone(state);
          const next = reduceSession(state, event);
          expect(state).toEqual(copy);
          state = next;
        }
      }),
      { numRuns: 30 },
    );
  });
});
