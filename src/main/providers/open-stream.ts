import type { WireAttempt } from "./create-provider-port.ts";
import { RefusalError } from "./provider-failure.ts";
import { streamRefusal } from "./read-refusal.ts";
import { sseFrames, type SseFrame } from "./sse.ts";

export interface WirePost {
  readonly url: string;
  readonly body: object;
  /** Beside the key and the content's type. */
  readonly headers?: Readonly<Record<string, string>>;
}

type StreamAttempt = Pick<WireAttempt, "key" | "fetch" | "host" | "signal" | "onBytes">;

/** Sends a request and gives its answer's frames. Throws what the attempt's fetch throws. */
export async function openStream(
  { url, body, headers = {} }: WirePost,
  attempt: StreamAttempt,
): Promise<AsyncIterable<readonly SseFrame[]>> {
  const response = await attempt.fetch(url, {
    method: "POST",
    headers: {
      accept: "application/json",
      authorization: `Bearer ${attempt.key}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    signal: attempt.signal,
  });
  return framesOf(response, attempt);
}

/** The frames of an answer, in the groups they arrive in. They throw what sseFrames throws. */
export const framesOf = (
  { body }: Response,
  { host, signal, onBytes }: Pick<WireAttempt, "host" | "signal" | "onBytes">,
): AsyncIterable<readonly SseFrame[]> =>
  body === null ? noFrames() : sseFrames(body, { host, signal, onBytes });

async function* noFrames(): AsyncGenerator<readonly SseFrame[]> {}

/**
 * What a frame says, or null when it says nothing. Throws RefusalError for an error in either protocol's form, and SyntaxError
 * for what is no JSON.
 */
export function readFrame({
  event,
  data,
  status,
}: SseFrame): Readonly<Record<string, unknown>> | null {
  if (data.trim() === "") return null;
  const value = event === "error" ? errorValue(data) : parseJson(data);
  const error = errorIn(value, event);
  if (error !== undefined) {
    const refusal = streamRefusal(error);
    throw new RefusalError(
      status === null || status < 400 ? refusal : { ...refusal, status },
      null,
    );
  }
  return isObject(value) ? value : null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseJson = (text: string): unknown => JSON.parse(text);

/** An error that is told in words is told all the same. */
function errorValue(data: string): unknown {
  try {
    return parseJson(data);
  } catch {
    return data;
  }
}

/** `{error: …}`, an `error` event, or `{code, message}` where an answer should be. */
function errorIn(value: unknown, event: string): unknown {
  if (event === "error") return isObject(value) && value["error"] ? value["error"] : value;
  if (!isObject(value)) return undefined;
  if (value["error"]) return value["error"];
  const { message, choices, output } = value;
  // The code may be null.
  const isBare =
    typeof message === "string" && "code" in value && choices == null && output == null;
  return isBare ? value : undefined;
}
