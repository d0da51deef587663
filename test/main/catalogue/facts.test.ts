import { expect, test } from "vitest";
import allowances from "../../../resources/catalogue/allowances.json" with { type: "json" };
import cacheFile from "../../../resources/catalogue/context-cache.json" with { type: "json" };
import limitsFile from "../../../resources/catalogue/rate-limits.json" with { type: "json" };
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };
import regionsFile from "../../../resources/catalogue/regions.json" with { type: "json" };
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";

// Typed from the provider's pages, apart from the data: a slip in one of the two shows.
const catalogue = createCatalogue(() => new Date("2026-11-23T00:00:00Z"));
const k64 = 65_536;

/** Context, input and output limits in tokens. */
const limits: readonly (readonly [string, number | null, number | null, number | null])[] = [
  ["qwen3-coder-next", 262_144, 204_800, k64],
  ["qwen3-coder-plus", 1_000_000, 997_952, k64],
  ["qwen3-coder-plus-2025-09-23", 1_000_000, 997_952, k64],
  ["qwen3-coder-plus-2025-07-22", 1_000_000, 997_952, k64],
  ["qwen3-coder-flash", 1_000_000, 997_952, k64],
  ["qwen3-coder-flash-2025-07-28", 1_000_000, 997_952, k64],
  ["qwen3-coder-480b-a35b-instruct", 262_144, 204_800, k64],
  ["qwen3-coder-30b-a3b-instruct", 262_144, 204_800, k64],
  ["qwen2.5-coder-32b-instruct", 131_072, 129_024, 8192],
  ["qwen2.5-coder-14b-instruct", 131_072, 129_024, 8192],
  ["qwen2.5-coder-7b-instruct", 131_072, 129_024, 8192],
  ["qwen-coder-plus", 131_072, null, 8192],
  ["qwen-coder-plus-latest", 131_072, null, 8192],
  ["qwen-coder-plus-2024-11-06", 131_072, null, 8192],
  ["qwen-coder-turbo", 131_072, null, 8192],
  ["qwen-coder-turbo-latest", 131_072, null, 8192],
  ["qwen-coder-turbo-2024-09-19", 131_072, null, 8192],
  ["qwen3-max", 262_144, 258_048, k64],
  ["qwen3-max-2026-01-23", 262_144, 258_048, k64],
  ["qwen3-max-2025-09-23", 262_144, 258_048, k64],
  ["qwen3-max-preview", 262_144, 258_048, k64],
  ["qwen3.5-plus", 1_000_000, 991_808, k64],
  ["qwen3.6-plus", 1_000_000, 983_616, k64],
  ["qwen3.7-plus", 1_000_000, null, k64],
  ["qwen3.7-max", 1_048_576, null, null],
  ["qwen3.8-max", 1_000_000, null, 131_072],
  ["qwen4-max-preview", null, null, null],
];

test.each(limits)("%s holds %d, takes %d and answers %d tokens", (...row) => {
  const [id, context, input, output] = row;
  expect(catalogue.find(id)).toMatchObject({
    contextTokens: context,
    maxInputTokens: input,
    maxOutputTokens: output,
  });
});

const budgets: readonly (readonly [string, number | null])[] = [
  ["qwen3.7-plus", 262_144],
  ["qwen3.6-plus", 81_920],
  ["qwen3.5-plus", 81_920],
  ["qwen3-max-2026-01-23", 81_920],
  ["kimi-k2.5", 81_920],
  ["glm-5", 32_768],
  ["glm-4.7", 32_768],
  // Its effort conflicts with a budget.
  ["qwen3.8-max", null],
  ["qwen3-coder-flash", null],
];

test.each(budgets)("%s may think for %d tokens", (id, tokens) => {
  expect(catalogue.find(id)?.thinking.maxBudgetTokens).toBe(tokens);
});

test("every Qwen-Coder model has partial mode, thinks not and sees nothing", () => {
  const coders = modelsFile.models.map(({ id }) => id).filter((id) => id.includes("coder"));
  expect(coders).toHaveLength(21);
  for (const id of coders)
    expect(catalogue.find(id)).toMatchObject({
      partial: true,
      vision: false,
      thinking: { levels: {}, default: "off" },
    });
});

