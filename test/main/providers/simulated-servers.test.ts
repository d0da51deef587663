import { describe, expect, it } from "vitest";
import type { Script } from "../../support/model-studio/script.ts";
import { startModelStudio, type ModelStudioOptions } from "../../support/model-studio/server.ts";
import { tool, user } from "../../support/refusal-rows.ts";

type Flavour = NonNullable<ModelStudioOptions["flavour"]>;

const model = "qwen3-coder-flash";
const tools = [tool("look"), tool("list")];
const calls: Script = () => ({
  text: "",
  toolCalls: [
    { name: "look", arguments: { path: "a" }, id: "call_1" },
    { name: "list", arguments: {}, id: "call_2" },
  ],
});
const talk: Script = () => ({ text: "0123456789", reasoning: "hm", continuation: "(n):" });

interface Asked {
  readonly body?: object;
  readonly script?: Script;
  readonly options?: ModelStudioOptions;
}

/** Asks a server of its own, without a key. */
async function ask(flavour: Flavour, { body = {}, script = talk, options = {} }: Asked) {
  await using server = await startModelStudio({ flavour, script, ...options });
  const response = await fetch(`${server.baseUrl}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model, messages: [user], stream: true, ...body }),
  });
  return { status: response.status, text: await response.text() };
}

async function list(flavour: Flavour) {
  await using server = await startModelStudio({ flavour, models: ["a-model"] });
  const response = await fetch(`${server.baseUrl}/models`);
  return { status: response.status, body: await response.json() };
}

const usage = { stream_options: { include_usage: true } };
const named = { tool_choice: { type: "function", function: { name: "list" } } };

interface Row {
  readonly flavour: Flavour;
  readonly list: { readonly status: number; readonly body: unknown };
  readonly reasoning: string;
  readonly usage: RegExp;
  /** What a named tool_choice leads to: the call wanted, both, or a refusal. */
  readonly named: RegExp;
  readonly parallelByDefault: boolean;
  readonly newLimit: RegExp;
  readonly continues: RegExp;
  readonly unknownModel: { readonly status: number; readonly text: RegExp };
  readonly withoutTools: { readonly status: number; readonly text: RegExp };
}

const first = (change: object) => ({ data: [{ id: "a-model", object: "model", ...change }] });

const rows: readonly Row[] = [
  {
    flavour: "ollama",
    list: { status: 200, body: first({ owned_by: "library" }) },
    reasoning: '"reasoning":"hm"',
    usage: /"usage":\{"prompt_tokens"/,
    named: /call_1[^]*call_2/,
    parallelByDefault: true,
    newLimit: /"finish_reason":"stop"/,
    continues: /\(n\)/,
    unknownModel: { status: 404, text: /^\{"error":\{"message":"model 'none' not found"/ },
    withoutTools: { status: 400, text: /does not support tools/ },
  },
  {
    flavour: "llama.cpp",
    list: {
      status: 200,
      body: { ...first({ meta: { n_ctx: 32_768, n_ctx_train: 262_144 } }), models: [{}] },
    },
    reasoning: '"reasoning_content":"hm"',
    usage: /"usage":\{"prompt_tokens"/,
    named: /call_1/,
    parallelByDefault: false,
    newLimit: /"finish_reason":"length"/,
    continues: /\(n\)/,
    unknownModel: { status: 200, text: /"model":"none"/ },
    withoutTools: { status: 500, text: /"code":500,"message":"tools param requires --jinja flag"/ },
  },
  {
    flavour: "lm-studio",
    list: { status: 200, body: first({ owned_by: "organization_owner" }) },
    reasoning: '"reasoning_content":"hm"',
    usage: /"usage":\{"prompt_tokens"/,
    named: /^\{"error":"Invalid tool_choice type: 'object'/,
    parallelByDefault: true,
    newLimit: /"finish_reason":"stop"/,
    continues: /01/,
    unknownModel: { status: 404, text: /^\{"error":"Model/ },
    withoutTools: { status: 200, text: /0123/ },
  },
  {
    flavour: "vllm",
    list: { status: 200, body: first({ owned_by: "vllm", max_model_len: 32_768 }) },
    reasoning: '"reasoning":"hm"',
    usage: /"usage":\{"prompt_tokens"/,
    named: /"tool_calls":\[\{"index":0,"id":"call_2"/,
    parallelByDefault: true,
    newLimit: /"finish_reason":"length"/,
    continues: /01/,
    unknownModel: { status: 404, text: /"type":"NotFoundError","param":null,"code":404/ },
    withoutTools: { status: 400, text: /requires --enable-auto-tool-choice/ },
  },
  {
    flavour: "bare",
    list: { status: 404, body: { error: { message: "Not Found" } } },
    reasoning: '"reasoning_content":"hm"',
    usage: /Unrecognized request argument supplied: stream_options/,
    named: /Unrecognized request argument supplied: tool_choice/,
    parallelByDefault: false,
    newLimit: /Unrecognized request argument supplied: max_completion_tokens/,
    continues: /01/,
    unknownModel: { status: 200, text: /"model":"none"/ },
    withoutTools: { status: 400, text: /supplied: tools/ },
  },
];

describe.each(rows)("a simulated $flavour", (row) => {
  const { flavour } = row;

  it("answers without a key, and lists its models in its own way", async () => {
    expect(await list(flavour)).toMatchObject(row.list);
    const { status, text } = await ask(flavour, {});
    expect(status).toBe(200);
    expect(text).toContain(row.reasoning);
    expect(text).toContain("[DONE]");
    expect(text).not.toContain("prompt_tokens");
  });

  it("reports usage, and takes a limit's newer name and a choice of tool, or does not", async () => {
    expect((await ask(flavour, { body: usage })).text).toMatch(row.usage);
    expect((await ask(flavour, { body: { max_tokens: 1 } })).text).toContain('"length"');
    expect((await ask(flavour, { body: { max_completion_tokens: 1 } })).text).toMatch(row.newLimit);
    const chosen = await ask(flavour, { body: { tools, ...named }, script: calls });
    expect(chosen.text).toMatch(row.named);
  });

  it("calls in parallel, and goes on with a message, or does not", async () => {
    const { text } = await ask(flavour, { body: { tools }, script: calls });
    expect([text.includes("call_1"), text.includes("call_2")]).toEqual([
      true,
      row.parallelByDefault,
    ]);
    const begun = [user, { role: "assistant", content: "def f" }];
    expect((await ask(flavour, { body: { messages: begun } })).text).toMatch(row.continues);
  });

  it("refuses in its own words", async () => {
    const unknown = await ask(flavour, { body: { model: "none" } });
    expect([unknown.status, unknown.text]).toEqual([
      row.unknownModel.status,
      expect.stringMatching(row.unknownModel.text),
    ]);
    const toolless = await ask(flavour, { body: { tools }, options: { withoutTools: true } });
    expect([toolless.status, toolless.text]).toEqual([
      row.withoutTools.status,
      expect.stringMatching(row.withoutTools.text),
    ]);
    const keyed = await ask(flavour, { options: { keys: ["sk-only-this-one"] } });
    expect(keyed.status).toBe(401);
  });
});
