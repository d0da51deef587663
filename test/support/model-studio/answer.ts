import { argumentsText, finishOf, framesOf, splitBytes } from "./frames.ts";
import { simulatedModels, unknownModelLimits, type SimulatedModel } from "./known-models.ts";
import { badShape, refuseChat, type Refusal } from "./refusals.ts";
import { placeOf, type Place, type SimulatedRegion } from "./regions.ts";
import type { JsonObject, Player, RecordedRequest, ScriptedResponse } from "./script.ts";
import { refuseText, textFrames } from "./text-answer.ts";
import { promptTokens, type UsageCounter } from "./usage.ts";

/** Keys that are accepted: everywhere, or by region. */
export type AcceptedKeys =
  | readonly string[]
  | Readonly<Partial<Record<SimulatedRegion, readonly string[]>>>;

export interface Simulation {
  readonly keys: AcceptedKeys | undefined;
  readonly models: readonly string[];
  readonly player: Player;
  readonly usage: UsageCounter;
}

/** One HTTP answer, ready to be written piece by piece. */
export interface Reply {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly Buffer[];
  readonly refusal: string | null;
  readonly delayMs: number;
  readonly pieceDelayMs: number;
  readonly cutAfterBytes: number;
  readonly hang: boolean | "before";
}

let count = 0;
const nextId = (): string => {
  count += 1;
  return `8f3c2a10-0000-4000-8000-${count.toString(16).padStart(12, "0")}`;
};

const plainReply = (status: number, body: unknown): Reply => ({
  id: nextId(),
  status,
  headers: { "content-type": "application/json" },
  pieces:
    body === undefined ? [] : [Buffer.from(typeof body === "string" ? body : JSON.stringify(body))],
  refusal: null,
  delayMs: 0,
  pieceDelayMs: 0,
  cutAfterBytes: Number.POSITIVE_INFINITY,
  hang: false,
});

function refused(refusal: Refusal): Reply {
  const { status, code, message } = refusal;
  const reply = plainReply(status, undefined);
  const body = {
    error: { message, type: "invalid_request_error", param: null, code },
    request_id: reply.id,
  };
  return { ...reply, pieces: [Buffer.from(JSON.stringify(body))], refusal: message };
}

/** What the service says to one request. */
export function answer(request: RecordedRequest, simulation: Simulation): Reply {
  const place = placeOf(request.path);
  if (place === undefined) return { ...plainReply(404, undefined), refusal: "no such path" };
  const denied = place.isPlan ? refusePlan(request) : null;
  if (denied !== null) return denied;
  const unauthorized = refuseKey(request, place, simulation);
  if (unauthorized !== null) return refused(unauthorized);
  if (place.rest === "/models") return listModels(request, place, simulation);
  if (place.rest === "/completions" && place.region === "beijing") return text(request, simulation);
  if (place.rest !== "/chat/completions")
    return { ...plainReply(404, undefined), refusal: "no such path" };
  if (request.method !== "POST")
    return refused(badShape(`Request method '${request.method}' is not supported.`));
  return chat(request, simulation);
}

/** The plan host serves known tools only and answers with a plain string [reported]. */
function refusePlan(request: RecordedRequest): Reply | null {
  if ((request.headers["user-agent"] ?? "") !== "") return null;
  const error = "Coding Plan is currently only available for Coding Agents";
  return { ...plainReply(405, { error }), refusal: error };
}

function refuseKey(request: RecordedRequest, place: Place, { keys }: Simulation): Refusal | null {
  const key = /^Bearer\s+(\S+)$/.exec(request.headers["authorization"] ?? "")?.[1];
  if (key === undefined)
    return {
      status: 401,
      code: null,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    };
  const isPlanKey = key.startsWith("sk-sp-");
  if (isPlanKey !== place.isPlan)
    return {
      status: 401,
      code: "invalid_api_key",
      message: "invalid access token or token expired",
    };
  if (accepts(keys, place.region, key)) return null;
  return { status: 401, code: "invalid_api_key", message: "Incorrect API key provided. " };
}

function accepts(keys: Simulation["keys"], region: SimulatedRegion, key: string): boolean {
  if (keys === undefined) return key.startsWith("sk-") && key.length >= 8;
  return isList(keys) ? keys.includes(key) : (keys[region]?.includes(key) ?? false);
}

const isList = (keys: AcceptedKeys): keys is readonly string[] => Array.isArray(keys);

