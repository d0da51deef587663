import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { RequestOutcome, RequestScope, UsagePort } from "../../../src/main/agent/ports.ts";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { createEndpointDesk } from "../../../src/main/core/endpoint-desk.ts";
import { createEndpoints } from "../../../src/main/core/endpoints.ts";
import { createEndpointNotes } from "../../../src/main/endpoint-notes.ts";
import { createKeyStore } from "../../../src/main/keys/key-store.ts";
import { createRegions } from "../../../src/main/providers/regions.ts";
import { coreTools } from "../../../src/main/tools/core-tools.ts";
import { toolNames } from "../../../src/main/tools/tool-names.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { noTokens } from "../../../src/shared/usage.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import type { EndpointAbilities, EndpointTest } from "../../../src/shared/endpoint.ts";
import { providerKey } from "../../support/hear-provider.ts";
import type { Script } from "../../support/model-studio/script.ts";
import {
  startModelStudio,
  type ModelStudio,
  type ModelStudioOptions,
} from "../../support/model-studio/server.ts";
import { grantAll } from "../../support/grant-all.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const model = "qwen3-coder-flash";
const count = Array.from({ length: 60 }, (_, index) => index + 1).join(" ");

/** A model that does what the test asks of it. */
const willing: Script = ({ body }) => {
  const asked = JSON.stringify(body["messages"]);
  if (asked.includes("Count from")) return { text: count, reasoning: "hm" };
  if (asked.includes("alphabet"))
    return { text: "abcdefghijklmnopqrstuvwxyz", continuation: "hijklmnopqrstuvwxyz" };
  if (asked.includes("Read the files"))
    return {
      text: "",
      toolCalls: [
        { name: "read_file", arguments: { path: "a.txt" } },
        { name: "read_file", arguments: { path: "b.txt" } },
      ],
    };
  if (asked.includes("Say hello"))
    return {
      text: "",
      toolCalls: [
        { name: "read_file", arguments: { path: "." } },
        { name: "list_files", arguments: { path: "." } },
      ],
    };
  return { text: "OK" };
};

interface Settled {
  readonly scope: RequestScope;
  readonly outcome: RequestOutcome;
}

