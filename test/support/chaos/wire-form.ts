import * as fc from "fast-check";

/** One server-sent event, as its lines. */
export type Frame = readonly string[];

/** How frames become bytes: none of this changes what they say. */
export interface WireForm {
  readonly lineEnd: "\n" | "\r\n" | "\r";
  readonly byteOrderMark: boolean;
  /** Before how many frames a comment, a heartbeat or a field of no meaning stands: every so many. */
  readonly junkEvery: number;
  readonly lastBlankLine: boolean;
  /** Where the bytes are cut, as shares of the whole. Empty: they come in one piece. */
  readonly cuts: readonly number[];
  /** Each byte on its own, up to so many that a test has the time for. */
  readonly drip: boolean;
}

/** A place in a whole, from 0 to 1. Doubles of fast-check's own lie close to 0 as a rule. */
export const anyShare = fc.nat(10_000).map((number) => number / 10_000);

export const anyWireForm: fc.Arbitrary<WireForm> = fc.record({
  lineEnd: fc.constantFrom("\n", "\n", "\r\n", "\r"),
  byteOrderMark: fc.boolean(),
  junkEvery: fc.integer({ min: 1, max: 6 }),
  lastBlankLine: fc.boolean(),
  cuts: fc.array(anyShare, { maxLength: 12 }),
  drip: fc.constantFrom(false, false, false, false, true),
});

const junk: readonly Frame[] = [[": still here"], ["retry: 3000"], ["data:"], ["what: ever"], [""]];

export function bytesOf(frames: readonly Frame[], form: WireForm): Uint8Array {
  const { lineEnd, byteOrderMark, junkEvery, lastBlankLine } = form;
  const blocks = frames
    .flatMap((frame, at) =>
      at % junkEvery === 0 && junkEvery < 5 ? [junk[at % junk.length] ?? [], frame] : [frame],
    )
    .map((lines) => lines.join(lineEnd) + lineEnd);
  const text = blocks.join(lineEnd) + (lastBlankLine ? lineEnd : "");
  return new TextEncoder().encode(`${byteOrderMark ? "\uFEFF" : ""}${text}`);
}

const longestDrip = 4000;

/** The bytes in the pieces that a network brings. */
export function piecesOf(bytes: Uint8Array, { cuts, drip }: WireForm): readonly Uint8Array[] {
  if (drip && bytes.length < longestDrip) return Array.from(bytes, (byte) => Uint8Array.of(byte));
  const edges = [0, ...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length];
  const sorted = edges.toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, at) => bytes.slice(sorted[at], end));
}
