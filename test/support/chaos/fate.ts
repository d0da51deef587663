import * as fc from "fast-check";
import { toText } from "./message.ts";
import { anyShare, bytesOf, piecesOf, type Frame, type WireForm } from "./wire-form.ts";

/** What happens to a stream on its way. `share`: a place in it, from 0 to 1. */
export type Fate =
  | { readonly kind: "whole" }
  /** After any byte, or between two frames. */
  | {
      readonly kind: "cut";
      readonly share: number;
      readonly after: "byte" | "frame";
      readonly end: BodyEnd;
    }
  /** Frames that are lost, repeated, swapped, spoilt or put in. */
  | { readonly kind: "frames"; readonly edits: readonly FrameEdit[] }
  | { readonly kind: "bytes"; readonly edits: readonly { share: number; byte: number }[] }
  /** Something that is no stream at all. */
  | { readonly kind: "instead"; readonly body: Uint8Array };

export type BodyEnd = "close" | "error" | "hang";

interface FrameEdit {
  readonly share: number;
  readonly what: "drop" | "repeat" | "swap" | "spoil" | "insert";
  /** Chooses the value to spoil in a frame, and what it becomes. */
  readonly pick: number;
  readonly value: unknown;
  readonly line: string;
}

const oddValues = fc.constantFrom<unknown>(
  null,
  "",
  "null",
  0,
  -1,
  1e308,
  true,
  [],
  {},
  [null],
  [[]],
);

const oddLines = fc.oneof(
  fc.constantFrom(
    "data: null",
    "data: []",
    "data: {}",
    "data: 7",
    'data: "text"',
    "data: {oops",
    'data: {"choices":null}',
    'data: {"choices":[null]}',
    'data: {"choices":[{"delta":null}],"usage":[]}',
    'data: {"choices":[{"delta":{"tool_calls":[null,{},{"function":null}]}}]}',
    'data: {"output":null,"usage":null}',
    'data: {"output":{"choices":[{"message":null}]}}',
    'data: {"error":{"code":null,"message":null}}',
    'data: {"error":"Sorry"}',
    'data: {"code":"Throttling.RateQuota","message":"slow"}',
    "event: error\ndata: internal failure",
    'event:error\n:HTTP_STATUS/429\ndata:{"code":"Throttling","message":"slow","request_id":"x"}',
    `: ${"x".repeat(5000)}`,
  ),
  fc.array(fc.nat(0x10ffff), { maxLength: 30 }).map((points) => `data: ${toText(points)}`),
);

const anyEdit: fc.Arbitrary<FrameEdit> = fc.record({
  share: anyShare,
  what: fc.constantFrom("drop", "repeat", "swap", "spoil", "spoil", "insert"),
  pick: fc.nat(30),
  value: oddValues,
  line: oddLines,
});

const bodies = fc.oneof(
  fc
    .constantFrom(
      "",
      "\n\n",
      "<!doctype html><html><body>Please log in</body></html>",
      "null",
      "[]",
      "{}",
      '{"error":{"code":"invalid_api_key","message":"Incorrect"}}',
      '{"code":"InvalidApiKey","message":"Invalid","request_id":"x"}',
      "Internal Server Error",
      "event:erro",
      '{"choices":[{"message":{"tool_calls":[{"function":{"name":"write_file","arguments":"{"}}]}}]}',
    )
    .map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 300 }),
);

export const anyFate: fc.Arbitrary<Fate> = fc.oneof(
  { arbitrary: fc.constant<Fate>({ kind: "whole" }), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant("cut" as const),
      share: anyShare,
      after: fc.constantFrom("byte" as const, "frame" as const),
      end: fc.constantFrom<BodyEnd>("close", "close", "error", "error", "error", "hang"),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("frames" as const),
      edits: fc.array(anyEdit, { minLength: 1, maxLength: 4 }),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("bytes" as const),
      edits: fc.array(fc.record({ share: anyShare, byte: fc.nat(255) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("instead" as const), body: bodies }),
    weight: 1,
  },
);

export interface Body {
  readonly pieces: readonly Uint8Array[];
  readonly end: BodyEnd;
}

/** The body that arrives. */
export function bodyOf(frames: readonly Frame[], form: WireForm, fate: Fate): Body {
  switch (fate.kind) {
    case "whole":
      return { pieces: piecesOf(bytesOf(frames, form), form), end: "close" };
    case "cut": {
      const kept =
        fate.after === "frame"
          ? bytesOf(firstOf(frames, fate.share), form)
          : firstOf(bytesOf(frames, form), fate.share);
      return { pieces: piecesOf(kept, form), end: fate.end };
    }
    case "frames":
      return { pieces: piecesOf(bytesOf(edited(frames, fate.edits), form), form), end: "close" };
    case "bytes": {
      const bytes = bytesOf(frames, form);
      for (const { share, byte } of fate.edits) bytes[placeIn(bytes, share)] = byte;
      return { pieces: piecesOf(bytes, form), end: "close" };
    }
    case "instead":
      return { pieces: piecesOf(fate.body, form), end: "close" };
  }
}

const firstOf = <T extends { slice(from: number, to: number): T; readonly length: number }>(
  all: T,
  share: number,
): T => all.slice(0, Math.floor(share * all.length));

const placeIn = ({ length }: ArrayLike<unknown>, share: number): number =>
  Math.min(length - 1, Math.floor(share * length));

function edited(frames: readonly Frame[], edits: readonly FrameEdit[]): readonly Frame[] {
  const left = [...frames];
  for (const edit of edits) {
    const at = placeIn(left, edit.share);
    const frame = left[at];
    if (frame === undefined) break;
    const other = left[(at + 1 + edit.pick) % left.length] ?? frame;
    if (edit.what === "drop") left.splice(at, 1);
    if (edit.what === "repeat") left.splice(at, 0, frame);
    if (edit.what === "insert") left.splice(at, 0, edit.line.split("\n"));
    if (edit.what === "spoil") left[at] = frame.map((line) => spoilt(line, edit));
    if (edit.what === "swap") {
      left[left.indexOf(other)] = frame;
      left[at] = other;
    }
  }
  return left;
}

/** One value of a frame's JSON, however deep, replaced by another. */
function spoilt(line: string, { pick, value }: FrameEdit): string {
  const start = line.indexOf("{");
  if (start === -1) return line;
  const data = parsed(line.slice(start));
  let count = 0;
  const places = countValues(data);
  const spoiled = JSON.stringify(data, (_key, field: unknown) => {
    count += 1;
    return count === 1 + (pick % places) ? value : field;
  });
  return line.slice(0, start) + spoiled;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function countValues(data: unknown): number {
  if (typeof data !== "object" || data === null) return 1;
  return Object.values(data).reduce((sum: number, value) => sum + countValues(value), 1);
}
