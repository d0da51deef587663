import { describe, expect, it } from "vitest";
import { cleanCompletion } from "../../../src/main/completion/clean-completion.ts";

const clean = (text: string, prefix = "", suffix = ""): string =>
  cleanCompletion(text, { prefix, suffix });

describe("cleanCompletion", () => {
  it("leaves code as it is, blanks at both ends included", () => {
    expect(clean("\n  return 1;\n")).toBe("\n  return 1;\n");
  });

  it("takes off a fence around everything, closed or cut, and keeps one inside", () => {
    expect(clean("```ts\nconst a = 1;\n```\n")).toBe("const a = 1;");
    expect(clean("```\nconst a = 1;")).toBe("const a = 1;");
    expect(clean("text\n```ts\ncode\n```\n")).toBe("text\n```ts\ncode\n```\n");
  });

  it.each(["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|endoftext|>", "<|im_end|>"])(
    "ends at %s",
    (token) => expect(clean(`a = 1${token}b = 2`)).toBe("a = 1"),
  );

  it("does not repeat the line that the cursor is in", () => {
    expect(clean("    return x + 1", "def f(x):\n    return")).toBe(" x + 1");
    expect(clean("return x + 1", "def f(x):\n    return")).toBe(" x + 1");
  });

  it("does not repeat what follows the cursor", () => {
    expect(clean("x + 1;\n}\n", "", ";\n}\n")).toBe("x + 1");
    expect(clean("result = 1\nreturn result", "", "return result")).toBe("result = 1\n");
  });

  it("keeps a single bracket that happens to follow: it may close what the completion opened", () => {
    expect(clean("[1, 2]", "", "]")).toBe("[1, 2]");
  });
});
