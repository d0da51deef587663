import { describe, expect, it } from "vitest";
import { createExplicitCache } from "../../support/model-studio/explicit-cache.ts";

/** 1,200 tokens a word, a token to a character. */
const long = "x".repeat(1200);
const control = { cache_control: { type: "ephemeral" } };
const user = (text: string, isMarked = false) => ({
  role: "user",
  content: [{ type: "text", text, ...(isMarked ? control : {}) }],
});

function setUp() {
  let now = 0;
  const cache = createExplicitCache(
    (text) => text.length,
    () => now,
  );
  const read = (...messages: readonly unknown[]) => cache.read("m", { tools: [], messages });
  return {
    read,
    keep: (...messages: readonly unknown[]) => {
      const reading = read(...messages);
      reading?.keep();
      return reading === null ? null : [reading.cached, reading.created];
    },
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe("the simulated explicit cache", () => {
  it("is not asked without a marker, nor for less than 1,024 tokens", () => {
    const { read } = setUp();
    expect(read(user(long))).toBeNull();
    expect(read(user("short", true))).toBeNull();
    expect(read({ ...user(long), ...control })).toBeNull();
  });

  it("creates once, then reads, and creates only what is new", () => {
    const { keep } = setUp();
    const [cached, created] = keep(user(long, true)) ?? [];
    expect([cached, (created ?? 0) > 1200]).toEqual([0, true]);
    const again = keep(user(long), user(long, true)) ?? [];
    expect(again[0]).toBe(created);
    expect(again[1]).toBeGreaterThan(1200);
    expect(keep(user(long), user(long, true))).toEqual([(again[0] ?? 0) + (again[1] ?? 0), 0]);
  });

  it("has an entry only once the answer that created it has ended", () => {
    const { read } = setUp();
    read(user(long, true));
    expect(read(user(long, true))?.cached).toBe(0);
  });

  it("finds an entry twenty blocks before a marker and none further back", () => {
    const { keep, read } = setUp();
    keep(user(long, true));
    const between = (count: number) => Array.from({ length: count }, () => user("b"));
    expect(read(user(long), ...between(19), user("end", true))?.cached).toBeGreaterThan(1200);
    expect(read(user(long), ...between(20), user("end", true))?.cached).toBe(0);
  });

  it("counts the last four markers", () => {
    const { keep, read } = setUp();
    keep(user(long, true));
    const marked = [1, 2, 3, 4].map((n) => user(`${long}${n}`, true));
    const far = Array.from({ length: 21 }, () => user("b"));
    expect(read(user(long, true), ...far, ...marked.slice(1))?.cached).toBeGreaterThan(1200);
    expect(read(user(long, true), ...far, ...marked)?.cached).toBe(0);
  });

  it("forgets five minutes after the last use", () => {
    const { keep, read, wait } = setUp();
    keep(user(long, true));
    wait(299_000);
    keep(user(long, true));
    wait(299_000);
    expect(read(user(long, true))?.cached).toBeGreaterThan(1200);
    wait(1000);
    expect(read(user(long, true))?.cached).toBe(0);
  });
});
