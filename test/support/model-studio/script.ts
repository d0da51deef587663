/** What the simulated Model Studio answers, and what it keeps of each request. */
export interface ScriptedCall {
  readonly name: string;
  /** An object is sent as JSON; a string as it stands, broken or not. */
  readonly arguments: unknown;
  readonly id?: string;
}

export type Chunking =
  /** Pieces and byte boundaries as recorded from the real one. */
  | "realistic"
  /** One piece of text, one piece per call, one write. */
  | "whole"
  /** Pieces and writes of that many characters or bytes. */
  | number;

/** What may be wrong with an answer on its way, or odd; each alone or with others, on either protocol. */
export interface Chaos {
  /** The connection is cut after this many bytes of the body, as it is sent. */
  readonly cutAfterBytes?: number;
  /** Writes end at these bytes of the body, in place of those of `chunking`. */
  readonly writeAt?: readonly number[];
  readonly lineEnd?: "\n" | "\r\n" | "\r";
  /** The body begins with a byte order mark. */
  readonly bom?: boolean;
  /** With `content-encoding: gzip`. */
  readonly gzip?: boolean;
  /** In place of the right one; null = the header is missing. */
  readonly contentType?: string | null;
  /** Lines before each frame, such as `: a comment`, `retry: 500`, `id: 7`. */
  readonly linesBefore?: readonly string[];
  /** The index that each call is sent with, such as [0, 0], [3, 7]; "none" = without the field. */
  readonly callIndexes?: "none" | readonly number[];
  /** Pieces of the calls in turn, not call by call. */
  readonly interleaved?: boolean;
  /** Usage comes in a frame of its own whose delta is empty, not in one without choices. */
  readonly usageInEmptyDelta?: boolean;
  /** `false`: no `[DONE]` at the end. */
  readonly done?: false;
}

export interface ScriptedResponse extends Chaos {
  readonly text?: string;
  /** In place of `text` where the server goes on with the last message, an assistant's. */
  readonly continuation?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly ScriptedCall[];
  /** Default: `tool_calls` with calls, else `stop`. null = no finish chunk at all. */
  readonly finish?: string | null;
  /** Laid over the counted usage; null = the server reports none. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  /** A refusal instead of an answer. A string body is sent as it stands, anything else as JSON. */
  readonly error?: {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    /** The body as an `event:error` frame, as a client that streams may get it. */
    readonly asEvent?: boolean;
  };
  /** After the text, at status 200: a data frame with this object, or an `event:error` on the native protocol. */
  readonly streamError?: unknown;
  /** The body of the answer, byte for byte, instead of everything else: for recorded oddities. */
  readonly raw?: string;
  /** Before the first byte. */
  readonly delayMs?: number;
  /** Between pieces; default none. */
  readonly pieceDelayMs?: number;
  readonly chunking?: Chunking;
  /** Never ends: `true` after the text, `"before"` without a single byte. */
  readonly hang?: boolean | "before";
  /** Only for a request of which this is true; a string must occur in the request's body. */
  readonly match?: string | ((request: RecordedRequest) => boolean);
}

/** A list is played in order, one answer per chat request that was not refused; a function is asked each time. */
export type Script =
  | readonly ScriptedResponse[]
  | ((request: RecordedRequest, index: number) => ScriptedResponse);

export type JsonObject = Readonly<Record<string, unknown>>;

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly protocol: "openai" | "dashscope";
  /** The region whose address was asked. */
  readonly region: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly bodyText: string;
  readonly bytes: number;
  /** Milliseconds on this process's clock when the whole request had come. */
  readonly at: number;
  /** What was answered; 0 until then. */
  status: number;
  /** Why it was refused, null when it was not. */
  refusal: string | null;
  /** True when the client went away before the end. */
  aborted: boolean;
}

const sayOk: Script = () => ({ text: "OK." });

export interface Player {
  play(script: Script): void;
  next(request: RecordedRequest): ScriptedResponse;
}

/** Without a script every request is answered "OK."; past the end of one it is refused, so that a test notices. */
export function createPlayer(): Player {
  let script: Script = sayOk;
  let index = 0;
  let used = new Set<number>();
  return {
    play(next) {
      script = next;
      index = 0;
      used = new Set();
    },
    next(request) {
      const at = index;
      index += 1;
      if (typeof script === "function") return script(request, at);
      const found = script.findIndex(
        (response, position) => !used.has(position) && matches(response, request),
      );
      const response = script[found];
      if (response === undefined) return scriptEnded(at);
      used.add(found);
      return response;
    },
  };
}

function matches({ match }: ScriptedResponse, request: RecordedRequest): boolean {
  if (match === undefined) return true;
  return typeof match === "string" ? request.bodyText.includes(match) : match(request);
}

const scriptEnded = (index: number): ScriptedResponse => ({
  error: {
    status: 400,
    body: {
      error: {
        code: "simulation_script_ended",
        message: `The simulation's script has no answer for request ${index + 1}.`,
        param: null,
        type: "invalid_request_error",
      },
    },
  },
});
