import { AppError, messageOf } from "../../shared/errors.ts";
import { errorFor, redact, ruleFor, type ErrorContext, type Refusal } from "./error-table.ts";

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

/** A failure as the caller gets it, and whether the same request may succeed later. */
export interface Failure {
  readonly error: AppError;
  readonly retry: boolean;
  /** Shortest wait that the provider asks for; null when it says nothing. */
  readonly waitMs: number | null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/**
 * An error body in whichever form it comes: `{error: {code, message}}`, `{code, message}`, `{error: "text"}`, the same framed as
 * server-sent events, plain text, or nothing.
 */
export function readRefusal(status: number, body: string): Refusal {
  const data = parseBody(body);
  const inner = isObject(data) ? (data["error"] ?? data) : data;
  if (typeof inner === "string") return { status, code: "", message: inner };
  if (!isObject(inner)) return { status, code: "", message: "" };
  return {
    status,
    code: textOf(inner["code"]) || textOf(inner["type"]),
    message: textOf(inner["message"]),
  };
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function parseBody(body: string): unknown {
  const framed = /^data:(.*)$/m.exec(body)?.[1];
  const text = (framed ?? body).trim();
  try {
    return JSON.parse(text);
  } catch {
    // A gateway's page says nothing in its markup.
    return text.startsWith("<!") || text.startsWith("<html") ? "" : text;
  }
}

/** An error frame inside a stream has no status of its own: its code tells which one it would have had. */
export function streamRefusal(value: unknown): Refusal {
  const refusal = readRefusal(0, JSON.stringify(isObject(value) ? { error: value } : value) ?? "");
  return { ...refusal, status: statusOf(`${refusal.code} ${refusal.message}`) };
}

function statusOf(text: string): number {
  if (/throttling|limit_requests|limit_burst_rate|insufficient_quota|rate limit|429/i.test(text))
    return 429;
  if (/invalid_?api_?key/i.test(text)) return 401;
  if (/internal|timeout|timed out|serving|unavailable|systemerror|servicefailed/i.test(text))
    return 500;
  return 400;
}

/** What a failed attempt means. `secret` never gets into a message. */
export function failureOf(thrown: unknown, context: ErrorContext): Failure {
  const error = innermost(thrown);
  if (error instanceof AppError) return { error, retry: false, waitMs: null };
  if (error instanceof RefusalError) return refusalFailure(error, context);
  if (error instanceof BrokenAnswer) return unavailable(error.message, true);
  const frame = streamFrame(error);
  if (frame !== undefined)
    return refusalFailure(new RefusalError(streamRefusal(frame), null), context);
  return networkFailure(error, context);
}

function refusalFailure({ refusal, retryAfterMs }: RefusalError, context: ErrorContext): Failure {
  return { error: errorFor(refusal, context), retry: ruleFor(refusal).retry, waitMs: retryAfterMs };
}

/** What the `openai` package wraps around an error of ours. */
function innermost(thrown: unknown): unknown {
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth += 1) {
    if (error instanceof AppError || error instanceof RefusalError) return error;
    if (error.cause === undefined) return error;
    error = error.cause;
  }
  return error;
}

/** The object of an `{"error": …}` frame, as the `openai` package hands it on. */
function streamFrame(error: unknown): unknown {
  return error instanceof Error && "error" in error && error.error !== undefined
    ? error.error
    : undefined;
}

/** Failures that no waiting mends. */
const hopeless = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|ERR_INVALID/;

const networkAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there. Check the base URL and whether the server runs.",
  ENOTFOUND: "the host name is not known. Check the network and the base URL.",
  EAI_AGAIN: "the host name could not be looked up. Check the network.",
  ECONNRESET: "the connection was cut. Retry.",
  UND_ERR_SOCKET: "the connection was cut. Retry.",
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
  if (hopeless.test(name))
    return unavailable(
      `No secure connection to ${host}: ${name}. A proxy or a certificate of its own may be in between.`,
      false,
    );
  const said =
    networkAdvice[name] ?? `${redact(messageOf(error), secret)}. Check the network and retry.`;
  return unavailable(`Could not reach ${host}: ${said}`, true);
}

const unavailable = (message: string, retry: boolean): Failure => ({
  error: new AppError("unavailable", message),
  retry,
  waitMs: null,
});
