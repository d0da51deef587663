import { assert, array, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { createPaces, noPace, type RateLimits } from "../../../src/main/providers/pace.ts";

/** Plays requests one after the other on a clock of its own; the moments at which they went. */
function play(limits: RateLimits, asked: readonly { after: number; tokens: number }[]): number[] {
  let now = 0;
  const pace = createPaces(() => now)("host", "model", limits);
  return asked.map(({ after, tokens }) => {
    now += after;
    now += pace.reserve(tokens);
    return now;
  });
}

const request = record({
  after: integer({ min: 0, max: 5000 }),
  tokens: integer({ min: 1, max: 30_000 }),
});

describe("the pace of requests", () => {
  it("lets a first request go at once, however large", () => {
    expect(play({ rpm: 60, tpm: 60_000 }, [{ after: 0, tokens: 1_000_000 }])).toEqual([0]);
  });

  it("keeps a sixtieth of the minute's requests to each second", () => {
    const asked = Array.from({ length: 5 }, () => ({ after: 0, tokens: 1 }));
    expect(play({ rpm: 120, tpm: null }, asked)).toEqual([0, 0, 500, 1000, 1500]);
  });

  it("never sends more than a minute's allowance and one second's in any minute", () => {
    assert(
      property(array(request, { maxLength: 200 }), (asked) => {
        const went = play({ rpm: 60, tpm: 300_000 }, asked);
        for (const [index, from] of went.entries()) {
          const inMinute = went.filter((at, other) => other >= index && at < from + 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(62);
          const last = index + inMinute.length;
          const tokens = asked.slice(index, last).reduce((sum, each) => sum + each.tokens, 0);
          expect(tokens).toBeLessThanOrEqual(2 * 300_000 + 30_000);
        }
      }),
    );
  });

  it("goes by what was really used, once that is known", () => {
    let now = 0;
    const pace = createPaces(() => now)("host", "model", { rpm: null, tpm: 60_000 });
    pace.reserve(60_000);
    pace.settle(60_000, 1000);
    expect(pace.reserve(50_000)).toBe(0);
    now += 1000;
    expect(pace.reserve(50_000)).toBeGreaterThan(30_000);
  });

  it("is one for each endpoint and model", () => {
    const paces = createPaces(() => 0);
    const limits = { rpm: 60, tpm: null };
    expect(paces("a", "m", limits).reserve(1)).toBe(0);
    expect(paces("a", "m", limits).reserve(1)).toBe(1000);
    expect(paces("a", "other", limits).reserve(1)).toBe(0);
    expect(paces("b", "m", limits).reserve(1)).toBe(0);
  });

  it("waits for nothing where no limit is known", () => {
    const pace = createPaces()("host", "model", null);
    expect([pace.reserve(1e9), pace.reserve(1e9), noPace.reserve(1)]).toEqual([0, 0, 0]);
  });
});
