import type { SimulatedModel } from "./known-models.ts";
import { refuseHistory } from "./refuse-history.ts";
import type { JsonObject } from "./script.ts";

/** What goes out instead of an answer: a status and the body's `error`. */
export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
}

/** Inner errors reach the compatible endpoint with this prefix [recorded]. */
const invalidParameter = (message: string): Refusal => ({
  status: 400,
  code: "invalid_parameter_error",
  message: `<400> InternalError.Algo.InvalidParameter: ${message}`,
});

/** Checked by the gateway itself, so without the prefix. */
export const badShape = (message: string): Refusal => ({
  status: 400,
  code: "invalid_parameter_error",
  message,
});

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface Checked {
  readonly body: JsonObject;
  readonly model: SimulatedModel;
  readonly inputTokens: number;
  /** The native protocol takes larger seeds [documented]. */
  readonly maxSeed?: number;
}

/** The first rule that a chat request breaks, in the words of the real service; null when it would be served. */
export function refuseChat(checked: Checked): Refusal | null {
  const { body, model, inputTokens } = checked;
  return (
    refuseMessages(body) ??
    refuseTools(body) ??
    refuseToolChoice(body) ??
    refuseRanges(checked) ??
    refuseStops(body) ??
    refuseThinking(body, model) ??
    refuseJsonMode(body) ??
    (inputTokens > model.maxInput
      ? invalidParameter(`Range of input length should be [1, ${model.maxInput}]`)
      : null)
  );
}

function refuseMessages({ messages }: JsonObject): Refusal | null {
  if (messages === undefined || messages === null)
    return badShape('Either "prompt" or "messages" must exist and cannot both be none');
  if (!Array.isArray(messages))
    return badShape("Required body invalid, please check the request body format.");
  if (messages.length === 0) return badShape("[] is too short - 'messages'");
  if (!messages.every(isObject))
    return badShape("Required body invalid, please check the request body format.");
  return refuseHistory(messages);
}

function refuseTools({ tools, functions }: JsonObject): Refusal | null {
  if (functions !== undefined && tools !== undefined)
    return badShape("The tool call is not supported.");
  if (tools === undefined || tools === null) return null;
  if (!Array.isArray(tools))
    return badShape("Required body invalid, please check the request body format.");
  if (tools.length === 0) return badShape("[] is too short - 'tools'");
  for (const [index, tool] of tools.entries()) {
    const refusal = refuseTool(tool, index);
    if (refusal !== null) return refusal;
  }
  return null;
}

function refuseTool(tool: unknown, index: number): Refusal | null {
  const definition = isObject(tool) && tool["type"] === "function" ? tool["function"] : undefined;
  if (!isObject(definition)) return badShape(`Field required: tools[${index}].function`);
  const { name, description, parameters } = definition;
  if (typeof name !== "string") return badShape(`Field required: tools[${index}].function.name`);
  if (name === "search") return invalidParameter("Tool names are not allowed to be [search]");
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    return badShape(`'${name}' does not match '^[a-zA-Z0-9_-]+$' - 'tools.${index}.function.name'`);
  if (name.length > 64) return badShape(`'${name}' is too long - 'tools.${index}.function.name'`);
  if (typeof description !== "string" || description === "")
    return badShape(`Field required: tools[${index}].function.description`);
  if (parameters !== undefined && (!isObject(parameters) || parameters["type"] !== "object"))
    return badShape(
      `the parameters must conform to the specification: tools[${index}].function.parameters`,
    );
  return null;
}

function refuseToolChoice({
  tools,
  tool_choice: choice,
  enable_thinking: thinking,
}: JsonObject): Refusal | null {
  if (choice === undefined || choice === null || choice === "auto" || choice === "none")
    return null;
  if (typeof choice === "string")
    return invalidParameter('tool_choice is one of the strings that should be ["none", "auto"]');
  const wanted =
    isObject(choice) && isObject(choice["function"]) ? choice["function"]["name"] : undefined;
  const names = Array.isArray(tools)
    ? tools.map((tool: unknown) =>
        isObject(tool) && isObject(tool["function"]) ? tool["function"]["name"] : "",
      )
    : [];
  if (thinking === true || typeof wanted !== "string" || !names.includes(wanted))
    return invalidParameter('tool_choice is one of the strings that should be ["none", "auto"]');
  return null;
}

interface Range {
  readonly field: string;
  readonly holds: (value: number) => boolean;
  readonly whole?: true;
  readonly words: string;
  /** In place of `words` when the value is no number. */
  readonly type?: string;
}

