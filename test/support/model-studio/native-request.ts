import { modelById, type SimulatedModel } from "./known-models.ts";
import type { Refusal } from "./refusals.ts";
import type { JsonObject, RecordedRequest } from "./script.ts";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How a native answer is to be written. */
export interface NativeForm {
  readonly streams: boolean;
  readonly incremental: boolean;
  /** In messages, or as `output.text`. */
  readonly inMessages: boolean;
  /** Content is a list of parts. */
  readonly multimodal: boolean;
}

export interface NativeRequest {
  /** The same request as the OpenAI protocol has it: the rules are the same. */
  readonly body: JsonObject;
  readonly form: NativeForm;
}

/** The headers decide whether it streams; `stream` in the body means nothing, nor do fields outside `parameters` [recorded 2026-08-20]. */
export function readNative(request: RecordedRequest, multimodal: boolean): NativeRequest {
  const { model, input, parameters } = request.body;
  const fields = isObject(parameters) ? parameters : {};
  const { result_format: format, incremental_output: incremental, ...rest } = fields;
  const known = modelById(typeof model === "string" ? model : "");
  const isModern = multimodal || known.incrementalOnly === true;
  const streams =
    request.headers["x-dashscope-sse"] === "enable" ||
    (request.headers["accept"] ?? "").includes("text/event-stream");
  const prompt = isObject(input) ? input["prompt"] : undefined;
  const messages = isObject(input) ? input["messages"] : undefined;
  return {
    body: {
      model,
      ...(messages === undefined && typeof prompt === "string"
        ? { messages: [{ role: "user", content: prompt }] }
        : { messages: openMessages(messages) }),
      ...rest,
      stream: streams,
    },
    form: {
      streams,
      incremental: typeof incremental === "boolean" ? incremental : isModern,
      inMessages: multimodal || (format ?? (isModern ? "message" : "text")) === "message",
      multimodal,
    },
  };
}

/** Parts of content need no type here. */
function openMessages(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) =>
    isObject(message) && Array.isArray(message["content"])
      ? { ...message, content: message["content"].map(openPart) }
      : message,
  );
}

const openPart = (part: unknown): unknown =>
  isObject(part) && part["type"] === undefined && "text" in part ? { type: "text", ...part } : part;

const invalid = (message: string, inner = true): Refusal => ({
  status: 400,
  code: "invalid_parameter_error",
  message: inner ? `<400> InternalError.Algo.InvalidParameter: ${message}` : message,
});

/** What only the native protocol refuses, before the rules that both have. Texts of the error page of 2026-06-23, if not said otherwise. */
export function refuseRequest(request: RecordedRequest, multimodal: boolean): Refusal | null {
  const { model, input } = request.body;
  if (typeof model !== "string" || model === "")
    return {
      status: 400,
      code: "BadRequest.EmptyModel",
      message: 'Required parameter "model" missing from request.',
    };
  if (!isObject(input))
    return {
      status: 400,
      code: "BadRequest.EmptyInput",
      message: "Required input parameter missing from request.",
    };
  // The text is recorded [agentscope#1295], mark of exclamation included.
  return modelById(model).multimodal === true && !multimodal
    ? invalid(
        "url error, please check url！ For details, see: https://help.aliyun.com/zh/model-studio/error-code#error-url",
        false,
      )
    : null;
}

/** The combinations of form and features; those of tools [documented without a text]. */
export function refuseForm({ body, form }: NativeRequest, model: SimulatedModel): Refusal | null {
  if (body["enable_thinking"] === true) {
    if (!form.inMessages)
      return invalid('The result_format parameter must be "message" when enable_thinking is true');
    if (form.streams && !form.incremental)
      return invalid(
        'The incremental_output parameter must be "true" when enable_thinking is true',
      );
  }
  if (model.incrementalOnly === true && form.streams && !form.incremental)
    return invalid("The incremental_output parameter of this model cannot be set to False.");
  return body["tools"] !== undefined && !form.inMessages
    ? invalid('The result_format parameter must be "message" when tools are used')
    : null;
}
