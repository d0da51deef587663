import type { ModelPort, ModelRequest } from "../agent/ports.ts";
import { AppError } from "../../shared/errors.ts";
import type { AnswerChunk } from "./answer-reader.ts";
import {
  createProviderPort,
  type ProviderOptions,
  type WireAttempt,
} from "./create-provider-port.ts";
import { createNativeAnswer } from "./native-answer.ts";
import { nativeRequest, type NativeService } from "./native-request.ts";
import { nativeBase } from "./native-url.ts";
import { openStream, type WirePost } from "./open-stream.ts";
import { RefusalError } from "./provider-failure.ts";
import type { SseFrame } from "./sse.ts";

/** How long a connection may stay open after the model has ended its answer: nothing on the wire says that no more will come. */
const lingerMs = 1000;

/** Which path a model of an endpoint turned out to answer on; every step has a provider of its own. */
const learnt = new Map<string, NativeService>();

/**
 * Model Studio in its native protocol; the rest of the promise is createProviderPort's. Throws invalid-input for a base URL beside
 * which no native endpoint is known. Raw prompts exist on the compatible completions API only and are refused.
 */
export function createDashScopeProvider(options: ProviderOptions): ModelPort {
  const { catalogue, region } = options;
  const base = nativeBase(options.baseUrl, region);

  function postTo(
    service: NativeService,
    request: ModelRequest,
    { marked, thinking }: WireAttempt,
  ): WirePost {
    const hasExplicitCache = catalogue.hasExplicitCache(request.model, region);
    return {
      url: `${base}/services/aigc/${service}/generation`,
      body: nativeRequest(request, { service, hasExplicitCache, marked, thinking }),
      headers: { accept: "text/event-stream", "x-dashscope-sse": "enable" },
    };
  }

  async function open(
    request: ModelRequest,
    attempt: WireAttempt,
  ): Promise<AsyncIterable<readonly SseFrame[]>> {
    const { model } = request;
    const place = `${base} ${model}`;
    const service = learnt.get(place) ?? catalogue.find(model)?.native ?? "text-generation";
    try {
      return await openStream(postTo(service, request, attempt), attempt);
    } catch (error) {
      if (!isWrongPath(error) || learnt.has(place)) throw error;
      const other = otherOf(service);
      const frames = await openStream(postTo(other, request, attempt), attempt);
      learnt.set(place, other);
      return frames;
    }
  }

  return createProviderPort(options, {
    protocol: "dashscope",
    async open(request, attempt) {
      if (request.prompt !== undefined)
        throw new AppError(
          "invalid-input",
          "The native DashScope protocol has no raw prompts. Use --protocol openai for fill-in-the-middle, or --mode partial.",
        );
      const enough = new AbortController();
      const signal = AbortSignal.any([attempt.signal, enough.signal]);
      const frames = await open(request, { ...attempt, signal });
      return chunksOf(frames, { caller: attempt.signal, enough });
    },
  });
}

const otherOf = (service: NativeService): NativeService =>
  service === "text-generation" ? "multimodal-generation" : "text-generation";

/** What a path says to a model of the other one: "url error, please check url" [agentscope#1295, 2026-03-06]. */
const isWrongPath = (error: unknown): boolean =>
  error instanceof RefusalError && /\burl error\b/i.test(error.refusal.message);

interface Stop {
  readonly caller: AbortSignal;
  /** Ends the reading of an answer that is whole. */
  readonly enough: AbortController;
}

async function* chunksOf(
  groups: AsyncIterable<readonly SseFrame[]>,
  { caller, enough }: Stop,
): AsyncGenerator<AnswerChunk> {
  const answer = createNativeAnswer();
  let linger: ReturnType<typeof setTimeout> | undefined;
  try {
    for await (const frames of groups) {
      for (const frame of frames) yield* answer.take(frame);
      if (answer.isFinished()) linger ??= setTimeout(() => enough.abort(), lingerMs);
    }
  } catch (error) {
    // What becomes of the connection after the answer's end is no part of it.
    const isLate = answer.isFinished() && !(error instanceof RefusalError);
    if (!isLate || caller.aborted) throw error;
  } finally {
    clearTimeout(linger);
  }
  yield answer.rest();
}
