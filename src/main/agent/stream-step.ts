import { AppError, UnsentError, type ErrorCode } from "../../shared/errors.ts";
import { proseStops } from "../../shared/bare-code.ts";
import { createRequestId } from "../../shared/ids.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { messagesOf } from "./messages.ts";
import type {
  FinishReason,
  ModelEvent,
  ModelRequest,
  RequestOutcome,
  RequestScope,
} from "./ports.ts";
import { rescueCalls, type DoubtfulCall } from "./rescue-calls.ts";
import type { ModelCall, TurnContext } from "./turn-context.ts";

export interface StepAnswer {
  readonly calls: readonly ModelCall[];
  readonly finish: FinishReason;
  /** A call that was written as text and not run: what the model has to know of it. */
  readonly doubt: string | null;
}

/** One request: budget reserved before, answer streamed into the log, usage settled whatever became of it. */
export async function streamStep(context: TurnContext): Promise<StepAnswer> {
  const request = buildRequest(context);
  const scope = scopeOf(context);
  const inputBytes = new TextEncoder().encode(
    JSON.stringify([request.messages, request.tools]),
  ).byteLength;
  await context.usage.reserve(
    scope,
    { inputBytes, maxOutputTokens: context.maxOutputTokens },
    context.budget,
  );
  const answer = createCollector(context);
  let status: RequestOutcome["status"] = "failed";
  try {
    const events = context.model.stream(request, context.signal);
    // An answer that is to be bare code is code throughout, without the marks that tell it from prose.
    const isCode = context.log.state().turns.at(-1)?.codeOnly === true;
    for await (const event of isCode ? events : rescueCalls(events, context.tools))
      answer.take(event);
    status = "completed";
  } catch (error) {
    if (context.signal.aborted) status = "cancelled";
    else answer.refused(error);
    throw error;
  } finally {
    const settled = await context.usage.settle(scope, answer.outcome(status));
    if (answer.hasUsage() || status === "completed") {
      const { requestId, model, region, protocol } = scope;
      context.log.append({
        type: "usage-add",
        sessionId: scope.sessionId,
        turnId: context.turnId,
        requestId,
        model,
        region,
        protocol,
        ...settled,
      });
    }
  }
  return answer.result();
}

function buildRequest(context: TurnContext): ModelRequest {
  const state = context.log.state();
  const messages = messagesOf(state);
  return {
    model: context.modelId,
    messages: [{ role: "system", content: [{ type: "text", text: context.system }] }, ...messages],
    tools: context.tools.definitions,
    maxOutputTokens: context.sendOutputLimit ? context.maxOutputTokens : null,
    cachesPrefix: true,
    ...(context.sampling === undefined ? {} : { sampling: context.sampling }),
    ...(state.thinking === null ? {} : { thinking: state.thinking }),
    ...(state.turns.at(-1)?.codeOnly === true ? { stop: proseStops } : {}),
  };
}

function scopeOf(context: TurnContext): RequestScope {
  const { sessionId, workspace } = context.log.state();
  return {
    requestId: createRequestId(),
    sessionId,
    turnId: context.turnId,
    workspace,
    model: context.modelId,
    region: context.model.region,
    protocol: context.model.protocol,
  };
}

interface Collector {
  take(event: ModelEvent | DoubtfulCall): void;
  /** A request that was refused before a single token, or never sent, cost nothing: it must not weigh on the budget. */
  refused(error: unknown): void;
  hasUsage(): boolean;
  outcome(status: RequestOutcome["status"]): RequestOutcome;
  result(): StepAnswer;
}

const noUsage: TokenUsage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "unauthorized",
  "model-not-found",
  "rate-limited",
  "refused",
]);

function createCollector(context: TurnContext): Collector {
  const { sessionId } = context.log.state();
  const base = { sessionId, turnId: context.turnId };
  const startedAt = performance.now();
  const calls: ModelCall[] = [];
  let finish: FinishReason = "other";
  let doubt: string | null = null;
  let usage: TokenUsage | null = null;
  let explicitCache = false;
  let firstTokenMs: number | null = null;
  let retries = 0;
  return {
    take(event) {
      if (event.type !== "retry") firstTokenMs ??= Math.round(performance.now() - startedAt);
      switch (event.type) {
        case "text-delta":
        case "reasoning-delta":
          context.log.append({ ...base, type: event.type, text: event.text });
          break;
        case "retry":
          // Holding a request back is no second try.
          if (event.code !== "paced") retries += 1;
          context.log.append({ ...base, ...event });
          break;
        case "tool-call":
          calls.push(event);
          break;
        case "doubtful-call":
          doubt = event.note;
          break;
        case "usage":
          ({ usage, explicitCache } = event);
          break;
        case "finish":
          finish = event.reason;
          break;
      }
    },
    refused(error) {
      if (firstTokenMs !== null) return;
      if (error instanceof UnsentError || (error instanceof AppError && refusals.has(error.code)))
        usage = noUsage;
    },
    hasUsage: () => usage !== null && usage !== noUsage,
    outcome: (status) => ({
      usage,
      explicitCache,
      status,
      firstTokenMs,
      durationMs: Math.round(performance.now() - startedAt),
      retries,
    }),
    result: () => ({ calls, finish, doubt }),
  };
}
