import { finishOf, piecesOf, type AnswerPiece, type CallPiece } from "./answer-pieces.ts";
import type { JsonObject, ScriptedResponse } from "./script.ts";

/** How a server writes its chunks, where compatible servers differ. */
export interface FrameStyle {
  readonly reasoningField: "reasoning_content" | "reasoning";
  readonly systemFingerprint: string | null;
  /** Each call in one piece. */
  readonly wholeCalls: boolean;
  /** Continuations of a call have an id of "" and a type, or neither. */
  readonly namesContinuations: boolean;
  /** Keys move about and come and go, and `usage` is null until the end [recorded]. */
  readonly shuffles: boolean;
}

export interface FrameContext {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly includeUsage: boolean;
  readonly usage: JsonObject;
  readonly style: FrameStyle;
}

const frame = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;

/** The server-sent events of one answer, each a whole `data:` frame. */
export function framesOf(response: ScriptedResponse, context: FrameContext): string[] {
  const { style } = context;
  const deltas = [
    { role: "assistant", content: "" },
    ...piecesOf(response, style.wholeCalls).map((piece) => delta(piece, response, style)),
  ];
  const frames = deltas.map((value, index) =>
    chunk(context, { index: 0, delta: value, finish_reason: null }, index),
  );
  if (response.streamError !== undefined) return [...frames, frame(response.streamError)];
  if (response.hang === true) return frames;
  const finish = finishOf(response);
  if (finish === null) return frames;
  const last = frames.length % 2 === 0 ? {} : { content: "" };
  frames.push(chunk(context, { index: 0, delta: last, finish_reason: finish }, 0));
  if (context.includeUsage && response.usage !== null) frames.push(usageFrame(response, context));
  return response.done === false ? frames : [...frames, "data: [DONE]\n\n"];
}

/** In a chunk without choices; through another gateway, beside an empty delta [reported]. */
function usageFrame(
  { usageInEmptyDelta = false }: ScriptedResponse,
  context: FrameContext,
): string {
  const choices = usageInEmptyDelta ? [{ index: 0, delta: {} }] : [];
  return frame({ ...envelope(context), choices, usage: context.usage });
}

const envelope = ({ id, model, created, style }: FrameContext): JsonObject => ({
  id,
  object: "chat.completion.chunk",
  created,
  model,
  system_fingerprint: style.systemFingerprint,
});

function chunk(context: FrameContext, choice: JsonObject, index: number): string {
  const head = envelope(context);
  if (!context.style.shuffles) return frame({ ...head, choices: [choice] });
  return frame(
    index % 2 === 0
      ? { choices: [choice], object: head["object"], usage: null, ...head }
      : { ...head, choices: [{ ...choice, logprobs: null }], usage: null },
  );
}

function delta(
  piece: AnswerPiece,
  response: ScriptedResponse,
  { reasoningField, namesContinuations }: FrameStyle,
): JsonObject {
  switch (piece.kind) {
    case "reasoning":
      return { content: null, [reasoningField]: piece.text };
    case "text":
      return (response.reasoning ?? "") === ""
        ? { content: piece.text }
        : { content: piece.text, [reasoningField]: null };
    case "call":
      return callDelta(piece.piece, namesContinuations);
  }
}

function callDelta({ index, id, name, text }: CallPiece, namesContinuations: boolean): JsonObject {
  if (name !== undefined)
    return {
      content: null,
      tool_calls: [{ index, id, type: "function", function: { name, arguments: text } }],
    };
  const named = namesContinuations ? { id, type: "function" } : {};
  return { content: null, tool_calls: [{ function: { arguments: text }, index, ...named }] };
}
