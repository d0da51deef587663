import { AppError } from "../../shared/errors.ts";
import { assertKeyOrigin, assertUsable } from "../egress/key-origin.ts";
import { retryAfter } from "./back-off.ts";
import { RefusalError } from "./provider-failure.ts";
import { readRefusal } from "./read-refusal.ts";
import { isModelStudio } from "./regions.ts";

export type Fetch = typeof fetch;

export interface BoundFetchOptions {
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly fetch: Fetch;
  /** Called when an answer begins, with the id it has in the provider's records (null: none said). */
  readonly onAnswer?: (requestId: string | null) => void;
  /** How long Model Studio may hold the request in its own queue; other hosts are not asked. */
  readonly queueMs?: number;
}

/** Headers that leave this machine; what a library or the environment adds does not. */
const allowedHeaders = ["accept", "authorization", "content-type", "x-dashscope-sse"] as const;

const largestErrorBody = 64 * 1024;

/**
 * A fetch that carries the key to one origin only: other origins, plain http off this machine and redirects are refused. An
 * answer that is not a success is thrown as RefusalError, with its body in whichever form it came.
 */
export function boundFetch(options: BoundFetchOptions): Fetch {
  assertUsable(options.baseUrl);
  const { origin } = new URL(options.baseUrl);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    assertKeyOrigin(url, origin);
    const headers = new Headers({ "user-agent": options.userAgent });
    const given = new Headers(init?.headers);
    for (const name of allowedHeaders) {
      const value = given.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (options.queueMs !== undefined && options.queueMs > 0 && isModelStudio(options.baseUrl))
      headers.set("x-dashscope-wait-timeout", String(Math.round(options.queueMs / 1000)));
    const response = await options.fetch(url, { ...init, headers, redirect: "manual" });
    options.onAnswer?.(response.headers.get("x-request-id"));
    if (response.status >= 300 && response.status < 400)
      throw new AppError(
        "refused",
        `${url.host} redirects to ${placeOf(response, url)}. The key is not sent there: set that address as the base URL if it is right.`,
      );
    if (!response.ok) throw await refusalOf(response);
    return response;
  };
}

function placeOf(response: Response, from: URL): string {
  const location = response.headers.get("location");
  return location !== null && URL.canParse(location, from.href)
    ? new URL(location, from).host
    : "another place";
}

async function refusalOf(response: Response): Promise<RefusalError> {
  return new RefusalError(
    readRefusal(response.status, await errorBody(response)),
    retryAfter(response.headers.get("retry-after")),
  );
}

/** As much of an error's body as is worth reading; what cannot be read is no body. */
async function errorBody(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      size += piece.length;
      if (size >= largestErrorBody) break;
    }
  } catch {
    // A body that breaks off says what it said until then.
  }
  return Buffer.concat(pieces).toString();
}
