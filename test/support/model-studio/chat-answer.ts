import { argumentsText, callId, callIndex, finishOf } from "./answer-pieces.ts";
import { framesOf, type FrameStyle } from "./frames.ts";
import { modelById, type SimulatedModel } from "./known-models.ts";
import { obey, type Obedience } from "./obey.ts";
import { badShape, refuseChat, type Refusal } from "./refusals.ts";
import { nextId, scriptedRefusal, streamReply, wholeReply, type Reply } from "./reply.ts";
import type { JsonObject, Player, ScriptedResponse } from "./script.ts";
import { promptTokens, type UsageCounter } from "./usage.ts";

export interface Serving {
  readonly models: readonly string[];
  readonly player: Player;
  readonly usage: UsageCounter;
}

/** Model Studio's way; `parallel_tool_calls` is false by default [documented]. */
export const studioObedience: Obedience = {
  continues: "marked",
  parallelCalls: { byDefault: false, canBeSet: true },
  toolChoice: { none: true, named: true },
  limitFields: ["max_completion_tokens", "max_tokens"],
};

export const studioStyle: FrameStyle = {
  reasoningField: "reasoning_content",
  systemFingerprint: null,
  wholeCalls: false,
  namesContinuations: true,
  shuffles: true,
};

/** The model a request is for, or why the request is refused: the same rules on both protocols. */
export function checkChat(
  body: JsonObject,
  { models, maxSeed }: { readonly models: readonly string[]; readonly maxSeed?: number },
): { readonly model: SimulatedModel } | Refusal {
  if (Object.keys(body).length === 0)
    return badShape("Required body invalid, please check the request body format.");
  const id = body["model"];
  if (typeof id !== "string" || id === "")
    return {
      status: 400,
      code: "invalid_request_error",
      message: "you must provide a model parameter",
    };
  if (!models.includes(id))
    return {
      status: 404,
      code: "model_not_found",
      message: `The model \`${id}\` does not exist or you do not have access to it.`,
    };
  const model = modelById(id);
  const checked = { body, model, inputTokens: promptTokens(body) };
  return refuseChat(maxSeed === undefined ? checked : { ...checked, maxSeed }) ?? { model };
}

export interface Served {
  readonly model: SimulatedModel;
  readonly usage: UsageCounter;
  readonly obedience: Obedience;
  readonly style: FrameStyle;
  /** `usage` is never sent in a stream, whatever was asked. */
  readonly hidesUsage?: boolean;
}

/** A scripted answer on the OpenAI protocol, streamed or not as the request says. */
export function playChat(body: JsonObject, scripted: ScriptedResponse, served: Served): Reply {
  const { model, usage, obedience, style, hidesUsage = false } = served;
  if (scripted.error !== undefined) return scriptedRefusal(scripted, scripted.error);
  const response = obey(scripted, body, obedience);
  const counted = usage.count(body, response, model);
  if (body["stream"] !== true)
    return wholeReply(response, completion(response, { model: model.id, usage: counted, style }));
  const id = nextId();
  const frames = framesOf(response, {
    id: `chatcmpl-${id}`,
    model: model.id,
    created: 1_764_000_000,
    includeUsage: includesUsage(body) && !hidesUsage,
    usage: counted,
    style,
  });
  return streamReply(response, { id, frames });
}

export function includesUsage({ stream_options: options }: JsonObject): boolean {
  return (
    typeof options === "object" &&
    options !== null &&
    "include_usage" in options &&
    options.include_usage === true
  );
}

interface Completed {
  readonly model: string;
  readonly usage: JsonObject;
  readonly style: FrameStyle;
}

/** The answer of a request without `stream`. Content beside tool calls is "" [documented]. */
function completion(response: ScriptedResponse, { model, usage, style }: Completed): JsonObject {
  const calls = (response.toolCalls ?? []).map((call, position) => ({
    index: callIndex(response, position),
    id: callId(call, position),
    type: "function",
    function: { name: call.name, arguments: argumentsText(call) },
  }));
  const message = {
    role: "assistant",
    content: response.text ?? "",
    ...(response.reasoning === undefined ? {} : { [style.reasoningField]: response.reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    choices: [{ message, finish_reason: finishOf(response), index: 0, logprobs: null }],
    object: "chat.completion",
    usage: response.usage === null ? null : usage,
    created: 1_764_000_000,
    system_fingerprint: style.systemFingerprint,
    model,
    id: `chatcmpl-${nextId()}`,
  };
}
