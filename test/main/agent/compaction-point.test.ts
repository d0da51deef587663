import { describe, expect, it } from "vitest";
import { compactionPoint } from "../../../src/main/agent/compaction-point.ts";
import { messagesOf } from "../../../src/main/agent/messages.ts";
import type { ModelMessage } from "../../../src/main/agent/ports.ts";
import { turnIdSchema } from "../../../src/shared/ids.ts";
import type { SessionState } from "../../../src/shared/session-state.ts";
import { createSessionScript, turnId } from "../../support/session-script.ts";

const tokensOf = (messages: readonly ModelMessage[]): number => JSON.stringify(messages).length;

/** Numbers that look random and are the same every time. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state / 2 ** 32;
  }
}

/** A session of some turns and steps: text, calls with results of any size, cut steps, steps with nothing. */
function sessionOf(seed: number): SessionState {
  const source = numbers(seed);
  const upTo = (most: number): number => Math.floor((source.next().value ?? 0) * most);
  const script = createSessionScript(`s-${seed}`);
  for (let turn = 0; turn <= upTo(5); turn += 1) {
    const id = `t-${turn}`;
    script.prompt(id, "p".repeat(1 + upTo(300)));
    for (let step = 2; step <= 1 + upTo(8); step += 1) {
      if (upTo(4) > 0) script.text(id, "a".repeat(upTo(200)));
      for (let call = upTo(3); call > 0; call -= 1) {
        const name = `c-${turn}-${step}-${call}`;
        script.call(id, name, { name: "read_file", input: { path: "x" } });
        if (upTo(6) > 0) script.end(id, name, { result: "r".repeat(upTo(2000)) });
      }
      if (upTo(7) === 0)
        script.add({ type: "step-discard", turnId: turnId(id), step: step - 1, reason: "x" });
      script.add({ type: "step-start", turnId: turnId(id), step });
    }
    script.finish(id);
  }
  return script.state();
}

/** What makes a provider refuse a conversation, one line each. */
function faults(messages: readonly ModelMessage[]): string[] {
  const open = new Set<string>();
  return messages.flatMap((message, index) => {
    const found: string[] = [];
    if (index === 0 && message.role !== "user") found.push(`begins with ${message.role}`);
    if (message.role !== "tool" && open.size > 0) found.push(`${index}: calls without a result`);
    if (message.role === "assistant") for (const { id } of message.toolCalls) open.add(id);
    if (message.role === "tool" && !open.delete(message.toolCallId))
      found.push(`${index}: a result without its call`);
    return found;
  });
}

describe("where a conversation is cut", () => {
  it("leaves a conversation that a provider takes, with the last prompt whole, however it went", () => {
    let cuts = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const whole = sessionOf(seed);
      let compaction: SessionState["compaction"] = null;
      for (const keepTokens of [4000, null, 1000, 0]) {
        const state: SessionState = { ...whole, compaction };
        const point = compactionPoint(state, { keepTokens, tokensOf });
        if (point === null) continue;
        cuts += 1;
        const before = messagesOf(state);
        compaction = { ...point, summary: "the summary" };
        const after = messagesOf({ ...whole, compaction });
        expect(faults(after), `seed ${seed}`).toEqual([]);
        expect(JSON.stringify(after[0])).toContain("the summary");
        expect(JSON.stringify(after)).toContain(state.turns.at(-1)?.prompt);
        // What is kept is kept to the byte, and something is gone.
        const kept = after.slice(1);
        expect(before.slice(before.length - kept.length)).toEqual(kept);
        expect(after.length).toBeLessThan(before.length);
      }
    }
    expect(cuts).toBeGreaterThan(300);
  });

  it("keeps as many whole turns as fit, the last one in any case", () => {
    const script = createSessionScript();
    for (const id of ["t-1", "t-2", "t-3"]) {
      script.prompt(id, "p".repeat(1000));
      script.finish(id);
    }
    const cutAt = (keepTokens: number | null) =>
      compactionPoint(script.state(), { keepTokens, tokensOf })?.throughTurnId;
    expect(cutAt(10)).toBe(turnIdSchema.parse("t-2"));
    expect(cutAt(null)).toBe(turnIdSchema.parse("t-2"));
    expect(cutAt(2500)).toBe(turnIdSchema.parse("t-1"));
    // Asked to compact, it compacts, also where everything would fit.
    expect(cutAt(1_000_000)).toBe(turnIdSchema.parse("t-1"));
  });

  it("is nowhere in a session of one prompt, and of none", () => {
    const script = createSessionScript();
    const none = { keepTokens: 0, tokensOf };
    expect(compactionPoint(script.state(), none)).toBeNull();
    script.prompt("t-1", "go");
    script.text("t-1", "an answer");
    expect(compactionPoint(script.state(), none)).toBeNull();
  });
});
