import { describe, expect, it } from "vitest";
import { HistoryError } from "../../../src/shared/errors.ts";
import { createAgentFixture, play, type AgentFixture } from "../../support/agent-fixture.ts";
import {
  compactEvents,
  largeText,
  sentText,
  unmeasuredFixture,
} from "../../support/compact-fixture.ts";
import { someUsage, type FakeAnswer } from "../../support/fake-model.ts";

const look = (value: string) => ({ name: "look", arguments: { value } });
const ends = ({ session }: AgentFixture) => session.log.state().turns.at(-1)?.error;

describe("compacting by itself", () => {
  it("happens before a request that would not fit what the model takes", async () => {
    const fixture = unmeasuredFixture(
      [
        { text: largeText("one") },
        { text: largeText("two") },
        { text: "summary" },
        { text: "three" },
      ],
      { windows: { m: 3000 } },
    );
    await play(fixture, "first");
    await play(fixture, "second");
    expect(compactEvents(fixture.events)).toEqual([]);
    expect(await play(fixture, largeText("third"))).toBe("completed");
    expect(compactEvents(fixture.events)).toEqual(["compact-start", "history-compact"]);
    expect(fixture.events.find(({ type }) => type === "compact-start")).toMatchObject({
      reason: "full",
      model: "m",
    });
    expect(sentText(fixture, 3)).toContain("summary");
    expect(sentText(fixture, 3)).not.toContain("two word");
  });

  it("happens between the steps of one long turn, whose prompt stays", async () => {
    const steps = Array.from({ length: 6 }, (_, index) => ({
      calls: [look(largeText(`f${index}`))],
    }));
    const script = (): FakeAnswer[] => [
      ...steps.slice(0, 3),
      { text: "summary A" },
      { text: "finished" },
    ];
    const fixture = unmeasuredFixture(script(), { windows: { m: 7000 } });
    expect(await play(fixture, "the one prompt")).toBe("completed");
    const last = sentText(fixture, 4);
    expect(last).toContain("summary A");
    expect(last).toContain("the one prompt");
    expect(last).toContain("look did f2");
    expect(last).not.toContain("look did f0");
    expect(fixture.journal.filter((line) => line.startsWith("start"))).toHaveLength(3);
  });

  it("goes by what the tokens of the newest request were", async () => {
    // Some seven tokens a byte: what would fit by far at four bytes a token does not.
    const dense = { ...someUsage, inputTokens: 20_000 };
    const script = (usage: typeof dense): FakeAnswer[] =>
      [largeText("one").repeat(3), "two", "three"].map((text) => ({ text, usage }));
    const windows = { m: 60_000 };
    const fixture = createAgentFixture(script(dense), { windows });
    await play(fixture, "first");
    await play(fixture, "second");
    expect(compactEvents(fixture.events)).toEqual(["compact-start", "history-compact"]);
    const plain = createAgentFixture(script(someUsage), { windows });
    await play(plain, "first");
    await play(plain, "second");
    expect(compactEvents(plain.events)).toEqual([]);
  });

  it("follows a refusal that names the limit, once, and repeats the step", async () => {
    const tooLong = { error: new HistoryError("length", "too long", 2600) };
    const fixture = unmeasuredFixture([
      { text: largeText("one") },
      tooLong,
      { text: "summary" },
      { text: "three" },
    ]);
    await play(fixture, "first");
    expect(await play(fixture, "second")).toBe("completed");
    expect(sentText(fixture, 3)).toContain("summary");
    const again = unmeasuredFixture([
      { text: largeText("one") },
      tooLong,
      { text: "summary" },
      tooLong,
    ]);
    await play(again, "first");
    expect(await play(again, "second")).toBe("failed");
    expect(again.model.requests).toHaveLength(4);
    expect(ends(again)).toMatchObject({ code: "refused" });
  });

  it("sends nothing of an answer back that broke off with such a refusal", async () => {
    const fixture = unmeasuredFixture([
      { text: largeText("one") },
      { text: "Half an ans", error: new HistoryError("length", "too long", 2600) },
      { text: "summary" },
      { text: "three" },
    ]);
    await play(fixture, "first");
    expect(await play(fixture, "second")).toBe("completed");
    expect(sentText(fixture, 3)).not.toContain("Half");
    await play(fixture, "third");
    expect(sentText(fixture, 4)).toContain('"text":"three"');
  });

  it("shortens results and arguments that would not fit into the request for the summary", async () => {
    const windows = { m: 100_000 };
    const fixture = unmeasuredFixture(
      [
        { calls: [look("x".repeat(30_000)), look(`\u{1F9D7}${"\u{1F9D7}".repeat(9000)}`)] },
        { text: largeText("ok") },
        { text: "summary" },
        { text: "two" },
      ],
      { windows },
    );
    await play(fixture, "first");
    // As when the window turns out to be smaller than was thought.
    windows.m = 6000;
    expect(await play(fixture, "second")).toBe("completed");
    const request = fixture.model.requests[2];
    const text = JSON.stringify(request?.messages);
    expect(text.length).toBeLessThan(24_000);
    expect(text).toContain("characters left out");
    expect(text).not.toMatch(/\\ud[89a-f]/i);
    const calls = (request?.messages ?? []).flatMap((message) =>
      message.role === "assistant" ? message.toolCalls : [],
    );
    expect(calls.map((call) => typeof JSON.parse(call.argumentsText).value)).toEqual([
      "string",
      "string",
    ]);
    expect(sentText(fixture, 3)).toContain("summary");
  });

  it("says so when even that would not fit", async () => {
    const windows = { m: 100_000 };
    const fixture = unmeasuredFixture([{ text: largeText("ok") }], { windows });
    await play(fixture, "first");
    windows.m = 600;
    expect(await play(fixture, "second")).toBe("failed");
    expect(ends(fixture)).toMatchObject({
      code: "compaction",
      message: expect.stringMatching(/larger window/),
    });
    expect(fixture.model.requests).toHaveLength(1);
  });

  it("does not ask for a summary that would make no room", async () => {
    const fixture = unmeasuredFixture(
      [{ text: "ok" }, { calls: [look(largeText("a").repeat(3))] }, { text: "done" }],
      { windows: { m: 3000 } },
    );
    await play(fixture, "first");
    expect(await play(fixture, "second")).toBe("completed");
    expect(compactEvents(fixture.events)).toEqual([]);
  });

  it("ends the turn with the reason when no summary came, and goes on from there", async () => {
    const fixture = unmeasuredFixture(
      [
        { text: largeText("one") },
        { text: largeText("two") },
        { text: "half", finish: "length" },
        { text: "summary" },
        { text: "three" },
      ],
      { windows: { m: 3000 } },
    );
    await play(fixture, "first");
    await play(fixture, "second");
    expect(await play(fixture, largeText("third"))).toBe("failed");
    expect(ends(fixture)).toMatchObject({ code: "compaction" });
    expect((await fixture.session.resume().done).status).toBe("completed");
    expect(sentText(fixture, 4)).toContain("summary");
    expect(sentText(fixture, 4)).toContain("third");
  });
});
