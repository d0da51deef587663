import { describe, expect, it } from "vitest";
import { HistoryError, type HistoryCause } from "../../../src/shared/errors.ts";
import type { CallId } from "../../../src/shared/ids.ts";
import { createAgentFixture, play, type AgentFixture } from "../../support/agent-fixture.ts";
import type { FakeAnswer } from "../../support/fake-model.ts";

const look = (value: string) => ({ name: "look", arguments: { value } });
const refused = (cause: HistoryCause): FakeAnswer => ({
  error: new HistoryError(cause, "The filter refused."),
});
const long = "x".repeat(3000);

const resultsOf = (fixture: AgentFixture, request: number): string[] =>
  (fixture.model.requests[request]?.messages ?? []).flatMap((message) =>
    message.role === "tool" ? [message.content.map(({ text }) => text).join("")] : [],
  );

/** The call that the end of the turn names, by what it looked at. */
function suspectOf({ session }: AgentFixture): { readonly id: CallId; readonly input: unknown } {
  const turns = session.log.state().turns;
  const id = turns.at(-1)?.error?.leaveOut;
  const item = turns
    .flatMap(({ items }) => items)
    .find((each) => each.kind === "tool" && each.callId === id);
  if (id === undefined || item?.kind !== "tool") throw new Error("no call is named");
  return { id, input: item.arguments };
}

describe("a refusal that the conversation caused", () => {
  it("names the largest result of the newest step, and goes on without it", async () => {
    const fixture = createAgentFixture([
      { calls: [look(long)] },
      { calls: [look("short"), look("a longer one")] },
      refused("content"),
      { text: "done" },
    ]);
    expect(await play(fixture)).toBe("failed");
    const { id, input } = suspectOf(fixture);
    expect(input).toEqual({ value: "a longer one" });
    expect(fixture.events.at(-1)).toMatchObject({
      error: { message: expect.stringContaining("look") },
    });
    expect((await fixture.session.resume({ leaveOut: id }).done).status).toBe("completed");
    expect(resultsOf(fixture, 3)).toEqual([
      expect.stringContaining(`\nlook did ${long}\n`),
      expect.stringContaining("\nlook did short\n"),
      expect.stringMatching(/left this call's content out/),
    ]);
    expect(fixture.journal.filter((line) => line.startsWith("start"))).toHaveLength(3);
    const items = fixture.session.log.state().turns[0]?.items ?? [];
    expect(items.find((item) => item.kind === "tool" && item.omitted)).toMatchObject({
      result: "look did a longer one",
    });
  });

  it("names the next one when that was not it", async () => {
    const fixture = createAgentFixture([
      { calls: [look("a"), look("bb")] },
      refused("content"),
      refused("content"),
      refused("content"),
    ]);
    await play(fixture);
    for (const value of ["bb", "a"]) {
      expect(suspectOf(fixture).input).toEqual({ value });
      await fixture.session.resume({ leaveOut: suspectOf(fixture).id }).done;
    }
    expect(fixture.session.log.state().turns[0]?.error?.leaveOut).toBeUndefined();
  });

  it("of too long a conversation names the largest result of all turns, arguments and all", async () => {
    const fixture = createAgentFixture([
      { calls: [look(long)] },
      { text: "ok" },
      { calls: [look("b")] },
      refused("length"),
      { text: "done" },
    ]);
    await play(fixture);
    await play(fixture, "more");
    const { id, input } = suspectOf(fixture);
    expect(input).toEqual({ value: long });
    await fixture.session.resume({ leaveOut: id }).done;
    expect(JSON.stringify(fixture.model.requests[4])).not.toContain(long);
    expect(JSON.stringify(fixture.model.requests[4])).toContain('"argumentsText":"{}"');
  });

  it("names nothing when the prompt is all that is new", async () => {
    const fixture = createAgentFixture([
      { calls: [look("a")] },
      { text: "ok" },
      refused("content"),
    ]);
    await play(fixture);
    await play(fixture, "a bad word");
    expect(fixture.session.log.state().turns[1]?.error).toMatchObject({ code: "refused" });
    expect(fixture.session.log.state().turns[1]?.error?.leaveOut).toBeUndefined();
  });

  it("leaves out only calls that the session has", async () => {
    const fixture = createAgentFixture([refused("content")]);
    await play(fixture);
    const other = createAgentFixture([{ calls: [look("a")] }]);
    await play(other);
    const [item] = other.session.log.state().turns[0]?.items ?? [];
    if (item?.kind !== "tool") throw new Error("no call");
    expect(() => fixture.session.resume({ leaveOut: item.callId })).toThrow(/no call/);
  });
});
