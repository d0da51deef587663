import { AppError, UnsentError } from "../../shared/errors.ts";
import type { ModelEvent } from "../agent/ports.ts";
import { isFree } from "../../shared/request-cost.ts";
import { wait, waitAfter, type BackOff } from "./back-off.ts";
import type { ErrorContext } from "./error-table.ts";
import type { LearntLimit } from "./learnt-limit.ts";
import type { Pace } from "./pace.ts";
import { failureOf } from "./provider-failure.ts";

export interface RetryOptions {
  readonly context: ErrorContext;
  readonly caller: AbortSignal;
  readonly backOff: BackOff;
  readonly pace: Pace;
  /** About how many tokens the request is, for the pace. */
  readonly tokens: number;
  readonly onLimit: (limit: LearntLimit) => void;
}

/** One attempt: `queueMs` is how long the provider is asked to let it stand in its own queue, 0 for not at all. */
export type Attempt = (options: { readonly queueMs: number }) => AsyncIterable<ModelEvent>;

/** After a burst the provider may hold the request back itself; sensible are 3 to 120 s [rate limits, best practices, 2026]. */
const queueAfterBurstMs = 60_000;

/** Waits shorter than this are not worth a line. */
const shortestTold = 1000;

/**
 * Repeats an attempt that may go better, told by `retry` events, as long as nothing of the answer was passed on. Usage is none of
 * it: what is reported before a `retry` is the failed attempt's.
 */
export async function* streamWithRetries(
  options: RetryOptions,
  attemptOnce: Attempt,
): AsyncGenerator<ModelEvent> {
  const { context, caller, backOff } = options;
  let queueMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    let passedOn = false;
    try {
      yield* keepPace(options, attempt);
    } catch (error) {
      throw stoppedUnsent(error);
    }
    try {
      for await (const event of attemptOnce({ queueMs })) {
        passedOn ||= event.type !== "usage";
        settlePace(options, event);
        yield event;
      }
      return;
    } catch (thrown) {
      throwIfStopped(caller);
      const { error, retry, waitMs: askedMs, limit } = failureOf(thrown, context);
      if (limit !== null) options.onLimit(limit);
      queueMs = retry === "slower" ? queueAfterBurstMs : 0;
      const isSlower = retry === "slower";
      const waitMs = waitAfter(backOff, { attempt, askedMs, isSlower });
      if (passedOn || retry === "no" || waitMs === null) throw error;
      const told = { attempt, code: error.code, message: error.message, waitMs };
      yield { type: "retry", ...told, ...(isFree(error) ? { costsNothing: true } : {}) };
      try {
        await pause(waitMs, caller);
      } catch (stop) {
        throw stoppedUnsent(stop);
      }
    }
  }
}

/** Holds a request back that would break the account's limits anyway. */
async function* keepPace(options: RetryOptions, attempt: number): AsyncGenerator<ModelEvent> {
  const { pace, tokens, caller } = options;
  const waitMs = pace.reserve(tokens);
  if (waitMs === 0) return;
  if (waitMs >= shortestTold)
    yield { type: "retry", attempt, code: "paced", message: paced(pace), waitMs };
  try {
    await pause(waitMs, caller);
  } catch (error) {
    pace.settle(tokens, 0);
    throw error;
  }
}

function paced({ limits }: Pace): string {
  const parts = [
    ...(limits?.rpm == null ? [] : [`${limits.rpm} requests`]),
    ...(limits?.tpm == null ? [] : [`${limits.tpm} tokens`]),
  ];
  return `The account may send this model ${parts.join(" and ")} a minute. The next request is held back to keep to that.`;
}

function settlePace({ pace, tokens }: RetryOptions, event: ModelEvent): void {
  if (event.type !== "usage") return;
  pace.settle(tokens, event.usage.inputTokens + event.usage.outputTokens);
}

async function pause(milliseconds: number, caller: AbortSignal): Promise<void> {
  await wait(milliseconds, caller).catch(() => throwIfStopped(caller));
}

/** A stop while nothing is under way: the attempt to come costs nothing. */
const stoppedUnsent = (error: unknown): unknown =>
  error instanceof AppError ? new UnsentError(error.message, "cancelled") : error;

/** AppError("cancelled") when the caller has stopped the request. */
export function throwIfStopped(caller: AbortSignal): void {
  if (caller.aborted) throw new AppError("cancelled", "The request was stopped.");
}
