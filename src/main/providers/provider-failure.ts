import { AppError, messageOf, UnsentError } from "../../shared/errors.ts";
import { errorFor, redact, ruleFor, type ErrorContext, type RefusalRule } from "./error-table.ts";
import { learntLimit, type LearntLimit } from "./learnt-limit.ts";
import type { Refusal } from "./read-refusal.ts";

/** A refusal with how long the provider asks to wait, if it does. Thrown inside this folder only. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly refusal: Refusal;
  readonly retryAfterMs: number | null;
  constructor(refusal: Refusal, retryAfterMs: number | null) {
    super(refusal.message);
    this.refusal = refusal;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An answer that came and cannot be used; another attempt may go better. Thrown inside this folder only. */
export class BrokenAnswer extends Error {
  override readonly name = "BrokenAnswer";
}

/** A failure as the caller gets it, and whether the same request may succeed later; "slower": with more time between requests. */
export interface Failure {
  readonly error: AppError;
  readonly retry: RefusalRule["retry"];
  /** Shortest wait that the provider asks for; null when it says nothing. */
  readonly waitMs: number | null;
  /** What the refusal gives away of the model's limits. */
  readonly limit: LearntLimit | null;
}

/** What a failed attempt means. `secret` never gets into a message. */
export function failureOf(thrown: unknown, context: ErrorContext): Failure {
  const error = innermost(thrown);
  if (error instanceof AppError) return { error, retry: "no", waitMs: null, limit: null };
  if (error instanceof RefusalError) return refusalFailure(error, context);
  if (error instanceof BrokenAnswer) return unavailable(error.message, true);
  return networkFailure(error, context);
}

function refusalFailure({ refusal, retryAfterMs }: RefusalError, context: ErrorContext): Failure {
  return {
    error: errorFor(refusal, context),
    retry: ruleFor(refusal).retry,
    waitMs: retryAfterMs,
    limit: learntLimit(refusal),
  };
}

/** What `fetch` and the `openai` package wrap around an error. */
function innermost(thrown: unknown): unknown {
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth += 1) {
    if (error instanceof AppError || error instanceof RefusalError) return error;
    if (error.cause === undefined) return error;
    error = error.cause;
  }
  return error;
}

/** Failures that no waiting mends. */
const hopeless = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|ERR_INVALID/;

/** Failures from before anything of the request was sent. */
const unsent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const cut: ReadonlySet<string> = new Set(["ECONNRESET", "UND_ERR_SOCKET"]);

const networkAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there. Check the base URL and whether the server runs.",
  ENOTFOUND: "the host name is not known. Check the network and the base URL.",
  EAI_AGAIN: "the host name could not be looked up. Check the network.",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time. Check the network or a proxy.",
  ETIMEDOUT: "it did not answer in time. Check the network or a proxy.",
};

function networkFailure(error: unknown, { host, secret }: ErrorContext): Failure {
  const name = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof SyntaxError)
    return unavailable(
      `${host} sent an answer that cannot be read. Retry, or check the base URL.`,
      true,
    );
  // What `fetch` refuses by itself has no code [WHATWG Fetch, "port blocking"].
  if (error instanceof Error && error.message === "bad port")
    return {
      error: new UnsentError(`No request may go to the port of ${host}. Check the base URL.`),
      retry: "no",
      waitMs: null,
      limit: null,
    };
  if (hopeless.test(name))
    return {
      error: new UnsentError(
        `No secure connection to ${host}: ${name}. A proxy or a certificate of its own may be in between.`,
      ),
      retry: "no",
      waitMs: null,
      limit: null,
    };
  // Half of an answer may have come by then: the host was reached.
  if (cut.has(name)) return unavailable(`The connection to ${host} was cut. Try again.`, true);
  const said =
    networkAdvice[name] ?? `${redact(messageOf(error), secret)}. Check the network and retry.`;
  const message = `Could not reach ${host}: ${said}`;
  if (unsent.has(name))
    return { error: new UnsentError(message), retry: "yes", waitMs: null, limit: null };
  return unavailable(message, true);
}

const unavailable = (message: string, mayRetry: boolean): Failure => ({
  error: new AppError("unavailable", message),
  retry: mayRetry ? "yes" : "no",
  waitMs: null,
  limit: null,
});
