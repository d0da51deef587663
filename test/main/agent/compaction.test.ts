import { describe, expect, it } from "vitest";
import type { RequestOutcome } from "../../../src/main/agent/ports.ts";
import { AppError, HistoryError } from "../../../src/shared/errors.ts";
import { reduceSession } from "../../../src/shared/reduce-session.ts";
import { emptySessionState } from "../../../src/shared/session-state.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";
import { compactEvents, sentText, unmeasuredFixture } from "../../support/compact-fixture.ts";

const look = (value: string) => ({ name: "look", arguments: { value } });

describe("compacting by hand", () => {
  it("sends the summary in place of the turns before the last, and keeps the log", async () => {
    const fixture = unmeasuredFixture([
      { text: "one" },
      { text: "two" },
      { text: "## Goal\nThe summary." },
      { text: "three" },
    ]);
    await play(fixture, "first prompt");
    await play(fixture, "second prompt");
    await fixture.session.compact().done;
    await play(fixture, "third prompt");
    expect(compactEvents(fixture.events)).toEqual(["compact-start", "history-compact"]);
    expect(sentText(fixture, 2)).toContain("first prompt");
    expect(sentText(fixture, 2)).not.toContain("second prompt");
    const [system, ...messages] = fixture.model.requests[3]?.messages ?? [];
    expect(system?.role).toBe("system");
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(JSON.stringify(messages[0])).toContain("The summary.");
    expect(JSON.stringify(messages[0])).toContain("second prompt");
    expect(JSON.stringify(messages)).not.toContain("first prompt");
    expect(fixture.session.log.state().turns.map(({ prompt }) => prompt)).toEqual([
      "first prompt",
      "second prompt",
      "third prompt",
    ]);
  });

  it("asks with the same beginning as every request, tools included", async () => {
    const fixture = unmeasuredFixture([{ text: "one" }, { text: "two" }, { text: "summary" }]);
    await play(fixture, "first");
    await play(fixture, "second");
    await fixture.session.compact().done;
    const [, before, summary] = fixture.model.requests;
    expect(summary?.tools).toEqual(before?.tools);
    expect(summary?.messages.slice(0, 3)).toEqual(before?.messages.slice(0, 3));
    expect(summary?.messages).toHaveLength(4);
  });

  it("stands the same after the events are read back", async () => {
    const fixture = unmeasuredFixture([{ text: "one" }, { text: "two" }, { text: "summary" }]);
    await play(fixture, "first");
    await play(fixture, "second");
    await fixture.session.compact().done;
    const { sessionId } = fixture.session.log.state();
    expect(fixture.stored.reduce(reduceSession, emptySessionState(sessionId))).toEqual(
      fixture.session.log.state(),
    );
  });

  it("of one long turn keeps the prompt and the last step", async () => {
    const fixture = unmeasuredFixture([
      { calls: [look("a")] },
      { calls: [look("b")] },
      { text: "done" },
      { text: "the summary" },
      { text: "next" },
    ]);
    await play(fixture, "only prompt");
    await fixture.session.compact().done;
    await play(fixture, "more");
    const request = sentText(fixture, 4);
    expect(request).toContain("only prompt");
    expect(request).toContain("the summary");
    expect(request).not.toContain("look did");
    expect(request).toContain('"done"');
  });

  it("takes an earlier summary into the next one", async () => {
    const fixture = unmeasuredFixture([
      { text: "one" },
      { text: "two" },
      { text: "first summary" },
      { text: "three" },
      { text: "second summary" },
      { text: "four" },
    ]);
    await play(fixture, "first");
    await play(fixture, "second");
    await fixture.session.compact().done;
    await play(fixture, "third");
    await fixture.session.compact().done;
    await play(fixture, "fourth");
    expect(sentText(fixture, 4)).toContain("first summary");
    expect(sentText(fixture, 5)).not.toContain("first summary");
    expect(sentText(fixture, 5)).toContain("second summary");
  });

  it("changes nothing when there is nothing before the last prompt", async () => {
    const fixture = unmeasuredFixture([{ text: "one" }]);
    expect(() => fixture.session.compact()).toThrow(/before the first prompt/);
    await play(fixture, "first");
    await expect(fixture.session.compact().done).rejects.toThrow(/nothing to compact/);
    expect(compactEvents(fixture.events)).toEqual([]);
  });

  it.each([
    ["cut", { text: "half a summ", finish: "length" as const }, /cut at its output limit/],
    ["empty", { text: " " }, /gave no summary/],
    ["a call", { calls: [look("a")] }, /gave no summary/],
    ["refused", { error: new HistoryError("content", "The filter refused.") }, /filter refused/],
    ["lost", { text: "hal", error: new AppError("unavailable", "cut off") }, /cut off/],
  ])("changes nothing when the summary is %s", async (_name, answer, message) => {
    const fixture = unmeasuredFixture([
      { text: "one" },
      { text: "two" },
      answer,
      { text: "three" },
    ]);
    await play(fixture, "first");
    await play(fixture, "second");
    await expect(fixture.session.compact().done).rejects.toThrow(message);
    expect(compactEvents(fixture.events)).toEqual(["compact-start", "compact-end"]);
    expect(fixture.session.log.state().compaction).toBeNull();
    expect(fixture.journal).toEqual([]);
    expect(await play(fixture, "third")).toBe("completed");
    expect(sentText(fixture, 3)).toContain("first");
  });

  it("is stopped like a turn, and begins nothing beside one", async () => {
    const fixture = unmeasuredFixture([
      { text: "one" },
      { text: "two" },
      { text: "ha", hang: true },
    ]);
    await play(fixture, "first");
    await play(fixture, "second");
    const { done } = fixture.session.compact();
    const ended = done.then(
      () => "whole",
      () => "stopped",
    );
    while (fixture.model.requests.length < 3)
      await new Promise((resolve) => setTimeout(resolve, 2));
    expect(fixture.session.running()).toBe(true);
    await expect(fixture.session.send("third")).rejects.toThrow(/still at work/);
    expect(() => fixture.session.compact()).toThrow(/still at work/);
    await fixture.session.stop();
    expect(await ended).toBe("stopped");
    expect(fixture.events.at(-1)).toMatchObject({ type: "compact-end", status: "cancelled" });
    expect(fixture.session.running()).toBe(false);
  });

  it("reserves and settles like every request, and says what it cost", async () => {
    const settled: RequestOutcome[] = [];
    const reserved: number[] = [];
    const fixture = createAgentFixture([{ text: "one" }, { text: "two" }, { text: "summary" }], {
      settled: (outcome) => settled.push(outcome),
      reserve: async (_scope, bounds) => void reserved.push(bounds.inputBytes),
    });
    await play(fixture, "first");
    await play(fixture, "second");
    await fixture.session.compact().done;
    expect(settled.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    expect(reserved).toHaveLength(3);
    expect(fixture.session.log.state().usage.calls).toBe(3);
  });

  it("sends nothing when the budget does not allow it", async () => {
    let left = 2;
    const fixture = createAgentFixture([{ text: "one" }, { text: "two" }, { text: "summary" }], {
      reserve: async () => {
        left -= 1;
        if (left < 0) throw new AppError("budget", "used up");
      },
    });
    await play(fixture, "first");
    await play(fixture, "second");
    await expect(fixture.session.compact().done).rejects.toThrow(/used up/);
    expect(fixture.model.requests).toHaveLength(2);
  });
});
