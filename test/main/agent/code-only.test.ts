import { describe, expect, it } from "vitest";
import { codeOnlyContext, systemPrompt } from "../../../src/main/agent/prompt.ts";
import { proseStops } from "../../../src/shared/bare-code.ts";
import { createAgentFixture } from "../../support/agent-fixture.ts";

const look = { calls: [{ name: "look", arguments: { value: "a" } }] };

describe("a prompt whose answer is to be code", () => {
  it("says so at its end, in every step, and stops where prose begins", async () => {
    const fixture = createAgentFixture([look, { text: "let a;" }]);
    await (
      await fixture.session.send("declare a", { codeOnly: true })
    ).done;
    expect(fixture.model.requests).toHaveLength(2);
    for (const { messages, stop } of fixture.model.requests) {
      expect(stop).toEqual(proseStops);
      expect(messages[1]?.content).toEqual([
        { type: "text", text: "declare a" },
        { type: "text", text: codeOnlyContext },
      ]);
    }
    expect(fixture.events.find((event) => event.type === "turn-start")).toMatchObject({
      codeOnly: true,
    });
  });

  it("changes nothing for the prompts before and after it but what it adds to the history", async () => {
    const fixture = createAgentFixture([{ text: "yes" }, { text: "let a;" }, { text: "ok" }]);
    for (const codeOnly of [false, true, false])
      await (
        await fixture.session.send("go", { codeOnly })
      ).done;
    const [first, second, third] = fixture.model.requests;
    expect(first).not.toHaveProperty("stop");
    expect(third).not.toHaveProperty("stop");
    expect(first?.messages).toEqual([
      { role: "system", content: [{ type: "text", text: systemPrompt }] },
      { role: "user", content: [{ type: "text", text: "go" }] },
    ]);
    expect(third?.messages.slice(0, 4)).toEqual(second?.messages);
    expect(second?.tools).toEqual(first?.tools);
    expect(fixture.events.filter((event) => event.type === "turn-start")[2]).not.toHaveProperty(
      "codeOnly",
    );
  });
});
