import { join } from "node:path";
import { expect, test } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { bindingOf, type BindParts, type BoundModel } from "../../../src/main/core/bind-model.ts";
import { createEndpointNotes } from "../../../src/main/endpoint-notes.ts";
import { createPaces, type RateLimits } from "../../../src/main/providers/pace.ts";
import { settingsSchema, type ModelSettings } from "../../../src/shared/settings.ts";
import type { EndpointTest } from "../../../src/shared/endpoint.ts";
import { providerKey, refusal, request } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

interface Change {
  readonly models?: Readonly<Record<string, ModelSettings>>;
  readonly hasBudget?: boolean;
}

function createParts({ models = {}, hasBudget = false }: Change = {}) {
  const folder = createTemporaryFolder();
  const paced: (readonly [string, string, RateLimits | null])[] = [];
  const paces = createPaces();
  const parts: BindParts = {
    settings: () => settingsSchema.parse({ models }),
    catalogue: createCatalogue(),
    notes: createEndpointNotes(join(folder.path, "endpoints.json")),
    paces: (account, model, limits) => {
      paced.push([account, model, limits]);
      return paces(account, model, limits);
    },
    userAgent: "Belay/test",
    hasBudget: () => hasBudget,
    onTrouble: (error) => {
      throw error;
    },
  };
  return { parts, paced, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const boundTo = (
  baseUrl: string,
  modelId = "qwen3-coder-flash",
  region = "singapore",
): BoundModel => ({
  place: { baseUrl, region, protocol: "openai" },
  key: providerKey,
  modelId,
});

async function drain(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const event of events) count += event === undefined ? 0 : 1;
  return count;
}

const singapore = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1";

test("sampling is the card's advice, with what the person set over it", async () => {
  const models = { "qwen3-coder-next": { sampling: { temperature: 0.2 } } };
  using plain = createParts();
  using set = createParts({ models });
  const next = boundTo(singapore, "qwen3-coder-next");
  const advice = { temperature: 1, topP: 0.95, topK: 40 };
  expect(bindingOf(plain.parts, next).sampling).toEqual(advice);
  expect(bindingOf(set.parts, next).sampling).toEqual({ ...advice, temperature: 0.2 });
  expect(bindingOf(plain.parts, boundTo(singapore)).sampling).toBeUndefined();
});

test("at another's endpoint only what the person set is sent", async () => {
  const models = { "qwen3-coder-next": { sampling: { topK: 5 } } };
  using set = createParts({ models });
  for (const region of ["custom", "ollama"])
    expect(
      bindingOf(set.parts, boundTo("http://127.0.0.1:9/v1", "qwen3-coder-next", region)).sampling,
    ).toEqual({ topK: 5 });
});

test("an output limit is sent when the person set one, and never above the model's", async () => {
  const models = {
    "qwen3-coder-flash": { maxOutputTokens: 1000 },
    "qwen-coder-turbo": { maxOutputTokens: 999_999 },
  };
  using set = createParts({ models });
  const limitOf = (model: string) => {
    const { maxOutputTokens, sendOutputLimit } = bindingOf(set.parts, boundTo(singapore, model));
    return [maxOutputTokens, sendOutputLimit];
  };
  expect(limitOf("qwen3-coder-flash")).toEqual([1000, true]);
  expect(limitOf("qwen-coder-turbo")).toEqual([8192, true]);
  expect(limitOf("qwen3.5-plus")).toEqual([65_536, false]);
});

test("under a budget, what nobody knows of a model's output the request bounds itself", async () => {
  using free = createParts();
  using counted = createParts({ hasBudget: true });
  const plus = boundTo(singapore, "qwen-plus");
  expect(bindingOf(free.parts, plus).sendOutputLimit).toBe(false);
  expect(bindingOf(counted.parts, plus)).toMatchObject({
    sendOutputLimit: true,
    maxOutputTokens: 32_768,
  });
  expect(bindingOf(counted.parts, boundTo(singapore)).sendOutputLimit).toBe(false);
});

test("the pace is the account's for the model in that region, and one for all its sessions", async () => {
  using made = createParts();
  bindingOf(made.parts, boundTo(singapore));
  bindingOf(made.parts, boundTo(singapore));
  bindingOf(made.parts, { ...boundTo(singapore), key: "sk-anotherkey0123456789" });
  bindingOf(made.parts, boundTo("http://127.0.0.1:9/v1"));
  const [first, second, other, local] = made.paced;
  expect(first?.[2]).toMatchObject({ rpm: 600, tpm: 5_000_000 });
  expect(second).toEqual(first);
  expect(other?.[0]).not.toBe(first?.[0]);
  expect(local?.[2]).toBeNull();
  // No key, nor a part of one, names the account.
  expect(JSON.stringify(made.paced)).not.toContain(providerKey.slice(0, 10));
});

test("a limit that a refusal names counts from the next request on", async () => {
  await using studio = await startModelStudio({ keys: [providerKey] });
  const models = { "qwen3-coder-flash": { maxOutputTokens: 60_000 } };
  using made = createParts({ models });
  const bound = boundTo(studio.baseUrl);
  studio.play([refusal(400, "invalid_parameter_error", "Range of max_tokens should be [1, 8192]")]);
  const first = bindingOf(made.parts, bound);
  expect(first.maxOutputTokens).toBe(60_000);
  const asked = request({ maxOutputTokens: first.maxOutputTokens });
  await expect(async () => {
    await drain(first.model.stream(asked, new AbortController().signal));
  }).rejects.toThrow(/8192/);
  expect(bindingOf(made.parts, bound).maxOutputTokens).toBe(8192);
  expect(bindingOf(made.parts, boundTo(singapore)).maxOutputTokens).toBe(60_000);
});

test("what an endpoint's test has seen refused is not sent to it again", async () => {
  await using studio = await startModelStudio({ keys: [providerKey], script: [{ text: "Yes." }] });
  using made = createParts({
    models: { "qwen3-coder-flash": { maxOutputTokens: 100 } },
  });
  const tested: EndpointTest = {
    baseUrl: studio.baseUrl,
    model: "qwen3-coder-flash",
    at: "2026-11-23T08:00:00.000Z",
    outcomes: [],
    abilities: {
      tools: true,
      streamOptions: false,
      parallelField: false,
      partial: null,
      outputLimitField: "max_completion_tokens",
      reasoningField: null,
    },
    cost: null,
  };
  made.parts.notes.keep(tested);
  const { model } = bindingOf(made.parts, boundTo(studio.baseUrl));
  const tools = [{ name: "look", description: "Looks.", parameters: { type: "object" } }];
  const asked = request({ maxOutputTokens: 100, tools });
  await drain(model.stream(asked, new AbortController().signal));
  const body = studio.chats()[0]?.body ?? {};
  expect(body).toMatchObject({ max_completion_tokens: 100 });
  for (const field of ["stream_options", "parallel_tool_calls", "max_tokens"])
    expect(body).not.toHaveProperty(field);
});
