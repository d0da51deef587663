import {
  checkChat,
  includesUsage,
  playChat,
  studioObedience,
  studioStyle,
  type Serving,
} from "./chat-answer.ts";
import { refuseClient, refuseKey, type AcceptedKeys } from "./keys.ts";
import { modelById } from "./known-models.ts";
import { generate, refusedNatively } from "./native-answer.ts";
import { badShape, type Refusal } from "./refusals.ts";
import { placeOf, type Place } from "./regions.ts";
import { nextId, plainReply, scriptedRefusal, streamReply, type Reply } from "./reply.ts";
import type { RecordedRequest } from "./script.ts";
import { refuseText, textFrames } from "./text-answer.ts";

export interface Simulation extends Serving {
  readonly keys: AcceptedKeys | undefined;
}

function refused({ status, code, message }: Refusal): Reply {
  const reply = plainReply(status, undefined, message);
  const body = {
    error: { message, type: "invalid_request_error", param: null, code },
    request_id: reply.id,
  };
  return { ...reply, pieces: [Buffer.from(JSON.stringify(body))] };
}

const noSuchPath = (): Reply => plainReply(404, undefined, "no such path");

/** What the service says to one request. */
export function answer(request: RecordedRequest, simulation: Simulation): Reply {
  const place = placeOf(request.path);
  if (place === undefined) return noSuchPath();
  const denied = place.plan === "coding" ? refuseClient(request) : null;
  if (denied !== null) return denied;
  const unauthorized = refuseKey(request, place, simulation.keys);
  if (place.protocol === "dashscope")
    return unauthorized === null
      ? generate(request, place, simulation)
      : refusedNatively(unauthorized, false);
  if (unauthorized !== null) return refused(unauthorized);
  if (place.rest === "/models") return listModels(request, place, simulation);
  if (place.rest === "/completions" && place.region === "beijing") return text(request, simulation);
  if (place.rest !== "/chat/completions") return noSuchPath();
  if (request.method !== "POST")
    return refused(badShape(`Request method '${request.method}' is not supported.`));
  return chat(request, simulation);
}

function listModels(request: RecordedRequest, place: Place, { models }: Simulation): Reply {
  if (place.plan !== null) return plainReply(404, undefined, "no model list on a plan");
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
  const checked = checkChat(body, simulation);
  if (!("model" in checked)) return refused(checked);
  return playChat(body, simulation.player.next(request), {
    model: checked.model,
    usage: simulation.usage,
    obedience: studioObedience,
    style: studioStyle,
  });
}

function text(request: RecordedRequest, { player, usage: counter }: Simulation): Reply {
  const { body } = request;
  const refusal = refuseText(body);
  if (refusal !== null) return refused(refusal);
  const response = player.next(request);
  if (response.error !== undefined) return scriptedRefusal(response, response.error);
  const model = modelById(String(body["model"]));
  const counted = counter.count(
    { messages: [{ role: "user", content: body["prompt"] }] },
    response,
    model,
  );
  const usage = includesUsage(body) && response.usage !== null ? counted : null;
  const id = nextId();
  const frames = textFrames(response, { id: `cmpl-${id}`, model: model.id, usage });
  return streamReply(response, { id, frames });
}
