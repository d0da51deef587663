import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { parseOwnCatalogue } from "../../../src/main/catalogue/own-catalogue.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";

const read = (content: unknown) =>
  parseOwnCatalogue(typeof content === "string" ? content : JSON.stringify(content), {
    file: "catalogue.json",
    version: "catalogue.json 1a2b3c4d",
  });

const tokens = (inputTokens: number, outputTokens = 0) => ({
  inputTokens,
  outputTokens,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

const ownPrice = {
  model: "my-model",
  region: "custom",
  currency: "USD",
  tiers: [
    { maxInputTokens: 32_000, input: "0.125", output: 1.5 },
    { maxInputTokens: 128_000, input: 0.3, output: "2" },
  ],
};

test("a person's price is exact, and the ledger can tell which list it is from", () => {
  const { own, problems } = read({ prices: [ownPrice] });
  expect(problems).toEqual([]);
  const pricing = createPricing(() => own);
  expect(pricing.cost("my-model", "custom", tokens(1000, 10), false)).toEqual({
    amount: "0.00014",
    currency: "USD",
  });
  expect(pricing.cost("my-model", "custom", tokens(32_001), false)?.amount).toBe("0.0096003");
  expect(pricing.version("my-model", "custom")).toBe("catalogue.json 1a2b3c4d");
  expect(pricing.version("qwen3-coder-flash", "singapore")).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(pricing.cost("my-model", "singapore", tokens(1), false)).toBeNull();
});

test("a person's price wins over the list's, in that region only", () => {
  const flash = { ...ownPrice, model: "qwen3-coder-flash", region: "singapore" };
  const { own } = read({ prices: [flash] });
  const pricing = createPricing(() => own);
  expect(pricing.cost("qwen3-coder-flash", "singapore", tokens(1000), false)?.amount).toBe(
    "0.000125",
  );
  expect(pricing.cost("qwen3-coder-flash", "beijing", tokens(1000), false)?.amount).toBe("0.001");
});

test("a model that costs nothing says so, one of a local server need not, and one without a price elsewhere does not", () => {
  const free = {
    ...ownPrice,
    region: "ollama",
    tiers: [{ maxInputTokens: 1, input: 0, output: "0" }],
  };
  const pricing = createPricing(() => read({ prices: [free] }).own);
  expect(pricing.cost("my-model", "ollama", tokens(5), false)?.amount).toBe("0");
  expect(pricing.cost("other", "ollama", tokens(5), false)?.amount).toBe("0");
  expect(pricing.cost("other", "custom", tokens(5), false)).toBeNull();
});

test("facts of the person's own win field by field, and what they leave out stays", () => {
  const { own, problems } = read({
    models: [
      { id: "qwen3-coder-flash", limits: { maxInputTokens: 100_000 } },
      {
        id: "my-model",
        limits: { contextTokens: 32_768, maxOutputTokens: 4096 },
        thinking: { levels: { off: { think: false } } },
        sampling: { temperature: 0.2 },
      },
    ],
    rateLimits: [{ model: "my-model", region: "custom", rpm: 60, tpm: null }],
  });
  expect(problems).toEqual([]);
  const catalogue = createCatalogue(undefined, () => own);
  expect(catalogue.find("qwen3-coder-flash")).toMatchObject({
    contextTokens: 1_000_000,
    maxInputTokens: 100_000,
    maxOutputTokens: 65_536,
    partial: true,
  });
  expect(catalogue.find("my-model")).toMatchObject({
    contextTokens: 32_768,
    maxInputTokens: null,
    sampling: { temperature: 0.2 },
  });
  expect(catalogue.rateLimits("my-model", "custom")).toMatchObject({ rpm: 60, tpm: null });
  // It is to be had, whether the endpoint lists it or not.
  const option = catalogue
    .options("singapore", ["qwen3-coder-flash"])
    .find(({ id }) => id === "my-model");
  expect(option).toMatchObject({ contextTokens: 32_768, inputPrice: null, brackets: [] });
  expect(option?.thinking.levels).toEqual(["off"]);
});

// What a hand that slips writes: where it is, and what to write.
test.each([
  [
    { prices: [{ ...ownPrice, region: "singapor" }] },
    /prices\[0\]\.region: write one of .*singapore/,
  ],
  [
    { prices: [{ ...ownPrice, tiers: [{ maxInputTokens: 1, input: "0,3", output: "1" }] }] },
    /prices\[0\]\.tiers\[0\]\.input: write the price per million/,
  ],
  [
    { prices: [{ ...ownPrice, tiers: [{ maxInputTokens: 1, input: 0.0001, output: 1 }] }] },
    /tiers\[0\]\.input: write the price per million tokens with at most three decimals/,
  ],
  [
    { prices: [{ ...ownPrice, tiers: ownPrice.tiers.toReversed() }] },
    /tiers: write the brackets in rising/,
  ],
  [{ prices: [{ ...ownPrice, tiers: [] }] }, /prices\[0\]\.tiers/],
  [{ prices: [{ ...ownPrice, currency: "EUR" }] }, /prices\[0\]\.currency/],
  [{ prices: [{ ...ownPrice, curency: "USD" }] }, /prices\[0\]: .*curency/],
  [
    { models: [{ id: "m", limits: { maxInputTokens: "many" } }] },
    /models\[0\]\.limits\.maxInputTokens/,
  ],
  [
    { models: [{ id: "m", limits: { maxInputTokens: -1 } }] },
    /models\[0\]\.limits\.maxInputTokens/,
  ],
  [{ models: [{ id: "m", sampling: { temperature: 2 } }] }, /models\[0\]\.sampling\.temperature/],
  [{ models: [{ id: "m", retirement: { at: "soon" } }] }, /models\[0\]\.retirement\.at/],
  [{ models: {} }, /models: it is no list/],
  [{ modells: [] }, /modells: there is no such list. Write models, prices, rateLimits/],
  ["{", /the whole file: .* Write JSON such as/],
  ["[]", /the whole file: it holds no object/],
  ["null", /the whole file: it holds no object/],
])("%j is told with its place and what to write", (content, says) => {
  const { problems } = read(content);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^catalogue\.json, /);
  expect(problems[0]).toMatch(says);
});

test("a wrong entry takes nothing else with it, and the same said twice counts once", () => {
  const { own, problems } = read({
    models: [{ id: 7 }, { id: "good" }, { id: "good" }],
    prices: [{}, ownPrice, ownPrice],
  });
  expect([...own.models.keys()]).toEqual(["good"]);
  expect(own.prices).toHaveLength(1);
  expect(problems).toHaveLength(4);
});

test("the documentation's example is used whole", () => {
  const page = readFileSync(new URL("../../../docs/catalogue.md", import.meta.url), "utf8");
  const [, example = ""] = /```json\n([^]*?)```/.exec(page) ?? [];
  const { own, problems } = read(example);
  expect(problems).toEqual([]);
  expect([own.models.size, own.prices.length, own.rateLimits.length]).toEqual([1, 1, 1]);
});

test("a card's advice is for Model Studio's regions, the person's own for every place", () => {
  const { own } = read({ models: [{ id: "qwen3-coder-next", sampling: { topK: 7 } }] });
  const plain = createCatalogue();
  const mine = createCatalogue(undefined, () => own);
  expect(plain.sampling("qwen3-coder-next", "ollama")).toEqual({});
  expect(mine.sampling("qwen3-coder-next", "ollama")).toEqual({ topK: 7 });
  expect(mine.sampling("qwen3-coder-next", "beijing")).toMatchObject({ temperature: 1, topK: 7 });
});

test("a byte order mark is no mistake", () => {
  expect(read(`\uFEFF${JSON.stringify({ prices: [ownPrice] })}`).problems).toEqual([]);
});

test("whatever stands in the file, it is read without a failure, and what is used can be used", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.record({ models: fc.jsonValue(), prices: fc.jsonValue() }),
      ),
      (content) => {
        const { own } = read(content);
        const catalogue = createCatalogue(undefined, () => own);
        expect(catalogue.options("custom", null).length).toBeGreaterThanOrEqual(0);
        expect(createPricing(() => own).version("m", "custom")).toBeTypeOf("string");
      },
    ),
  );
});
