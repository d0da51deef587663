import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelMessage, ModelRequest } from "../../../src/main/agent/ports.ts";
import { fimPrompt } from "../../../src/main/completion/completion-request.ts";
import { callsOf, frames, hear, request, textOf } from "../../support/hear-provider.ts";
import type { JsonObject } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import page from "../../support/provider-page.json" with { type: "json" };

const { chat, tools, partial, fimPrefix, fimPrefixSuffix } = page.examples;
const text = (content: string) => [{ type: "text" as const, text: content }];

let studio: ModelStudio;

beforeAll(async () => {
  const models = [chat.request.model, fimPrefix.request.model];
  studio = await startModelStudio({ models });
});
afterAll(() => studio.close());

/** What Belay adds to every request: it always streams, and asks for the usage at the end. */
const streaming = { stream: true, stream_options: { include_usage: true } };

/** The same body with text in place of lists of text parts, which say the same. */
function plain(body: JsonObject): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) =>
      key === "content" && Array.isArray(value)
        ? value.map(({ text: part }: { text: string }) => part).join("")
        : value,
    ),
  );
}

/** Asks with the page's own answer, as the one frame of a stream, and tells what was sent and heard. */
async function ask(asked: Partial<ModelRequest>, response: object) {
  studio.play([frames(response, "[DONE]")]);
  const heard = await hear(studio, request({ model: chat.request.model, ...asked }));
  return { heard, body: plain(studio.requests.at(-1)?.body ?? {}) };
}

const usageOf = ({ heard }: Awaited<ReturnType<typeof ask>>) =>
  heard.events.find((event) => event.type === "usage")?.usage;

/** An answer of the page, which does not stream, as a chunk: the message is all of the delta. */
function chunkOf<Choice extends { readonly message: object }>(response: {
  readonly choices: readonly Choice[];
}) {
  const choices = response.choices.map(({ message, ...rest }) => ({ ...rest, delta: message }));
  return { ...response, choices };
}

describe("the provider page's examples, OpenAI-compatible", () => {
  it("chat: a function to find prime numbers", async () => {
    const [system, user] = chat.request.messages;
    const messages: ModelMessage[] = [
      { role: "system", content: text(system?.content ?? "") },
      { role: "user", content: text(user?.content ?? "") },
    ];
    const asked = await ask({ messages }, chunkOf(chat.response));
    expect(asked.body).toEqual({ ...chat.request, ...streaming });
    expect(textOf(asked.heard)).toBe(chat.response.choices[0]?.message.content);
    expect(asked.heard.events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(usageOf(asked)).toMatchObject({ inputTokens: 66, outputTokens: 89, cachedTokens: 0 });
  });

  it("tool loop with write_file: the call, then its result", async () => {
    const [tool] = tools.request.tools;
    const [call] = tools.response.choices[0]?.message.tool_calls ?? [];
    if (tool === undefined || call === undefined) throw new Error("no call on the page");
    const { name, arguments: argumentsText } = call.function;
    const user = text(tools.request.messages[0]?.content ?? "");
    const first: Partial<ModelRequest> = {
      messages: [{ role: "user", content: user }],
      tools: [tool.function],
    };
    const parallel = { parallel_tool_calls: true };
    const asked = await ask(first, chunkOf(tools.response));
    expect(asked.body).toEqual({ ...tools.request, ...parallel, ...streaming });
    const event = { type: "tool-call", id: call.id, name, argumentsText };
    expect(callsOf(asked.heard)).toEqual([event]);
    expect(asked.heard.events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
    expect(usageOf(asked)).toMatchObject({ inputTokens: 494, outputTokens: 193 });

    const result = "Success: File 'quick_sort.py' has been written.";
    const messages: ModelMessage[] = [
      { role: "user", content: user },
      { role: "assistant", content: [], toolCalls: [{ id: call.id, name, argumentsText }] },
      { role: "tool", toolCallId: call.id, content: text(result) },
    ];
    const again = await ask({ ...first, messages }, chunkOf(chat.response));
    expect(again.heard.error).toBeNull();
    const { index: _, ...sentCall } = call;
    expect(again.body).toEqual({
      ...tools.request,
      messages: [
        ...tools.request.messages,
        { role: "assistant", content: "", tool_calls: [sentCall] },
        { role: "tool", tool_call_id: call.id, content: result },
      ],
      ...parallel,
      ...streaming,
    });
  });

  it("partial mode: the rest of a function", async () => {
    const [user, prefix] = partial.request.messages;
    const messages: ModelMessage[] = [
      { role: "user", content: text(user?.content ?? "") },
      { role: "assistant", content: text(prefix?.content ?? ""), toolCalls: [], partial: true },
    ];
    const asked = await ask({ messages }, chunkOf(partial.response));
    expect(asked.body).toEqual({ ...partial.request, ...streaming });
    expect(textOf(asked.heard)).toBe(partial.response.choices[0]?.message.content);
    expect(usageOf(asked)).toMatchObject({ inputTokens: 38, outputTokens: 93, cachedTokens: 0 });
  });
});

/** Fills in at a cursor, in the one region that has the API. */
const complete = async (prefix: string, suffix: string, model: string) => {
  studio.play([{ text: "    return arr" }]);
  const beijing = { baseUrl: studio.regionUrls.beijing, region: "beijing" };
  const prompt = fimPrompt({ prefix, suffix });
  const heard = await hear(beijing, request({ model, messages: [], prompt }));
  expect(textOf(heard)).toBe("    return arr");
  const { path, body } = studio.requests.at(-1) ?? {};
  expect(path).toMatch(/\/compatible-mode\/v1\/completions$/);
  return body;
};

describe("the provider page's examples, completions API", () => {
  it("prefix: a function's first line", async () => {
    const { request: example } = fimPrefix;
    const body = await complete("def quick_sort(arr):", "", example.model);
    expect(body).toEqual({ ...example, ...streaming });
  });

  it("prefix and suffix: a function's documentation and its last line", async () => {
    const { request: example } = fimPrefixSuffix;
    const [, prefix = "", suffix = ""] =
      /^<\|fim_prefix\|>(.*)<\|fim_suffix\|>(.*)<\|fim_middle\|>$/s.exec(example.prompt) ?? [];
    expect(suffix).toBe("return result");
    const body = await complete(prefix, suffix, example.model);
    expect(body).toEqual({ ...example, ...streaming });
  });
});
