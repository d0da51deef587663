import { describe, expect, it } from "vitest";
import { isAtWork, isCompacting } from "../../src/shared/session-state.ts";
import { createSessionScript, turnId, type SessionScript } from "../support/session-script.ts";

const base = { turnId: turnId("t-1") };

function started(): SessionScript {
  const script = createSessionScript();
  script.prompt("t-1", "go");
  return script;
}

describe("a compaction in a session's state", () => {
  it("is at work until it ends, however it ends", () => {
    const script = started();
    script.finish("t-1");
    expect(isAtWork(script.state())).toBe(false);
    script.add({ ...base, type: "compact-start", reason: "manual", model: "m" });
    expect(isAtWork(script.state())).toBe(true);
    script.add({ ...base, type: "compact-end", status: "cancelled", message: "" });
    expect(isAtWork(script.state())).toBe(false);
    expect(script.state().compaction).toBeNull();
  });

  it("ends with its turn, as when the app was killed in the middle", () => {
    const script = started();
    script.add({ ...base, type: "compact-start", reason: "full", model: "m" });
    script.add({ ...base, type: "turn-end", status: "interrupted" });
    const [turn] = script.state().turns;
    expect(turn !== undefined && isCompacting(turn)).toBe(false);
    expect(turn?.items).toMatchObject([{ kind: "compaction", status: "cancelled" }]);
  });
});

describe("what a request weighed", () => {
  it("is the newest one whose tokens were reported", () => {
    const script = started();
    script.usage("t-1", null);
    expect(script.state().measure).toBeNull();
    const usage = script.events.at(-1);
    if (usage?.type !== "usage-add") throw new Error("no usage");
    script.add({ ...usage, inputBytes: 40_000 });
    script.add({ ...usage, inputBytes: 50_000, inputTokens: 0 });
    expect(script.state().measure).toEqual({ bytes: 40_000, tokens: 12_000 });
  });
});
