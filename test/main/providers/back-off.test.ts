import { expect, test } from "vitest";
import { defaultBackOff, retryAfter, waitAfter } from "../../../src/main/providers/back-off.ts";

const waits = (isSlower: boolean, random: () => number) =>
  [1, 2, 3, 4, 5, 6].map((attempt) =>
    waitAfter(defaultBackOff, { attempt, askedMs: null, isSlower }, random),
  );

test("waits double, with jitter from half to whole, reach over a minute's limit, and end", () => {
  expect(waits(false, () => 1)).toEqual([1500, 3000, 6000, 12_000, 24_000, null]);
  expect(waits(false, () => 0)).toEqual([750, 1500, 3000, 6000, 12_000, null]);
});

test("after a burst they are twice as long", () => {
  expect(waits(true, () => 1)).toEqual([3000, 6000, 12_000, 24_000, 30_000, null]);
});

const asks = (askedMs: number) =>
  waitAfter(defaultBackOff, { attempt: 1, askedMs, isSlower: false }, () => 1);

test("what the provider asks for is the least; what nobody waits for is given up", () => {
  expect([asks(100), asks(9000), asks(120_000), asks(120_001)]).toEqual([
    1500,
    9000,
    120_000,
    null,
  ]);
});

test.each([
  [null, null],
  ["7", 7000],
  ["0.05", 50],
  ["Mon, 23 Nov 2026 10:00:30 GMT", 30_000],
  ["Mon, 23 Nov 2026 09:00:00 GMT", 0],
  ["soon", null],
])("a Retry-After of %s is %s ms", (value, milliseconds) => {
  expect(retryAfter(value, Date.parse("2026-11-23T10:00:00Z"))).toBe(milliseconds);
});
