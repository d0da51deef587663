import type { ModelMessage, ModelRequest } from "../agent/ports.ts";

/**
 * Rules of the explicit context cache [Model Studio, context cache, 2026-03]: of more markers the last four count, an entry holds
 * 1,024 tokens or more, and a marker finds an entry that ends at most 20 content blocks before it. An entry lives for five minutes
 * after its last use, costs a quarter more than plain input to create and a tenth of it to read.
 */
const most = 4;
const leastTokens = 1024;

/** As code comes; too low an estimate leaves out a marker, too high a one sets one that is ignored. */
const charactersPerToken = 4;

/** A wire format puts this on the last content part of a marked message, never on the message itself. */
export const cacheControl = { cache_control: { type: "ephemeral" } } as const;

/**
 * Indexes of the messages up to which an explicit cache should keep what was read, tools included, in order: the system message,
 * and where this request ends and the two before it ended. Each request so finds what the last one left, however many blocks
 * the step between them has. None for a request whose beginning will not be sent again.
 */
export function cacheMarkers(
  request: Pick<ModelRequest, "messages" | "tools" | "cachesPrefix">,
): readonly number[] {
  const { messages } = request;
  if (request.cachesPrefix !== true) return [];
  const first = firstLongEnough(request);
  const ends = messages.flatMap((message, index) =>
    isRequestEnd(message, messages[index + 1]) ? [index] : [],
  );
  const wanted = [...(messages[0]?.role === "system" ? [0] : []), ...ends.slice(1 - most)];
  return [...new Set(wanted)].filter((index) => index >= first);
}

/** A request ended here: the model's answer follows, or nothing yet. */
const isRequestEnd = (message: ModelMessage, next: ModelMessage | undefined): boolean =>
  message.role !== "assistant" &&
  message.content.length > 0 &&
  (next === undefined || next.role === "assistant");

/** The first message up to which there are enough tokens for an entry. */
function firstLongEnough({ messages, tools }: Pick<ModelRequest, "messages" | "tools">): number {
  let left = leastTokens * charactersPerToken - JSON.stringify(tools).length;
  for (const [index, message] of messages.entries()) {
    left -= message.content.reduce((sum, { text }) => sum + text.length, 0);
    if (message.role === "assistant")
      left -= message.toolCalls.reduce((sum, { argumentsText }) => sum + argumentsText.length, 0);
    if (left <= 0) return index;
  }
  return messages.length;
}
