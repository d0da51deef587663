import { isUtf8 } from "node:buffer";
import type { BillFile } from "../../../shared/bill-file.ts";
import { BillFaultError } from "./bill-fault.ts";

export interface BillText {
  readonly encoding: BillFile["encoding"];
  /** The text in pieces, its lines ended by "\n" alone. Throws BillFaultError("not-text") where the bytes are none. */
  pieces(): Generator<string>;
}

/** So much at a time: reading a large file must let other work through. */
const pieceBytes = 65_536;

/** Of workbooks: ZIP (.xlsx) and OLE (.xls). */
const workbooks = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/** Text of an export: Unicode with or without a mark, else the encoding of Chinese spreadsheets. */
export function decodeBill(bytes: Uint8Array): BillText {
  const encoding = encodingOf(bytes);
  return { encoding, pieces: () => piecesOf(bytes, encoding) };
}

function encodingOf(bytes: Uint8Array): BillFile["encoding"] {
  const [first, second] = bytes;
  if (workbooks.some((magic) => magic.every((byte, at) => bytes[at] === byte)))
    throw new BillFaultError("not-text");
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (bytes.includes(0)) throw new BillFaultError("not-text");
  return isUtf8(bytes) ? "utf-8" : "gb18030";
}

function* piecesOf(bytes: Uint8Array, encoding: BillFile["encoding"]): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let held = "";
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const isLast = at + pieceBytes >= bytes.length;
    const text = held + decoded(decoder, bytes.subarray(at, at + pieceBytes), !isLast);
    // Its other half may come with the next piece.
    held = !isLast && text.endsWith("\r") ? "\r" : "";
    yield text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, "\n");
  }
}

function decoded(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Uint8Array,
  stream: boolean,
): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new BillFaultError("not-text");
  }
}
