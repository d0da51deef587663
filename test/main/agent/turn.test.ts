import { describe, expect, it } from "vitest";
import type { RequestOutcome, RequestScope } from "../../../src/main/agent/ports.ts";
import { AppError, BudgetError, UnsentError } from "../../../src/shared/errors.ts";
import type { SessionEvent } from "../../../src/shared/events.ts";
import { emptySessionState } from "../../../src/shared/session-state.ts";
import { reduceSession } from "../../../src/shared/reduce-session.ts";
import { createAgentFixture, noUsage, play } from "../../support/agent-fixture.ts";

const call = (name: string, value: string) => ({ name, arguments: { value } });
const ends = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === "tool-call-end" ? [event] : []));
const until = async (check: () => boolean): Promise<void> => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const data = (text: string): unknown =>
  expect.stringMatching(new RegExp(`^<data ([0-9a-f]{8})>\\n${text}\\n</data \\1>$`));

describe("a turn", () => {
  it("runs calls, sends their results and ends when the model has nothing left to call", async () => {
    const fixture = createAgentFixture([
      { text: "I look.", calls: [call("look", "a")] },
      { text: "Fine." },
    ]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.model.requests[1]?.messages.slice(1)).toEqual([
      { role: "user", content: [{ type: "text", text: "go" }] },
      {
        role: "assistant",
        content: [{ type: "text", text: "I look." }],
        toolCalls: [{ id: "call_1", name: "look", argumentsText: '{"value":"a"}' }],
      },
      { role: "tool", toolCallId: "call_1", content: [{ type: "text", text: data("look did a") }] },
    ]);
  });

  it("begins every request with the bytes of the one before, in every mode", async () => {
    const fixture = createAgentFixture([
      { text: "a", calls: [call("look", "a"), call("change", "b")] },
      { text: "b", calls: [call("nonsense", "c")] },
      { text: "c" },
      { text: "d", calls: [call("change", "x")] },
      { text: "e" },
    ]);
    await play(fixture);
    fixture.session.update({ mode: "plan" });
    await play(fixture, "again");
    const bodies = fixture.model.requests.map((request) =>
      JSON.stringify(request.messages).slice(0, -1),
    );
    expect(bodies).toHaveLength(5);
    for (const [index, body] of bodies.slice(1).entries())
      expect(body.startsWith(bodies[index] ?? "?")).toBe(true);
    expect(
      new Set(fixture.model.requests.map((request) => JSON.stringify(request.tools))).size,
    ).toBe(1);
  });

  it("runs neighbouring reads at once and writes one at a time, in order", async () => {
    const calls = [
      call("look", "1"),
      call("look", "2"),
      call("change", "3"),
      call("change", "4"),
      call("look", "5"),
    ];
    const fixture = createAgentFixture([{ calls }]);
    await play(fixture);
    expect(fixture.journal.slice(0, 2)).toEqual(["start look 1", "start look 2"]);
    expect(fixture.journal.slice(4)).toEqual([
      "start change 3",
      "end change 3",
      "start change 4",
      "end change 4",
      "start look 5",
      "end look 5",
    ]);
  });

  it("sends broken arguments back as valid JSON with a result that says what was wrong", async () => {
    const fixture = createAgentFixture([{ calls: [{ name: "look", arguments: '{"value": "a' }] }]);
    await play(fixture);
    const [, , assistant, tool] = fixture.model.requests[1]?.messages ?? [];
    expect(assistant).toMatchObject({ toolCalls: [{ argumentsText: "{}" }] });
    expect(tool).toMatchObject({
      content: [{ text: expect.stringMatching(/not valid JSON.*ends early/) }],
    });
    expect(fixture.events.find((event) => event.type === "tool-call-start")).toMatchObject({
      malformed: true,
      arguments: '{"value": "a',
    });
  });

  it("gives calls with repeated or empty ids results of their own", async () => {
    const repeated = [
      { ...call("look", "1"), id: "x" },
      { ...call("look", "2"), id: "x" },
      { ...call("look", "3"), id: "" },
    ];
    const fixture = createAgentFixture([
      { calls: repeated },
      { calls: [{ ...call("look", "4"), id: "x" }] },
    ]);
    await play(fixture);
    const ids = fixture.model.requests[2]?.messages.flatMap((message) =>
      message.role === "tool" ? [message.toolCallId] : [],
    );
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  it("turns a tool's expected failure into a failed result and goes on", async () => {
    const fixture = createAgentFixture([{ calls: [call("change", "fail")] }]);
    expect(await play(fixture)).toBe("completed");
    expect(ends(fixture.events)[0]).toMatchObject({
      status: "failed",
      result: "outside the project",
    });
  });

  it("stops at the step limit", async () => {
    const answers = Array.from({ length: 9 }, (_, index) => ({
      calls: [call("look", String(index))],
    }));
    const fixture = createAgentFixture(answers, { maxSteps: 3 });
    expect(await play(fixture)).toBe("failed");
    expect(fixture.model.requests).toHaveLength(3);
  });

  it("tells a model that repeats one call, then stops it", async () => {
    const fixture = createAgentFixture(
      Array.from({ length: 12 }, () => ({ calls: [call("look", "same")] })),
    );
    expect(await play(fixture)).toBe("failed");
    expect(fixture.model.requests).toHaveLength(6);
    expect(ends(fixture.events)[2]?.result).toContain("identical call");
    expect(fixture.events.at(-1)).toMatchObject({ type: "turn-end", error: { code: "loop" } });
  });

  it("keeps a half-streamed answer to read but does not send it back", async () => {
    const fixture = createAgentFixture([
      { text: "half an ans", error: new AppError("unavailable", "cut") },
      { text: "whole" },
    ]);
    expect(await play(fixture)).toBe("failed");
    expect((await fixture.session.resume().done).status).toBe("completed");
    expect(JSON.stringify(fixture.model.requests[1])).not.toContain("half an ans");
    expect(fixture.session.log.state().turns).toHaveLength(1);
    expect(fixture.session.log.state().turns[0]?.items[0]).toMatchObject({
      text: "half an ans",
      discarded: true,
    });
  });

  it("ends with budget, before the request, when the reservation is refused", async () => {
    const fixture = createAgentFixture([{ text: "x" }], {
      reserve: () => Promise.reject(new AppError("budget", "limit reached")),
    });
    expect(await play(fixture)).toBe("budget");
    expect(fixture.model.requests).toHaveLength(0);
  });

  it("says by how much the limit has to be raised to go on", async () => {
    const raise = { limit: "day", to: { amount: "10", currency: "USD" } } as const;
    const fixture = createAgentFixture([{ text: "x" }], {
      reserve: () => Promise.reject(new BudgetError("limit reached", raise)),
    });
    expect(await play(fixture)).toBe("budget");
    expect(fixture.events.at(-1)).toMatchObject({
      type: "turn-end",
      error: { code: "budget", message: "limit reached", raise },
    });
  });

  it.each([
    ["never sent", new UnsentError("no network"), noUsage],
    ["refused", new AppError("unauthorized", "no key"), noUsage],
    ["cut", new AppError("unavailable", "cut"), null],
  ])("settles a request that was %s by what it may have cost", async (_how, error, usage) => {
    const outcomes: RequestOutcome[] = [];
    const settled = (outcome: RequestOutcome) => void outcomes.push(outcome);
    const fixture = createAgentFixture([{ error }], { settled });
    expect(await play(fixture)).toBe("failed");
    expect(outcomes).toMatchObject([{ status: "failed", usage }]);
  });

  it.each([
    // What was charged for it nobody knows.
    ["cut", "unavailable", null],
    ["refused", "rate-limited", noUsage],
  ])("settles an attempt that was %s by itself, and reserves the next", async (...row) => {
    const [, retried, usage] = row;
    const outcomes: [string, RequestOutcome["usage"]][] = [];
    const reserved: RequestScope[] = [];
    const fixture = createAgentFixture([{ text: "whole", retried }], {
      reserve: async (scope) => void reserved.push(scope),
      settled: (outcome) => void outcomes.push([outcome.status, outcome.usage]),
    });
    expect(await play(fixture)).toBe("completed");
    expect(outcomes).toEqual([
      ["failed", usage],
      ["completed", outcomes[1]?.[1] ?? null],
    ]);
    const [first, second] = reserved;
    expect(second).toMatchObject({ retryOf: first?.requestId, retries: 1 });
    expect(second?.requestId).not.toBe(first?.requestId);
  });

  it("does not send again what no limit allows any more", async () => {
    let reserved = 0;
    const fixture = createAgentFixture([{ text: "whole", retried: "unavailable" }], {
      reserve: async () => {
        reserved += 1;
        if (reserved > 1) throw new AppError("budget", "limit reached");
      },
    });
    expect(await play(fixture)).toBe("budget");
    expect(fixture.session.log.state().turns[0]?.items).not.toContainEqual(
      expect.objectContaining({ kind: "text" }),
    );
  });

  it("stops a stream and a running tool, and leaves no call without a result", async () => {
    const streaming = createAgentFixture([{ text: "so", hang: true }]);
    const turn = await streaming.session.send("go");
    await until(() => streaming.model.requests.length === 1);
    await streaming.session.stop();
    expect((await turn.done).status).toBe("cancelled");

    const working = createAgentFixture([
      { calls: [call("change", "hang"), call("change", "b")] },
      { text: "ok" },
    ]);
    const second = await working.session.send("go");
    await until(() => working.journal.length === 1);
    await working.session.stop();
    expect((await second.done).status).toBe("cancelled");
    expect(working.journal).toEqual(["start change hang"]);
    await play(working, "next");
    const roles = working.model.requests[1]?.messages.map((message) => message.role);
    expect(roles).toEqual(["system", "user", "assistant", "tool", "tool", "user"]);
  });

  it("names files that somebody else changed at the end of the prompt", async () => {
    const fixture = createAgentFixture([{ text: "ok" }], { changed: ["a.ts"] });
    await play(fixture);
    expect(JSON.stringify(fixture.model.requests[0]?.messages[1])).toContain("by undo: a.ts");
  });

  it("ends as failed with the reason when the history cannot be written", async () => {
    const fixture = createAgentFixture([{ text: "ok" }], {
      store: () => Promise.reject(new Error("disk full")),
    });
    expect(await play(fixture)).toBe("failed");
  });

  it("stores exactly the events it announces, and folding them gives the live state", async () => {
    const fixture = createAgentFixture([
      { text: "long enough to be joined", calls: [call("look", "a")] },
    ]);
    await play(fixture);
    expect(fixture.stored).toEqual(fixture.events);
    const { sessionId } = fixture.session.log.state();
    expect(fixture.stored.reduce(reduceSession, emptySessionState(sessionId))).toEqual(
      fixture.session.log.state(),
    );
    expect(fixture.stored.map((event) => event.seq)).toEqual(
      fixture.stored.map((_, index) => index + 1),
    );
  });
});
