import type { Chunking, JsonObject, ScriptedCall, ScriptedResponse } from "./script.ts";

export interface FrameContext {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly includeUsage: boolean;
  readonly usage: JsonObject;
}

/** Numbers that look random and are the same in every run. */
function createDice(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const argumentsText = (call: ScriptedCall): string =>
  typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {});

/** The server-sent events of one answer, each a whole `data:` frame. */
export function framesOf(response: ScriptedResponse, context: FrameContext): string[] {
  const chunking = response.chunking ?? "realistic";
  const deltas = deltasOf(response, chunking);
  const frames = deltas.map((delta, index) =>
    chunk(context, { index: 0, delta, finish_reason: null }, index),
  );
  if (response.streamError !== undefined)
    return [...frames, `data: ${JSON.stringify(response.streamError)}\n\n`];
  if (response.hang === true) return frames;
  const finish = finishOf(response);
  if (finish === null) return frames;
  frames.push(
    chunk(
      context,
      { index: 0, delta: frames.length % 2 === 0 ? {} : { content: "" }, finish_reason: finish },
      0,
    ),
  );
  if (context.includeUsage && response.usage !== null)
    frames.push(
      `data: ${JSON.stringify({ ...envelope(context), choices: [], usage: context.usage })}\n\n`,
    );
  return [...frames, "data: [DONE]\n\n"];
}

export const finishOf = (response: ScriptedResponse): string | null => {
  if (response.finish !== undefined) return response.finish;
  return response.toolCalls === undefined || response.toolCalls.length === 0
    ? "stop"
    : "tool_calls";
};

const envelope = ({ id, model, created }: FrameContext): JsonObject => ({
  id,
  object: "chat.completion.chunk",
  created,
  model,
  system_fingerprint: null,
});

/** Key order changes from chunk to chunk, and `usage` is null until the end [recorded]. */
function chunk(context: FrameContext, choice: JsonObject, index: number): string {
  const head = envelope(context);
  const body =
    index % 2 === 0
      ? { choices: [choice], object: head["object"], usage: null, ...head }
      : { ...head, choices: [{ ...choice, logprobs: null }], usage: null };
  return `data: ${JSON.stringify(body)}\n\n`;
}

function deltasOf(response: ScriptedResponse, chunking: Chunking): JsonObject[] {
  const { text = "", reasoning = "", toolCalls = [] } = response;
  const cut = cutter(chunking, text.length + reasoning.length + toolCalls.length);
  return [
    { role: "assistant", content: "" },
    ...cut(reasoning).map((piece) => ({ content: null, reasoning_content: piece })),
    ...cut(text).map((piece) =>
      reasoning === "" ? { content: piece } : { content: piece, reasoning_content: null },
    ),
    ...toolCalls.flatMap((call, index) =>
      callDeltas(call, index, { cut, isWhole: chunking === "whole" }),
    ),
  ];
}

interface CallShape {
  readonly cut: (text: string) => string[];
  readonly isWhole: boolean;
}

/** Id and name come once, with empty arguments; then pieces with id "", and a stray "" at the end [recorded]. */
function callDeltas(call: ScriptedCall, index: number, { cut, isWhole }: CallShape): JsonObject[] {
  const id =
    call.id ??
    `call_${Math.abs(hash(`${index}${call.name}${argumentsText(call)}`))
      .toString(16)
      .padStart(8, "0")}${index}`;
  const first = (text: string): JsonObject => ({
    content: null,
    tool_calls: [{ index, id, type: "function", function: { name: call.name, arguments: text } }],
  });
  if (isWhole) return [first(argumentsText(call))];
  const more = (text: string): JsonObject => ({
    content: null,
    tool_calls: [{ function: { arguments: text }, index, id: "", type: "function" }],
  });
  return [first(""), ...cut(argumentsText(call)).map(more), more("")];
}

function hash(text: string): number {
  let value = 7;
  for (const character of text)
    value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return value;
}

/** Cuts a text anywhere but inside a character. */
function cutter(chunking: Chunking, seed: number): (text: string) => string[] {
  const dice = createDice(seed);
  const size = (): number => {
    if (chunking === "whole") return Number.POSITIVE_INFINITY;
    return chunking === "realistic" ? 1 + dice(12) : chunking;
  };
  return (text) => {
    const characters = Array.from(text);
    const pieces: string[] = [];
    for (let at = 0; at < characters.length;) {
      const end = at + size();
      pieces.push(characters.slice(at, end).join(""));
      at = end;
    }
    return pieces;
  };
}

/** Splits bytes at odd places, inside characters too, as a network does. */
export function splitBytes(bytes: Buffer, chunking: Chunking): Buffer[] {
  if (chunking === "whole") return [bytes];
  const dice = createDice(bytes.length);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + (chunking === "realistic" ? 61 + dice(900) : chunking);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
