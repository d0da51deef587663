import type * as OpenAIPackage from "openai";
import type { ModelEvent, ModelPort, ModelRequest } from "../agent/ports.ts";
import { AppError, HistoryError } from "../../shared/errors.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import {
  createAnswerReader,
  type AnswerChunk,
  type AnswerEnd,
  type AnswerReader,
} from "./answer-reader.ts";
import { defaultBackOff, type BackOff } from "./back-off.ts";
import { assertUsable, boundFetch, type Fetch } from "./bound-fetch.ts";
import { cacheMarkers } from "./cache-markers.ts";
import { chatRequest, textRequest, type OutputLimitField } from "./chat-request.ts";
import type { ErrorContext } from "./error-table.ts";
import { noPace, type Pace } from "./pace.ts";
import { BrokenAnswer } from "./provider-failure.ts";
import { isLoopback } from "./regions.ts";
import { streamWithRetries, throwIfStopped } from "./retry-stream.ts";
import { createWatchdog } from "./watchdog.ts";

export interface OpenAiProviderOptions {
  readonly baseUrl: string;
  /** Asked for before each request; null is enough for a server on this machine. */
  readonly apiKey: string | (() => string | null | Promise<string | null>);
  readonly region: string;
  readonly userAgent: string;
  readonly catalogue: Pick<Catalogue, "successorsOf" | "hasExplicitCache">;
  readonly outputLimitField?: OutputLimitField;
  /** Longest silence of the provider; default three minutes, which a queue on its side may take. */
  readonly idleTimeoutMs?: number;
  /** For a whole answer; default none. */
  readonly totalTimeoutMs?: number;
  readonly backOff?: BackOff;
  /** Of the model that is asked; default none. */
  readonly pace?: Pace;
  readonly fetch?: Fetch;
}

/** One attempt's surroundings: where it goes, with which key, and what its failures are told with. */
interface Attempt {
  readonly options: OpenAiProviderOptions;
  readonly key: string;
  readonly context: ErrorContext;
  readonly caller: AbortSignal;
  readonly queueMs: number;
}

/** The watchdog ends a request; the package's own limit lies beyond any answer. */
const farAway = 24 * 60 * 60 * 1000;

/** Loaded beside the rest of the start: it is the largest module of a headless run. */
let loading: Promise<typeof OpenAIPackage> | undefined;
const loadOpenAi = (): Promise<typeof OpenAIPackage> => (loading ??= import("openai"));

/**
 * An OpenAI-compatible endpoint. Throws invalid-input for a base URL that a key must not be sent to. What can be retried is
 * retried by itself, told by `retry` events, as long as nothing of the answer was passed on.
 */
export function createOpenAiProvider(options: OpenAiProviderOptions): ModelPort {
  assertUsable(options.baseUrl);
  loadOpenAi().catch(() => {
    loading = undefined;
  });
  return {
    protocol: "openai",
    region: options.region,
    stream: (request, signal) => streamAnswer(options, request, signal),
  };
}

async function* streamAnswer(
  options: OpenAiProviderOptions,
  request: ModelRequest,
  caller: AbortSignal,
): AsyncGenerator<ModelEvent> {
  throwIfStopped(caller);
  const key = await keyOf(options);
  await loadOpenAi();
  const context = contextOf(options, request.model, key);
  const { backOff = defaultBackOff, pace = noPace } = options;
  const retries = { context, caller, backOff, pace, tokens: roughTokens(request) };
  yield* streamWithRetries(retries, ({ queueMs }) =>
    streamOnce({ options, key, context, caller, queueMs }, request),
  );
}

/** Four characters of JSON are about a token. */
const roughTokens = ({ messages, tools, prompt }: ModelRequest): number =>
  Math.ceil((prompt ?? JSON.stringify([messages, tools])).length / 4);

