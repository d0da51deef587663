import { isUtf8 } from "node:buffer";

/** One page: at most this many lines and bytes; one line of several is cut at `lineBytes`, a line alone at the page's. */
export const pageLimits = { lines: 2000, bytes: 50_000, lineBytes: 2000 } as const;

export interface PageLine {
  readonly number: number;
  readonly text: string;
  /** Bytes of the line that are not in `text`. */
  readonly cutBytes: number;
}

export interface CollectedLines {
  readonly lines: readonly PageLine[];
  readonly totalLines: number;
  readonly bom: boolean;
  readonly crlfLines: number;
  readonly finalNewline: boolean;
  /** Of the lines shown. */
  readonly invalidUtf8: boolean;
}

/** Takes a file chunk by chunk, counts all lines and keeps those of one page. */
export interface LineCollector {
  push(bytes: Buffer): void;
  end(): CollectedLines;
}

interface State {
  readonly lines: PageLine[];
  readonly wanted: { readonly offset: number; readonly limit: number; readonly lineCap: number };
  /** Of the line that is being read: what is kept of it, and its length in bytes. */
  parts: Buffer[];
  kept: number;
  length: number;
  lastByte: number;
  number: number;
  pageBytes: number;
  full: boolean;
  crlfLines: number;
  bom: boolean;
  invalidUtf8: boolean;
}

/** Room beside the cap for a byte order mark and for a character that the cut falls into. */
const slack = 8;
const mark = Buffer.from([0xef, 0xbb, 0xbf]);

export function createLineCollector(page: {
  readonly offset: number;
  readonly limit: number;
}): LineCollector {
  const lineCap = page.limit === 1 ? pageLimits.bytes : pageLimits.lineBytes;
  const state: State = {
    lines: [],
    wanted: { ...page, lineCap },
    parts: [],
    kept: 0,
    length: 0,
    lastByte: -1,
    number: 1,
    pageBytes: 0,
    full: false,
    crlfLines: 0,
    bom: false,
    invalidUtf8: false,
  };
  let finalNewline = false;
  return {
    push(bytes) {
      let start = 0;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
        if (state.number > 1 && !isWanted(state)) {
          skipLine(state, at > start ? bytes[at - 1] : state.lastByte, at - start);
          start = at + 1;
          continue;
        }
        add(state, bytes.subarray(start, at));
        endLine(state, state.length > 0 && state.lastByte === 13);
        start = at + 1;
      }
      if (start < bytes.length) add(state, bytes.subarray(start));
      finalNewline = start === bytes.length;
    },
    end() {
      // The last line has no line end, so a carriage return there is text.
      if (state.length > 0) endLine(state, false);
      const { lines, bom, crlfLines, invalidUtf8 } = state;
      return { lines, bom, crlfLines, invalidUtf8, finalNewline, totalLines: state.number - 1 };
    },
  };
}

const isWanted = ({ full, number, lines, wanted }: State): boolean =>
  !full && number >= wanted.offset && lines.length < wanted.limit;

function add(state: State, bytes: Buffer): void {
  state.length += bytes.length;
  state.lastByte = bytes.at(-1) ?? state.lastByte;
  // The first line is always looked at, for a byte order mark.
  const room =
    isWanted(state) || state.number === 1 ? state.wanted.lineCap + slack - state.kept : 0;
  if (room <= 0) return;
  const part = bytes.subarray(0, room);
  state.parts.push(part);
  state.kept += part.length;
}

/** Ends a line that is only counted; large files have millions of them. */
function skipLine(state: State, last: number | undefined, length: number): void {
  if (state.length + length > 0 && last === 13) state.crlfLines += 1;
  state.number += 1;
  if (state.parts.length > 0) state.parts = [];
  state.kept = 0;
  state.length = 0;
}

function endLine(state: State, isCrlf: boolean): void {
  const raw = Buffer.concat(state.parts);
  if (isCrlf) state.crlfLines += 1;
  if (state.number === 1) state.bom = raw.subarray(0, 3).equals(mark);
  if (isWanted(state)) keepLine(state, raw, isCrlf);
  state.number += 1;
  state.parts = [];
  state.kept = 0;
  state.length = 0;
}

function keepLine(state: State, raw: Buffer, isCrlf: boolean): void {
  const start = state.number === 1 && state.bom ? mark.length : 0;
  const whole = state.length - (isCrlf ? 1 : 0);
  const { lineCap } = state.wanted;
  const isCut = whole - start > lineCap;
  let end = isCut ? start + lineCap : whole;
  // A cut falls between characters: up to three continuation bytes are given back.
  if (isCut) for (let back = 0; back < 3 && isContinuation(raw[end]); back += 1) end -= 1;
  const bytes = raw.subarray(start, end);
  state.full = state.lines.length > 0 && state.pageBytes + bytes.length > pageLimits.bytes;
  if (state.full) return;
  state.pageBytes += bytes.length;
  state.invalidUtf8 ||= !isUtf8(bytes);
  state.lines.push({ number: state.number, text: bytes.toString("utf8"), cutBytes: whole - end });
}

const isContinuation = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80;
