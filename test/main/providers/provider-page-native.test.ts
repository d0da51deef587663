import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelMessage, ModelRequest } from "../../../src/main/agent/ports.ts";
import { frame, hearNative } from "../../support/hear-native.ts";
import { callsOf, request, textOf } from "../../support/hear-provider.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import { askNatively } from "../../support/native-endpoint.ts";
import page from "../../support/provider-page.json" with { type: "json" };

const { chatNative, toolsNative, partialNative } = page.examples;
const { model } = chatNative.request;
const text = (content: string) => [{ type: "text" as const, text: content }];

let studio: ModelStudio;
beforeAll(async () => {
  studio = await startModelStudio({ models: [model] });
});
afterAll(() => studio.close());

/** What Belay adds to every native request: it always streams, and takes only what is new. */
const adding = { incremental_output: true };

/** Asks with the page's own answer, as the one frame of a stream, and tells what was sent and heard. */
async function ask(asked: Partial<ModelRequest>, response: object) {
  studio.play([{ raw: frame(response) }]);
  const heard = await hearNative(studio, request({ model, ...asked }));
  const { path, body, headers } = studio.requests.at(-1) ?? {};
  expect(path).toBe("/api/v1/services/aigc/text-generation/generation");
  expect(headers?.["x-dashscope-sse"]).toBe("enable");
  return { heard, body };
}

const usageOf = ({ heard }: Awaited<ReturnType<typeof ask>>) =>
  heard.events.find((event) => event.type === "usage")?.usage;

describe("the provider page's examples, DashScope", () => {
  it("chat: a function to find prime numbers", async () => {
    const [system, user] = chatNative.request.input.messages;
    const messages: ModelMessage[] = [
      { role: "system", content: text(system?.content ?? "") },
      { role: "user", content: text(user?.content ?? "") },
    ];
    const asked = await ask({ messages }, chatNative.response);
    const { parameters, ...rest } = chatNative.request;
    expect(asked.body).toEqual({ ...rest, parameters: { ...parameters, ...adding } });
    expect(textOf(asked.heard)).toBe(chatNative.response.output.choices[0]?.message.content);
    expect(asked.heard.events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(usageOf(asked)).toMatchObject({ inputTokens: 66, outputTokens: 89, cachedTokens: 0 });
  });

  it("tool loop with write_file: the call, whose arguments the page shows broken, then its result", async () => {
    const { parameters, input } = toolsNative.request;
    const [tool] = parameters.tools;
    const [call] = toolsNative.response.output.choices[0]?.message.tool_calls ?? [];
    if (tool === undefined || call === undefined) throw new Error("no call on the page");
    const { name, arguments: argumentsText } = call.function;
    const user = text(input.messages[0]?.content ?? "");
    const first: Partial<ModelRequest> = {
      messages: [{ role: "user", content: user }],
      tools: [tool.function],
    };
    const sent = { ...parameters, ...adding, parallel_tool_calls: true };
    const asked = await ask(first, toolsNative.response);
    expect(asked.body).toEqual({ model, input, parameters: sent });
    // A quotation mark is missing on the page; nothing is mended on the way.
    expect(() => JSON.parse(argumentsText)).toThrow(SyntaxError);
    expect(callsOf(asked.heard)).toEqual([{ type: "tool-call", id: call.id, name, argumentsText }]);
    expect(asked.heard.events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
    expect(usageOf(asked)).toMatchObject({ inputTokens: 491, outputTokens: 193 });

    const result = "Success: File 'quick_sort.py' has been written.";
    const whole = JSON.stringify({ path: "quick_sort.py", content: "" });
    const messages: ModelMessage[] = [
      { role: "user", content: user },
      { role: "assistant", content: [], toolCalls: [{ id: call.id, name, argumentsText: whole }] },
      { role: "tool", toolCallId: call.id, content: text(result) },
    ];
    const again = await ask({ ...first, messages }, chatNative.response);
    expect(again.heard.error).toBeNull();
    expect(again.body).toEqual({
      model,
      input: {
        messages: [
          ...input.messages,
          {
            role: "assistant",
            content: "",
            tool_calls: [{ ...call, function: { name, arguments: whole } }],
          },
          { role: "tool", tool_call_id: call.id, content: result },
        ],
      },
      // The tools are sent again with their results [API reference].
      parameters: sent,
    });
  });

  it("partial mode: the rest of a function", async () => {
    const [user, prefix] = partialNative.request.input.messages;
    const messages: ModelMessage[] = [
      { role: "user", content: text(user?.content ?? "") },
      { role: "assistant", content: text(prefix?.content ?? ""), toolCalls: [], partial: true },
    ];
    const asked = await ask({ messages }, partialNative.response);
    const { parameters, ...rest } = partialNative.request;
    expect(asked.body).toEqual({ ...rest, parameters: { ...parameters, ...adding } });
    expect(textOf(asked.heard)).toBe(partialNative.response.output.choices[0]?.message.content);
    expect(usageOf(asked)).toMatchObject({ inputTokens: 39, outputTokens: 92, cachedTokens: 0 });
  });
});

const { chat, tools, partial } = page.examples;

it.each(Object.entries({ chat, tools, partial, chatNative, toolsNative, partialNative }))(
  "the simulation serves the page's request %s as it stands, and answers in its form",
  async (name, { request: body }) => {
    studio.play([{ text: "Served." }]);
    const answered = name.endsWith("Native")
      ? await askNatively(studio, { body })
      : await fetch(`${studio.baseUrl}/chat/completions`, {
          method: "POST",
          headers: { Authorization: "Bearer sk-good-enough" },
          body: JSON.stringify(body),
        });
    const choices = [{ message: { role: "assistant", content: "Served." }, finish_reason: "stop" }];
    expect(await answered.json()).toMatchObject(
      name.endsWith("Native") ? { output: { choices } } : { choices },
    );
  },
);
