import { describe, expect, it } from "vitest";
import { chooseMode, type CompletionFacts } from "../../../src/main/completion/choose-mode.ts";
import { completionRequest, fimPrompt } from "../../../src/main/completion/completion-request.ts";

const facts = (change: Partial<CompletionFacts> = {}): CompletionFacts => ({
  model: "m",
  region: "beijing",
  partial: true,
  fim: true,
  ...change,
});

const shape = { model: "m", maxOutputTokens: 64 } as const;

describe("completionRequest", () => {
  it("asks partial mode with the prefix as the last message and the suffix in the question", () => {
    const input = { path: "src/a.py", prefix: "def f(", suffix: "\nreturn result" };
    const { messages, tools, prompt } = completionRequest(input, { ...shape, mode: "partial" });
    expect(messages.at(-1)).toEqual({
      role: "assistant",
      content: [{ type: "text", text: "def f(" }],
      toolCalls: [],
      partial: true,
    });
    expect(JSON.stringify(messages[0])).toContain("return result");
    expect(JSON.stringify(messages[0])).toContain("src/a.py");
    expect({ tools, prompt }).toEqual({ tools: [], prompt: undefined });
  });

  it("does not mention a suffix that is blank", () => {
    const input = { path: "a.py", prefix: "x", suffix: "\n\n" };
    const { messages } = completionRequest(input, { ...shape, mode: "partial" });
    expect(JSON.stringify(messages[0])).not.toContain("follows the cursor");
  });

  it("asks fill-in-the-middle with the exact templates and stops at their tokens", () => {
    expect(fimPrompt({ prefix: "P", suffix: "" })).toBe("<|fim_prefix|>P<|fim_suffix|>");
    expect(fimPrompt({ prefix: "P", suffix: "S" })).toBe(
      "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>",
    );
    const input = { path: "a.py", prefix: "P", suffix: "S" };
    const request = completionRequest(input, { ...shape, mode: "fim" });
    expect(request.stop).toContain("<|endoftext|>");
    expect(request.messages).toEqual([]);
  });
});

describe("chooseMode", () => {
  it("takes fill-in-the-middle where it is to be had, else partial", () => {
    expect(chooseMode(null, facts())).toBe("fim");
    expect(chooseMode(null, facts({ fim: false }))).toBe("partial");
    expect(chooseMode(null, facts({ fim: null, partial: null }))).toBe("partial");
    expect(chooseMode("partial", facts())).toBe("partial");
  });

  it("tries what is unknown when it is asked for by name", () => {
    expect(chooseMode("fim", facts({ fim: null }))).toBe("fim");
  });

  it.each([
    ["fim", { fim: false }, "Use --mode partial"],
    ["partial", { partial: false }, "or --mode fim"],
    ["partial", { partial: false, fim: false }, "has no partial mode"],
    [null, { partial: false, fim: false }, "completes no code"],
  ] as const)("refuses %s with %o and names the way out", (wanted, change, message) => {
    expect(() => chooseMode(wanted, facts(change))).toThrow(message);
  });
});
