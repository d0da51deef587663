import type { ModelEvent, ModelPort, ModelRequest } from "../agent/ports.ts";
import { isModelStudioRegion } from "../catalogue/region-facts.ts";
import { AppError, HistoryError } from "../../shared/errors.ts";
import { assertUsable, isLoopback } from "../egress/key-origin.ts";
import type { EndpointAbilities } from "../../shared/endpoint.ts";
import type { Protocol } from "../../shared/events.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { ModelFacts, WireFields } from "../catalogue/model-facts.ts";
import {
  createAnswerReader,
  type AnswerChunk,
  type AnswerEnd,
  type AnswerReader,
} from "./answer-reader.ts";
import { defaultBackOff, type BackOff } from "./back-off.ts";
import { boundFetch, type BoundFetchOptions, type Fetch } from "./bound-fetch.ts";
import { cacheMarkers } from "./cache-markers.ts";
import type { ErrorContext } from "./error-table.ts";
import type { LearntLimit } from "./learnt-limit.ts";
import { noPace, type Pace } from "./pace.ts";
import { BrokenAnswer } from "./provider-failure.ts";
import { isModelStudio } from "./regions.ts";
import { streamWithRetries, throwIfStopped } from "./retry-stream.ts";
import { thinkingFields } from "./thinking-fields.ts";
import { createWatchdog } from "./watchdog.ts";

/** Older models count reasoning apart from `max_tokens`; from qwen4-max-preview on both mean the same [notices 2026-04-12, 2026-11-02]. */
export type OutputLimitField = ModelFacts["outputLimitField"];

export interface ProviderOptions {
  readonly baseUrl: string;
  /** Asked for before each request; null is enough for a server on this machine. */
  readonly apiKey: string | (() => string | null | Promise<string | null>);
  readonly region: string;
  readonly userAgent: string;
  readonly catalogue: Pick<Catalogue, "find" | "successorsOf" | "hasExplicitCache">;
  /** What a test of this model at this endpoint has shown; what it has not, the catalogue says. */
  readonly abilities?: Partial<EndpointAbilities>;
  /** Told when a refusal names a limit of the model. */
  readonly onLimit?: (model: string, limit: LearntLimit) => void;
  /** Longest silence of the provider; default three minutes, which a queue on its side may take. */
  readonly idleTimeoutMs?: number;
  /** For a whole answer; default a little over an hour at Model Studio, none elsewhere. */
  readonly totalTimeoutMs?: number;
  readonly backOff?: BackOff;
  /** Of the model that is asked; default none. */
  readonly pace?: Pace;
  readonly fetch?: Fetch;
}

/** What a protocol needs to send one request. */
export interface WireAttempt {
  readonly key: string;
  /** Named in errors. */
  readonly host: string;
  /** Goes to the endpoint's origin only; throws RefusalError for an answer that is no success. */
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** To be called whenever something arrives: silence ends the attempt. */
  readonly onBytes: () => void;
  /** Messages on which an explicit cache is marked; none where the model has none. */
  readonly marked: readonly number[];
  readonly limitField: OutputLimitField;
  /** Fields that the endpoint's test has seen refused: they are not sent. */
  readonly refused: ReadonlySet<string>;
  /** Tool results as plain text: some servers lose the call's id where the content is a list of parts [ollama, OpenAI compatibility]. */
  readonly plainResults: boolean;
  /** What the request says of thinking, in the fields both protocols share. */
  readonly thinking: WireFields;
}

/** What is a protocol's own: how a request is written and how its answer's frames are read. */
export interface Wire {
  readonly protocol: Protocol;
  /** Sends the request. The answer ends without an error also when it was cut: the reader looks for its finish. */
  open(request: ModelRequest, attempt: WireAttempt): Promise<AsyncIterable<AnswerChunk>>;
}

/**
 * One endpoint, spoken to in one protocol. Throws invalid-input for a base URL that a key must not be sent to. What can be retried
 * is retried by itself, told by `retry` events, as long as nothing of the answer was passed on.
 */
export function createProviderPort(options: ProviderOptions, wire: Wire): ModelPort {
  assertUsable(options.baseUrl);
  return {
    protocol: wire.protocol,
    region: options.region,
    stream: (request, signal) => streamAnswer({ options, wire }, request, signal),
  };
}

interface Endpoint {
  readonly options: ProviderOptions;
  readonly wire: Wire;
}

/** One attempt's surroundings: where it goes, with which key, and what its failures are told with. */
interface Attempt extends Endpoint {
  readonly key: string;
  readonly context: ErrorContext;
  readonly caller: AbortSignal;
  readonly queueMs: number;
}

