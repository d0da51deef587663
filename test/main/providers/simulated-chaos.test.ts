import { gunzipSync } from "node:zlib";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptedResponse } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import { nativeUrl } from "../../support/native-endpoint.ts";
import { goodChat, tool } from "../../support/refusal-rows.ts";

let studio: ModelStudio;
beforeAll(async () => {
  studio = await startModelStudio();
});
afterAll(() => studio.close());

interface Heard {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly wasCut: boolean;
}

/** The bytes as they come, which `fetch` would already have unpacked. */
function post(url: string, body: unknown): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method: "POST",
        headers: { Authorization: "Bearer sk-good-enough", "X-DashScope-SSE": "enable" },
      },
      (response) => {
        const pieces: Buffer[] = [];
        const end = (wasCut: boolean) => (): void =>
          resolve({ headers: response.headers, body: Buffer.concat(pieces), wasCut });
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", end(false)).on("error", end(true));
      },
    );
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

const { model, messages } = goodChat;
const tools = [tool("look"), tool("list")];
const parallel = { parallel_tool_calls: true };
const stream = { stream: true, stream_options: { include_usage: true } };

const protocols = {
  openai: (script: ScriptedResponse, fields: object = parallel) => {
    studio.play([script]);
    const url = `${studio.baseUrl}/chat/completions`;
    return post(url, { model, messages, tools, ...stream, ...fields });
  },
  dashscope: (script: ScriptedResponse, fields: object = parallel) => {
    studio.play([script]);
    const parameters = { result_format: "message", incremental_output: true, tools, ...fields };
    return post(nativeUrl(studio.baseUrl), { model, input: { messages }, parameters });
  },
};

/** What differs from request to request. */
const steady = (body: Buffer): string =>
  body.toString().replaceAll(/[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}/g, "ID");

const calls: ScriptedResponse = {
  toolCalls: [
    { name: "look", arguments: { path: "ä.ts" }, id: "call_1" },
    { name: "list", arguments: {}, id: "call_2" },
  ],
};
const both = (body: string, pattern: RegExp): string[] =>
  Array.from(body.matchAll(pattern), ([, found = ""]) => found);
/** Of the first pieces, which alone have an id. */
const indexes = ({ body }: Heard): string[] => both(body.toString(), /"index":(\d+),"id":"[^"]/g);

describe.each(["openai", "dashscope"] as const)("a simulated answer over %s", (protocol) => {
  const hear = protocols[protocol];

  it("is cut at any byte of its body", async () => {
    const whole = steady((await hear({ text: "short", chunking: "whole" })).body);
    for (const at of [0, 1, 40, whole.length - 1]) {
      const { body, wasCut } = await hear({ text: "short", chunking: "whole", cutAfterBytes: at });
      expect([at, wasCut, body.length]).toEqual([at, true, at]);
    }
  });

  it("has other line ends, a byte order mark, comments, and is otherwise the same", async () => {
    const plain = steady((await hear({ text: "a\nb" })).body);
    const odd = await hear({
      text: "a\nb",
      lineEnd: "\r\n",
      bom: true,
      linesBefore: [": hello", "retry: 500"],
    });
    const text = steady(odd.body);
    expect(text.startsWith("\uFEFF: hello\r\nretry: 500\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "").includes("\n")).toBe(false);
    expect(text.slice(1).replaceAll("\r\n", "\n").replaceAll(": hello\nretry: 500\n", "")).toBe(
      plain,
    );
  });

  it("comes packed, in writes at given bytes, and under a wrong type or none", async () => {
    const plain = steady((await hear({ text: "packed" })).body);
    const packed = await hear({ text: "packed", gzip: true, writeAt: [1, 2, 11] });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(steady(gunzipSync(packed.body))).toBe(plain);
    const json = await hear({ text: "x", contentType: "application/json" });
    expect(json.headers["content-type"]).toBe("application/json");
    expect((await hear({ text: "x", contentType: null })).headers["content-type"]).toBeUndefined();
  });

  it("gives calls other indexes, or none", async () => {
    expect(indexes(await hear(calls))).toEqual(["0", "1"]);
    expect(indexes(await hear({ ...calls, callIndexes: [0, 0] }))).toEqual(["0", "0"]);
    expect(indexes(await hear({ ...calls, callIndexes: [3, 7] }))).toEqual(["3", "7"]);
    const none = (await hear({ ...calls, callIndexes: "none" })).body.toString();
    expect(none).toContain('"call_1"');
    expect(none).not.toMatch(/"tool_calls":\[\{[^\]]*"index"/);
  });

  it("gives the pieces of parallel calls in turn", async () => {
    const { body } = await hear({ ...calls, interleaved: true, chunking: 2 });
    const text = body.toString();
    const second = text.indexOf('"call_2"');
    expect(second).toBeGreaterThan(text.indexOf('"call_1"'));
    // The rest of the first call comes after the second has begun.
    expect(text.lastIndexOf('s\\"')).toBeGreaterThan(second);
  });

  it("reports usage late, beside an empty message, or never", async () => {
    const late = (await hear({ text: "x", usageInEmptyDelta: true })).body.toString();
    const counts = both(late, /"total_tokens":(\d+)/g);
    expect(counts).toHaveLength(1);
    const last =
      late
        .trimEnd()
        .split("\n\n")
        .findLast((frame) => frame.includes("_tokens")) ?? "";
    expect(last).toMatch(protocol === "openai" ? /"delta":\{\}/ : /"content":""/);
    expect((await hear({ text: "x", usage: null })).body.toString()).not.toContain("_tokens");
  });

  it("ends without its mark, with a wrong reason, or is empty", async () => {
    const cutOff = (await hear({ text: "x", done: false })).body.toString();
    expect(cutOff).not.toContain("[DONE]");
    expect(cutOff).toContain('"finish_reason":"stop"');
    expect((await hear({ ...calls, finish: "stop" })).body.toString()).toContain(
      '"finish_reason":"stop"',
    );
    expect((await hear({ raw: "" })).body).toHaveLength(0);
  });

  it("refuses by an event in place of JSON", async () => {
    const error = { status: 429, body: { error: { code: "limit_requests", message: "Slow." } } };
    const { body } = await hear({ error: { ...error, asEvent: true } });
    expect(body.toString()).toMatch(/^id:1\nevent:error\n:HTTP_STATUS\/429\ndata:\{.*Slow\./);
  });

  it("obeys a limit, a choice of no tool, and what is said of parallel calls", async () => {
    const cut = (
      await hear({ text: "0123456789", chunking: "whole" }, { max_tokens: 2 })
    ).body.toString();
    expect(cut).toContain('"01234567"');
    expect(cut).toContain('"finish_reason":"length"');
    expect((await hear(calls, { tool_choice: "none" })).body.toString()).not.toContain(
      "tool_calls",
    );
    expect((await hear(calls, {})).body.toString()).not.toContain("call_2");
    expect((await hear(calls)).body.toString()).toContain("call_2");
  });
});