test("only qwen2.5-coder and qwen-coder-turbo fill in the middle, in Beijing only", () => {
  const able = modelsFile.models.map(({ id }) => id).filter((id) => catalogue.find(id)?.fim);
  expect(able.every((id) => /^(?:qwen2\.5-coder-|qwen-coder-turbo)/.test(id))).toBe(true);
  expect(able).toHaveLength(10);
  for (const id of able) {
    expect(catalogue.completion(id, "beijing").fim).toBe(true);
    expect(catalogue.completion(id, "singapore").fim).toBe(false);
  }
  expect(catalogue.completion("qwen3-coder-flash", "beijing").fim).toBe(false);
  expect(catalogue.completion("my-model", "ollama")).toEqual({ partial: null, fim: null });
});

test("sampling is what the model cards advise, and nothing where none do", () => {
  const card = { temperature: 0.7, topP: 0.8, topK: 20, repetitionPenalty: 1.05 };
  expect(catalogue.find("qwen3-coder-480b-a35b-instruct")?.sampling).toEqual(card);
  expect(catalogue.find("qwen3-coder-30b-a3b-instruct")?.sampling).toEqual(card);
  expect(catalogue.find("qwen3-coder-next")?.sampling).toEqual({
    temperature: 1,
    topP: 0.95,
    topK: 40,
  });
  expect(catalogue.find("qwen3-coder-flash")?.sampling).toEqual({});
});

test("qwen3.5 and later answer on the multimodal path, the coders do not", () => {
  for (const { id } of modelsFile.models)
    expect([id, catalogue.find(id)?.native]).toEqual([
      id,
      /^qwen(?:3\.\d|4)|-vl-/.test(id) ? "multimodal-generation" : "text-generation",
    ]);
});

/** Requests and thousands of tokens a minute. */
const rates: readonly (readonly [string, string, number, number])[] = [
  ["qwen3-coder-plus", "singapore", 2400, 2000],
  ["qwen3-coder-plus", "virginia", 2400, 2000],
  ["qwen3-coder-plus", "beijing", 5000, 5000],
  ["qwen3-coder-plus-2025-09-23", "singapore", 600, 1000],
  ["qwen3-coder-plus-2025-09-23", "beijing", 60, 1000],
  ["qwen3-coder-plus-2025-07-22", "singapore", 60, 1000],
  ["qwen3-coder-flash", "singapore", 600, 5000],
  ["qwen3-coder-flash", "frankfurt", 1200, 1000],
  ["qwen3-coder-flash", "beijing", 5000, 5000],
  ["qwen3-coder-flash-2025-07-28", "virginia", 60, 1000],
  ["qwen3-coder-next", "beijing", 600, 1000],
  ["qwen3-coder-480b-a35b-instruct", "frankfurt", 600, 1000],
  ["qwen3-coder-30b-a3b-instruct", "beijing", 600, 1000],
  ["qwen3-max", "singapore", 600, 1000],
  ["qwen3-max-2025-09-23", "singapore", 60, 100],
  ["qwen3.5-plus", "singapore", 15_000, 5000],
  ["qwen3.5-plus", "virginia", 30_000, 5000],
  ["qwen2.5-coder-32b-instruct", "beijing", 1200, 1000],
  ["qwen-coder-turbo-latest", "beijing", 1200, 1000],
];

test.each(rates)("%s in %s: %d requests and %d thousand tokens a minute", (...row) => {
  const [id, region, rpm, k] = row;
  expect(catalogue.rateLimits(id, region)).toMatchObject({ rpm, tpm: k * 1000 });
});

test("no limit is made up where none is published", () => {
  expect(catalogue.rateLimits("qwen3-coder-next", "virginia")).toBeNull();
  expect(catalogue.rateLimits("qwen3.7-plus", "singapore")).toBeNull();
  expect(catalogue.rateLimits("qwen3-coder-flash", "custom")).toBeNull();
});