async function* streamAnswer(
  endpoint: Endpoint,
  request: ModelRequest,
  caller: AbortSignal,
): AsyncGenerator<ModelEvent> {
  throwIfStopped(caller);
  const { options } = endpoint;
  const key = await keyOf(options);
  const context = contextOf(options, request.model, key);
  const { backOff = defaultBackOff, pace = noPace } = options;
  const onLimit = (limit: LearntLimit): void => options.onLimit?.(request.model, limit);
  const retries = { context, caller, backOff, pace, tokens: roughTokens(request), onLimit };
  yield* streamWithRetries(retries, ({ queueMs }) =>
    streamOnce({ ...endpoint, key, context, caller, queueMs }, request),
  );
}

/** Four characters of JSON are about a token. */
const roughTokens = ({ messages, tools, prompt }: ModelRequest): number =>
  Math.ceil((prompt ?? JSON.stringify([messages, tools])).length / 4);

async function* streamOnce(attempt: Attempt, request: ModelRequest): AsyncGenerator<ModelEvent> {
  const { options, wire, context, caller, queueMs } = attempt;
  const facts = options.catalogue.find(request.model);
  const reader = createAnswerReader();
  const tellServed = servedTeller(request);
  using watchdog = createWatchdog({
    caller,
    host: context.host,
    // Time in the provider's own queue is no silence.
    idleTimeoutMs: (options.idleTimeoutMs ?? 180_000) + queueMs,
    totalTimeoutMs: options.totalTimeoutMs ?? longestAnswer(options.baseUrl, queueMs),
  });
  try {
    const stream = await wire.open(request, {
      key: attempt.key,
      host: context.host,
      fetch: fetchFor(attempt, (id) => {
        watchdog.alive();
        tellServed(id);
      }),
      signal: watchdog.signal,
      onBytes: () => watchdog.alive(),
      marked: options.catalogue.hasExplicitCache(request.model, options.region)
        ? cacheMarkers(request)
        : [],
      limitField: options.abilities?.outputLimitField ?? facts?.outputLimitField ?? "max_tokens",
      refused: refusedFields(options.abilities),
      plainResults: facts === undefined,
      thinking: thinkingFields(request, facts?.thinking),
    });
    for await (const chunk of stream) {
      tellServed(chunk["request_id"] ?? chunk["id"]);
      yield* reader.take(chunk);
    }
    // A stream may end quietly when it is stopped from outside.
    watchdog.signal.throwIfAborted();
  } catch (thrown) {
    // Tokens that were reported are owed, whatever became of the answer.
    yield* usageOf(reader);
    throw watchdog.signal.aborted ? watchdog.signal.reason : thrown;
  }
  yield* usageOf(reader);
  yield* finished(reader.end(), context, request);
}

/** Tells the first id that is said: the header's, else the native protocol's, else that of a compatible answer. */
function servedTeller({ onServed }: ModelRequest): (id: unknown) => void {
  let isTold = false;
  return (id) => {
    if (isTold || typeof id !== "string" || id === "") return;
    isTold = true;
    onServed?.(id.replace(/^chatcmpl-/, "").slice(0, longestId));
  };
}

/** No real one is longer. */
const longestId = 128;

const refusedFields = (abilities: Partial<EndpointAbilities> = {}): ReadonlySet<string> =>
  new Set([
    ...(abilities.streamOptions === false ? ["stream_options"] : []),
    ...(abilities.parallelField === false ? ["parallel_tool_calls"] : []),
  ]);

/** Model Studio ends a request after at most an hour (`x-dashscope-timeout`, recorded); signs of life without an answer could go on. */
const longestAnswer = (baseUrl: string, queueMs: number): number | null =>
  isModelStudio(baseUrl) ? 3_660_000 + queueMs : null;

function fetchFor(
  { options, queueMs }: Attempt,
  onAnswer: NonNullable<BoundFetchOptions["onAnswer"]>,
): Fetch {
  const { baseUrl, userAgent } = options;
  return boundFetch({ baseUrl, userAgent, fetch: options.fetch ?? fetch, onAnswer, queueMs });
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

async function keyOf({ apiKey, baseUrl, region }: ProviderOptions): Promise<string> {
  const key = typeof apiKey === "string" ? apiKey : await apiKey();
  if (key !== null && key !== "") return key;
  // A server on this machine asks for none, but the header wants something.
  if (isLoopback(baseUrl)) return "none";
  throw new AppError(
    "unauthorized",
    `There is no key for ${new URL(baseUrl).host} (region ${region}). Add one in Settings.`,
  );
}

const contextOf = (options: ProviderOptions, model: string, key: string): ErrorContext => ({
  host: new URL(options.baseUrl).host,
  region: options.region,
  model,
  // Elsewhere other models are served: Model Studio's would be no advice.
  successors: isModelStudioRegion(options.region) ? options.catalogue.successorsOf(model) : [],
  secret: key,
});
