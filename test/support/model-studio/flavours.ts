import type { FrameStyle } from "./frames.ts";
import type { Obedience } from "./obey.ts";
import type { JsonObject } from "./script.ts";

/** OpenAI-compatible servers that are not Model Studio. "bare": the least that may call itself compatible. */
export type OtherFlavour = "ollama" | "llama.cpp" | "lm-studio" | "vllm" | "bare";

export interface Flavour {
  readonly style: FrameStyle;
  readonly obedience: Obedience;
  /** Reports no tokens while streaming, whatever is asked. */
  readonly hidesUsage: boolean;
  /** null = there is no list. */
  readonly listModels: ((ids: readonly string[]) => JsonObject) | null;
  /** Serves the model it has loaded, whatever name is asked for. */
  readonly servesAnyName: boolean;
  readonly error: (refusal: PlainError) => unknown;
  /** When a request has tools and the server or its model was not set up for them; null = that cannot be. */
  readonly withoutTools: PlainError | null;
  readonly unknownModel: (id: string) => PlainError;
  /** What else is refused in a request, in words; null = nothing. */
  readonly refuse: (body: JsonObject) => string | null;
}

export interface PlainError {
  readonly status: number;
  readonly message: string;
}

const created = 1_764_000_000;
const contextTokens = 32_768;
const list = (data: readonly JsonObject[]): JsonObject => ({ object: "list", data });

const plainStyle: FrameStyle = {
  reasoningField: "reasoning_content",
  systemFingerprint: null,
  wholeCalls: false,
  namesContinuations: false,
  shuffles: false,
};

const openAiError = ({ status, message }: PlainError): JsonObject => ({
  error: {
    message,
    type: status === 404 ? "not_found_error" : "invalid_request_error",
    param: null,
    code: null,
  },
});

/** ollama/ollama, openai/openai.go: neither tool_choice nor parallel_tool_calls nor max_completion_tokens is among the fields it reads. */
const ollama: Flavour = {
  style: {
    ...plainStyle,
    reasoningField: "reasoning",
    systemFingerprint: "fp_ollama",
    wholeCalls: true,
  },
  obedience: {
    continues: "always",
    parallelCalls: { byDefault: true, canBeSet: false },
    toolChoice: { none: false, named: false },
    limitFields: ["max_tokens"],
  },
  hidesUsage: false,
  listModels: (ids) =>
    list(ids.map((id) => ({ id, object: "model", created, owned_by: "library" }))),
  servesAnyName: false,
  error: openAiError,
  withoutTools: {
    status: 400,
    message: "registry.ollama.ai/library/model does not support tools",
  },
  unknownModel: (id) => ({ status: 404, message: `model '${id}' not found` }),
  refuse: () => null,
};

/**
 * ggml-org/llama.cpp, tools/server: an object as tool_choice is read as "auto", calls are parallel only when asked, both names of
 * the limit count, tools need --jinja, the code of an error is its status.
 */
const llamaCpp: Flavour = {
  style: { ...plainStyle, systemFingerprint: "b9948" },
  obedience: {
    continues: "always",
    parallelCalls: { byDefault: false, canBeSet: true },
    toolChoice: { none: true, named: false },
    limitFields: ["max_completion_tokens", "max_tokens"],
  },
  hidesUsage: false,
  listModels: (ids) => ({
    models: ids.map((id) => ({ name: id, model: id, type: "model", format: "gguf" })),
    ...list(
      ids.map((id) => ({
        id,
        object: "model",
        created,
        owned_by: "llamacpp",
        meta: { n_ctx_train: 262_144, n_ctx: contextTokens },
      })),
    ),
  }),
  servesAnyName: true,
  error: ({ status, message }) => ({
    error: {
      code: status,
      message,
      type: status >= 500 ? "server_error" : "invalid_request_error",
    },
  }),
  withoutTools: { status: 500, message: "tools param requires --jinja flag" },
  unknownModel: (id) => ({ status: 404, message: `model '${id}' not found` }),
  refuse: () => null,
};

/**
 * lmstudio-bug-tracker#670: only strings as tool_choice, and the error is a string. API changelog 0.3.18: usage while streaming
 * when asked. Its list has no `created`. max_completion_tokens is not among the documented parameters.
 * Tools: a model without a format of its own gets a default one.
 */
const lmStudio: Flavour = {
  style: plainStyle,
  obedience: {
    continues: "never",
    parallelCalls: { byDefault: true, canBeSet: false },
    toolChoice: { none: true, named: false },
    limitFields: ["max_tokens"],
  },
  hidesUsage: false,
  listModels: (ids) => ({
    data: ids.map((id) => ({ id, object: "model", owned_by: "organization_owner" })),
    object: "list",
  }),
  servesAnyName: false,
  error: ({ message }) => ({ error: message }),
  withoutTools: null,
  unknownModel: (id) => ({ status: 404, message: `Model "${id}" not found.` }),
  refuse: ({ tool_choice: choice }) =>
    typeof choice === "object" && choice !== null
      ? "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"
      : null,
};

/**
 * vllm-project/vllm: `reasoning` since #27752; tools need two flags (#9986); a list with max_model_len; stream_options only with a
 * stream; an unmarked last message of the assistant is answered, not continued.
 */
const vllm: Flavour = {
  style: { ...plainStyle, reasoningField: "reasoning" },
  obedience: {
    continues: "never",
    parallelCalls: { byDefault: true, canBeSet: true },
    toolChoice: { none: true, named: true },
    limitFields: ["max_completion_tokens", "max_tokens"],
  },
  hidesUsage: false,
  listModels: (ids) =>
    list(
      ids.map((id) => ({
        id,
        object: "model",
        created,
        owned_by: "vllm",
        root: id,
        parent: null,
        max_model_len: contextTokens,
        permission: [{ id: "modelperm-1", object: "model_permission", created }],
      })),
    ),
  servesAnyName: false,
  error: ({ status, message }) => ({
    error: {
      message,
      type: status === 404 ? "NotFoundError" : "BadRequestError",
      param: null,
      code: status,
    },
  }),
  withoutTools: {
    status: 400,
    message:
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  },
  unknownModel: (id) => ({ status: 404, message: `The model \`${id}\` does not exist.` }),
  refuse: ({ stream, stream_options: options }) =>
    stream !== true && options !== undefined && options !== null
      ? "Stream options can only be defined when `stream=True`."
      : null,
};

const bareFields: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "tools",
  "stream",
  "temperature",
  "top_p",
  "max_tokens",
  "stop",
]);

/** No server in particular: no list, no field beyond the oldest ones, one call an answer, no usage. */
const bare: Flavour = {
  style: plainStyle,
  obedience: {
    continues: "never",
    parallelCalls: { byDefault: false, canBeSet: false },
    toolChoice: { none: false, named: false },
    limitFields: ["max_tokens"],
  },
  hidesUsage: true,
  listModels: null,
  servesAnyName: true,
  error: openAiError,
  withoutTools: { status: 400, message: "Unrecognized request argument supplied: tools" },
  unknownModel: (id) => ({ status: 404, message: `no model ${id}` }),
  refuse: (body) => {
    const unknown = Object.keys(body).find((field) => !bareFields.has(field));
    return unknown === undefined ? null : `Unrecognized request argument supplied: ${unknown}`;
  },
};

export const flavours: Readonly<Record<OtherFlavour, Flavour>> = {
  ollama,
  "llama.cpp": llamaCpp,
  "lm-studio": lmStudio,
  vllm,
  bare,
};