const explicit: readonly (readonly [string, string, boolean])[] = [
  ["qwen3-coder-plus", "singapore", true],
  ["qwen3-coder-flash", "beijing", true],
  ["qwen3-coder-flash", "virginia", false],
  ["qwen3.5-plus", "virginia", true],
  ["qwen3.5-flash", "frankfurt", true],
  ["qwen3-max", "hong-kong", true],
  ["qwen3-coder-plus", "hong-kong", false],
  ["kimi-k2.5", "beijing", true],
  ["kimi-k2.5", "singapore", false],
  ["deepseek-v3.2", "singapore", true],
  ["qwen3-coder-next", "singapore", false],
  ["qwen3-coder-480b-a35b-instruct", "beijing", false],
  ["qwen3-coder-plus-2025-09-23", "singapore", false],
  ["qwen-coder-turbo-latest", "beijing", false],
];

test.each(explicit)("%s in %s keeps what is marked: %s", (id, region, has) => {
  expect(catalogue.hasExplicitCache(id, region)).toBe(has);
});

test("where there is an explicit cache and a price, the price says what it costs to write and to read", () => {
  const cached = pricesFile.prices.filter(
    ({ model, region, tiers }) => tiers.length > 0 && catalogue.hasExplicitCache(model, region),
  );
  expect(cached).toHaveLength(22);
  for (const row of cached)
    expect(row).toMatchObject({ explicitReadPercent: 10, explicitCreatePercent: 125 });
});

// Sums over the provider's 59 rows, made apart from the file: nano-units per token, and bounds in tokens.
test.each([
  ["USD", 23, { tiers: 61, input: 92_880, output: 543_630, thinking: 32_000, bounds: 22_944_000 }],
  [
    "CNY",
    36,
    { tiers: 86, input: 439_750, output: 2_351_100, thinking: 96_000, bounds: 24_439_648 },
  ],
] as const)(
  "the price list in %s has its %d rows to the last nano-unit",
  (currency, rows, sums) => {
    const list = pricesFile.prices.filter((row) => row.currency === currency);
    const tiers = list.flatMap((row) => row.tiers);
    const sum = (pick: (tier: (typeof tiers)[number]) => number): number =>
      tiers.reduce((total, tier) => total + pick(tier), 0);
    expect(list).toHaveLength(rows);
    expect({
      tiers: tiers.length,
      input: sum(({ input }) => input),
      output: sum(({ output }) => output),
      thinking: sum((tier) => ("outputThinking" in tier ? Number(tier.outputThinking ?? 0) : 0)),
      bounds: sum(({ maxInputTokens }) => maxInputTokens),
    }).toEqual(sums);
  },
);

test("the retired ones are those of the notices, with a successor that answers", () => {
  const october = modelsFile.models.filter(({ retirement }) =>
    retirement.at?.startsWith("2026-10-10"),
  );
  expect(october.map(({ id }) => id)).toEqual([
    "qwen3-coder-next",
    "qwen3-coder-plus",
    "qwen3-coder-plus-2025-09-23",
    "qwen3-coder-plus-2025-07-22",
    "qwen3-coder-480b-a35b-instruct",
    "qwen3-coder-30b-a3b-instruct",
    "qwen-coder-plus",
    "qwen-coder-plus-latest",
    "qwen-coder-plus-2024-11-06",
    "qwen3-max",
    "qwen3-max-2026-01-23",
    "qwen3-max-2025-09-23",
    "qwen3-max-preview",
    "qwen3.6-max-preview",
  ]);
  for (const { id } of october) expect(catalogue.successorsOf(id).length).toBeGreaterThan(0);
});

test("every group of facts has a date and names sources that are described", () => {
  const described = new Set(Object.keys(modelsFile.sources));
  const date = /^\d{4}-\d{2}-\d{2}$/;
  for (const { id: _id, ...groups } of modelsFile.models)
    for (const { asOf, source } of Object.values(groups)) {
      expect(asOf).toMatch(date);
      expect(source.length).toBeGreaterThan(0);
      for (const name of source) expect(described).toContain(name);
    }
  for (const file of [limitsFile, cacheFile]) {
    expect(file.asOf).toMatch(date);
    expect(file.source).not.toBe("");
  }
  expect(allowances.asOf).toMatch(date);
  const regions = regionsFile.regions.map(({ id }) => id);
  for (const { source, regions: own } of [allowances.freeQuota, allowances.plan]) {
    expect(source).not.toBe("");
    for (const region of own) expect(regions).toContain(region);
  }
  for (const { source } of regionsFile.regions)
    for (const name of source) expect(Object.keys(regionsFile.sources)).toContain(name);
});
