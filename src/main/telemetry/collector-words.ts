import type { EgressAnswer } from "../egress/egress.ts";

const longest = 200;

/** What a collector wrote beside its status, as one short line; empty where that is nothing to read. */
export function wordsOf({ headers }: Pick<EgressAnswer, "headers">, body: Uint8Array): string {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/x-protobuf")) return clippedWords(statusMessage(body));
  if (!/^(?:text\/plain|application\/json)/.test(type)) return "";
  return clippedWords(new TextDecoder().decode(body.subarray(0, longest * 4)));
}

/** Somebody else's text for a person's eyes: one line, nothing that moves a cursor, and an end. */
export function clippedWords(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** The message of a `google.rpc.Status`, which the protocol asks for in the answer to a failure: its field 2, a text. */
function statusMessage(body: Uint8Array): string {
  for (let at = 0; at < body.length;) {
    const tag = varint(body, at);
    if (tag === null) return "";
    const value = varint(body, tag.next);
    if (value === null) return "";
    const wireType = tag.value % 8;
    if (wireType === 0) at = value.next;
    else if (wireType !== 2) return "";
    else if (tag.value === 18)
      return new TextDecoder().decode(body.subarray(value.next, value.next + value.value));
    else at = value.next + value.value;
  }
  return "";
}

/** Numbers of up to five bytes: nothing that is looked for needs more. */
function varint(bytes: Uint8Array, from: number): { value: number; next: number } | null {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) return null;
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return { value, next: from + index + 1 };
  }
  return null;
}
