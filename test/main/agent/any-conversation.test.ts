import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelMessage } from "../../../src/main/agent/ports.ts";
import { summaryPrompt } from "../../../src/main/agent/prompt.ts";
import { AppError, HistoryError } from "../../../src/shared/errors.ts";
import type { Thinking } from "../../../src/shared/events.ts";
import { createAgentFixture, type AgentFixture } from "../../support/agent-fixture.ts";
import type { FakeAnswer } from "../../support/fake-model.ts";
import { faultsOf } from "../../support/history-faults.ts";

/** Tokens that each model takes, where four bytes are about one. */
const windows = { m: 2000, small: 1200, large: 30_000 };

const anyText = fc.constantFrom("", "So.", "Let me look.", `It says ${"word ".repeat(400)}`);
const anyCall = fc.record({
  name: fc.constantFrom("look", "change", "nothing"),
  arguments: fc.oneof(
    fc.constantFrom("a", "fail", "long ".repeat(300)).map((value) => ({ value })),
    fc.constantFrom("{", "", "[]", '{"value":1}'),
  ),
  id: fc.constantFrom("", "call_1", "x"),
});

const anyAnswer: fc.Arbitrary<FakeAnswer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      text: anyText,
      calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ text: anyText }) },
  fc.record({
    text: anyText,
    calls: fc.array(anyCall, { maxLength: 2 }),
    finish: fc.constant("length" as const),
  }),
  fc.record({
    text: anyText,
    error: fc.constantFrom(
      new AppError("unavailable", "cut"),
      new HistoryError("content", "refused"),
      new HistoryError("length", "too long", 900),
    ),
  }),
  fc.record({ text: anyText, hang: fc.constant(true) }),
);

type Act = (fixture: AgentFixture) => Promise<unknown>;

/** Ends what hangs. */
async function ended({ session }: AgentFixture, done: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => void session.stop(), 25);
  await done.catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
  clearTimeout(timer);
}

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constant<Act>(async (fixture) =>
      ended(fixture, (await fixture.session.send("go on")).done),
    ),
  },
  fc.constant<Act>(async (fixture) => ended(fixture, fixture.session.resume().done)),
  fc.constant<Act>(async (fixture) => {
    const leaveOut = fixture.session.log.state().turns.at(-1)?.error?.leaveOut;
    if (leaveOut !== undefined) await ended(fixture, fixture.session.resume({ leaveOut }).done);
  }),
  {
    weight: 2,
    arbitrary: fc.constantFrom(undefined, "m", "small", "large").map(
      (model): Act =>
        async (fixture) =>
          ended(fixture, fixture.session.compact(model).done),
    ),
  },
  fc.constantFrom("m", "small", "large").map(
    (model): Act =>
      async ({ session }) =>
        session.update({ model }),
  ),
  fc.constantFrom<Thinking | null>(null, "off", { budgetTokens: 100 }).map(
    (thinking): Act =>
      async ({ session }) =>
        session.update({ thinking }),
  ),
);

const isSummary = (messages: readonly ModelMessage[]): boolean =>
  messages.at(-1)?.content.some(({ text }) => text === summaryPrompt) === true;

/** What may change what was sent before: a summary, a result left out, an answer that was lost. */
const changes: ReadonlySet<string> = new Set(["history-compact", "history-omit", "step-discard"]);

test("any turns, stops, failures, switches and summaries give requests that can be sent, begin alike, and are paid once", async () => {
  const cases = fc.tuple(
    fc.array(anyAnswer, { minLength: 4, maxLength: 14 }),
    fc.array(anyAct, { minLength: 3, maxLength: 8 }),
  );
  let summaries = 0;
  const played = fc.asyncProperty(cases, async ([answers, acts]) => {
    const reserved: string[] = [];
    const settled: string[] = [];
    /** How many events there were before each request. */
    const at: number[] = [];
    const fixture: AgentFixture = createAgentFixture(answers, {
      windows,
      maxSteps: 6,
      reserve: async ({ requestId }) => {
        reserved.push(requestId);
        at.push(fixture.events.length);
      },
      settled: (_outcome, { requestId }) => void settled.push(requestId),
    });
    const { session, events, stored, model } = fixture;
    for (const act of acts) await act(fixture).catch((error: unknown) => assertExpected(error));
    await session.log.flush();
    expect(stored).toEqual(events);
    expect(settled).toEqual(reserved);
    let before = 0;
    for (const [index, { messages }] of model.requests.entries()) {
      expect(faultsOf(messages)).toEqual([]);
      if (isSummary(messages)) {
        summaries += 1;
        continue;
      }
      const between = events.slice(at[before], at[index]);
      const sent = model.requests[before]?.messages ?? [];
      if (!between.some(({ type }) => changes.has(type)) && !isSummary(sent))
        expect(messages.slice(0, sent.length)).toEqual(sent);
      before = index;
    }
  });
  await fc.assert(played, { numRuns: 60 });
  // What is not reached is not tested.
  expect(summaries).toBeGreaterThan(0);
});

/** What cannot be done right now is an answer too. */
function assertExpected(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  expect(["conflict", "not-found", "invalid-input"]).toContain(error.code);
}
