import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ScriptedResponse } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import { askNatively, nativeUrl, type NativeAsk } from "../../support/native-endpoint.ts";
import { goodChat, refusalRows, tool } from "../../support/refusal-rows.ts";

let studio: ModelStudio;
beforeAll(async () => {
  studio = await startModelStudio();
});
afterAll(() => studio.close());

const { model, messages } = goodChat;
const inMessages = { result_format: "message", incremental_output: true };
const ask = (change: Partial<NativeAsk> & { readonly parameters?: object } = {}) => {
  const { parameters = inMessages, ...rest } = change;
  return askNatively(studio, { body: { model, input: { messages }, parameters }, ...rest });
};

const bodySchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  request_id: z.string(),
});

/** The codes of the two protocols, side by side [Model Studio, error codes]. */
const nativeCodes: Readonly<Record<string, string>> = {
  invalid_parameter_error: "InvalidParameter",
  model_not_found: "ModelNotFound",
};

describe("the simulated native protocol refuses", () => {
  it.each(refusalRows)("$what", async (row) => {
    const { model: id, messages: asked, ...parameters } = { ...goodChat, ...row.change };
    const answered = await askNatively(studio, {
      body: { model: id, input: { messages: asked }, parameters: { ...inMessages, ...parameters } },
      service: id === "qwen3.7-plus" ? "multimodal-generation" : "text-generation",
    });
    const { code = "invalid_parameter_error", nativeCode = nativeCodes[code] ?? code } = row;
    const body = bodySchema.parse(await answered.json());
    expect([answered.status, body.code]).toEqual([row.status ?? 400, nativeCode]);
    expect(body.message).toMatch(row.nativeSays ?? row.says);
  });

  it.each([
    ["text with tools", { tools: [tool("look")] }, /result_format parameter must be ..message/],
    [
      "thinking in text",
      { enable_thinking: true, result_format: "text" },
      /must be ..message.. when enable_thinking/,
    ],
    [
      "thinking that repeats itself",
      { enable_thinking: true, result_format: "message", incremental_output: false },
      /must be ..true.. when enable_thinking/,
    ],
  ])("%s", async (_, parameters, says) => {
    const thinker = "enable_thinking" in parameters ? "qwen-plus" : model;
    const answered = await ask({
      body: { model: thinker, input: { messages }, parameters },
      streams: true,
    });
    expect([answered.status, await answered.text()]).toEqual([400, expect.stringMatching(says)]);
  });

  it("whole repetitions of a model that only adds", async () => {
    await using own = await startModelStudio({ models: ["qwen3-coder-next"] });
    const body = {
      model: "qwen3-coder-next",
      input: { messages },
      parameters: { result_format: "message", incremental_output: false },
    };
    const answered = await askNatively(own, { body, streams: true });
    expect(await answered.text()).toContain("cannot be set to False");
  });

  it("a newer model on the path of the older ones", async () => {
    const body = { model: "qwen3.7-plus", input: { messages }, parameters: inMessages };
    const answered = await ask({ body });
    expect(await answered.json()).toMatchObject({
      code: "InvalidParameter",
      message: expect.stringMatching(/^url error, please check url！/),
    });
    expect((await ask({ body, service: "multimodal-generation" })).status).toBe(200);
  });

  it("in a stream as an event that is called JSON, and without any type when the key is wrong", async () => {
    const framed = await ask({ parameters: { ...inMessages, max_tokens: -1 }, streams: true });
    expect(framed.headers.get("content-type")).toBe("application/json");
    expect(await framed.text()).toMatch(
      /^id:1\nevent:error\n:HTTP_STATUS\/400\ndata:\{"code":"InvalidParameter","message":"<400> InternalError\.Algo\.InvalidParameter: Range of max_tokens[^}]*"request_id":"[^"]+"\}\n\n$/,
    );
    const wrong = await ask({ headers: { Authorization: "Bearer nonsense" } });
    expect([wrong.status, wrong.headers.get("content-type")]).toEqual([401, null]);
    expect(await wrong.json()).toMatchObject({
      code: "InvalidApiKey",
      message: "Invalid API-key provided.",
    });
  });

  it("nothing where a plan is served: there is no such path", async () => {
    for (const region of ["coding-plan", "token-plan"] as const) {
      const headers = { Authorization: "Bearer sk-sp-12345678" };
      const url = nativeUrl(studio.regionUrls[region].replace(/\/v1$/, "/compatible-mode/v1"));
      expect((await fetch(url, { method: "POST", headers })).status).toBe(404);
    }
  });

  it("in the form of this protocol what a script has in that of the other", async () => {
    const error = { code: "insufficient_quota", message: "Allocated quota exceeded.", type: "x" };
    studio.play([
      { error: { status: 429, body: { error } } },
      { text: "a", streamError: { error } },
    ]);
    const refused = await ask();
    expect(await refused.json()).toMatchObject({
      code: "Throttling.AllocationQuota",
      message: "Allocated quota exceeded.",
    });
    const streamed = await ask({ streams: true });
    expect([streamed.status, await streamed.text()]).toEqual([
      200,
      expect.stringMatching(/\nid:2\nevent:error\n:HTTP_STATUS\/429\ndata:\{"code":"Throttling/),
    ]);
  });
});

/** Frames of a stream, each checked to have the lines as recorded. */
async function framesOf(response: Response): Promise<z.infer<typeof frameSchema>[]> {
  const frames = (await response.text()).split("\n\n");
  expect(frames.pop()).toBe("");
  return frames.map((text, index) => {
    const [, data = ""] =
      /^id:(?:\d+)\nevent:result\n:HTTP_STATUS\/200\ndata:(\{.*)$/.exec(text) ?? [];
    expect(text.startsWith(`id:${index + 1}\n`)).toBe(true);
    return frameSchema.parse(JSON.parse(data));
  });
}

const frameSchema = z.object({
  output: z.object({
    choices: z
      .array(
        z.object({
          message: z.object({
            content: z.unknown(),
            role: z.literal("assistant"),
            tool_calls: z.array(z.unknown()).optional(),
          }),
          finish_reason: z.string(),
        }),
      )
      .length(1),
  }),
  usage: z.object({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() }),
  request_id: z.string(),
});

const calling: ScriptedResponse = {
  text: "I look.",
  toolCalls: [{ name: "look", arguments: { path: "a.ts" }, id: "call_a" }],
  chunking: 7,
};
const more = (text: string) => ({
  function: { arguments: text },
  index: 0,
  id: "",
  type: "function",
});
const withTools = { ...inMessages, tools: [tool("look")], parallel_tool_calls: true };

describe("the simulated native protocol streams", () => {
  it('pieces: the id and name once, then arguments with id "", a stray one, and then the reason', async () => {
    studio.play([calling]);
    const frames = await framesOf(await ask({ parameters: withTools, streams: true }));
    expect(frames.map(({ output }) => output.choices[0]?.message.tool_calls?.[0])).toEqual([
      undefined,
      { function: { name: "look", arguments: "" }, index: 0, id: "call_a", type: "function" },
      more('{"path"'),
      more(':"a.ts"'),
      more("}"),
      more(""),
      undefined,
    ]);
    expect(frames.map(({ output }) => output.choices[0]?.finish_reason)).toEqual([
      ..."null ".repeat(6).trim().split(" "),
      "tool_calls",
    ]);
    expect(frames[0]?.output.choices[0]?.message.content).toBe("I look.");
  });

  it("the keys of a call in an order of its own", async () => {
    studio.play([calling]);
    const text = await (await ask({ parameters: withTools, streams: true })).text();
    expect(text).toContain(
      '"tool_calls":[{"function":{"name":"look","arguments":""},"index":0,"id":"call_a","type":"function"}],"role":"assistant"},"finish_reason":"null"',
    );
    expect(text).not.toContain("[DONE]");
  });

  it("usage that grows from frame to frame up to what the answer is charged", async () => {
    studio.play([{ text: "a long enough answer to be cut into many pieces", chunking: 3 }]);
    const output = (await framesOf(await ask({ streams: true }))).map(({ usage }) => usage);
    const counts = output.map(({ output_tokens: count }) => count);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(counts[0]).toBeLessThan(counts.at(-1) ?? 0);
    for (const { input_tokens: input, output_tokens: out, total_tokens: total } of output)
      expect(total).toBe(input + out);
  });

  it("everything so far in each frame without incremental_output, arguments too", async () => {
    studio.play([calling]);
    const parameters = { ...withTools, incremental_output: false };
    const frames = await framesOf(await ask({ parameters, streams: true }));
    expect(frames.at(-1)?.output.choices[0]?.message).toMatchObject({
      content: "I look.",
      tool_calls: [{ id: "call_a", function: { name: "look", arguments: '{"path":"a.ts"}' } }],
    });
    expect(frames[2]?.output.choices[0]?.message).toMatchObject({
      content: "I look.",
      tool_calls: [{ id: "call_a", function: { name: "look", arguments: '{"path"' } }],
    });
  });

  it("lists of parts on the multimodal path, often empty", async () => {
    studio.play([{ text: "Hi", chunking: "whole" }]);
    const frames = await framesOf(await ask({ service: "multimodal-generation", streams: true }));
    expect(frames.map(({ output }) => output.choices[0]?.message.content)).toEqual([
      [{ text: "Hi" }],
      [],
    ]);
  });

  it("bare text, everything so far, when nothing else is said: so these models begin", async () => {
    studio.play([{ text: "Hello", chunking: 2 }]);
    const text = await (await ask({ parameters: {}, streams: true })).text();
    expect(text.match(/"output":\{[^}]*\}/g)).toEqual([
      '"output":{"finish_reason":"null","text":"He"}',
      '"output":{"finish_reason":"null","text":"Hell"}',
      '"output":{"finish_reason":"null","text":"Hello"}',
      '"output":{"finish_reason":"stop","text":"Hello"}',
    ]);
  });

  it("nothing without the header, nor for `stream` in the body", async () => {
    studio.play([calling]);
    const body = { model, input: { messages }, parameters: { ...withTools, stream: true } };
    const answered = await ask({ body: { ...body, stream: true } });
    expect(answered.headers.get("content-type")).toBe("application/json");
    expect(await answered.json()).toMatchObject({
      output: { choices: [{ finish_reason: "tool_calls", message: { content: "I look." } }] },
      usage: { output_tokens: expect.any(Number) },
    });
  });
});