function listModels(request: RecordedRequest, place: Place, { models }: Simulation): Reply {
  if (place.isPlan) return { ...plainReply(404, undefined), refusal: "no model list on a plan" };
  if (request.method !== "GET")
    return refused(badShape(`Request method '${request.method}' is not supported.`));
  const data = models.map((id) => ({
    id,
    object: "model",
    created: 1_754_000_000,
    owned_by: "system",
  }));
  return plainReply(200, { object: "list", data });
}

function chat(request: RecordedRequest, simulation: Simulation): Reply {
  const { body } = request;
  if (Object.keys(body).length === 0)
    return refused(badShape("Required body invalid, please check the request body format."));
  const id = body["model"];
  if (typeof id !== "string" || id === "")
    return refused({
      status: 400,
      code: "invalid_request_error",
      message: "you must provide a model parameter",
    });
  if (!simulation.models.includes(id))
    return refused({
      status: 404,
      code: "model_not_found",
      message: `The model \`${id}\` does not exist or you do not have access to it.`,
    });
  const model: SimulatedModel = simulatedModels.find((entry) => entry.id === id) ?? {
    id,
    ...unknownModelLimits,
  };
  const refusal = refuseChat({ body, model, inputTokens: promptTokens(body) });
  if (refusal !== null) return refused(refusal);
  return play(body, simulation.player.next(request), { model, usage: simulation.usage });
}

function play(
  body: JsonObject,
  response: ScriptedResponse,
  { model, usage }: { model: SimulatedModel; usage: UsageCounter },
): Reply {
  const timing = {
    delayMs: response.delayMs ?? 0,
    pieceDelayMs: response.pieceDelayMs ?? 0,
    cutAfterBytes: response.cutAfterBytes ?? Number.POSITIVE_INFINITY,
    hang: response.hang ?? false,
  };
  if (response.error !== undefined) {
    const { status, body: errorBody, headers } = response.error;
    const reply = plainReply(status, errorBody);
    return { ...reply, ...timing, headers: { ...reply.headers, ...headers }, refusal: "scripted" };
  }
  const counted = usage.count(body, response, model);
  if (body["stream"] !== true)
    return {
      ...plainReply(200, completion(response, { model: model.id, usage: counted })),
      ...timing,
    };
  const id = nextId();
  const frames = framesOf(response, {
    id: `chatcmpl-${id}`,
    model: model.id,
    created: 1_764_000_000,
    includeUsage: includesUsage(body),
    usage: counted,
  });
  const bytes = Buffer.from(response.raw ?? frames.join(""));
  return {
    id,
    status: 200,
    headers: { "content-type": "text/event-stream;charset=UTF-8" },
    pieces: splitBytes(bytes, response.chunking ?? "realistic"),
    refusal: null,
    ...timing,
  };
}

function text(request: RecordedRequest, simulation: Simulation): Reply {
  const { body } = request;
  const refusal = refuseText(body);
  if (refusal !== null) return refused(refusal);
  const response = simulation.player.next(request);
  const model: SimulatedModel = { id: String(body["model"]), ...unknownModelLimits };
  const counted = simulation.usage.count({ messages: body["prompt"] }, response, model);
  const usage = includesUsage(body) && response.usage !== null ? counted : null;
  const id = nextId();
  return {
    ...plainReply(200, textFrames(response, { id: `cmpl-${id}`, model: model.id, usage }).join("")),
    id,
    headers: { "content-type": "text/event-stream;charset=UTF-8" },
  };
}

function includesUsage({ stream_options: options }: JsonObject): boolean {
  return (
    typeof options === "object" &&
    options !== null &&
    "include_usage" in options &&
    options.include_usage === true
  );
}

/** The answer of a request without `stream`. Content beside tool calls is "" [documented]. */
function completion(
  response: ScriptedResponse,
  { model, usage }: { model: string; usage: JsonObject },
): JsonObject {
  const calls = (response.toolCalls ?? []).map((call, index) => ({
    index,
    id: call.id ?? `call_${index}`,
    type: "function",
    function: { name: call.name, arguments: argumentsText(call) },
  }));
  const message = {
    role: "assistant",
    content: response.text ?? "",
    ...(response.reasoning === undefined ? {} : { reasoning_content: response.reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    choices: [{ message, finish_reason: finishOf(response), index: 0, logprobs: null }],
    object: "chat.completion",
    usage: response.usage === null ? null : usage,
    created: 1_764_000_000,
    system_fingerprint: null,
    model,
    id: `chatcmpl-${nextId()}`,
  };
}
