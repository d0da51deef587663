import * as fc from "fast-check";
import { expect, test } from "vitest";
import { messagesOf } from "../../../src/main/agent/messages.ts";
import type { ModelMessage } from "../../../src/main/agent/ports.ts";
import { createAgentFixture, type AgentFixture } from "../../support/agent-fixture.ts";
import {
  answerWith,
  anyStreamCase,
  type ChaosProtocol,
  type StreamCase,
} from "../../support/chaos/check-stream.ts";
import { chaosProtocols } from "../../support/chaos/protocols.ts";

/** The calls of a generated message, made with the tools there are. */
const anyToolCase: fc.Arbitrary<StreamCase> = fc
  .tuple(
    anyStreamCase,
    fc.array(fc.constantFrom("look", "change", "run", "nothing"), { minLength: 4 }),
  )
  .map(([streamCase, names]) => ({
    ...streamCase,
    message: {
      ...streamCase.message,
      calls: streamCase.message.calls.map(({ id, argumentsText }, at) => ({
        id,
        name: names[at] ?? "look",
        argumentsText:
          at % 3 === 2 ? argumentsText : JSON.stringify({ value: `${id} ${argumentsText}` }),
      })),
    },
  }));

/** A turn of up to four answers, stopped by the person after so many events, or not at all. */
const anyTurn = fc.record({
  answers: fc.array(anyToolCase, { minLength: 1, maxLength: 4 }),
  stopAfter: fc.option(fc.nat(12), { freq: 3 }),
});

interface Played extends AgentFixture {
  readonly reserved: readonly string[];
  readonly settled: readonly string[];
}

interface AnyTurn {
  readonly answers: readonly StreamCase[];
  readonly stopAfter: number | null;
}

async function playTurn(protocol: ChaosProtocol, { answers, stopAfter }: AnyTurn): Promise<Played> {
  const reserved: string[] = [];
  const settled: string[] = [];
  const left = [...answers];
  const port = protocol.port(
    async (...asked) => {
      const answer = left.shift();
      return answer === undefined ? new Response("") : answerWith(protocol, answer).fetch(...asked);
    },
    { idleTimeoutMs: 30, attempts: 2 },
  );
  const fixture = createAgentFixture([], {
    port,
    attended: false,
    maxSteps: 6,
    reserve: async ({ requestId }) => void reserved.push(requestId),
    settled: (_outcome, { requestId }) => void settled.push(requestId),
  });
  const turn = await fixture.session.send("go");
  if (stopAfter !== null) setTimeout(() => void fixture.session.stop(), stopAfter);
  await turn.done;
  return { ...fixture, reserved, settled };
}

/** What every endpoint demands of a history. */
function assertAcceptable(messages: readonly ModelMessage[]): void {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      expect(open).toContain(message.toolCallId);
      open = open.filter((id) => id !== message.toolCallId);
      continue;
    }
    expect(open).toEqual([]);
    if (message.role !== "assistant") continue;
    open = message.toolCalls.map(({ id }) => id);
    expect(new Set(open).size).toBe(open.length);
    for (const { argumentsText, name } of message.toolCalls) {
      expect(name).not.toBe("");
      const value: unknown = JSON.parse(argumentsText);
      expect(typeof value === "object" && value !== null && !Array.isArray(value)).toBe(true);
    }
  }
  expect(open).toEqual([]);
}

const isUnspoilt = ({ fate }: StreamCase): boolean =>
  fate.kind !== "frames" && fate.kind !== "bytes";

/** Everything that calls of these answers may do, as the journal tells it. */
const allowedOf = (answers: readonly StreamCase[]): readonly string[] =>
  answers.flatMap(({ message }) =>
    message.calls.flatMap(({ name, argumentsText }) => {
      const { value }: { value?: unknown } = JSON.parse(argumentsText);
      return typeof value === "string" ? [`start ${name} ${value}`] : [];
    }),
  );

test.each(chaosProtocols)(
  "whatever streams of the $name protocol do, a turn ends with a history that can be sent, and paid once",
  async (protocol) => {
    await fc.assert(
      fc.asyncProperty(anyTurn, async (turn) => {
        const { session, events, stored, journal, reserved, settled } = await playTurn(
          protocol,
          turn,
        );
        const state = session.log.state();
        expect(events.at(-1)?.type).toBe("turn-end");
        expect(stored).toEqual(events);
        expect(state.turns.at(-1)?.status).not.toBe("running");
        assertAcceptable(messagesOf(state));
        expect(settled).toEqual(reserved);
        expect(new Set(settled).size).toBe(settled.length);
        const starts = journal.filter((line) => line.startsWith("start "));
        if (turn.answers.every(isUnspoilt))
          for (const start of starts) expect(allowedOf(turn.answers)).toContain(start);
      }),
      { numRuns: 60 },
    );
  },
);
