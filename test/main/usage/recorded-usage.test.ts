import { join } from "node:path";
import { expect, test } from "vitest";
import { meteredStream } from "../../../src/main/agent/metered-stream.ts";
import type { ModelPort } from "../../../src/main/agent/ports.ts";
import { openHistory } from "../../../src/main/history/open-history.ts";
import type { LedgerEntry } from "../../../src/main/usage/ledger.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { createUsagePort } from "../../../src/main/usage/usage-port.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { sessionIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import { answer, createNativeProvider, output, say } from "../../support/hear-native.ts";
import { createProvider, request } from "../../support/hear-provider.ts";
import page from "../../support/provider-page.json" with { type: "json" };
import { startRawServer, type RawReply } from "../../support/raw-server.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

type Asked = "openai" | "dashscope";

/** The rows of a request that is answered so, through the protocol's real provider. */
async function entriesOf(protocol: Asked, ...replies: RawReply[]): Promise<readonly LedgerEntry[]> {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const history = await openHistory(place);
  await using server = await startRawServer(...replies);
  const usage = createUsagePort({ ledger: history.ledger, pricing: createPricing() });
  await play(usage, portAt(protocol, server.origin));
  const entries = await history.ledger.entries({});
  await history.close();
  expect(entries).toHaveLength(server.requests.length);
  return entries;
}

const portAt = (protocol: Asked, origin: string): ModelPort =>
  protocol === "openai"
    ? createProvider({ baseUrl: `${origin}/v1` })
    : createNativeProvider({ baseUrl: `${origin}/api/v1` });

async function play(usage: ReturnType<typeof createUsagePort>, model: ModelPort): Promise<void> {
  const { region, protocol } = model;
  const asked = request({ model: "qwen3-coder-plus" });
  const stream = meteredStream({
    usage,
    model,
    scope: {
      sessionId: sessionIdSchema.parse("s-one"),
      turnId: turnIdSchema.parse("t-one"),
      workspace: "/w",
      model: asked.model,
      region,
      protocol,
      purpose: "chat",
    },
    bounds: { inputBytes: 5000, maxOutputTokens: 5000 },
    budget: null,
    signal: new AbortController().signal,
    request: () => asked,
  });
  try {
    for await (const event of stream) expect(event.type).toBeTypeOf("string");
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
}

const chunks = (...values: unknown[]): RawReply => ({
  pieces: [...values.map((value) => JSON.stringify(value)), "[DONE]"].map(
    (data) => `data: ${data}\n\n`,
  ),
});

const delta = (text: string, finish: string | null = null, usage: object | null = null) => ({
  id: "chatcmpl-63c6c6a5-0000-9000-8000-000000000001",
  choices: [{ index: 0, delta: { content: text }, finish_reason: finish }],
  usage,
});

/** A page's answer, which does not stream, as the one chunk of a stream. */
const chunkOf = (response: { readonly choices: readonly { readonly message: object }[] }) => ({
  ...response,
  choices: response.choices.map(({ message, ...rest }) => ({ ...rest, delta: message })),
});

const counts = (...row: [number, number, number, number, number]) => {
  const [inputTokens, cachedTokens, cacheWriteTokens, outputTokens, reasoningTokens] = row;
  return { inputTokens, cachedTokens, cacheWriteTokens, outputTokens, reasoningTokens };
};

const { chat, tools, partial, chatNative, toolsNative, partialNative } = page.examples;
const last = { prompt_tokens: 2000, completion_tokens: 30, total_tokens: 2030 };
const explicit = {
  cached_tokens: 500,
  cache_creation_input_tokens: 1200,
  cache_creation: { ephemeral_5m_input_tokens: 1200 },
  cache_type: "ephemeral",
};

// The figures stand in the recordings; the pages' are theirs to the token.
test.each<[string, Asked, RawReply, ReturnType<typeof counts>]>([
  ["the page's chat", "openai", chunks(chunkOf(chat.response)), counts(66, 0, 0, 89, 0)],
  ["the page's chat", "dashscope", answer(chatNative.response), counts(66, 0, 0, 89, 0)],
  ["the page's tool call", "openai", chunks(chunkOf(tools.response)), counts(494, 0, 0, 193, 0)],
  ["the page's tool call", "dashscope", answer(toolsNative.response), counts(491, 0, 0, 193, 0)],
  ["the page's partial mode", "openai", chunks(chunkOf(partial.response)), counts(38, 0, 0, 93, 0)],
  ["the page's partial mode", "dashscope", answer(partialNative.response), counts(39, 0, 0, 92, 0)],
  [
    "usage in a last chunk without choices",
    "openai",
    chunks(delta("a"), delta("", "stop"), { choices: [], usage: last }),
    counts(2000, 0, 0, 30, 0),
  ],
  [
    "usage in a last chunk with an empty delta",
    "openai",
    chunks(delta("a"), delta("", "stop"), { choices: [{ index: 0, delta: {} }], usage: last }),
    counts(2000, 0, 0, 30, 0),
  ],
  [
    "usage that grows from chunk to chunk",
    "openai",
    chunks(
      delta("a", null, { prompt_tokens: 2000, completion_tokens: 10 }),
      delta("b", null, { prompt_tokens: 2000, completion_tokens: 20 }),
      delta("", "stop", last),
      { choices: [], usage: last },
    ),
    counts(2000, 0, 0, 30, 0),
  ],
  [
    "an explicit cache and thinking",
    "openai",
    chunks(delta("a", "stop"), {
      choices: [],
      usage: {
        ...last,
        prompt_tokens_details: explicit,
        completion_tokens_details: { reasoning_tokens: 12 },
      },
    }),
    counts(2000, 500, 1200, 30, 12),
  ],
  [
    "usage that grows from frame to frame",
    "dashscope",
    answer(
      say("Hel", 1),
      say("lo", 2),
      say("!", 4),
      output({ content: "" }, "stop", { input_tokens: 20, output_tokens: 5, total_tokens: 25 }),
    ),
    counts(20, 0, 0, 5, 0),
  ],
  [
    "an explicit cache and thinking",
    "dashscope",
    answer(
      say("a", 2),
      output({ content: "" }, "stop", {
        input_tokens: 3000,
        output_tokens: 7,
        prompt_tokens_details: explicit,
        output_tokens_details: { reasoning_tokens: 4, text_tokens: 7 },
      }),
    ),
    counts(3000, 500, 1200, 7, 4),
  ],
])("%s over %s is in the ledger as it was reported", async (...row) => {
  const [, protocol, reply, usage] = row;
  const [entry, ...others] = await entriesOf(protocol, reply);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ status: "completed", protocol, usage, retries: 0 });
  expect(entry?.explicitCache).toBe(usage.cacheWriteTokens > 0);
});

