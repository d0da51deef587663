import type * as OpenAIPackage from "openai/client";
import type { ModelPort, ModelRequest } from "../agent/ports.ts";
import type { AnswerChunk } from "./answer-reader.ts";
import { chatRequest, textRequest } from "./chat-request.ts";
import {
  createProviderPort,
  type ProviderOptions,
  type WireAttempt,
} from "./create-provider-port.ts";
import { framesOf, readFrame } from "./open-stream.ts";
import type { SseFrame } from "./sse.ts";

/** The watchdog ends a request; the package's own limit lies beyond any answer. */
const farAway = 24 * 60 * 60 * 1000;

/** Loaded beside the rest of the start: it is the largest module of a headless run. */
let loading: Promise<typeof OpenAIPackage> | undefined;
const loadOpenAi = (): Promise<typeof OpenAIPackage> => (loading ??= import("openai/client"));

/** An OpenAI-compatible endpoint; the rest of the promise is createProviderPort's. */
export function createOpenAiProvider(options: ProviderOptions): ModelPort {
  const port = createProviderPort(options, {
    protocol: "openai",
    open: async (request, attempt) => {
      const client = await clientFor(options.baseUrl, attempt);
      return chunksOf(framesOf(await send(client, request, attempt), attempt));
    },
  });
  loadOpenAi().catch(() => {
    loading = undefined;
  });
  return port;
}

/**
 * The package sends; the answer is read here. Its own decoder looks at each byte (41 MB/s where sse.ts does over 100) and has no
 * bound on a body that never ends a line.
 */
function send(
  client: OpenAIPackage.OpenAI,
  request: ModelRequest,
  attempt: WireAttempt,
): Promise<Response> {
  const { signal } = attempt;
  return request.prompt === undefined
    ? client.chat.completions.create(chatRequest(request, attempt), { signal }).asResponse()
    : client.completions.create(textRequest(request, request.prompt), { signal }).asResponse();
}

async function clientFor(
  baseURL: string,
  { key, fetch }: WireAttempt,
): Promise<OpenAIPackage.OpenAI> {
  const { OpenAI } = await loadOpenAi();
  return new OpenAI({
    baseURL: baseURL.replace(/\/+$/, ""),
    apiKey: key,
    // Nothing is taken from the environment: those variables belong to another service.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: farAway,
    fetch,
  });
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
