import { cutter } from "./cut-text.ts";
import type { ScriptedCall, ScriptedResponse } from "./script.ts";

/** A part of a streamed answer, before a protocol gives it its form. */
export type AnswerPiece =
  | { readonly kind: "reasoning" | "text"; readonly text: string }
  | { readonly kind: "call"; readonly piece: CallPiece };

/** The first piece of a call has its id and name; the others have id "" and no name [recorded]. */
export interface CallPiece {
  /** Which call of the answer, whatever index is sent. */
  readonly position: number;
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string | undefined;
  readonly text: string;
}

export const argumentsText = (call: ScriptedCall): string =>
  typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {});

export const finishOf = (response: ScriptedResponse): string | null => {
  if (response.finish !== undefined) return response.finish;
  return response.toolCalls === undefined || response.toolCalls.length === 0
    ? "stop"
    : "tool_calls";
};

/** An id that looks random and is the same for the same call, on either protocol. */
export const callId = (call: ScriptedCall, position: number): string =>
  call.id ??
  `call_${Math.abs(hash(`${position}${call.name}${argumentsText(call)}`))
    .toString(16)
    .padStart(8, "0")}${position}`;

export const callIndex = (
  { callIndexes }: ScriptedResponse,
  position: number,
): number | undefined => {
  if (callIndexes === "none") return undefined;
  return callIndexes?.[position] ?? position;
};

/** The pieces of a scripted answer in the order in which they are sent. */
export function piecesOf(response: ScriptedResponse, wholeCalls = false): AnswerPiece[] {
  const { text = "", reasoning = "", toolCalls = [], chunking = "realistic" } = response;
  const cut = cutter(chunking, text.length + reasoning.length + toolCalls.length);
  const calls = toolCalls.map((call, position) =>
    callPieces(response, { call, position, cut, isWhole: wholeCalls || chunking === "whole" }),
  );
  return [
    ...cut(reasoning).map((part) => ({ kind: "reasoning" as const, text: part })),
    ...cut(text).map((part) => ({ kind: "text" as const, text: part })),
    ...(response.interleaved === true ? inTurn(calls) : calls.flat()).map((piece) => ({
      kind: "call" as const,
      piece,
    })),
  ];
}

interface CallShape {
  readonly call: ScriptedCall;
  readonly position: number;
  readonly cut: (text: string) => string[];
  readonly isWhole: boolean;
}

/** Id and name come once, with empty arguments; then pieces with id "", and a stray "" at the end [recorded]. */
function callPieces(
  response: ScriptedResponse,
  { call, position, cut, isWhole }: CallShape,
): CallPiece[] {
  const index = callIndex(response, position);
  const text = argumentsText(call);
  const first = { position, index, id: callId(call, position), name: call.name };
  if (isWhole) return [{ ...first, text }];
  const more = { position, index, id: "", name: undefined };
  return [{ ...first, text: "" }, ...[...cut(text), ""].map((part) => ({ ...more, text: part }))];
}

function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}

function hash(text: string): number {
  let value = 7;
  for (const character of text)
    value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return value;
}
