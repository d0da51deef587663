import { describe, expect, it } from "vitest";
import { createClient } from "../../../src/renderer/src/app/client.ts";
import { createSessionStore } from "../../../src/renderer/src/app/session-store.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import { sessionIdSchema, turnIdSchema, callIdSchema } from "../../../src/shared/ids.ts";
import { createFakeBridge } from "../../support/fake-bridge.ts";
import { at, sessionId, startOf } from "../../support/window-handlers.ts";

const turnId = turnIdSchema.parse("t-one");
const base = (seq: number) => ({ sessionId, turnId, seq, at });
const turnStart = (seq: number): SessionEvent => ({
  ...base(seq),
  type: "turn-start",
  prompt: "Hi",
});
const delta = (seq: number, text: string): SessionEvent => ({
  ...base(seq),
  type: "text-delta",
  text,
});

function setUp(log: readonly SessionEvent[]) {
  const frames: (() => void)[] = [];
  const errors: unknown[] = [];
  const present = [...log];
  const bridge = createFakeBridge({
    "session.open": () => ({ sessionId, events: present }),
  });
  const sessions = createSessionStore({
    client: createClient(bridge),
    schedule: (flush) => frames.push(flush),
    onError: (error) => errors.push(error),
  });
  return {
    sessions,
    bridge,
    present,
    errors,
    /** Runs what waits for the next frame; answers how many waited. */
    frame: () => {
      const waiting = frames.splice(0);
      for (const flush of waiting) flush();
      return waiting.length;
    },
    text: () =>
      sessions.store
        .getState()
        .sessions[sessionId]?.turns.at(-1)
        ?.items.flatMap((item) => (item.kind === "text" ? [item.text] : []))
        .join(""),
  };
}

describe("the session store", () => {
  it("folds a thousand announced pieces of text in one frame", async () => {
    const { sessions, frame, text } = setUp([startOf(sessionId), turnStart(2)]);
    await sessions.open(sessionId);
    let changes = 0;
    sessions.store.subscribe(() => (changes += 1));
    for (let seq = 3; seq < 1003; seq += 1) sessions.receive(delta(seq, "x"));
    expect(frame()).toBe(1);
    expect(changes).toBe(1);
    expect(text()).toBe("x".repeat(1000));
    expect(sessions.store.getState().sessions[sessionId]?.seq).toBe(1002);
  });

  it("ignores an event that it has already", async () => {
    const { sessions, frame, text, bridge } = setUp([
      startOf(sessionId),
      turnStart(2),
      delta(3, "a"),
    ]);
    await sessions.open(sessionId);
    sessions.receive(delta(3, "a"));
    sessions.receive(delta(4, "b"));
    frame();
    expect(text()).toBe("ab");
    expect(bridge.calls).toHaveLength(1);
  });

  it("opens the session again when an event is missing", async () => {
    const { sessions, frame, text, present, bridge } = setUp([startOf(sessionId), turnStart(2)]);
    await sessions.open(sessionId);
    present.push(delta(3, "a"), delta(4, "b"), delta(5, "c"));
    sessions.receive(delta(4, "b"));
    sessions.receive(delta(5, "c"));
    frame();
    await expect.poll(text).toBe("abc");
    expect(bridge.calls.map((call) => call.operation)).toEqual(["session.open", "session.open"]);
  });

  it("keeps what is announced while the session loads", async () => {
    const { sessions, frame, text } = setUp([startOf(sessionId), turnStart(2)]);
    const opened = sessions.open(sessionId);
    sessions.receive(delta(3, "late"));
    frame();
    await opened;
    await expect.poll(text).toBe("late");
  });

  it("reports a reload that fails", async () => {
    const { sessions, frame, errors } = setUp([startOf(sessionId), turnStart(2)]);
    await sessions.open(sessionId);
    const other = sessionIdSchema.parse("s-other");
    sessions.adopt({ sessionId: other, events: [startOf(other)] });
    sessions.receive({ ...delta(9, "x"), sessionId: other });
    frame();
    await expect.poll(() => errors.length).toBe(0);
    expect(sessions.store.getState().sessions[other]?.seq).toBe(1);
  });

  it("marks sessions that run or wait for the person, opened or not", () => {
    const { sessions, frame } = setUp([]);
    const mark = () => sessions.store.getState().marks[sessionId];
    const callId = callIdSchema.parse("c-one");
    sessions.receive(turnStart(2));
    frame();
    expect(mark()).toBe("running");
    sessions.receive({
      ...base(3),
      type: "approval-request",
      callId,
      reason: "",
      title: "",
      detail: "",
    });
    frame();
    expect(mark()).toBe("needs-you");
    sessions.receive({ ...base(4), type: "approval-end", callId, decision: "allow" });
    frame();
    expect(mark()).toBe("running");
    sessions.receive({ ...base(5), type: "turn-end", status: "completed" });
    frame();
    expect(mark()).toBeUndefined();
    expect(sessions.store.getState().sessions).toEqual({});
  });
});
