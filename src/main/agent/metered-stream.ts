import { AppError, FreeQuotaUsedError } from "../../shared/errors.ts";
import { createRequestId } from "../../shared/ids.ts";
import { isFree } from "../../shared/request-cost.ts";
import { noTokens, type TokenUsage } from "../../shared/usage.ts";
import type {
  Budget,
  Grant,
  ModelEvent,
  ModelPort,
  ModelRequest,
  RequestBounds,
  RequestOutcome,
  RequestScope,
  SettledUsage,
  UsagePort,
} from "./ports.ts";

export interface MeteredRequest {
  readonly usage: UsagePort;
  readonly model: ModelPort;
  readonly scope: Omit<RequestScope, "requestId" | "retryOf" | "retries">;
  readonly bounds: RequestBounds;
  /** Of the session. */
  readonly budget: Budget | null;
  readonly signal: AbortSignal;
  /** What is sent, once it is known how much may be. */
  readonly request: (grant: Grant) => ModelRequest;
  /** Told of each attempt, in order, when it is in the ledger. */
  readonly onSettled?: (
    scope: RequestScope,
    outcome: RequestOutcome,
    settled: SettledUsage,
  ) => void;
}

/**
 * One request with its ledger: every attempt reserves before it is sent and is settled when it has ended, whatever became of it.
 * Throws what ModelPort.stream and UsagePort.reserve throw; then nothing more is sent.
 */
export async function* meteredStream(metered: MeteredRequest): AsyncGenerator<ModelEvent> {
  const { model, signal } = metered;
  const attempts = createAttempts(metered);
  const grant = await attempts.begin(metered.bounds);
  const request = { ...metered.request(grant), onServed: attempts.served };
  const { maxOutputTokens, thinkingTokens } = grant;
  // What is sent again is what was sent: its limits cannot be lowered any more.
  const again: RequestBounds = { ...metered.bounds, maxOutputTokens, thinkingTokens, least: null };
  let status: RequestOutcome["status"] = "failed";
  let failure: unknown;
  try {
    for await (const event of model.stream(request, signal)) {
      attempts.take(event);
      if (event.type === "retry" && event.code !== "paced") {
        await attempts.failed(event);
        await attempts.begin(again, event.waitMs);
      }
      yield event;
    }
    status = "completed";
  } catch (error) {
    if (signal.aborted) status = "cancelled";
    failure = error;
    throw error;
  } finally {
    await attempts.end(status, failure);
  }
}

interface Attempt {
  readonly scope: RequestScope;
  /** When it is sent, on this process's clock. */
  startedAt: number;
  usage: TokenUsage | null;
  explicitCache: boolean;
  providerRequestId: string | null;
  firstTokenMs: number | null;
}

type RetryEvent = Extract<ModelEvent, { type: "retry" }>;

interface Attempts {
  /** Reserves the next one, to be sent after so many milliseconds. */
  readonly begin: (bounds: RequestBounds, waitMs?: number) => Promise<Grant>;
  readonly served: (id: string) => void;
  readonly take: (event: ModelEvent) => void;
  /** The one under way is over, and another will be tried. */
  readonly failed: (retry: RetryEvent) => Promise<void>;
  /** Settles the one under way; nothing where there is none. */
  readonly end: (status: RequestOutcome["status"], failure: unknown) => Promise<void>;
}

function createAttempts(metered: MeteredRequest): Attempts {
  const first = createRequestId();
  let count = 0;
  let open: Attempt | null = null;

  async function begin(bounds: RequestBounds, waitMs = 0): Promise<Grant> {
    const scope: RequestScope = {
      ...metered.scope,
      requestId: count === 0 ? first : createRequestId(),
      ...(count === 0 ? {} : { retryOf: first, retries: count }),
    };
    const grant = await metered.usage.reserve(scope, bounds, metered.budget);
    count += 1;
    open = attemptOf(scope, performance.now() + waitMs);
    return grant;
  }
  async function settle(ended: Ended): Promise<void> {
    if (open === null) return;
    const { scope, startedAt, ...heard } = open;
    const durationMs = Math.max(0, Math.round(performance.now() - startedAt));
    const usage = ended.costsNothing && nothingCame(open) ? noTokens : open.usage;
    open = null;
    const { status, errorCode } = ended;
    const outcome: RequestOutcome = { ...heard, status, errorCode, usage, durationMs };
    const settled = await metered.usage.settle(scope, outcome);
    metered.onSettled?.(scope, outcome, settled);
  }
  return {
    begin,
    served: (id) => {
      if (open !== null) open.providerRequestId = id;
    },
    take: (event) => {
      if (open !== null) hear(open, event);
    },
    failed: ({ code, costsNothing = false }) =>
      settle({ status: "failed", errorCode: code, costsNothing }),
    end: (status, failure) =>
      settle(
        status === "completed"
          ? { status, errorCode: null, costsNothing: false }
          : { status, errorCode: codeOf(failure), costsNothing: isFree(failure) },
      ),
  };
}

interface Ended extends Pick<RequestOutcome, "status" | "errorCode"> {
  /** It was refused or never sent: so it is where nothing came of it. */
  readonly costsNothing: boolean;
}

const attemptOf = (scope: RequestScope, startedAt: number): Attempt => ({
  scope,
  startedAt,
  usage: null,
  explicitCache: false,
  providerRequestId: null,
  firstTokenMs: null,
});

const nothingCame = ({ usage, firstTokenMs }: Attempt): boolean =>
  usage === null && firstTokenMs === null;

function hear(attempt: Attempt, event: ModelEvent): void {
  if (event.type === "usage") {
    attempt.usage = event.usage;
    attempt.explicitCache = event.explicitCache;
  } else if (event.type === "retry") {
    if (event.code === "paced") attempt.startedAt += event.waitMs;
  } else {
    attempt.firstTokenMs ??= Math.max(0, Math.round(performance.now() - attempt.startedAt));
  }
}

function codeOf(failure: unknown): string | null {
  if (failure === undefined) return null;
  if (failure instanceof FreeQuotaUsedError) return "free-quota-used";
  return failure instanceof AppError ? failure.code : "internal";
}
