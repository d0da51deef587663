import type { ModelMessage, ModelRequest } from "../agent/ports.ts";
import type { ModelFacts } from "../catalogue/model-facts.ts";
import { cacheControl } from "./cache-markers.ts";
import type { WireAttempt } from "./create-provider-port.ts";
import { samplingFields, toolFields } from "./chat-request.ts";

/** The two paths of the native protocol; which one a model answers on is catalogue data. */
export type NativeService = ModelFacts["native"];

/** How content is written: plain text and, where a cache marker must have a place, blocks on the one path; parts on the other. */
type ContentForm = "text" | "blocks" | "parts";

export interface NativeShape extends Pick<WireAttempt, "marked" | "thinking"> {
  readonly service: NativeService;
  /** Whether the model keeps what is marked. The form of content hangs on that, so that it is the same in every request. */
  readonly hasExplicitCache: boolean;
}

/** A request's body. The same request gives the same bytes: the provider's cache goes by the prefix. */
export function nativeRequest(request: ModelRequest, shape: NativeShape): object {
  const { model, messages, maxOutputTokens: limit, stop } = request;
  const form = formOf(shape);
  return {
    model,
    input: {
      messages: messages.map((message, index) =>
        wireMessage(message, form, shape.marked.includes(index)),
      ),
    },
    parameters: {
      // Their defaults differ from model to model, so both are always said.
      result_format: "message",
      incremental_output: true,
      // An empty list is refused: "[] is too short".
      ...(request.tools.length === 0 ? {} : toolFields(request)),
      ...(limit === null ? {} : { max_tokens: limit }),
      ...samplingFields(request),
      ...shape.thinking,
      ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    },
  };
}

function formOf({ service, hasExplicitCache }: NativeShape): ContentForm {
  if (service === "multimodal-generation") return "parts";
  return hasExplicitCache ? "blocks" : "text";
}

function wireMessage(message: ModelMessage, form: ContentForm, isMarked: boolean): object {
  const content = wireContent(message, form, isMarked);
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content };
    case "assistant":
      return {
        role: "assistant",
        content,
        ...(message.toolCalls.length === 0 ? {} : { tool_calls: message.toolCalls.map(wireCall) }),
        ...(message.partial === true ? { partial: true } : {}),
      };
  }
}

/** Calls without text, and the beginning of an answer, are written as plain text everywhere the page shows them. */
function wireContent(message: ModelMessage, form: ContentForm, isMarked: boolean): unknown {
  const { content } = message;
  const isBeginning = message.role === "assistant" && message.partial === true;
  if (form === "text" || (form === "blocks" && (isBeginning || content.length === 0)))
    return content.map(({ text }) => text).join("");
  const last = content.length - 1;
  const kind = form === "blocks" ? { type: "text" } : {};
  return content.map(({ text }, index) =>
    Object.assign({}, kind, { text }, isMarked && index === last ? cacheControl : {}),
  );
}

const wireCall = (call: { id: string; name: string; argumentsText: string }, index: number) => ({
  index,
  id: call.id,
  type: "function",
  function: { name: call.name, arguments: call.argumentsText },
});
