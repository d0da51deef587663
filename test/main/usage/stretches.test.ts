import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayName, stepFor, stretches } from "../../../src/main/usage/stretches.ts";

let zone: string | undefined;
beforeEach(() => {
  zone = process.env["TZ"];
});
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const hour = 3_600_000;

describe("days", () => {
  it("are as long as the clock makes them", () => {
    process.env["TZ"] = "Europe/Berlin";
    const { starts, end } = stretches(
      { first: Date.parse("2026-10-24T12:00:00Z"), last: Date.parse("2026-10-26T12:00:00Z") },
      "day",
    );
    const edges = [...starts, end];
    expect(edges.slice(1).map((edge, index) => (edge - (edges[index] ?? 0)) / hour)).toEqual([
      24, 25, 24,
    ]);
    expect(starts.map(dayName)).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
  });

  it("begin at one o'clock where midnight is skipped", () => {
    process.env["TZ"] = "America/Santiago";
    const at = Date.parse("2026-09-06T12:00:00Z");
    const { starts, end } = stretches({ first: at, last: at }, "day");
    expect(starts.map(dayName)).toEqual(["2026-09-06"]);
    expect((end - (starts[0] ?? 0)) / hour).toBe(23);
  });
});

it.each([
  "UTC",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Europe/Berlin",
  "America/Santiago",
  "Australia/Lord_Howe",
])("stretches follow each other and cover what was asked for in %s", (name) => {
  process.env["TZ"] = name;
  const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });
  const steps = fc.constantFrom(
    "quarter" as const,
    "hour" as const,
    "day" as const,
    "month" as const,
  );
  fc.assert(
    fc.property(moment, fc.nat(40 * 24 * hour), steps, (first, span, step) => {
      const last = first + (step === "quarter" ? span % (20 * hour) : span);
      const { starts, end } = stretches({ first, last }, step);
      expect(starts[0]).toBeLessThanOrEqual(first);
      expect(end).toBeGreaterThan(last);
      const edges = [...starts, end];
      edges.slice(1).forEach((edge, index) => expect(edge).toBeGreaterThan(edges[index] ?? 0));
      // Slots are quarters of an hour: none may lie in two stretches.
      expect(edges.filter((edge) => edge % 900_000 !== 0)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it("chooses steps that make no more bars than can be read", () => {
  for (const days of [0.01, 0.1, 1, 2, 3, 30, 31, 62, 63, 365, 1000]) {
    const span = days * 24 * hour;
    const { starts } = stretches(
      { first: Date.UTC(2024, 0, 1), last: Date.UTC(2024, 0, 1) + span },
      stepFor(span),
    );
    expect(starts.length).toBeLessThanOrEqual(64);
  }
});
