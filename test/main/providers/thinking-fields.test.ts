import { expect, test } from "vitest";
import modelsFile from "../../../resources/catalogue/models.json" with { type: "json" };
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { thinkingFields } from "../../../src/main/providers/thinking-fields.ts";
import { thinkingLevelSchema, type Thinking } from "../../../src/shared/events.ts";
import { hear, request } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const catalogue = createCatalogue();
const fieldsOf = (model: string, thinking?: Thinking) =>
  thinkingFields(
    request({ model, ...(thinking === undefined ? {} : { thinking }) }),
    catalogue.find(model)?.thinking,
  );

const on = { enable_thinking: true };
const cases: readonly (readonly [string, Thinking | undefined, object])[] = [
  ["qwen3.7-plus", undefined, {}],
  ["qwen3.7-plus", "off", { enable_thinking: false }],
  ["qwen3.7-plus", "high", on],
  ["qwen3.7-plus", "medium", {}],
  ["qwen3.7-plus", { budgetTokens: 9000 }, { ...on, thinking_budget: 9000 }],
  ["qwen3.7-plus", { budgetTokens: 999_999 }, { ...on, thinking_budget: 262_144 }],
  ["qwen3.5-plus", { budgetTokens: 999_999 }, { ...on, thinking_budget: 81_920 }],
  ["glm-5", { budgetTokens: 999_999 }, { ...on, thinking_budget: 32_768 }],
  ["qwen3.8-max", "off", { enable_thinking: false }],
  ["qwen3.8-max", "low", { ...on, reasoning_effort: "low" }],
  ["qwen3.8-max", "medium", { ...on, reasoning_effort: "medium" }],
  // The wire's word for the most is not ours.
  ["qwen3.8-max", "high", { ...on, reasoning_effort: "xhigh" }],
  // Effort and budget exclude each other there.
  ["qwen3.8-max", { budgetTokens: 9000 }, {}],
];

test.each(cases)("%s at %j says %j", (model, thinking, fields) => {
  expect(fieldsOf(model, thinking)).toEqual(fields);
});

const everyWish: readonly (Thinking | undefined)[] = [
  undefined,
  ...thinkingLevelSchema.options,
  { budgetTokens: 1 },
];

test("a model that does not think, or is not known, is sent nothing, whatever is wished", () => {
  const silent = modelsFile.models.filter(({ id }) => /coder/.test(id)).map(({ id }) => id);
  expect(silent.length).toBeGreaterThan(15);
  for (const model of [...silent, "my-own-model"])
    for (const wish of everyWish) expect(fieldsOf(model, wish)).toEqual({});
});

test("effort and budget are never sent together", () => {
  for (const { id } of modelsFile.models)
    for (const wish of everyWish) {
      const fields = fieldsOf(id, wish);
      expect("reasoning_effort" in fields && "thinking_budget" in fields).toBe(false);
    }
});

test("a model that thinks by itself is told not to when it goes on with a beginning", () => {
  const partial = request({
    model: "qwen3.7-plus",
    thinking: "high",
    messages: [
      { role: "assistant", content: [{ type: "text", text: "a" }], toolCalls: [], partial: true },
    ],
  });
  expect(thinkingFields(partial, catalogue.find("qwen3.7-plus")?.thinking)).toEqual({
    enable_thinking: false,
  });
});

test("the fields go out with the request, beside its sampling", async () => {
  await using studio = await startModelStudio({ script: [{ text: "Yes." }, { text: "Yes." }] });
  const sampling = { temperature: 0.3, topP: 0.9, topK: 20 };
  await hear(studio, request({ model: "qwen3.7-plus", thinking: { budgetTokens: 100 }, sampling }));
  await hear(studio, request({ model: "qwen3-coder-flash", thinking: "high" }));
  const [first, second] = studio.chats();
  expect(first?.body).toMatchObject({
    enable_thinking: true,
    thinking_budget: 100,
    temperature: 0.3,
    top_p: 0.9,
    top_k: 20,
  });
  expect(Object.keys(second?.body ?? {}).filter((key) => /think|effort/.test(key))).toEqual([]);
});

test("the output limit has the name that the model wants, and the endpoint's test has the last word", async () => {
  const models = ["qwen3-coder-flash", "qwen4-max-preview"];
  await using studio = await startModelStudio({
    models,
    script: models.map(() => ({ text: "a" })),
  });
  for (const model of models) await hear(studio, request({ model, maxOutputTokens: 10 }));
  studio.play([{ text: "a" }]);
  const abilities = { outputLimitField: "max_completion_tokens" } as const;
  const tested = { baseUrl: studio.baseUrl, abilities };
  await hear(tested, request({ maxOutputTokens: 10 }));
  expect(
    studio.chats().map(({ body }) => Object.keys(body).filter((key) => key.startsWith("max_"))),
  ).toEqual([["max_tokens"], ["max_completion_tokens"], ["max_completion_tokens"]]);
});
