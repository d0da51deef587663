import { afterEach, beforeEach, expect, test } from "vitest";
import {
  callsOf,
  delta,
  frames,
  hear,
  kindsOf,
  providerKey,
  request,
  textOf,
} from "../../support/hear-provider.ts";
import type { ScriptedResponse } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";

let studio: ModelStudio;
beforeEach(async () => {
  studio = await startModelStudio({ keys: [providerKey] });
});
afterEach(() => studio.close());

const done = delta({}, "stop");

const text = (value: string) => [{ type: "text" as const, text: value }];

test("text, reasoning, calls and usage arrive whole, whatever the pieces and byte boundaries", async () => {
  const script: ScriptedResponse = {
    reasoning: "Überlegen… 思考",
    text: "Zuerst lese ich — 你好 👋",
    toolCalls: [
      { name: "read_file", arguments: { path: 'a "b" \\n 文件.ts' }, id: "call_a" },
      { name: "list_files", arguments: "", id: "call_b" },
    ],
  };
  for (const chunking of ["realistic", "whole", 1, 3, 7] as const) {
    studio.play([{ ...script, chunking }]);
    const heard = await hear(studio);
    expect(heard.error).toBeNull();
    expect(textOf(heard)).toBe(script.text);
    expect(callsOf(heard)).toEqual([
      {
        type: "tool-call",
        id: "call_a",
        name: "read_file",
        argumentsText: String.raw`{"path":"a \"b\" \\n 文件.ts"}`,
      },
      { type: "tool-call", id: "call_b", name: "list_files", argumentsText: "{}" },
    ]);
    expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
    expect(kindsOf(heard)).toEqual([
      "reasoning-delta",
      "text-delta",
      "usage",
      "tool-call",
      "finish",
    ]);
  }
});

test("usage tells explicit from implicit cache and counts nothing twice", async () => {
  const implicit = {
    prompt_tokens: 2000,
    completion_tokens: 30,
    prompt_tokens_details: { cached_tokens: 1024 },
  };
  const explicit = {
    prompt_tokens: 2000,
    completion_tokens: 30,
    prompt_tokens_details: {
      cached_tokens: 500,
      cache_creation_input_tokens: 1200,
      cache_type: "ephemeral",
    },
    completion_tokens_details: { reasoning_tokens: 12 },
  };
  studio.play([
    { text: "a", usage: implicit },
    { text: "b", usage: explicit },
  ]);
  const usages = [await hear(studio), await hear(studio)].flatMap(({ events }) =>
    events.filter(({ type }) => type === "usage"),
  );
  expect(usages).toEqual([
    {
      type: "usage",
      explicitCache: false,
      usage: {
        inputTokens: 2000,
        cachedTokens: 1024,
        cacheWriteTokens: 0,
        outputTokens: 30,
        reasoningTokens: 0,
      },
    },
    {
      type: "usage",
      explicitCache: true,
      usage: {
        inputTokens: 2000,
        cachedTokens: 500,
        cacheWriteTokens: 1200,
        outputTokens: 30,
        reasoningTokens: 12,
      },
    },
  ]);
});

test("usage tells what was created by an entry's time to live, where that is all there is", async () => {
  const details = { cached_tokens: 0, cache_creation: { ephemeral_5m_input_tokens: 1204 } };
  studio.play([{ text: "a", usage: { prompt_tokens: 1300, prompt_tokens_details: details } }]);
  const { events } = await hear(studio);
  expect(events.find(({ type }) => type === "usage")).toMatchObject({
    explicitCache: true,
    usage: { inputTokens: 1300, cachedTokens: 0, cacheWriteTokens: 1204 },
  });
});