const ranges = (model: SimulatedModel, maxSeed: number): readonly Range[] => [
  {
    field: "temperature",
    holds: (n) => n >= 0 && n < 2,
    words: "Temperature should be in [0.0, 2.0)",
    type: "'temperature' must be Float",
  },
  {
    field: "top_p",
    holds: (n) => n > 0 && n <= 1,
    words: "Range of top_p should be (0.0, 1.0]",
    type: "'top_p' must be Float",
  },
  {
    field: "top_k",
    holds: (n) => n >= 0,
    whole: true,
    words: "Parameter top_k be greater than or equal to 0",
  },
  {
    field: "repetition_penalty",
    holds: (n) => n > 0,
    words: "Repetition_penalty should be greater than 0.0",
  },
  {
    field: "presence_penalty",
    holds: (n) => n >= -2 && n <= 2,
    words: "Presence_penalty should be in [-2.0, 2.0]",
  },
  {
    field: "seed",
    holds: (n) => n >= 0 && n <= maxSeed,
    whole: true,
    words: "Range of seed should be [0, 9223372036854775807]",
  },
  {
    field: "max_tokens",
    holds: (n) => n >= 1 && n <= model.maxOutput,
    whole: true,
    words: `Range of max_tokens should be [1, ${model.maxOutput}]`,
  },
  {
    field: "max_completion_tokens",
    holds: (n) => n >= 1 && n <= model.maxOutput,
    whole: true,
    words: `Range of max_completion_tokens should be [1, ${model.maxOutput}]`,
  },
  { field: "n", holds: (n) => n >= 1 && n <= 4, whole: true, words: "Range of n should be [1, 4]" },
];

function refuseRanges({ body, model, maxSeed = 2 ** 31 - 1 }: Checked): Refusal | null {
  for (const range of ranges(model, maxSeed)) {
    const value = body[range.field];
    if (value === undefined || value === null) continue;
    if (typeof value !== "number") return invalidParameter(range.type ?? range.words);
    if (!range.holds(value) || (range.whole === true && !Number.isInteger(value)))
      return invalidParameter(range.words);
  }
  const { n, tools } = body;
  if (typeof n === "number" && n > 1 && Array.isArray(tools))
    return invalidParameter("n must be 1 when tools are used");
  return null;
}

function refuseStops({ stop }: JsonObject): Refusal | null {
  if (stop === undefined || stop === null || typeof stop === "string") return null;
  const kinds = Array.isArray(stop)
    ? new Set(stop.map((entry: unknown) => typeof entry))
    : new Set(["?"]);
  if (kinds.size === 0) return badShape("[] is too short - 'stop'");
  const [only] = kinds;
  return kinds.size === 1 && (only === "string" || only === "number")
    ? null
    : invalidParameter(
        'The "stop" parameter must be of type "str", "list[str]", "list[int]", or "list[list[int]]", and all elements within the list must be of the same type.',
      );
}

function refuseThinking(body: JsonObject, model: SimulatedModel): Refusal | null {
  const { enable_thinking: thinking, stream, thinking_budget: budget } = body;
  if (thinking !== undefined && !model.thinking)
    return {
      status: 400,
      code: "InvalidParameter.NotSupportEnableThinking",
      message: "The model does not support enable_thinking.",
    };
  if (thinking === true && stream !== true)
    return badShape("parameter.enable_thinking must be set to false for non-streaming calls");
  if (
    budget !== undefined &&
    !(typeof budget === "number" && Number.isInteger(budget) && budget > 0 && budget <= 262_144)
  )
    return invalidParameter(
      "The thinking_budget parameter must be a positive integer and not greater than 262144",
    );
  return null;
}

function refuseJsonMode(body: JsonObject): Refusal | null {
  const format = body["response_format"];
  if (format === undefined || format === null) return null;
  const kind = isObject(format) ? format["type"] : undefined;
  if (kind !== "text" && kind !== "json_object" && kind !== "json_schema")
    return invalidParameter(
      `Unknown format of response_format, response_format should be a dict, includes 'type' and an optional key 'json_schema'. The response_format type from user is ${typeof format}.`,
    );
  if (kind === "text") return null;
  if (body["enable_thinking"] === true)
    return invalidParameter("Json mode response is not supported when enable_thinking is true");
  return kind === "json_object" && !/json/i.test(JSON.stringify(body["messages"]))
    ? invalidParameter(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      )
    : null;
}