const nativeEnd = output({ content: "" }, "stop", { input_tokens: 20, output_tokens: 5 });

test("a native answer that broke before its text is tried again, and each attempt has its own usage", async () => {
  const broken = { ...answer(say("", 1)), after: "cut" } as const;
  const [first, second, ...others] = await entriesOf(
    "dashscope",
    broken,
    answer(say("Hello", 2), nativeEnd),
  );
  expect(others).toEqual([]);
  expect(first).toMatchObject({ status: "failed", usage: counts(20, 0, 0, 1, 0), retries: 0 });
  expect(second).toMatchObject({ status: "completed", usage: counts(20, 0, 0, 5, 0), retries: 1 });
  expect(second?.retryOf).toBe(first?.requestId);
});

test("an answer that broke in its text has the usage told until then, and where none was is unknown", async () => {
  const native = { ...answer(say("Hel", 3)), after: "cut" } as const;
  expect(await entriesOf("dashscope", native)).toMatchObject([
    { status: "failed", errorCode: "unavailable", usage: counts(20, 0, 0, 3, 0) },
  ]);
  const compatible: RawReply = { pieces: chunks(delta("Hel")).pieces.slice(0, 1), after: "cut" };
  expect(await entriesOf("openai", compatible)).toMatchObject([
    { status: "failed", usage: null, cost: null, mostTokens: { input: 5000, output: 5000 } },
  ]);
});

test("a request is known by the id of the provider's own records, over both protocols", async () => {
  const id = "63c6c6a5-0000-9000-8000-000000000001";
  const [native] = await entriesOf("dashscope", answer(say("a"), nativeEnd));
  const [compatible] = await entriesOf("openai", chunks(delta("a", "stop", last)));
  expect([native?.providerRequestId, compatible?.providerRequestId]).toEqual([id, id]);
  const headers = { "x-request-id": "0d2c-header" };
  const [told] = await entriesOf("openai", { ...chunks(delta("a", "stop", last)), headers });
  expect(told?.providerRequestId).toBe("0d2c-header");
  const refusal = {
    status: 400,
    headers,
    pieces: ['{"error":{"code":"invalid_parameter_error","message":"no"}}'],
  };
  expect(await entriesOf("openai", refusal)).toMatchObject([
    {
      status: "failed",
      errorCode: "refused",
      providerRequestId: "0d2c-header",
      cost: { nano: 0n },
    },
  ]);
});
