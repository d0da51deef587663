import type { Thinking } from "../../shared/events.ts";
import { createRequestId } from "../../shared/ids.ts";
import { noTokens, type RequestPurpose, type TokenUsage } from "../../shared/usage.ts";
import type {
  ModelEvent,
  ModelMessage,
  ModelRequest,
  RequestOutcome,
  RequestScope,
} from "./ports.ts";
import { isFree } from "../../shared/request-cost.ts";
import type { BoundContext } from "./turn-context.ts";
import { jsonBytes } from "./weigh.ts";

/** What of an answer is the caller's: retries and usage are logged here. */
type AnswerEvent = Exclude<ModelEvent, { type: "retry" | "usage" }>;

/** One request: budget reserved before, the answer as it comes, usage settled whatever became of it. */
export async function* sendRequest(
  context: BoundContext,
  request: ModelRequest,
  purpose: RequestPurpose = purposeOf(context),
): AsyncGenerator<AnswerEvent> {
  const { binding, log } = context;
  const scope = scopeOf(context, purpose);
  const inputBytes = requestBytes(request);
  await context.usage.reserve(
    scope,
    { inputBytes, maxOutputTokens: binding.maxOutputTokens },
    context.budget(),
  );
  const meter = createMeter(context);
  let status: RequestOutcome["status"] = "failed";
  try {
    for await (const event of binding.model.stream(request, context.signal)) {
      meter.take(event);
      if (event.type !== "retry" && event.type !== "usage") yield event;
    }
    status = "completed";
  } catch (error) {
    if (context.signal.aborted) status = "cancelled";
    meter.failed(error);
    throw error;
  } finally {
    const settled = await context.usage.settle(scope, meter.outcome(status));
    if (meter.hasUsage() || status === "completed") {
      const { requestId, model, region, protocol, sessionId, turnId } = scope;
      log.append({
        type: "usage-add",
        sessionId,
        turnId,
        requestId,
        model,
        region,
        protocol,
        inputBytes,
        ...settled,
      });
    }
  }
}

/** The session's request with these messages after the system message; its beginning never differs. */
export function requestOf(context: BoundContext, messages: readonly ModelMessage[]): ModelRequest {
  const { binding } = context;
  const thinking = thinkingOf(context);
  return {
    model: binding.modelId,
    messages: [{ role: "system", content: [{ type: "text", text: context.system }] }, ...messages],
    tools: context.tools.definitions,
    maxOutputTokens: binding.sendOutputLimit ? binding.maxOutputTokens : null,
    cachesPrefix: true,
    ...(binding.sampling === undefined ? {} : { sampling: binding.sampling }),
    ...(thinking === null ? {} : { thinking }),
  };
}

/** What the model takes of the session's wish how much to think. */
export function thinkingOf({ log, binding }: BoundContext): Thinking | null {
  const wish = log.state().thinking;
  return wish === null || binding.takeThinking === undefined ? wish : binding.takeThinking(wish);
}

/** Size of what the model reads, as JSON. */
export const requestBytes = ({
  messages,
  tools,
}: Pick<ModelRequest, "messages" | "tools">): number => jsonBytes([messages, tools]);

const purposeOf = ({ log }: BoundContext): RequestPurpose =>
  log.state().kind === "quick" ? "quick-ask" : "chat";

function scopeOf({ log, turnId, binding }: BoundContext, purpose: RequestPurpose): RequestScope {
  const { sessionId, workspace } = log.state();
  return {
    requestId: createRequestId(),
    sessionId,
    turnId,
    workspace,
    model: binding.modelId,
    region: binding.model.region,
    protocol: binding.model.protocol,
    purpose,
  };
}

interface Meter {
  take(event: ModelEvent): void;
  failed(error: unknown): void;
  hasUsage(): boolean;
  outcome(status: RequestOutcome["status"]): RequestOutcome;
}

function createMeter({ log, turnId }: BoundContext): Meter {
  const { sessionId } = log.state();
  const startedAt = performance.now();
  let usage: TokenUsage | null = null;
  let explicitCache = false;
  let firstTokenMs: number | null = null;
  /** Codes of the attempts before the present one; holding a request back is none. */
  const retried: string[] = [];
  return {
    take(event) {
      if (event.type !== "retry") firstTokenMs ??= Math.round(performance.now() - startedAt);
      if (event.type === "usage") ({ usage, explicitCache } = event);
      if (event.type !== "retry") return;
      if (event.code !== "paced") retried.push(event.code);
      log.append({ sessionId, turnId, ...event });
    },
    failed(error) {
      if (firstTokenMs === null && isFree(error, retried)) usage = noTokens;
    },
    hasUsage: () => usage !== null && usage !== noTokens,
    outcome: (status) => ({
      usage,
      explicitCache,
      status,
      firstTokenMs,
      durationMs: Math.round(performance.now() - startedAt),
      retries: retried.length,
    }),
  };
}
