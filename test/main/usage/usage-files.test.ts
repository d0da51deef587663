import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callExport } from "../../../src/main/usage/call-export.ts";
import { csvText } from "../../../src/main/usage/csv.ts";
import { parseLatencies, percentilesOf } from "../../../src/main/usage/latencies.ts";
import { usageCallSchema } from "../../../src/shared/usage-panel.ts";

const call = usageCallSchema.parse({
  id: 1,
  requestId: "r-1",
  at: "2026-11-20T10:00:00.000Z",
  workspace: "/home/person/=cmd|' /C calc'!A1",
  sessionId: "s-1",
  turnId: "t-1",
  title: '=HYPERLINK("http://example.com")',
  model: "qwen3-coder-plus",
  region: "singapore",
  protocol: "openai",
  purpose: "chat",
  billing: "metered",
  keyFingerprint: null,
  providerRequestId: null,
  status: "failed",
  usage: null,
  cost: null,
  mostTokens: 1000,
  bound: { amount: "0.5", currency: "USD" },
  firstTokenMs: null,
  durationMs: 3,
  retries: 0,
  errorCode: "unavailable",
});

describe("CSV", () => {
  it("hands no formula to a spreadsheet, and leaves empty what is not known", () => {
    const [head = "", line = ""] = callExport([call], "csv").split("\r\n");
    expect(line).toContain('"\'=HYPERLINK(""http://example.com"")"');
    const cells = Object.fromEntries(head.split(",").map((name, index) => [name, index]));
    expect(cells["inputTokens"]).toBeGreaterThan(0);
    expect(line).toMatch(/,failed,,,,,,,USD,1000,0\.5,,3,0,unavailable$/);
  });

  it("never begins a cell of text with what starts a formula, whatever spaces stand before it", () => {
    const start = fc.constantFrom(
      "=",
      "+",
      "-",
      "@",
      "\t",
      "\r",
      "\n",
      "＝",
      "＋",
      "－",
      "＠",
      "|",
      "%",
    );
    fc.assert(
      fc.property(fc.stringMatching(/^ *$/), start, fc.string(), (space, sign, rest) => {
        const [, cell = ""] = csvText(["a"], [[`${space}${sign}${rest}`]]).split("\r\n");
        expect(cell.startsWith("'") || cell.startsWith("\"'")).toBe(true);
      }),
    );
  });

  it("leaves numbers alone, negative ones too", () => {
    expect(csvText(["a", "b"], [[-1, null]])).toBe("a,b\r\n-1,\r\n");
  });
});

it("exports JSON that reads back as it was", () => {
  expect(JSON.parse(callExport([call], "json"))).toEqual([call]);
});

describe("percentiles", () => {
  it("are read from pairs of which either may be missing", () => {
    expect(parseLatencies("12,340;,7;5,;,;")).toEqual({ firsts: [12, 5], totals: [340, 7] });
    expect(percentilesOf([])).toBeNull();
  });

  it("are values that occurred, by nearest rank, sorted or counted", () => {
    const lists = fc.array(fc.array(fc.nat(5000), { maxLength: 9 }), { maxLength: 5 });
    fc.assert(
      fc.property(lists, fc.constantFrom(1, 25_000), (small, times) => {
        const many = Array.from({ length: times }, () => small).flat();
        const all = many.flat().toSorted((a, b) => a - b);
        const at = (share: number) => all[Math.ceil(share * all.length) - 1];
        expect(percentilesOf(many)).toEqual(
          all.length === 0 ? null : { p50: at(0.5), p95: at(0.95) },
        );
      }),
      { numRuns: 30 },
    );
  });
});
