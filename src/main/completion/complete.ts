import { AppError } from "../../shared/errors.ts";
import { createTurnId, sessionIdSchema, type SessionId } from "../../shared/ids.ts";
import type { Money } from "../../shared/money.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import { meteredStream, type MeteredRequest } from "../agent/metered-stream.ts";
import type { Budget, ModelPort, RequestOutcome, UsagePort } from "../agent/ports.ts";
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
  const inputBytes = Buffer.byteLength(JSON.stringify([request.messages, request.prompt ?? ""]));
  let settled: Settled | null = null;
  const stream = meteredStream({
    usage,
    model: target.model,
    scope: scopeOf(target),
    bounds: { inputBytes, maxOutputTokens },
    budget: target.budget,
    signal,
    request: () => request,
    onSettled: (_scope, outcome, { cost }) => {
      settled = { ...outcome, cost };
    },
  });
  let text = "";
  for await (const event of stream) if (event.type === "text-delta") text += event.text;
  return { text: cleanCompletion(text, input), mode, ...figuresOf(settled) };
}

type Settled = RequestOutcome & { readonly cost: Money | null };

/** Of the attempt that gave the answer. */
const figuresOf = (
  settled: Settled | null,
): Pick<Completion, "usage" | "cost" | "firstTokenMs" | "durationMs"> => ({
  usage: settled?.usage ?? null,
  cost: settled?.cost ?? null,
  firstTokenMs: settled?.firstTokenMs ?? null,
  durationMs: settled?.durationMs ?? 0,
});

/** All completions of a day are one line of the ledger, beside the sessions. */
function scopeOf({ model, modelId, workspace }: CompletionTarget): MeteredRequest["scope"] {
  return {
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
