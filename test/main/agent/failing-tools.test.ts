import { describe, expect, it } from "vitest";
import type { SessionEvent } from "../../../src/shared/events.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";

const look = (value: string) => ({ name: "look", arguments: { value } });
const ends = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === "tool-call-end" ? [event] : []));

describe("a tool that fails", () => {
  it("tells the model what the system refused, without the machine's path, and goes on", async () => {
    const fixture = createAgentFixture([{ calls: [look("system")] }, { text: "Then not." }]);
    expect(await play(fixture)).toBe("completed");
    expect(ends(fixture.events)).toMatchObject([
      { status: "failed", result: expect.stringContaining("ENOENT: no such file or directory") },
    ]);
    expect(JSON.stringify(fixture.events)).not.toContain("/nowhere");
  });

  it("by a fault of Belay's ends the turn, after every call of the answer has its end", async () => {
    const fixture = createAgentFixture([{ calls: [look("bug"), look("slow"), look("last")] }]);
    expect(await play(fixture)).toBe("failed");
    const types = fixture.events.map((event) => event.type);
    expect(ends(fixture.events)).toHaveLength(3);
    expect(types.at(-1)).toBe("turn-end");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fixture.events).toHaveLength(types.length);
  });

  it("never runs more than eight reads at once", async () => {
    const calls = Array.from({ length: 50 }, (_, index) => look(`${index}`));
    const fixture = createAgentFixture([{ calls }, { text: "Read." }]);
    expect(await play(fixture)).toBe("completed");
    let [now, most] = [0, 0];
    for (const line of fixture.journal) {
      now += line.startsWith("start") ? 1 : -1;
      most = Math.max(most, now);
    }
    expect([ends(fixture.events).length, most]).toEqual([50, 8]);
  });
});
