import { createParser } from "eventsource-parser";
import { BrokenAnswer } from "./provider-failure.ts";

/** One server-sent event that carries data. */
export interface SseFrame {
  /** Its `event:` field, "" without one. */
  readonly event: string;
  readonly data: string;
  /** The native protocol's status, which it writes in a comment (`:HTTP_STATUS/400`); null elsewhere. */
  readonly status: number | null;
}

export interface SseOptions {
  /** Named in errors. */
  readonly host: string;
  /** Ends the reading; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Called whenever bytes arrive. */
  readonly onBytes?: () => void;
  /** Most bytes that may come without completing a frame. */
  readonly largestFrame?: number;
}

/** Far above any frame in use, a whole file in one argument too, and far below what would weigh on memory. */
const defaultLargestFrame = 32 * 1024 * 1024;

/** What is parsed at once, so that one huge piece cannot hold up everything else for long. */
const largestPiece = 64 * 1024;

/**
 * The frames of a body, in the groups they arrive in: one await for many small frames. Lines may end in LF, CR or CRLF, a byte
 * order mark and comments are passed over, and a last frame need not have its blank line. A body that is one JSON object instead, an
 * error's or a whole answer's, is one frame. Throws BrokenAnswer for a web page, for bytes that are no UTF-8 and for more than
 * `largestFrame` bytes without a frame; leaving early ends the request, a moment later.
 */
export async function* sseFrames(
  body: ReadableStream<Uint8Array>,
  { host, signal, onBytes, largestFrame = defaultLargestFrame }: SseOptions,
): AsyncGenerator<readonly SseFrame[]> {
  const frames = createFrameParser(host);
  const reader = body.getReader();
  // A body that does not hear the signal itself is not waited for.
  const stop = (): void => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  let unframed = 0;
  let isLeft = true;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      onBytes?.();
      for (let at = 0; at < value.length; at += largestPiece) {
        const piece = value.subarray(at, at + largestPiece);
        const complete = frames.feed(piece);
        unframed = complete.length > 0 ? piece.length : unframed + piece.length;
        if (unframed > largestFrame) throw tooLarge(host, largestFrame);
        if (complete.length > 0) yield complete;
      }
    }
    const last = frames.end();
    if (last.length > 0) yield last;
    isLeft = false;
  } catch (error) {
    isLeft = false;
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    if (isLeft && !signal.aborted) void readOut(reader);
    else stop();
  }
}

/** How long a body may go on after the answer's end, and how far. */
const rest = { milliseconds: 300, pieces: 10 };

/** A connection is kept for the next request only when its body came to the end, which is often a packet later than the answer's. */
async function readOut(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const cancel = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(cancel, rest.milliseconds).unref();
  try {
    for (let piece = 0; piece < rest.pieces; piece += 1) if ((await reader.read()).done) return;
  } catch {
    // Nobody waits for it any more.
  } finally {
    clearTimeout(timer);
    cancel();
  }
}

interface FrameParser {
  feed(bytes: Uint8Array): readonly SseFrame[];
  /** What is left at the end, where a last blank line may be missing. */
  end(): readonly SseFrame[];
}

function createFrameParser(host: string): FrameParser {
  // What is no UTF-8 must not end up as "�" in a file.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let complete: SseFrame[] = [];
  let status: number | null = null;
  const parser = createParser({
    onComment(comment) {
      const [, digits] = /^HTTP_STATUS\/(\d{3})/.exec(comment) ?? [];
      if (digits !== undefined) status = Number(digits);
    },
    onEvent({ event = "", data }) {
      complete.push({ event, data, status });
      status = null;
    },
  });

  function decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new BrokenAnswer(
        `${host} sent bytes that are no text. Retry; if it happens again, a proxy in between may be at fault.`,
      );
    }
  }

  let isStream: boolean | undefined;
  const json: string[] = [];

  function parse(text: string): readonly SseFrame[] {
    isStream ??= looksLikeStream(text, host);
    complete = [];
    if (isStream === false) json.push(text);
    else parser.feed(text);
    return complete;
  }

  return {
    feed: (bytes) => parse(decode(bytes)),
    end() {
      const last = parse(`${decode()}\n\n`);
      return isStream === false ? [{ event: "", data: json.join(""), status: null }] : last;
    },
  };
}

/** By its first character; undefined for blanks alone. Throws BrokenAnswer for a page: a login or a gateway's error. */
function looksLikeStream(text: string, host: string): boolean | undefined {
  const first = text.trimStart()[0];
  if (first === "<")
    throw new BrokenAnswer(
      `${host} sent a web page instead of an answer. Check the base URL, and whether a proxy asks for a login.`,
    );
  return first === undefined ? undefined : first !== "{";
}

const tooLarge = (host: string, bytes: number): BrokenAnswer =>
  new BrokenAnswer(
    `${host} sent ${Math.round(bytes / 1024 / 1024)} MB without completing a frame. Retry, or check the base URL.`,
  );
