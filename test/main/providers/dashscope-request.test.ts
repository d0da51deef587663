import { expect, test } from "vitest";
import type { ModelMessage, ModelRequest } from "../../../src/main/agent/ports.ts";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { answer, createNativeProvider, done, hearNative } from "../../support/hear-native.ts";
import { providerDefaults, providerKey, request, textOf } from "../../support/hear-provider.ts";
import { startRawServer, type RawRequest } from "../../support/raw-server.ts";

const text = (value: string) => [{ type: "text" as const, text: value }];
const textPath = "/api/v1/services/aigc/text-generation/generation";
const partsPath = "/api/v1/services/aigc/multimodal-generation/generation";

/** What is asked of a server for this request. */
async function askedFor(asked: ModelRequest, base = "/api/v1"): Promise<RawRequest> {
  await using server = await startRawServer(answer(done));
  await hearNative({ baseUrl: server.origin + base }, asked);
  const [first] = server.requests;
  if (first === undefined) throw new Error("Nothing was asked.");
  return first;
}

const tool = {
  name: "write_file",
  description: "Writes content to a specified file.",
  parameters: { type: "object", properties: { path: { type: "string" } } },
};

const conversation: readonly ModelMessage[] = [
  { role: "system", content: text("S") },
  { role: "user", content: text("U") },
  {
    role: "assistant",
    content: [],
    toolCalls: [{ id: "call_1", name: "write_file", argumentsText: '{"path":"a"}' }],
  },
  { role: "tool", toolCallId: "call_1", content: text("written") },
];

const calls = [
  {
    index: 0,
    id: "call_1",
    type: "function",
    function: { name: "write_file", arguments: '{"path":"a"}' },
  },
];

test("a request goes to the model's path with the headers that make it stream, and the key", async () => {
  const { path, headers } = await askedFor(request());
  expect(path).toBe(textPath);
  expect(headers).toMatchObject({
    authorization: `Bearer ${providerKey}`,
    "content-type": "application/json",
    "x-dashscope-sse": "enable",
    "user-agent": "Belay/test",
  });
  expect((await askedFor(request({ model: "qwen3.7-plus" }))).path).toBe(partsPath);
  expect((await askedFor(request(), "/beijing/compatible-mode/v1")).path).toBe(
    `/beijing${textPath}`,
  );
});

test("the whole tool loop as a text model takes it", async () => {
  const { body } = await askedFor(
    request({ model: "qwen3-coder-next", messages: conversation, tools: [tool] }),
  );
  expect(body).toEqual({
    model: "qwen3-coder-next",
    input: {
      messages: [
        { role: "system", content: "S" },
        { role: "user", content: "U" },
        { role: "assistant", content: "", tool_calls: calls },
        { role: "tool", tool_call_id: "call_1", content: "written" },
      ],
    },
    parameters: {
      result_format: "message",
      incremental_output: true,
      tools: [{ type: "function", function: tool }],
      parallel_tool_calls: true,
    },
  });
});

test("the same as a multimodal model takes it: content in parts", async () => {
  const { body } = await askedFor(request({ model: "qwen3.7-plus", messages: conversation }));
  expect(body["input"]).toEqual({
    messages: [
      { role: "system", content: [{ text: "S" }] },
      { role: "user", content: [{ text: "U" }] },
      { role: "assistant", content: [], tool_calls: calls },
      { role: "tool", tool_call_id: "call_1", content: [{ text: "written" }] },
    ],
  });
});

test("sampling, stop and the output limit are named as the native protocol names them", async () => {
  const { body } = await askedFor(
    request({
      maxOutputTokens: 4096,
      stop: ["\n# Explanation:"],
      sampling: {
        temperature: 0.7,
        topP: 0.8,
        topK: 20,
        presencePenalty: 0.5,
        repetitionPenalty: 1.05,
        seed: 7,
      },
    }),
  );
  expect(body["parameters"]).toEqual({
    result_format: "message",
    incremental_output: true,
    max_tokens: 4096,
    temperature: 0.7,
    top_p: 0.8,
    top_k: 20,
    presence_penalty: 0.5,
    repetition_penalty: 1.05,
    seed: 7,
    stop: ["\n# Explanation:"],
  });
});

const fieldsOf = async (model: string) =>
  (await askedFor(request({ model, thinking: "low" }))).body["parameters"];

test("thinking is said as the model takes it, and not at all to one that does not think", async () => {
  expect(await fieldsOf("qwen3.7-plus")).toMatchObject({
    enable_thinking: true,
    thinking_budget: expect.any(Number),
  });
  expect(await fieldsOf("qwen3-coder-flash")).toEqual({
    result_format: "message",
    incremental_output: true,
  });
});

