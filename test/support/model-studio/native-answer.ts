import { checkChat, studioObedience, type Serving } from "./chat-answer.ts";
import { nativeCompletion, nativeFrames } from "./native-frames.ts";
import { nativeBody, nativeRefusal } from "./native-refusal.ts";
import { readNative, refuseForm, refuseRequest } from "./native-request.ts";
import { obey } from "./obey.ts";
import { badShape, type Refusal } from "./refusals.ts";
import type { Place } from "./regions.ts";
import {
  eventError,
  nextId,
  plainReply,
  scriptedRefusal,
  streamReply,
  wholeReply,
  type Reply,
} from "./reply.ts";
import type { RecordedRequest } from "./script.ts";

const endpoints: Readonly<Record<string, { readonly multimodal: boolean }>> = {
  "/services/aigc/text-generation/generation": { multimodal: false },
  "/services/aigc/multimodal-generation/generation": { multimodal: true },
};

/**
 * A refusal in the native form. What a model refuses while streaming comes as an event, which is called JSON all the same, and
 * a wrong key without a content-type [both recorded].
 */
export function refusedNatively(refusal: Refusal, streams: boolean): Reply {
  const { status, code, message } = nativeRefusal(refusal);
  const reply = plainReply(status, undefined, message);
  const body = JSON.stringify({ code, message, request_id: reply.id });
  const isInner = message.startsWith("<400>");
  return {
    ...reply,
    headers: code === "InvalidApiKey" ? {} : reply.headers,
    pieces: [Buffer.from(streams && isInner ? eventError(status, body) : body)],
  };
}

/** What the native endpoint says to one request whose key is good. */
export function generate(request: RecordedRequest, place: Place, serving: Serving): Reply {
  const endpoint = endpoints[place.rest];
  if (endpoint === undefined) return plainReply(404, undefined, "no such path");
  if (request.method !== "POST")
    return refusedNatively(badShape(`Request method '${request.method}' is not supported.`), false);
  const { multimodal } = endpoint;
  const native = readNative(request, multimodal);
  const { body, form } = native;
  const missing = refuseRequest(request, multimodal);
  if (missing !== null) return refusedNatively(missing, false);
  const checked = checkChat(body, { models: serving.models, maxSeed: 2 ** 63 - 1 });
  if (!("model" in checked)) return refusedNatively(checked, form.streams);
  const misshapen = refuseForm(native, checked.model);
  if (misshapen !== null) return refusedNatively(misshapen, form.streams);
  const scripted = serving.player.next(request);
  const id = nextId();
  if (scripted.error !== undefined)
    return scriptedRefusal(scripted, {
      ...scripted.error,
      body: nativeBody(scripted.error.body, id),
    });
  const response = obey(scripted, body, studioObedience);
  const usage = serving.usage.count(body, response, checked.model);
  const context = { id, usage, form };
  return form.streams
    ? streamReply(response, { id, frames: nativeFrames(response, context) })
    : wholeReply(response, nativeCompletion(response, context));
}
