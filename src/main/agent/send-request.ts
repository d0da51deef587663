import type { Thinking } from "../../shared/events.ts";
import { noTokens, type RequestPurpose } from "../../shared/usage.ts";
import { meteredStream, type MeteredRequest } from "./metered-stream.ts";
import type {
  Grant,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  RequestBounds,
  UsagePort,
} from "./ports.ts";
import { isPriceAllowed } from "./price-allowance.ts";
import type { BoundContext } from "./turn-context.ts";
import { jsonBytes } from "./weigh.ts";

/** What of an answer is the caller's: retries and usage are logged here. */
type AnswerEvent = Exclude<ModelEvent, { type: "retry" | "usage" }>;

/** A smaller output limit than this is not worth a request: the agent stops, and the person decides. */
const leastOutputTokens = 4096;

/** One request: budget reserved before each attempt, the answer as it comes, usage settled whatever became of it. */
export async function* sendRequest(
  context: BoundContext,
  request: ModelRequest,
  purpose: RequestPurpose = purposeOf(context),
): AsyncGenerator<AnswerEvent> {
  const { binding, log, turnId } = context;
  const { sessionId } = log.state();
  const inputBytes = requestBytes(request);
  const stream = meteredStream({
    usage: tellingWhatIsSent(context.usage, request),
    model: binding.model,
    scope: scopeOf(context, purpose),
    bounds: boundsOf(context, request),
    budget: context.budget(),
    signal: context.signal,
    request: (grant) => withinGrant(context, request, grant),
    onSettled(scope, { status, usage }, settled) {
      // What was refused or never sent is no part of the conversation's costs.
      if (status !== "completed" && usage === noTokens) return;
      const { requestId, model, region, protocol } = scope;
      const who = { sessionId, turnId, requestId, model, region, protocol };
      const { beyondLimit, ...added } = settled;
      log.append({ type: "usage-add", ...who, inputBytes, ...added });
      if (beyondLimit === undefined || context.budget() === null) return;
      const counts = [settled.outputTokens, beyondLimit.limitTokens];
      const [had, limit] = counts.map((count) => count.toLocaleString("en"));
      const message = `${model} answered with ${had} tokens, although its limit is ${limit}. What lies beyond was not reserved: a limit may be exceeded by it.`;
      log.append({ type: "notice", sessionId, turnId, level: "warning", message });
    },
  });
  for await (const event of stream) {
    if (event.type === "retry") {
      const { costsNothing: _costsNothing, ...retry } = event;
      log.append({ sessionId, turnId, ...retry });
    } else if (event.type !== "usage") yield event;
  }
}

/** The ledger, told with each attempt what is sent: limits that a budget lowers are no part of that. */
const tellingWhatIsSent = (usage: UsagePort, request: ModelRequest): UsagePort => ({
  settle: (scope, outcome) => usage.settle(scope, outcome),
  async reserve(scope, bounds, budget) {
    const grant = await usage.reserve(scope, bounds, budget);
    usage.sent?.(scope, request);
    return grant;
  },
});

function boundsOf({ binding }: BoundContext, request: ModelRequest): RequestBounds {
  const { maxOutputTokens } = binding;
  const thinkingTokens = binding.mostThinking?.(request.thinking ?? null) ?? 0;
  return {
    inputBytes: requestBytes(request),
    maxOutputTokens,
    thinkingTokens,
    least: {
      output: Math.min(leastOutputTokens, maxOutputTokens),
      thinking:
        binding.takesThinkingBudget === true
          ? Math.min(leastOutputTokens, thinkingTokens)
          : thinkingTokens,
    },
  };
}

/** The request with the limits that a budget leaves, and a line that says so. */
function withinGrant(context: BoundContext, request: ModelRequest, grant: Grant): ModelRequest {
  const { limit, maxOutputTokens, thinkingTokens, turned = null } = grant;
  const { log, turnId } = context;
  const { sessionId } = log.state();
  if (turned !== null)
    log.append({ type: "notice", sessionId, turnId, level: "warning", message: turned });
  if (limit === null) return request;
  const wished = context.binding.mostThinking?.(request.thinking ?? null) ?? 0;
  const thinksLess = thinkingTokens < wished;
  const thought = thinksLess ? `, and at most ${thinkingTokens.toLocaleString("en")} to think` : "";
  log.append({
    type: "notice",
    sessionId,
    turnId,
    level: "info",
    message: `${upperFirst(limit)} leaves this answer at most ${maxOutputTokens.toLocaleString("en")} tokens${thought}.`,
  });
  return {
    ...request,
    maxOutputTokens,
    ...(thinksLess ? { thinking: { budgetTokens: thinkingTokens } } : {}),
  };
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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

function scopeOf(
  { log, turnId, binding }: BoundContext,
  purpose: RequestPurpose,
): MeteredRequest["scope"] {
  const { sessionId, workspace } = log.state();
  const { region, protocol } = binding.model;
  return {
    sessionId,
    turnId,
    workspace,
    model: binding.modelId,
    region,
    protocol,
    purpose,
    ...(isPriceAllowed(log.state(), { model: binding.modelId, region, turnId })
      ? { anyPrice: true }
      : {}),
  };
}
