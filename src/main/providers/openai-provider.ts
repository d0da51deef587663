import type * as OpenAIPackage from "openai";
import type { ModelPort, ModelRequest } from "../agent/ports.ts";
import type { AnswerChunk } from "./answer-reader.ts";
import { chatRequest, textRequest } from "./chat-request.ts";
import {
  createProviderPort,
  type ProviderOptions,
  type WireAttempt,
} from "./create-provider-port.ts";

/** The watchdog ends a request; the package's own limit lies beyond any answer. */
const farAway = 24 * 60 * 60 * 1000;

/** Loaded beside the rest of the start: it is the largest module of a headless run. */
let loading: Promise<typeof OpenAIPackage> | undefined;
const loadOpenAi = (): Promise<typeof OpenAIPackage> => (loading ??= import("openai"));

/** An OpenAI-compatible endpoint; the rest of the promise is createProviderPort's. */
export function createOpenAiProvider(options: ProviderOptions): ModelPort {
  const port = createProviderPort(options, {
    protocol: "openai",
    ready: loadOpenAi,
    open: (request, attempt) => open(options.baseUrl, request, attempt),
  });
  loadOpenAi().catch(() => {
    loading = undefined;
  });
  return port;
}

async function open(
  baseUrl: string,
  request: ModelRequest,
  attempt: WireAttempt,
): Promise<AsyncIterable<AnswerChunk>> {
  const client = await clientFor(baseUrl, attempt);
  const { signal, limitField, marked } = attempt;
  if (request.prompt !== undefined)
    return client.completions.create(textRequest(request, request.prompt), { signal });
  return client.chat.completions.create(chatRequest(request, limitField, marked), { signal });
}

async function clientFor(
  baseURL: string,
  { key, fetch }: WireAttempt,
): Promise<OpenAIPackage.OpenAI> {
  const { OpenAI } = await loadOpenAi();
  return new OpenAI({
    baseURL,
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
