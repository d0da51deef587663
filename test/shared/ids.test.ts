import { afterEach, describe, expect, it, vi } from "vitest";
import { createCallId, createId, callIdSchema, sessionIdSchema } from "../../src/shared/ids.ts";

describe("ids", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("sort in the order in which they were made, also many within one millisecond", () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const made = Array.from({ length: 5000 }, () => createId("c"));
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  it("still sort when the clock is set back", () => {
    vi.useFakeTimers({ now: 1_900_000_000_000 });
    const before = createId("c");
    vi.setSystemTime(1_800_000_000_000);
    expect(createId("c") > before).toBe(true);
  });

  it("fit their own schema", () => {
    expect(callIdSchema.safeParse(createCallId()).success).toBe(true);
  });

  it.each(["", "../x", "A", "a/b", "-a", "a b", "a\u0000", "a.b", "a".repeat(65), "ａ"])(
    "refuse %j, which is no safe name for a ref, a file and a URL",
    (text) => {
      expect(sessionIdSchema.safeParse(text).success).toBe(false);
    },
  );
});
