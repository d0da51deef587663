/** What is known of a refusal, from whichever body it came in. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/**
 * An error body in whichever form it comes: `{error: {code, message}}`, `{code, message}`, `{error: "text"}`, the same framed as
 * server-sent events, wrapped by a relay, plain text, or nothing.
 */
export function readRefusal(status: number, body: string): Refusal {
  const framed = framedStatus(body);
  return unwrap(refusalIn(framed ?? status, parseBody(body)));
}

/** An error frame inside a stream has no status of its own: its code tells which one it would have had. */
export function streamRefusal(value: unknown): Refusal {
  const refusal = unwrap(refusalIn(0, isObject(value) ? { error: value } : value));
  if (refusal.status !== 0) return refusal;
  return { ...refusal, status: statusOf(`${refusal.code} ${refusal.message}`) };
}

function refusalIn(status: number, data: unknown): Refusal {
  const inner = isObject(data) ? (data["error"] ?? data) : data;
  if (typeof inner === "string") return { status, code: "", message: inner };
  if (!isObject(inner)) return { status, code: "", message: "" };
  return {
    status,
    code: textOf(inner["code"]) || textOf(inner["type"]),
    message: textOf(inner["message"]) || textOf(inner["detail"]),
  };
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function parseBody(body: string): unknown {
  const data = Array.from(body.matchAll(/^data:(.*)$/gm), ([, line]) => line ?? "");
  const text = (data.length > 0 ? data.join("\n") : body).trim();
  try {
    return JSON.parse(text);
  } catch {
    // A gateway's page says nothing in its markup, nor does a frame that was cut.
    return /^\uFEFF?(?:<!|<html|<\?xml|event:)/i.test(text) ? "" : text;
  }
}

/** Native frames carry the status in a comment line. */
function framedStatus(body: string): number | undefined {
  const status = /^:HTTP_STATUS\/(\d{3})/m.exec(body)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** The native status and code that leak into a message, as in "Upstream error from Alibaba: <400> InternalError.Algo.InvalidParameter: …". */
const leaked = /<(\d{3})> *(?:(?:InternalError\.Algo\.(?=\w))?([A-Z][\w.]*): *)?([^]*)$/;

/** What the provider itself said, taken out of what a relay made of it. */
function unwrap(refusal: Refusal): Refusal {
  const inner = innerBody(refusal);
  const [, status, code, message] = leaked.exec(inner.message) ?? [];
  if (status === undefined) return inner;
  return { status: Number(status), code: code ?? inner.code, message: message ?? "" };
}

/** Some relays put the whole body of the provider into their message. */
function innerBody(refusal: Refusal): Refusal {
  const { message } = refusal;
  const data = parseBody(message.slice(message.indexOf("{"), message.lastIndexOf("}") + 1));
  if (!isObject(data)) return refusal;
  const inner = refusalIn(refusal.status, data);
  return inner.code === "" && inner.message === "" ? refusal : inner;
}

function statusOf(text: string): number {
  if (/throttling|limit_requests|limit_burst_rate|insufficient_quota|rate limit|429/i.test(text))
    return 429;
  if (/invalid[ _-]?api[ _-]?key/i.test(text)) return 401;
  if (/internal|timeout|timed out|serving|unavailable|systemerror|servicefailed/i.test(text))
    return 500;
  return 400;
}
