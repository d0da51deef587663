import type { IncomingMessage } from "node:http";
import { AppError } from "../../shared/errors.ts";
import {
  destinationOf,
  systemResolve,
  type EgressGrant,
  type EgressPurpose,
  type Resolve,
} from "./destination.ts";
import { exchange, failure, type Message } from "./exchange.ts";
import { assertKeyOrigin } from "./key-origin.ts";

/** A secret, and the only origin that it is sent to. */
export interface BoundKey {
  readonly origin: string;
  /** The whole value of the header. */
  readonly authorization: string;
  /** Which header it is sent in; `authorization` unless told. One that the door sets itself is refused. */
  readonly header?: string;
}

export interface EgressRequest {
  readonly purpose: EgressPurpose;
  readonly grant: EgressGrant;
  readonly method?: Message["method"];
  /** Of these, only what `sentHeaders` names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly key?: BoundKey;
  readonly signal?: AbortSignal;
  /** Bytes of the answer's body; 5 MB unless told. */
  readonly largest?: number;
  /** Milliseconds from the start to the end of the body; 30 s unless told. */
  readonly patienceMs?: number;
}

export interface EgressAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Throws AppError "refused" past the largest size, "unavailable" when it breaks off or takes too long. Read it or stop it. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The one door for everything that leaves the main process, the model's endpoint apart. */
export interface Egress {
  /**
   * Fetches a URL within a grant: host, scheme and resolved addresses are checked before anything is sent, and again at each
   * redirect. AppError "denied" for what may not be reached, "refused" for an answer that is not taken.
   */
  fetch(url: string, request: EgressRequest): Promise<EgressAnswer>;
}

export interface EgressOptions {
  readonly userAgent: string;
  readonly resolve?: Resolve;
  readonly certificates?: readonly string[];
}

const sentHeaders = [
  "accept",
  "accept-language",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "last-event-id",
  "mcp-protocol-version",
  "mcp-session-id",
] as const;

/** What the door or the connection sets: a key there would change what is sent, or where it ends. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...sentHeaders,
  "user-agent",
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a key can be sent in a header of this name. */
export const isKeyHeader = (name: string): boolean =>
  /^[a-z][a-z\d-]{0,63}$/i.test(name) && !ownHeaders.has(name.toLowerCase());

const largestBody = 5 * 1024 * 1024;
const longestMs = 30_000;
const mostRedirects = 5;

export function createEgress(options: EgressOptions): Egress {
  const resolve = options.resolve ?? systemResolve;
  return {
    async fetch(text, request) {
      const { grant } = request;
      if (grant.purpose !== request.purpose)
        throw new AppError(
          "denied",
          `A grant for ${grant.purpose} does not cover ${request.purpose}.`,
        );
      let url = parse(text);
      const signal = limitOf(request);
      const first = url.origin;
      for (let hops = 0; hops <= mostRedirects; hops += 1) {
        const destination = await destinationOf(url, grant, resolve);
        const message = messageFor(url, { request, options, crossed: url.origin !== first });
        signal.throwIfAborted();
        const response = await exchange(destination, message, { ...options, grant, signal });
        const next = redirectOf(response, url);
        if (next === undefined) return answerOf(response, { url, request, signal });
        response.destroy();
        if (message.method !== "GET" && message.method !== "HEAD")
          throw new AppError("refused", `${url.host} redirects what was sent to it; not followed.`);
        url = next;
      }
      throw new AppError("refused", `${url.host} redirects more than ${mostRedirects} times.`);
    },
  };
}

/** The whole body as text. Throws as `EgressAnswer.body` does. */
export async function bodyText({ body }: Pick<EgressAnswer, "body">): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

/** The whole body. Throws as `EgressAnswer.body` does. */
export async function bodyBytes({ body }: Pick<EgressAnswer, "body">): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function parse(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new AppError("invalid-input", `"${text.slice(0, 200)}" is no URL.`);
}

/** Aborts with the caller's signal, or when time is up. */
function limitOf({ signal, patienceMs = longestMs }: EgressRequest): AbortSignal {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new AppError("unavailable", `No whole answer in ${patienceMs / 1000} s.`)),
    patienceMs,
  );
  timer.unref();
  return signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
}

interface MessageParts {
  readonly request: EgressRequest;
  readonly options: EgressOptions;
  /** A redirect led to another origin. */
  readonly crossed: boolean;
}

function messageFor(url: URL, { request, options, crossed }: MessageParts): Message {
  const headers: Record<string, string> = {
    "user-agent": options.userAgent,
    // What is packed could be a thousand times larger than it came.
    "accept-encoding": "identity",
  };
  const given = new Headers(request.headers);
  for (const name of sentHeaders) {
    const value = given.get(name);
    if (value !== null && (!crossed || name.startsWith("accept"))) headers[name] = value;
  }
  if (request.key !== undefined) {
    assertKeyOrigin(url, request.key.origin);
    headers[keyHeader(request.key)] = request.key.authorization;
  }
  return {
    method: request.method ?? "GET",
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}

function keyHeader({ header = "authorization" }: BoundKey): string {
  if (isKeyHeader(header)) return header.toLowerCase();
  throw new AppError("denied", `A key is not sent in the header "${header.slice(0, 100)}".`);
}

const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

function redirectOf({ statusCode, headers }: IncomingMessage, from: URL): URL | undefined {
  const { location } = headers;
  if (!redirects.has(statusCode) || location === undefined) return undefined;
  if (URL.canParse(location, from.href)) return new URL(location, from);
  throw new AppError("refused", `${from.host} redirects to what is no address.`);
}

interface AnswerParts {
  readonly url: URL;
  readonly request: EgressRequest;
  readonly signal: AbortSignal;
}

function answerOf(response: IncomingMessage, parts: AnswerParts): EgressAnswer {
  const { url, request } = parts;
  const headers = Object.fromEntries(new Headers(flat(response.rawHeaders)));
  const coding = headers["content-encoding"] ?? "identity";
  const largest = request.largest ?? largestBody;
  const tooLarge = Number(headers["content-length"] ?? 0) > largest;
  if (coding !== "identity" || tooLarge) {
    response.destroy();
    throw coding === "identity"
      ? larger(url, largest)
      : new AppError("refused", `${url.host} sent a packed answer, which was not asked for.`);
  }
  return {
    url: url.href,
    status: response.statusCode ?? 0,
    headers,
    body: limited(response, { ...parts, largest }),
  };
}

function flat(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  return pairs;
}

const larger = (url: URL, largest: number): AppError =>
  new AppError("refused", `${url.host} sends more than ${largest} bytes; not read.`);

async function* limited(
  response: IncomingMessage,
  { url, signal, largest }: AnswerParts & { readonly largest: number },
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of response) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a response without an encoding yields buffers
      const bytes = piece as Uint8Array;
      size += bytes.length;
      if (size > largest) throw larger(url, largest);
      yield bytes;
    }
  } catch (error) {
    throw failure(error, url, signal);
  } finally {
    response.destroy();
  }
}
