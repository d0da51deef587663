import { AppError } from "../../shared/errors.ts";
import {
  createRequestId,
  createTurnId,
  sessionIdSchema,
  type SessionId,
} from "../../shared/ids.ts";
import type { Money } from "../../shared/money.ts";
import { noTokens, type TokenUsage } from "../../shared/usage.ts";
import type {
  Budget,
  ModelPort,
  ModelRequest,
  RequestOutcome,
  RequestScope,
  UsagePort,
} from "../agent/ports.ts";
import { isFree } from "../../shared/request-cost.ts";
import { cleanCompletion } from "./clean-completion.ts";
import {
  completionRequest,
  type CompletionInput,
  type CompletionMode,
} from "./completion-request.ts";
import { nearCursor } from "./split-at.ts";

export interface CompletionTarget {
  readonly model: ModelPort;
  readonly modelId: string;
  readonly mode: CompletionMode;
  /** Real path of the project, for the ledger. */
  readonly workspace: string;
  readonly budget: Budget | null;
}

/** One completion, ready to insert at the cursor. `text` is "" when the model had nothing to add. */
export interface Completion {
  readonly text: string;
  readonly mode: CompletionMode;
  /** Null: the endpoint reported none. */
  readonly usage: TokenUsage | null;
  /** Null: the price is unknown. */
  readonly cost: Money | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
}

/** Completes at a cursor; a new request of the same owner (an editor) cancels the one under way. */
export interface Completer {
  /** Throws what ModelPort.stream throws, AppError("budget"), and AppError("cancelled") when `signal` or a newer request ends it. */
  complete(
    input: CompletionInput,
    target: CompletionTarget,
    options: { readonly owner: string; readonly signal: AbortSignal },
  ): Promise<Completion>;
}

/** Characters sent around the cursor: about 3,000 tokens, so that the first token comes quickly and the cheapest bracket holds. */
const window = { before: 8000, after: 3000 };

/** A suggestion longer than this is not read before it is accepted. */
const maxOutputTokens = 512;

export function createCompleter(usage: UsagePort): Completer {
  const underWay = new Map<string, AbortController>();
  return {
    async complete(input, target, { owner, signal }) {
      underWay
        .get(owner)
        ?.abort(new AppError("cancelled", "A newer completion replaced this one."));
      const abort = new AbortController();
      underWay.set(owner, abort);
      try {
        return await completeOnce(input, target, {
          usage,
          signal: AbortSignal.any([signal, abort.signal]),
        });
      } finally {
        if (underWay.get(owner) === abort) underWay.delete(owner);
      }
    },
  };
}

async function completeOnce(
  input: CompletionInput,
  target: CompletionTarget,
  { usage, signal }: { readonly usage: UsagePort; readonly signal: AbortSignal },
): Promise<Completion> {
  const around = nearCursor(input, window);
  const { modelId: model, mode } = target;
  const request = completionRequest(
    { ...around, path: input.path },
    { model, mode, maxOutputTokens },
  );
  const scope = scopeOf(target);
  const inputBytes = Buffer.byteLength(JSON.stringify([request.messages, request.prompt ?? ""]));
  await usage.reserve(scope, { inputBytes, maxOutputTokens }, target.budget);
  const heard = await hear(target.model, request, signal);
  const { cost } = await usage.settle(scope, heard.outcome);
  if (heard.error !== undefined) throw heard.error;
  const { usage: tokens, firstTokenMs, durationMs } = heard.outcome;
  return {
    text: cleanCompletion(heard.text, input),
    mode,
    usage: tokens,
    cost,
    firstTokenMs,
    durationMs,
  };
}

interface Heard {
  readonly text: string;
  readonly outcome: RequestOutcome;
  readonly error?: unknown;
}

/** The whole answer, or what came of it: tokens of an answer that was stopped are owed too. */
async function hear(model: ModelPort, request: ModelRequest, signal: AbortSignal): Promise<Heard> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  let text = "";
  let tokens: TokenUsage | null = null;
  let explicitCache = false;
  let firstTokenMs: number | null = null;
  const retried: string[] = [];
  const outcome = (status: RequestOutcome["status"]): RequestOutcome => ({
    usage: tokens,
    explicitCache,
    status,
    firstTokenMs,
    durationMs: elapsed(),
    retries: retried.length,
  });
  try {
    for await (const event of model.stream(request, signal)) {
      if (event.type === "retry" && event.code !== "paced") retried.push(event.code);
      if (event.type === "usage") ({ usage: tokens, explicitCache } = event);
      if (event.type !== "text-delta") continue;
      firstTokenMs ??= elapsed();
      text += event.text;
    }
    return { text, outcome: outcome("completed") };
  } catch (error) {
    if (tokens === null && text === "" && isFree(error, retried)) tokens = noTokens;
    return { text, outcome: outcome(signal.aborted ? "cancelled" : "failed"), error };
  }
}

/** All completions of a day are one line of the ledger, beside the sessions. */
function scopeOf({ model, modelId, workspace }: CompletionTarget): RequestScope {
  return {
    requestId: createRequestId(),
    sessionId: completionsOf(new Date()),
    turnId: createTurnId(),
    workspace,
    model: modelId,
    region: model.region,
    protocol: model.protocol,
    purpose: "completion",
  };
}

function completionsOf(day: Date): SessionId {
  return sessionIdSchema.parse(`completions-${day.toISOString().slice(0, 10)}`);
}
