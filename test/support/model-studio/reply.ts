import { gzipSync } from "node:zlib";
import { splitBytes } from "./cut-text.ts";
import type { ScriptedResponse } from "./script.ts";

/** One HTTP answer, ready to be written piece by piece. */
export interface Reply {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly Buffer[];
  readonly refusal: string | null;
  readonly delayMs: number;
  readonly pieceDelayMs: number;
  readonly cutAfterBytes: number;
  readonly hang: boolean | "before";
}

let count = 0;
export const nextId = (): string => {
  count += 1;
  return `8f3c2a10-0000-4000-8000-${count.toString(16).padStart(12, "0")}`;
};

const textOf = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

/** A body in one piece; undefined = none. */
export const plainReply = (
  status: number,
  body: unknown,
  refusal: string | null = null,
): Reply => ({
  id: nextId(),
  status,
  headers: { "content-type": "application/json" },
  pieces: body === undefined ? [] : [Buffer.from(textOf(body))],
  refusal,
  delayMs: 0,
  pieceDelayMs: 0,
  cutAfterBytes: Number.POSITIVE_INFINITY,
  hang: false,
});

const timingOf = (response: ScriptedResponse) => ({
  delayMs: response.delayMs ?? 0,
  pieceDelayMs: response.pieceDelayMs ?? 0,
  cutAfterBytes: response.cutAfterBytes ?? Number.POSITIVE_INFINITY,
  hang: response.hang ?? false,
});

/** An answer without a stream, with what a script adds to its way. */
export const wholeReply = (response: ScriptedResponse, body: unknown): Reply =>
  dress({ ...plainReply(200, undefined), ...timingOf(response) }, response, {
    bytes: Buffer.from(textOf(body)),
    contentType: "application/json",
  });

/** A stream of frames, with what a script adds to its way. */
export function streamReply(
  response: ScriptedResponse,
  { id, frames }: { readonly id: string; readonly frames: readonly string[] },
): Reply {
  const { linesBefore = [], lineEnd = "\n", bom = false } = response;
  const before = linesBefore.map((line) => `${line}\n`).join("");
  // No frame holds a line break but at the end of its lines: JSON escapes them.
  const text = frames
    .map((frame) => before + frame)
    .join("")
    .replaceAll("\n", lineEnd);
  const bytes = Buffer.from(response.raw ?? `${bom ? "\uFEFF" : ""}${text}`);
  return dress({ ...plainReply(200, undefined), ...timingOf(response), id }, response, {
    bytes,
    contentType: "text/event-stream;charset=UTF-8",
  });
}

/** What a script refuses with, in the body that the protocol has for it. */
export function scriptedRefusal(
  response: ScriptedResponse,
  error: NonNullable<ScriptedResponse["error"]>,
): Reply {
  const { status, body, headers, asEvent = false } = error;
  const bytes = Buffer.from(asEvent ? eventError(status, textOf(body)) : textOf(body));
  const reply = { ...plainReply(status, undefined, "scripted"), ...timingOf(response) };
  const dressed = dress(
    reply,
    { chunking: "whole", ...response },
    {
      bytes,
      contentType: "application/json",
    },
  );
  return { ...dressed, headers: { ...dressed.headers, ...headers } };
}

/** A refusal as a server-sent event, as recorded inside streams and, in place of JSON, in bodies of 400. */
export const eventError = (status: number, data: string, id = 1): string =>
  `id:${id}\nevent:error\n:HTTP_STATUS/${status}\ndata:${data}\n\n`;

interface Content {
  readonly bytes: Buffer;
  readonly contentType: string;
}

function dress(reply: Reply, response: ScriptedResponse, { bytes, contentType }: Content): Reply {
  const { gzip = false, writeAt, chunking = "realistic" } = response;
  const type = response.contentType === undefined ? contentType : response.contentType;
  const sent = gzip ? gzipSync(bytes) : bytes;
  return {
    ...reply,
    headers: {
      ...(type === null ? {} : { "content-type": type }),
      ...(gzip ? { "content-encoding": "gzip" } : {}),
    },
    pieces: writeAt === undefined ? splitBytes(sent, chunking) : splitAt(sent, writeAt),
  };
}

function splitAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places, bytes.length];
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter((piece) => piece.length > 0);
}
