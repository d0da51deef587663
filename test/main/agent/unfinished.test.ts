import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { createAgentFixture, play, type AgentFixture } from "../../support/agent-fixture.ts";

const call = (name: string, value: string) => ({ name, arguments: { value } });
const cutCall = { name: "change", arguments: '{"value":"half' };
const rolesOf = ({ model }: AgentFixture, index: number) =>
  model.requests[index]?.messages.map(({ role }) => role);

describe("an answer cut by the output limit", () => {
  it("runs none of its calls, and the model is told at each of them", async () => {
    const fixture = createAgentFixture([
      { text: "x", calls: [call("look", "a"), cutCall], finish: "length" },
      { calls: [call("change", "b")] },
      { text: "done" },
    ]);
    expect(await play(fixture)).toBe("completed");
    expect(fixture.journal).toEqual(["start change b", "end change b"]);
    expect(rolesOf(fixture, 1)).toEqual(["system", "user", "assistant", "tool", "tool"]);
    const results = fixture.model.requests[1]?.messages.filter(({ role }) => role === "tool");
    for (const result of results ?? []) expect(JSON.stringify(result)).toContain("Not run");
    expect(fixture.model.requests[1]?.messages[2]).toMatchObject({
      toolCalls: [{ argumentsText: '{"value":"a"}' }, { argumentsText: "{}" }],
    });
  });

  it("is not asked for again for ever", async () => {
    const answers = Array.from({ length: 9 }, () => ({
      calls: [cutCall],
      finish: "length" as const,
    }));
    const fixture = createAgentFixture(answers);
    expect(await play(fixture)).toBe("failed");
    expect(fixture.model.requests).toHaveLength(3);
    expect(fixture.journal).toEqual([]);
  });

  it("without a call fails, and goes on where it stopped when the person continues", async () => {
    const fixture = createAgentFixture([{ text: "a story", finish: "length" }, { text: " ends" }]);
    expect(await play(fixture)).toBe("failed");
    expect(fixture.events.at(-1)).toMatchObject({ error: { code: "output-limit" } });
    expect((await fixture.session.resume().done).status).toBe("completed");
    expect(rolesOf(fixture, 1)).toEqual(["system", "user", "assistant", "user"]);
    expect(JSON.stringify(fixture.model.requests[1])).toMatch(/a story.*Go on where it stopped/);
  });
});

describe("Continue", () => {
  it.each(["unavailable", "rate-limited"] as const)(
    "after %s repeats the failed step and never a finished tool; what had come stays to read",
    async (code) => {
      const fixture = createAgentFixture([
        { calls: [call("change", "a")] },
        { text: "half an ans", error: new AppError(code, "lost") },
        { text: "whole" },
      ]);
      expect(await play(fixture)).toBe("failed");
      expect((await fixture.session.resume().done).status).toBe("completed");
      expect(fixture.journal).toEqual(["start change a", "end change a"]);
      expect(fixture.model.requests[2]?.messages).toEqual(fixture.model.requests[1]?.messages);
      const items = fixture.session.log.state().turns[0]?.items ?? [];
      expect(items.filter((item) => item.kind === "text")).toMatchObject([
        { text: "half an ans", discarded: true },
        { text: "whole", discarded: false },
      ]);
    },
  );

  it("after Stop asks the step again, with no half answer as the last message", async () => {
    const fixture = createAgentFixture([{ text: "so far", hang: true }, { text: "whole" }]);
    const turn = await fixture.session.send("go");
    while (!fixture.events.some(({ type }) => type === "text-delta"))
      await new Promise((resolve) => setTimeout(resolve, 2));
    await fixture.session.stop();
    expect((await turn.done).status).toBe("cancelled");
    expect((await fixture.session.resume().done).status).toBe("completed");
    expect(rolesOf(fixture, 1)).toEqual(["system", "user"]);
  });
});
