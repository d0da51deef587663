import type { Simulation } from "./answer.ts";
import { playChat } from "./chat-answer.ts";
import { flavours, type Flavour, type OtherFlavour, type PlainError } from "./flavours.ts";
import { keyOf } from "./keys.ts";
import { modelById } from "./known-models.ts";
import { plainReply, type Reply } from "./reply.ts";
import type { RecordedRequest } from "./script.ts";

export interface OtherServer {
  readonly flavour: OtherFlavour;
  /** Its model, or the way it was started, has no tools. */
  readonly withoutTools: boolean;
}

/** Where the endpoint of every other server is. */
export const otherBase = "/v1";

const refused = (flavour: Flavour, error: PlainError): Reply =>
  plainReply(error.status, flavour.error(error), error.message);

/** What another server says to one request. A key is asked for only when the options name some. */
export function answerOther(
  request: RecordedRequest,
  { flavour: name, withoutTools }: OtherServer,
  simulation: Simulation,
): Reply {
  const flavour = flavours[name];
  const { keys, models } = simulation;
  if (Array.isArray(keys) && !keys.includes(keyOf(request) ?? ""))
    return refused(flavour, { status: 401, message: "Invalid API Key" });
  if (request.path === `${otherBase}/models`)
    return flavour.listModels === null
      ? refused(flavour, { status: 404, message: "Not Found" })
      : plainReply(200, flavour.listModels(models));
  if (request.path !== `${otherBase}/chat/completions` || request.method !== "POST")
    return refused(flavour, { status: 404, message: "Not Found" });
  return chat(request, { flavour, withoutTools }, simulation);
}

function chat(
  request: RecordedRequest,
  { flavour, withoutTools }: { readonly flavour: Flavour; readonly withoutTools: boolean },
  { models, player, usage }: Simulation,
): Reply {
  const { body } = request;
  const { model: id, messages, tools } = body;
  if (!Array.isArray(messages) || messages.length === 0)
    return refused(flavour, { status: 400, message: "messages is required" });
  if (!flavour.servesAnyName && (typeof id !== "string" || !models.includes(id)))
    return refused(flavour, flavour.unknownModel(String(id)));
  const hasTools = Array.isArray(tools) && tools.length > 0;
  if (withoutTools && hasTools && flavour.withoutTools !== null)
    return refused(flavour, flavour.withoutTools);
  const message = flavour.refuse(body);
  if (message !== null) return refused(flavour, { status: 400, message });
  const { style, obedience, hidesUsage } = flavour;
  const model = modelById(String(id));
  return playChat(body, player.next(request), { model, usage, style, obedience, hidesUsage });
}
