import { expect, test } from "vitest";
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";

const at = (day: string) => createCatalogue(() => new Date(day));
const now = at("2026-11-23T00:00:00Z");

test("the model is the first of the ordered list that the account answers", () => {
  expect(now.choose("singapore", ["qwen3.7-plus", "qwen3-coder-flash"])).toBe("qwen3-coder-flash");
  expect(now.choose("singapore", ["qwen3-coder-next", "qwen3-coder-flash"])).toBe(
    "qwen3-coder-next",
  );
});

test("an account of unknown models gets one only where there is no choice", () => {
  expect(now.choose("custom", ["my-model"])).toBe("my-model");
  expect(now.choose("custom", ["my-model", "other-model"])).toBeUndefined();
});

test("without a list the first model that is not retired and priced in the region is taken", () => {
  expect(now.choose("singapore", [])).toBe("qwen3-coder-flash");
  expect(at("2026-10-09T15:59:59Z").choose("singapore", [])).toBe("qwen3-coder-next");
  expect(at("2026-10-09T16:00:00Z").choose("singapore", [])).toBe("qwen3-coder-flash");
});

test("a plan, which lists nothing, gets a model that plans serve", () => {
  expect(now.choose("coding-plan", [])).toBe("qwen3.7-plus");
});

test("a retired model names successors that are not retired themselves", () => {
  expect(now.successorsOf("qwen3-coder-plus")).toEqual(["qwen3.7-plus", "qwen3-coder-flash"]);
  for (const { id } of modelsFile.models)
    for (const successor of now.successorsOf(id)) expect(now.find(successor)?.retiresAt).toBeNull();
});

test("a model nobody knows gets the preferred ones as successors", () => {
  expect(now.successorsOf("qwen3-codr-plus")[0]).toBe("qwen3-coder-flash");
});

test("options show the first bracket's prices per million tokens, and say when there is no price", () => {
  const [flash, own] = now.options("singapore", ["my-model", "qwen3-coder-flash"]);
  expect(flash).toMatchObject({
    id: "qwen3-coder-flash",
    inputPrice: "0.3",
    outputPrice: "1.5",
    currency: "USD",
    cache: true,
  });
  expect(own).toMatchObject({
    id: "my-model",
    inputPrice: null,
    outputPrice: null,
    currency: null,
    cache: false,
  });
});

test("without a list the options are what the region prices, without what is retired", () => {
  const ids = now.options("beijing", null).map(({ id }) => id);
  expect(ids).toContain("qwen2.5-coder-32b-instruct");
  expect(ids).not.toContain("qwen3-coder-plus");
});

test("every priced model, every successor and every preferred one is in the list of models", () => {
  const known = new Set(modelsFile.models.map(({ id }) => id));
  const named = [
    ...modelsFile.preferred,
    ...modelsFile.preferredOnPlan,
    ...modelsFile.models.flatMap(({ retirement }) => retirement.successors),
  ];
  for (const id of named) expect(known).toContain(id);
  for (const { model } of pricesFile.prices) expect(known).toContain(model);
});
