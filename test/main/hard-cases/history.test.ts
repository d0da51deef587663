import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messagesOf } from "../../../src/main/agent/messages.ts";
import { toolStatusSchema, turnStatusSchema } from "../../../src/shared/events.ts";
import type { NewSessionEvent, SessionEvent } from "../../../src/shared/events.ts";
import {
  callIdSchema,
  createSessionId,
  createTurnId,
  type TurnId,
} from "../../../src/shared/ids.ts";
import { reduceSession } from "../../../src/shared/reduce-session.ts";
import { emptySessionState } from "../../../src/shared/session-state.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { faultsOf } from "../../support/history-faults.ts";

const sessionId = createSessionId();
const at = "2026-11-23T10:00:00Z";

/** Arguments as models and broken servers send them. */
const anyArguments = fc.oneof(
  fc.constantFrom("", " ", "{}", "null", "[]", '"{}"', "{", '{"a":', '"a":1}', '{"a":1}}', "NaN"),
  fc.json(),
  fc.json().map((text) => text.slice(0, -1)),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }),
);

type Part = (turnId: TurnId) => NewSessionEvent;

const ids = Array.from({ length: 12 }, (_, index) => callIdSchema.parse(`c-${index}`));

const anyPart: fc.Arbitrary<Part> = fc.oneof(
  fc
    .record({
      callId: fc.constantFrom(...ids),
      modelCallId: fc.constantFrom("", "call_1", "call_2", "x"),
      text: anyArguments,
      malformed: fc.boolean(),
      isObject: fc.boolean(),
    })
    .map(({ callId, modelCallId, text, malformed, isObject }): Part => (turnId) => ({
      sessionId,
      type: "tool-call-start",
      turnId,
      callId,
      modelCallId,
      name: "look",
      arguments: isObject ? {} : text,
      argumentsText: text,
      ...(malformed ? { malformed: true as const } : {}),
    })),
  fc
    .record({
      callId: fc.constantFrom(...ids),
      status: fc.constantFrom(...toolStatusSchema.options),
      result: fc.constantFrom("", "seen", "x".repeat(600)),
    })
    .map((end): Part => (turnId) => ({
      sessionId,
      type: "tool-call-end",
      turnId,
      durationMs: 1,
      ...end,
    })),
  fc.nat(5).map((step): Part => (turnId) => ({
    sessionId,
    type: "step-start",
    turnId,
    step: step + 1,
  })),
  fc.string().map((text): Part => (turnId) => ({
    sessionId,
    type: "text-delta",
    turnId,
    text,
  })),
  fc.nat(5).map((step): Part => (turnId) => ({
    sessionId,
    type: "step-discard",
    turnId,
    step: step + 1,
    reason: "cut",
  })),
  fc.boolean().map((forModel): Part => (turnId) => ({
    sessionId,
    type: "notice",
    turnId,
    level: "info",
    message: "told",
    ...(forModel ? { forModel: true as const } : {}),
  })),
  fc.constantFrom(...ids).map((callId): Part => (turnId) => ({
    sessionId,
    type: "approval-request",
    turnId,
    callId,
    reason: "r",
    title: "t",
    detail: "d",
  })),
  fc.constantFrom(...ids).map((callId): Part => () => ({
    type: "history-omit",
    sessionId,
    callIds: [callId],
  })),
  fc.constantFrom(...turnStatusSchema.options).map((status): Part => (turnId) => ({
    sessionId,
    type: "turn-end",
    turnId,
    status,
  })),
  fc.constant<Part>((turnId) => ({
    sessionId,
    type: "turn-resume",
    turnId,
  })),
);

/** Turns of random events, each of which may stop anywhere: a crash, a cancellation, or a process of another version. */
const anyLog = fc
  .array(fc.array(anyPart, { maxLength: 14 }), { minLength: 1, maxLength: 4 })
  .map((turns): SessionEvent[] =>
    turns
      .flatMap((parts): NewSessionEvent[] => {
        const turnId = createTurnId();
        const start: NewSessionEvent = { type: "turn-start", sessionId, turnId, prompt: "go" };
        return [start, ...parts.map((part) => part(turnId))];
      })
      .map((event, index) => ({ ...event, seq: index + 1, at })),
  );

const fold = (events: readonly SessionEvent[]) =>
  events.reduce(reduceSession, emptySessionState(sessionId));

describe("the history that is sent back", () => {
  it("C1 C2: is valid after any log: arguments are objects, every call has its one result", () => {
    fc.assert(
      fc.property(anyLog, (events) => {
        expect(faultsOf(messagesOf(fold(events)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("C1 C2: of a longer log begins with that of a shorter one, as far as its turns had ended", () => {
    fc.assert(
      fc.property(anyLog, anyLog, (first, second) => {
        const later = second
          .filter(({ type }) => type !== "history-omit")
          .map((event, index) => ({ ...event, seq: first.length + index + 1 }));
        const before = messagesOf(fold(first));
        expect(messagesOf(fold([...first, ...later])).slice(0, before.length)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it.each(["{", "[1]", "null", '"a"', "", "  ", '{"value":1}}', "\u0000"])(
    "C1: a real turn whose call had the arguments %j goes on, with valid ones in its place",
    async (text) => {
      const fixture = createAgentFixture([
        {
          calls: [
            { name: "look", arguments: text },
            { name: "unknown", arguments: text },
          ],
        },
        { text: "Done." },
      ]);
      expect(await play(fixture)).toBe("completed");
      expect(faultsOf(fixture.model.requests[1]?.messages ?? [])).toEqual([]);
    },
  );

  it("C2: a call that was stopped half-way has a result when the session goes on", async () => {
    const fixture = createAgentFixture([
      { calls: [{ name: "change", arguments: { value: "hang" } }] },
      { text: "Done." },
    ]);
    const turn = await fixture.session.send("go");
    while (fixture.journal.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await fixture.session.stop();
    await turn.done;
    await play(fixture, "again");
    const { messages } = fixture.model.requests[1] ?? { messages: [] };
    expect(faultsOf(messages)).toEqual([]);
    expect(JSON.stringify(messages)).toContain("Cancelled");
  });

  it("C3: no request of a session is without tools, so none loses its content parts", async () => {
    const fixture = createAgentFixture([
      { calls: [{ name: "look", arguments: { value: "a" } }] },
      { text: "Done." },
      { text: "Again." },
    ]);
    await play(fixture);
    fixture.session.update({ mode: "plan" });
    await play(fixture, "again");
    expect(fixture.model.requests).toHaveLength(3);
    for (const { tools } of fixture.model.requests) expect(tools.length).toBeGreaterThan(0);
  });
});