function createDesk(studio: Pick<ModelStudio, "baseUrl">, refuseAfter = Number.POSITIVE_INFINITY) {
  const folder = createTemporaryFolder();
  const settled: Settled[] = [];
  const reserved: { readonly maxOutputTokens: number }[] = [];
  const pricing = createPricing();
  const usage: UsagePort = {
    reserve: async (_scope, bounds) => {
      if (reserved.length >= refuseAfter) throw new AppError("budget", "The limit is reached.");
      reserved.push(bounds);
      return grantAll(bounds);
    },
    settle: async (scope, outcome) => {
      settled.push({ scope, outcome });
      const tokens = outcome.usage ?? {
        inputTokens: 0,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 0,
        reasoningTokens: 0,
      };
      const cost =
        outcome.usage === null ? null : pricing.cost(scope.model, scope.region, tokens, false);
      return { ...tokens, cost, priceVersion: null };
    },
  };
  const keys = createKeyStore({
    service: "belay-dev",
    memoryOnly: true,
    takeEnvironment: true,
    environment: { DASHSCOPE_API_KEY: providerKey },
  });
  const notes = createEndpointNotes(join(folder.path, "endpoints.json"));
  const known = {
    settings: () => settingsSchema.parse({ baseUrl: studio.baseUrl }),
    keys,
    regions: createRegions({}),
    catalogue: createCatalogue(),
    notes,
    userAgent: "Belay/test",
  };
  const endpoints = createEndpoints(known);
  const desk = createEndpointDesk({ ...known, endpoints, usage, pricing, budget: () => null });
  return { desk, notes, settled, reserved, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const outcomesOf = ({ outcomes }: EndpointTest) =>
  Object.fromEntries(outcomes.map(({ check, outcome }) => [check, outcome]));

interface Row {
  readonly flavour: NonNullable<ModelStudioOptions["flavour"]>;
  readonly outcomes: Readonly<Record<string, "yes" | "no" | "unknown">>;
  readonly abilities: EndpointAbilities;
}

const able: EndpointAbilities = {
  tools: true,
  streamOptions: true,
  parallelField: true,
  partial: true,
  outputLimitField: "max_tokens",
  reasoningField: "reasoning_content",
};
const yes = {
  models: "yes",
  usage: "yes",
  limit: "yes",
  parallel: "yes",
  choice: "yes",
  partial: "yes",
  reasoning: "yes",
  names: "yes",
} as const;

const rows: readonly Row[] = [
  {
    flavour: "ollama",
    outcomes: { ...yes, choice: "no" },
    abilities: { ...able, reasoningField: "reasoning" },
  },
  { flavour: "llama.cpp", outcomes: { ...yes, choice: "no" }, abilities: able },
  {
    flavour: "lm-studio",
    outcomes: { ...yes, choice: "no", partial: "no" },
    abilities: { ...able, partial: false },
  },
  {
    flavour: "vllm",
    outcomes: { ...yes, partial: "no" },
    abilities: { ...able, partial: false, reasoningField: "reasoning" },
  },
  {
    flavour: "bare",
    outcomes: {
      models: "no",
      usage: "no",
      limit: "yes",
      parallel: "no",
      choice: "no",
      partial: "no",
      reasoning: "yes",
      names: "no",
    },
    abilities: {
      ...able,
      tools: false,
      streamOptions: false,
      parallelField: null,
      partial: false,
    },
  },
];

describe.each(rows)("the test of $flavour", ({ flavour, outcomes, abilities }) => {
  test("finds what it can do, keeps it, and records every request", async () => {
    const withoutTools = flavour === "bare" ? { withoutTools: true } : {};
    await using studio = await startModelStudio({
      flavour,
      script: willing,
      models: [model],
      ...withoutTools,
    });
    using made = createDesk(studio);
    const found = await made.desk.test(model);
    expect(outcomesOf(found)).toEqual(outcomes);
    expect(found.abilities).toEqual(abilities);
    expect(made.notes.find(studio.baseUrl, model)?.test).toEqual(found);
    const posts = studio.requests.filter(({ method }) => method === "POST");
    expect(made.settled).toHaveLength(posts.length);
    // Each is of the same test, and no two are one request.
    expect(new Set(made.settled.map(({ scope }) => scope.sessionId)).size).toBe(1);
    expect(new Set(made.settled.map(({ scope }) => scope.requestId)).size).toBe(posts.length);
  });
});

test("what is sent is what was said before, and small", async () => {
  await using studio = await startModelStudio({ keys: [providerKey], script: willing });
  using made = createDesk(studio);
  const plan = await made.desk.plan("");
  expect(studio.requests.every(({ method }) => method === "GET")).toBe(true);
  expect(plan).toMatchObject({ host: new URL(studio.baseUrl).host, model });
  const before = studio.requests.length;
  const found = await made.desk.test(plan.model);
  const sent = studio.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  const said = plan.requests.map(({ request }) => request.replace("/", "/compatible-mode/v1/"));
  expect(sent).toEqual(said);
  expect(Number(plan.heededCost?.amount)).toBeLessThan(0.01);
  // As many answers as long as the model's own limit allows, were no limit heeded: 65,536 tokens of output each.
  const posts = plan.requests.filter(({ request }) => request.startsWith("POST")).length;
  const most = Number(plan.mostCost?.amount);
  expect(most).toBeGreaterThan((posts * 65_536 * 1.5) / 1e6);
  expect(most).toBeLessThan(0.01 + (posts * 65_536 * 1.5) / 1e6);
  expect(Number(found.cost?.amount)).toBeGreaterThan(0);
  expect(Number(found.cost?.amount)).toBeLessThan(Number(plan.heededCost?.amount));
  // Until the limit is seen to be heeded, the model's own bounds what an answer can cost.
  expect(made.reserved.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([
    65_536, 12, 300, 200, 24, 8,
  ]);
});

test("a model that thinks is asked to think a little, and quietly everywhere else", async () => {
  await using studio = await startModelStudio({ keys: [providerKey], script: willing });
  using made = createDesk(studio);
  await made.desk.test("qwen3.7-plus");
  const thinking = studio.chats().map(({ body }) => body["enable_thinking"]);
  expect(thinking.filter((value) => value === true)).toHaveLength(1);
  expect(thinking.filter((value) => value === false)).toHaveLength(thinking.length - 1);
});

test("a refused key, a missing model and a spent budget end it, and nothing is kept", async () => {
  await using studio = await startModelStudio({ keys: ["sk-another-key-0001"], script: willing });
  using refused = createDesk(studio);
  await expect(refused.desk.test(model)).rejects.toMatchObject({ code: "unauthorized" });
  await using open = await startModelStudio({ keys: [providerKey], script: willing });
  using missing = createDesk(open);
  await expect(missing.desk.test("qwen3-codr")).rejects.toMatchObject({ code: "model-not-found" });
  using spent = createDesk(open, 2);
  await expect(spent.desk.test(model)).rejects.toMatchObject({ code: "budget" });
  expect(open.chats()).toHaveLength(2);
  for (const { notes } of [refused, missing, spent]) expect(notes.all()).toEqual([]);
  // What was refused cost nothing, and must not be counted at its most.
  for (const { settled } of [refused, missing])
    expect(settled.map(({ outcome }) => outcome.usage)).toEqual([noTokens]);
});

test.each([
  { what: "an account in arrears", status: 400, code: "Arrearage", told: "refused" },
  { what: "a bad moment", status: 500, code: "internal_error", told: "unavailable" },
])("of $what nothing is learnt", async ({ status, code, told }) => {
  const error = { status, body: JSON.stringify({ error: { code, message: "Not now." } }) };
  await using studio = await startModelStudio({
    keys: [providerKey],
    script: (request, at) =>
      request.body["tools"] === undefined ? willing(request, at) : { error },
  });
  using made = createDesk(studio);
  await expect(made.desk.test(model)).rejects.toMatchObject({ code: told });
  expect(made.notes.all()).toEqual([]);
});

test("a test can be stopped, and only one runs at a time", async () => {
  await using studio = await startModelStudio({
    keys: [providerKey],
    script: [{ hang: "before" }],
  });
  using made = createDesk(studio);
  const failed = made.desk.test(model).catch((error: unknown) => error);
  await expect(made.desk.test(model)).rejects.toMatchObject({ code: "conflict" });
  await vi.waitFor(() => expect(studio.chats()).toHaveLength(1));
  made.desk.stop();
  expect(await failed).toMatchObject({ code: "cancelled" });
  expect(made.settled.at(-1)?.outcome).toMatchObject({ status: "failed", usage: null });
});

test("the names that are asked about are those of the tools", () => {
  const names = coreTools({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the names are read
    shell: {} as Parameters<typeof coreTools>[0]["shell"],
  }).map(({ name }) => name);
  expect(toolNames).toEqual(names);
});
