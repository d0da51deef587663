import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { CompletionCreateParamsStreaming } from "openai/resources/completions";
import type { ModelMessage, ModelRequest } from "../agent/ports.ts";
import { cacheControl } from "./cache-markers.ts";
import type { WireAttempt } from "./create-provider-port.ts";

/** What the endpoint and the model decide of a request: the limit's name, messages with a cache marker, fields for thinking. */
type ChatWire = Pick<
  WireAttempt,
  "limitField" | "marked" | "thinking" | "refused" | "plainResults"
>;

/**
 * A request as the endpoint takes it, with cache markers on the messages named. The same request gives the same bytes: the
 * provider's cache goes by the prefix.
 */
export function chatRequest(
  request: ModelRequest,
  { limitField, marked, thinking, refused, plainResults }: ChatWire,
): ChatCompletionCreateParamsStreaming {
  const { maxOutputTokens: limit, stop } = request;
  return {
    model: request.model,
    messages: request.messages.map((message, index) =>
      message.role === "tool" && plainResults
        ? { role: "tool", tool_call_id: message.toolCallId, content: textIn(message) }
        : wireMessage(message, marked.includes(index)),
    ),
    // An empty list is refused: "[] is too short".
    ...(request.tools.length === 0 ? {} : toolFields(request, refused)),
    ...(limit === null ? {} : { [limitField]: limit }),
    ...samplingFields(request),
    ...thinking,
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    stream: true,
    ...(refused.has("stream_options") ? {} : { stream_options: { include_usage: true } }),
  };
}

/** A request with a raw prompt, for the completions API: it takes `max_tokens` only [Model Studio, Completions API, 2025-11-11]. */
export function textRequest(
  request: ModelRequest,
  prompt: string,
): CompletionCreateParamsStreaming {
  const { model, maxOutputTokens: limit, stop } = request;
  return {
    model,
    prompt,
    ...(limit === null ? {} : { max_tokens: limit }),
    ...samplingFields(request),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** `top_k` and `repetition_penalty` are Model Studio's own; the package's types do not know them. */
export function samplingFields({ sampling = {} }: ModelRequest): { readonly temperature?: number } {
  const { temperature, topP, topK, presencePenalty, repetitionPenalty, seed } = sampling;
  const fields = {
    temperature,
    top_p: topP,
    top_k: topK,
    presence_penalty: presencePenalty,
    repetition_penalty: repetitionPenalty,
    seed,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export function toolFields(
  { tools }: ModelRequest,
  refused: ReadonlySet<string> = new Set(),
): Partial<ChatCompletionCreateParamsStreaming> {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters: { ...parameters } },
    })),
    // Off by default there.
    ...(refused.has("parallel_tool_calls") ? {} : { parallel_tool_calls: true }),
  };
}

function wireMessage(message: ModelMessage, isMarked: boolean): ChatCompletionMessageParam {
  const last = message.content.length - 1;
  const content = message.content.map(({ text }, index) =>
    Object.assign({ type: "text" as const, text }, isMarked && index === last ? cacheControl : {}),
  );
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content };
    case "assistant":
      if (message.partial === true)
        // As the provider's page writes it: text, not parts. The package's types do not know the field.
        return Object.assign({ role: message.role, content: textIn(message) }, { partial: true });
      return {
        role: "assistant",
        // Calls without text: the endpoint takes "" and refuses an empty list.
        content: content.length === 0 ? "" : content,
        ...(message.toolCalls.length === 0 ? {} : { tool_calls: message.toolCalls.map(wireCall) }),
      };
  }
}

const textIn = ({ content }: ModelMessage): string => content.map(({ text }) => text).join("");

const wireCall = (call: { id: string; name: string; argumentsText: string }) => ({
  id: call.id,
  type: "function" as const,
  function: { name: call.name, arguments: call.argumentsText },
});