async function* streamOnce(attempt: Attempt, request: ModelRequest): AsyncGenerator<ModelEvent> {
  const { options, context, caller, queueMs } = attempt;
  const reader = createAnswerReader();
  using watchdog = createWatchdog({
    caller,
    host: context.host,
    // Time in the provider's own queue is no silence.
    idleTimeoutMs: (options.idleTimeoutMs ?? 180_000) + queueMs,
    totalTimeoutMs: options.totalTimeoutMs ?? null,
  });
  try {
    const client = await clientFor(attempt, () => watchdog.alive());
    const stream = await open(client, request, {
      limitField: options.outputLimitField ?? "max_tokens",
      marked: options.catalogue.hasExplicitCache(request.model, options.region)
        ? cacheMarkers(request)
        : [],
      signal: watchdog.signal,
    });
    for await (const chunk of stream) yield* reader.take(chunk);
    // The package ends the stream quietly when it is stopped from outside.
    watchdog.signal.throwIfAborted();
  } catch (thrown) {
    // Tokens that were reported are owed, whatever became of the answer.
    yield* usageOf(reader);
    throw watchdog.signal.aborted ? watchdog.signal.reason : thrown;
  }
  yield* usageOf(reader);
  yield* finished(reader.end(), context, request);
}

interface OpenOptions {
  readonly limitField: OutputLimitField;
  readonly marked: readonly number[];
  readonly signal: AbortSignal;
}

function open(
  client: OpenAIPackage.OpenAI,
  request: ModelRequest,
  { limitField, marked, signal }: OpenOptions,
): Promise<AsyncIterable<AnswerChunk>> {
  if (request.prompt !== undefined)
    return client.completions.create(textRequest(request, request.prompt), { signal });
  return client.chat.completions.create(chatRequest(request, limitField, marked), { signal });
}

function usageOf(reader: AnswerReader): readonly ModelEvent[] {
  const usage = reader.usage();
  return usage === null ? [] : [usage];
}

/** Calls and the reason for the end, or the error that makes the answer unusable. */
function finished(
  end: AnswerEnd,
  { host }: ErrorContext,
  request: ModelRequest,
): readonly ModelEvent[] {
  if (end.ok) {
    if (end.isEmpty && !mayBeSilent(request) && isStop(end.events))
      throw new AppError(
        "unavailable",
        `${request.model} answered with nothing. Retry, or choose another model.`,
      );
    return end.events;
  }
  if (end.why === "filtered")
    throw new HistoryError(
      "content",
      "The provider's content filter cut the answer. Leave out what may have caused it.",
    );
  throw new BrokenAnswer(
    end.why === "cut"
      ? `The answer of ${host} broke off before its end. Retry.`
      : `${request.model} called a tool without naming it. Retry, or choose another model.`,
  );
}

/** After tool results and at a cursor there may be nothing to add; otherwise silence is a model on its way out of service. */
function mayBeSilent({ messages, prompt }: ModelRequest): boolean {
  const last = messages.at(-1);
  return prompt !== undefined || last?.role === "tool" || last?.role === "assistant";
}

const isStop = (events: readonly ModelEvent[]): boolean =>
  events.some((event) => event.type === "finish" && event.reason === "stop");

async function clientFor(
  { options, key, queueMs }: Attempt,
  onBytes: () => void,
): Promise<OpenAIPackage.OpenAI> {
  const { OpenAI } = await loadOpenAi();
  return new OpenAI({
    baseURL: options.baseUrl,
    apiKey: key,
    // Nothing is taken from the environment: those variables belong to another service.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: farAway,
    fetch: boundFetch({
      baseUrl: options.baseUrl,
      userAgent: options.userAgent,
      fetch: options.fetch ?? fetch,
      onBytes,
      queueMs,
    }),
  });
}

async function keyOf({ apiKey, baseUrl, region }: OpenAiProviderOptions): Promise<string> {
  const key = typeof apiKey === "string" ? apiKey : await apiKey();
  if (key !== null && key !== "") return key;
  // A server on this machine asks for none, but the package wants one.
  if (isLoopback(baseUrl)) return "none";
  throw new AppError(
    "unauthorized",
    `There is no key for ${new URL(baseUrl).host} (region ${region}). Add one in Settings.`,
  );
}

const contextOf = (options: OpenAiProviderOptions, model: string, key: string): ErrorContext => ({
  host: new URL(options.baseUrl).host,
  region: options.region,
  model,
  successors: options.catalogue.successorsOf(model),
  secret: key,
});
