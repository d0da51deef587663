import { finishOf, piecesOf, type AnswerPiece, type CallPiece } from "./answer-pieces.ts";
import { nativeBody, statusOf } from "./native-refusal.ts";
import type { NativeForm } from "./native-request.ts";
import { eventError } from "./reply.ts";
import type { JsonObject, ScriptedResponse } from "./script.ts";

export interface NativeContext {
  readonly id: string;
  /** As the OpenAI protocol counts it. */
  readonly usage: JsonObject;
  readonly form: NativeForm;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** One frame: the status in a comment, and no space after `data:` [recorded]. */
const frame = (number: number, data: JsonObject): string =>
  `id:${number}\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify(data)}\n\n`;

/** The same usage under the native names. */
function nativeUsage(usage: JsonObject, outputTokens: number, isWhole: boolean): JsonObject {
  const input = numberOf(usage["prompt_tokens"]);
  const details = usage["completion_tokens_details"];
  const reasoning = isObject(details) ? numberOf(details["reasoning_tokens"]) : 0;
  return {
    total_tokens: isWhole ? usage["total_tokens"] : input + outputTokens,
    output_tokens: isWhole ? usage["completion_tokens"] : outputTokens,
    input_tokens: usage["prompt_tokens"],
    prompt_tokens_details: usage["prompt_tokens_details"],
    ...(reasoning === 0
      ? {}
      : { output_tokens_details: { reasoning_tokens: Math.min(reasoning, outputTokens) } }),
  };
}

/** What a message holds: of one frame, or, without incremental output, of all so far. */
interface Holding {
  text: string;
  reasoning: string;
  calls: CallPiece[];
}

/** The native frames of one answer. Usage is in each of them and grows [recorded]. */
export function nativeFrames(response: ScriptedResponse, context: NativeContext): string[] {
  const { id, usage, form } = context;
  const pieces = piecesOf(response);
  const total = numberOf(usage["completion_tokens"]);
  let sofar: Holding = { text: "", reasoning: "", calls: [] };
  const frames: string[] = [];
  const push = (output: JsonObject, counted: JsonObject | null): void => {
    const data = { output, ...(counted === null ? {} : { usage: counted }), request_id: id };
    frames.push(frame(frames.length + 1, data));
  };
  const isSeparate = response.usage === null || response.usageInEmptyDelta === true;
  for (const [index, piece] of pieces.entries()) {
    const one = holdingOf(piece);
    sofar = add(sofar, one);
    const counted = Math.min(total, Math.ceil((total * (index + 1)) / (pieces.length + 1)));
    push(
      outputOf(form.incremental ? one : sofar, "null", form),
      isSeparate ? null : nativeUsage(usage, counted, false),
    );
  }
  if (response.streamError !== undefined) {
    const body = nativeBody(response.streamError, id);
    return [...frames, eventError(statusOf(body), JSON.stringify(body), frames.length + 1)];
  }
  const finish = finishOf(response);
  if (response.hang === true || finish === null) return frames;
  const last: Holding = form.incremental ? { text: "", reasoning: "", calls: [] } : sofar;
  const final = response.usage === null ? null : nativeUsage(usage, total, true);
  push(outputOf(last, finish, form), isSeparate ? null : final);
  if (response.usageInEmptyDelta === true)
    push(outputOf({ text: "", reasoning: "", calls: [] }, finish, form), final);
  return frames;
}

/** The answer without a stream. */
export function nativeCompletion(response: ScriptedResponse, context: NativeContext): JsonObject {
  const { id, usage, form } = context;
  const whole = piecesOf({ ...response, chunking: "whole" })
    .map(holdingOf)
    .reduce(add, { text: "", reasoning: "", calls: [] });
  const total = numberOf(usage["completion_tokens"]);
  return {
    output: outputOf(whole, finishOf(response) ?? "null", form),
    ...(response.usage === null ? {} : { usage: nativeUsage(usage, total, true) }),
    request_id: id,
  };
}

function holdingOf(piece: AnswerPiece): Holding {
  if (piece.kind === "call") return { text: "", reasoning: "", calls: [piece.piece] };
  const { kind, text } = piece;
  return {
    text: kind === "text" ? text : "",
    reasoning: kind === "reasoning" ? text : "",
    calls: [],
  };
}

/** Everything so far: a call keeps its id and name, and its arguments grow. */
function add(before: Holding, next: Holding): Holding {
  const calls = [...before.calls];
  for (const piece of next.calls) {
    const at = calls.findIndex(({ position }) => position === piece.position);
    const known = calls[at];
    if (known === undefined) calls.push(piece);
    else calls[at] = { ...known, text: known.text + piece.text };
  }
  return { text: before.text + next.text, reasoning: before.reasoning + next.reasoning, calls };
}

function outputOf(holding: Holding, finish: string, form: NativeForm): JsonObject {
  const { text, reasoning, calls } = holding;
  if (!form.inMessages) return { finish_reason: finish, text };
  const parts = text === "" ? [] : [{ text }];
  const message = {
    content: form.multimodal ? parts : text,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(wireCall) }),
    role: "assistant",
  };
  return { choices: [{ message, finish_reason: finish, index: 0 }] };
}

/** The order of the keys is not that of the OpenAI protocol [recorded]. */
const wireCall = ({ index, id, name, text }: CallPiece): JsonObject => ({
  function: name === undefined ? { arguments: text } : { name, arguments: text },
  index,
  id,
  type: "function",
});