test("partial mode: the beginning of the answer is the last message, as text", async () => {
  const { body } = await askedFor(
    request({
      messages: [
        { role: "user", content: text("Go on") },
        { role: "assistant", content: text("def f():\n"), toolCalls: [], partial: true },
      ],
    }),
  );
  expect(body["input"]).toMatchObject({
    messages: [{}, { role: "assistant", content: "def f():\n", partial: true }],
  });
});

const long = (start: string): string => `${start} ${"word ".repeat(2000)}`;

test.each([
  ["qwen3-coder-flash", { type: "text" }],
  ["qwen3.5-plus", {}],
])("%s gets cache markers inside content blocks, whose form never changes", async (model, part) => {
  const messages: readonly ModelMessage[] = [
    { role: "system", content: text(long("S")) },
    { role: "user", content: text("U") },
    { role: "assistant", content: text("A"), toolCalls: [] },
    { role: "user", content: text("V") },
  ];
  const cached = await askedFor(request({ model, messages, cachesPrefix: true }));
  const mark = { cache_control: { type: "ephemeral" } };
  expect(cached.body["input"]).toEqual({
    messages: [
      { role: "system", content: [{ ...part, text: long("S"), ...mark }] },
      { role: "user", content: [{ ...part, text: "U", ...mark }] },
      { role: "assistant", content: [{ ...part, text: "A" }] },
      { role: "user", content: [{ ...part, text: "V", ...mark }] },
    ],
  });
  const plain = await askedFor(request({ model, messages }));
  const unmarked = JSON.stringify(cached.body).replaceAll(
    `,${JSON.stringify(mark).slice(1, -1)}`,
    "",
  );
  expect(JSON.stringify(plain.body)).toBe(unmarked);
});

const wrongPath = {
  status: 400,
  pieces: [
    JSON.stringify({
      code: "InvalidParameter",
      message: "url error, please check url！ For details, see: …#error-url",
      request_id: "x",
    }),
  ],
};

test("a model that is not in the list is found on its path, which is kept in mind", async () => {
  await using server = await startRawServer(wrongPath, answer(done), answer(done));
  const asked = request({ model: "qwen9-new", messages: conversation });
  for (let time = 0; time < 2; time += 1) {
    const heard = await hearNative({ baseUrl: `${server.origin}/api/v1` }, asked);
    expect([heard.error, heard.events.at(-1)?.type]).toEqual([null, "finish"]);
  }
  expect(server.requests.map(({ path }) => path)).toEqual([textPath, partsPath, partsPath]);
});

test("a model on neither path is told as the provider tells it, after two tries", async () => {
  await using server = await startRawServer(wrongPath);
  const heard = await hearNative({ baseUrl: `${server.origin}/api/v1` });
  expect(heard.error?.message).toContain("url error");
  expect(server.requests).toHaveLength(2);
});

test("a raw prompt is refused with what to use, and nothing is sent", async () => {
  await using server = await startRawServer(answer(done));
  const heard = await hearNative(
    { baseUrl: `${server.origin}/api/v1` },
    request({ model: "qwen2.5-coder-32b-instruct", prompt: "<|fim_prefix|>" }),
  );
  expect(heard.error).toMatchObject({ code: "invalid-input" });
  expect(heard.error?.message).toContain("--protocol openai");
  expect(server.requests).toEqual([]);
});

test("the key goes to https or this machine only, and no redirect is followed", async () => {
  expect(() => createNativeProvider({ baseUrl: "http://example.com/api/v1" })).toThrow(/https/);
  expect(() =>
    createNativeProvider({
      baseUrl: "https://coding.dashscope.aliyuncs.com/v1",
      region: "coding-plan-china",
    }),
  ).toThrow(/plans have no native/);
  await using elsewhere = await startRawServer(answer(done));
  await using server = await startRawServer({
    status: 307,
    headers: { location: `${elsewhere.origin}${textPath}` },
    pieces: [],
  });
  const heard = await hearNative({ baseUrl: `${server.origin}/api/v1` });
  expect([heard.error?.code, elsewhere.requests]).toEqual(["refused", []]);
});

test("the ledger gets the protocol from the port", () => {
  const port = createNativeProvider({ baseUrl: "https://dashscope.aliyuncs.com/api/v1" });
  expect([port.protocol, port.region]).toEqual(["dashscope", "singapore"]);
});

test("an answer reads the same whatever the model's path", async () => {
  const catalogue = createCatalogue();
  for (const model of ["qwen3-coder-flash", "qwen3.7-plus"]) {
    await using server = await startRawServer(
      answer({ output: { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] } }),
    );
    const baseUrl = `${server.origin}/api/v1`;
    expect(
      textOf(await hearNative({ ...providerDefaults, baseUrl, catalogue }, request({ model }))),
    ).toBe("Hi");
  }
});
