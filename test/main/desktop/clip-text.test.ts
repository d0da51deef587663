import { describe, expect, it } from "vitest";
import { clipText } from "../../../src/main/desktop/clip-text.ts";

describe("the clipboard's text", () => {
  it("is taken as it is, and cut where it is very long", () => {
    expect(clipText("  a\n  b\n")).toEqual({ text: "  a\n  b\n", cut: false });
    const long = clipText("x".repeat(30_000));
    expect(long.text).toHaveLength(20_000);
    expect(long.cut).toBe(true);
  });

  it("is refused when there is none", () => {
    expect(() => clipText(" \n")).toThrow("no text");
  });

  it.each([
    "sk-0123456789abcdef0123456789abcdef",
    " sk-sp-0123456789abcdef0123\n",
    "ghp_0123456789abcdef0123456789abcdef",
    "AKIA0123456789ABCDEF",
  ])("is refused when it looks like a key: %s", (text) => {
    expect(() => clipText(text)).toThrow("key");
  });

  it("may speak of keys", () => {
    expect(clipText("const key = process.env.SK_KEY").cut).toBe(false);
  });
});
