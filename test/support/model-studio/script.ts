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

export interface ScriptedResponse {
  readonly text?: string;
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
  };
  /** A data frame with this object after the text, at status 200. */
  readonly streamError?: unknown;
  /** The body of the answer, byte for byte, instead of everything else: for recorded oddities. */
  readonly raw?: string;
  /** Before the first byte. */
  readonly delayMs?: number;
  /** Between pieces; default none. */
  readonly pieceDelayMs?: number;
  readonly chunking?: Chunking;
  /** The connection is cut after this many bytes of the body. */
  readonly cutAfterBytes?: number;
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
