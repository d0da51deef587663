import type { ModelPort, ModelRequest } from "../agent/ports.ts";
import type { AnswerChunk } from "./answer-reader.ts";
import { chatRequest, textRequest } from "./chat-request.ts";
import {
  createProviderPort,
  type ProviderOptions,
  type WireAttempt,
} from "./create-provider-port.ts";
import { openStream, readFrame, type WirePost } from "./open-stream.ts";
import type { SseFrame } from "./sse.ts";

/** An OpenAI-compatible endpoint; the rest of the promise is createProviderPort's. */
export const createOpenAiProvider = (options: ProviderOptions): ModelPort =>
  createProviderPort(options, {
    protocol: "openai",
    open: async (request, attempt) =>
      chunksOf(await openStream(postOf(options.baseUrl, request, attempt), attempt)),
  });

function postOf(baseUrl: string, request: ModelRequest, attempt: WireAttempt): WirePost {
  const base = baseUrl.replace(/\/+$/, "");
  return request.prompt === undefined
    ? { url: `${base}/chat/completions`, body: chatRequest(request, attempt) }
    : { url: `${base}/completions`, body: textRequest(request, request.prompt) };
}

/** What follows `[DONE]` is no part of the answer. */
async function* chunksOf(groups: AsyncIterable<readonly SseFrame[]>): AsyncGenerator<AnswerChunk> {
  for await (const frames of groups)
    for (const frame of frames) {
      if (frame.data === "[DONE]") return;
      const chunk = readFrame(frame);
      if (chunk !== null) yield chunk;
    }
}