test("a request keeps to the rules: array content, parallel calls, and nothing empty", async () => {
  studio.play([{ text: "ok" }]);
  await hear(
    studio,
    request({
      messages: [
        { role: "system", content: text("S") },
        { role: "user", content: text("U") },
        {
          role: "assistant",
          content: [],
          toolCalls: [{ id: "1", name: "look", argumentsText: "{}" }],
        },
        { role: "tool", toolCallId: "1", content: text("seen") },
      ],
      tools: [{ name: "look", description: "Looks.", parameters: { type: "object" } }],
      maxOutputTokens: 1000,
      sampling: { temperature: 0.2 },
      stop: ["END"],
    }),
  );
  expect(studio.requests[0]?.body).toEqual({
    model: "qwen3-coder-flash",
    messages: [
      { role: "system", content: text("S") },
      { role: "user", content: text("U") },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "1", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "1", content: text("seen") },
    ],
    tools: [
      {
        type: "function",
        function: { name: "look", description: "Looks.", parameters: { type: "object" } },
      },
    ],
    parallel_tool_calls: true,
    max_tokens: 1000,
    temperature: 0.2,
    stop: ["END"],
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("the output limit's field can be switched, and is left out without a limit", async () => {
  studio.play(() => ({ text: "ok" }));
  await hear(
    { ...studio, abilities: { outputLimitField: "max_completion_tokens" } },
    request({ maxOutputTokens: 7 }),
  );
  await hear(studio);
  expect(studio.requests[0]?.body).toMatchObject({ max_completion_tokens: 7 });
  expect(Object.keys(studio.requests[1]?.body ?? {})).toEqual([
    "model",
    "messages",
    "stream",
    "stream_options",
  ]);
});

test("only the headers that are needed leave the machine", async () => {
  studio.play([{ text: "ok" }]);
  process.env["OPENAI_CUSTOM_HEADERS"] = "x-mine: secret";
  process.env["OPENAI_ORG_ID"] = "org-mine";
  await hear(studio);
  delete process.env["OPENAI_CUSTOM_HEADERS"];
  delete process.env["OPENAI_ORG_ID"];
  const headers = studio.requests[0]?.headers ?? {};
  expect(headers).toMatchObject({
    "user-agent": "Belay/test",
    authorization: `Bearer ${providerKey}`,
  });
  expect(Object.keys(headers).filter((name) => /^(?:x-|openai)/.test(name))).toEqual([]);
});

test.each<[string, unknown[], { id: string; name: string; argumentsText: string }[]]>([
  [
    "all indexes are 0",
    [
      delta({ tool_calls: [{ index: 0, id: "a", function: { name: "one", arguments: "{}" } }] }),
      delta({ tool_calls: [{ index: 0, id: "b", function: { name: "two", arguments: '{"x"' } }] }),
      delta({ tool_calls: [{ index: 0, id: "", function: { arguments: ":1}" } }] }),
    ],
    [
      { id: "a", name: "one", argumentsText: "{}" },
      { id: "b", name: "two", argumentsText: '{"x":1}' },
    ],
  ],
  [
    "no index at all",
    [
      delta({ tool_calls: [{ id: "a", function: { name: "one", arguments: '{"x' } }] }),
      delta({ tool_calls: [{ function: { arguments: '":1}' } }] }),
      delta({ tool_calls: [{ id: "b", function: { name: "two" } }] }),
    ],
    [
      { id: "a", name: "one", argumentsText: '{"x":1}' },
      { id: "b", name: "two", argumentsText: "{}" },
    ],
  ],
  [
    "indexes with gaps, pieces interleaved",
    [
      delta({ tool_calls: [{ index: 1, id: "a", function: { name: "one", arguments: "{" } }] }),
      delta({ tool_calls: [{ index: 4, id: "b", function: { name: "two", arguments: "[" } }] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: "}" } }] }),
      delta({ tool_calls: [{ index: 4, function: { arguments: "]" } }] }),
    ],
    [
      { id: "a", name: "one", argumentsText: "{}" },
      { id: "b", name: "two", argumentsText: "[]" },
    ],
  ],
  [
    "the id is repeated and arguments are null",
    [
      delta({ tool_calls: [{ index: 0, id: "a", function: { name: "one", arguments: null } }] }),
      delta({ tool_calls: [{ index: 0, id: "a", function: { name: "one", arguments: "{}" } }] }),
      delta({ tool_calls: [{ index: 0, id: "a", function: { arguments: null } }] }),
    ],
    [{ id: "a", name: "one", argumentsText: "{}" }],
  ],
  [
    "the name comes after the arguments, and there is no id",
    [
      delta({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] }),
      delta({ tool_calls: [{ index: 0, function: { name: "one" } }] }),
    ],
    [{ id: "call_1", name: "one", argumentsText: "{}" }],
  ],
  [
    "two calls share an id",
    [
      delta({
        tool_calls: [
          { index: 0, id: "a", function: { name: "one" } },
          { index: 1, id: "a", function: { name: "two" } },
        ],
      }),
    ],
    [
      { id: "a", name: "one", argumentsText: "{}" },
      { id: "a-2", name: "two", argumentsText: "{}" },
    ],
  ],
])("calls are put together when %s", async (_what, chunks, expected) => {
  studio.play([frames(...chunks, done, "[DONE]")]);
  const heard = await hear(studio);
  expect(callsOf(heard)).toEqual(expected.map((call) => ({ type: "tool-call", ...call })));
  // The stream said "stop": the calls decide.
  expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
});

test("the same conversation, longer by a step, begins with the same bytes", async () => {
  studio.play(() => ({ text: "ok" }));
  const first = request({
    tools: [{ name: "look", description: "Looks.", parameters: { type: "object" } }],
  });
  const answer = {
    role: "assistant",
    content: [{ type: "text", text: "ok" }],
    toolCalls: [],
  } as const;
  await hear(studio, first);
  await hear(studio, { ...first, messages: [...first.messages, answer, ...first.messages] });
  const [before, after] = studio.requests.map(({ body: sent }) =>
    JSON.stringify([sent["tools"], sent["messages"]]),
  );
  expect(after?.startsWith(before?.slice(0, -2) ?? "?")).toBe(true);
});
