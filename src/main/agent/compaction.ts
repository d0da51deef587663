import { AppError, HistoryError } from "../../shared/errors.ts";
import type { CompactReason } from "../../shared/events.ts";
import type { SessionState } from "../../shared/session-state.ts";
import { compactionPoint, type CompactionPoint } from "./compaction-point.ts";
import { messagesOf } from "./messages.ts";
import type { FinishReason, ModelMessage, ModelRequest } from "./ports.ts";
import { summaryPrompt } from "./prompt.ts";
import { requestBytes, requestOf, sendRequest } from "./send-request.ts";
import { stepRequest } from "./stream-step.ts";
import type { BoundContext } from "./turn-context.ts";
import { estimateTokens, fitsInto, jsonBytes } from "./weigh.ts";

/** No usable summary came of a request that was answered, or none can be asked for. */
export class CompactionError extends AppError {
  constructor(message: string) {
    super("refused", message);
  }
}

export interface CompactOptions {
  readonly reason: CompactReason;
  /** The most input tokens of the model that goes on; null = not known: then only the last turn stays whole. */
  readonly limitTokens: number | null;
}

/** A quarter of what the model takes stays as it is: enough to work on, and room to grow. */
const keptShare = 0.25;

/** Less than this share of what the model takes is not worth a request, and would be asked for again at every step. */
const leastGain = 0.1;

/** Whether a summary would make room worth having. */
export function canMakeRoom(state: SessionState, limitTokens: number): boolean {
  const point = pointFor(state, limitTokens);
  if (point === null) return false;
  const replaced = estimateTokens(state, jsonBytes(messagesThrough(state, point)));
  return replaced >= limitTokens * leastGain;
}

/** Size of what a summary asked for now would stand for; null when there is nothing to compact. */
export function compactableBytes(state: SessionState): number | null {
  const point = pointFor(state, null);
  return point === null ? null : jsonBytes(messagesThrough(state, point));
}

/** Where to cut; null when there is nothing to compact. */
function pointFor(state: SessionState, limitTokens: number | null): CompactionPoint | null {
  return compactionPoint(state, {
    keepTokens: limitTokens === null ? null : Math.floor(limitTokens * keptShare),
    tokensOf: (messages) => estimateTokens(state, jsonBytes(messages)),
  });
}

/**
 * Has the older part of the conversation summarised by `context`'s model; from then on the summary is sent in its place. False
 * when there is nothing to compact. Throws AppError when no whole summary came of it: then what is sent stays as it was.
 */
export async function compact(
  context: BoundContext,
  { reason, limitTokens }: CompactOptions,
): Promise<boolean> {
  const { log, turnId, binding } = context;
  const state = log.state();
  const point = pointFor(state, limitTokens);
  if (point === null) return false;
  const base = { sessionId: state.sessionId, turnId };
  log.append({ ...base, type: "compact-start", reason, model: binding.modelId });
  try {
    const summary = await summarise(context, point);
    const weigh = (folded: SessionState): number =>
      estimateTokens(log.state(), requestBytes(requestOf(context, messagesOf(folded))));
    log.append({
      ...base,
      type: "history-compact",
      ...point,
      summary,
      tokensBefore: weigh(state),
      tokensAfter: weigh({ ...state, compaction: { ...point, summary } }),
    });
    await log.flush();
    return true;
  } catch (thrown) {
    const error = plainError(thrown);
    const status = context.signal.aborted ? "cancelled" : "failed";
    const message = error instanceof AppError ? error.message : "";
    log.append({ ...base, type: "compact-end", status, message });
    throw error;
  }
}

/** A refusal here says nothing about the calls of the step that was to come. */
const plainError = (thrown: unknown): unknown =>
  thrown instanceof HistoryError ? new CompactionError(thrown.message) : thrown;

async function summarise(context: BoundContext, point: CompactionPoint): Promise<string> {
  let text = "";
  let finish: FinishReason = "other";
  for await (const event of sendRequest(context, summaryRequest(context, point), "compaction")) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "finish") finish = event.reason;
  }
  const { modelId } = context.binding;
  if (finish === "length")
    throw new CompactionError(
      `The summary of ${modelId} was cut at its output limit. Nothing was compacted: retry, or choose another model.`,
    );
  if (text.trim() === "")
    throw new CompactionError(
      `${modelId} gave no summary. Nothing was compacted: retry, or choose another model.`,
    );
  return text.trim();
}

/** The conversation up to the point as it was always sent, so that a cache finds it, and what to do with it. */
function summaryRequest(context: BoundContext, point: CompactionPoint): ModelRequest {
  const state = context.log.state();
  const limit = context.binding.maxInputTokens;
  const messages = messagesThrough(state, point);
  const ask: ModelMessage = { role: "user", content: [{ type: "text", text: summaryPrompt }] };
  const requests = resultLengths.map((length) =>
    requestOf(context, [...messages.map((message) => shortened(message, length)), ask]),
  );
  const fitting = requests.find(
    (request) => limit === null || estimateTokens(state, requestBytes(request)) <= limit,
  );
  if (fitting !== undefined) return fitting;
  throw new CompactionError(
    `The conversation is too long for ${context.binding.modelId} even to be summarised. Choose a model with a larger window, or start a new session.`,
  );
}

/** How much of each result and argument is kept for the summary where all of them would not fit, in characters. */
const resultLengths: readonly number[] = [Number.POSITIVE_INFINITY, 4000, 1000, 200];

/** What was said weighs more than what was read. */
const textShare = 10;

function shortened(message: ModelMessage, length: number): ModelMessage {
  if (length === Number.POSITIVE_INFINITY) return message;
  const most = message.role === "tool" ? length : length * textShare;
  const content = message.content.map(({ text }) => ({
    type: "text" as const,
    text: cut(text, most),
  }));
  if (message.role !== "assistant") return { ...message, content };
  const toolCalls = message.toolCalls.map(({ id, name, argumentsText }) => ({
    id,
    name,
    argumentsText: shortArguments(argumentsText, length),
  }));
  return { ...message, content, toolCalls };
}

/** Still valid JSON: other arguments are refused. */
const shortArguments = (text: string, length: number): string =>
  text.length <= length
    ? text
    : JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
        typeof value === "string" ? cut(value, length) : value,
      );

/** A text without its middle. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor(length / 2);
  const left = `[… ${text.length - 2 * half} characters left out …]`;
  return `${text.slice(0, half)}\n${left}\n${text.slice(-half)}`.toWellFormed();
}

function messagesThrough(state: SessionState, point: CompactionPoint): ModelMessage[] {
  const at = state.turns.findIndex(({ turnId }) => turnId === point.throughTurnId);
  const { throughStep } = point;
  const turns = state.turns.slice(0, at + 1);
  const last = turns.at(-1);
  if (last === undefined || throughStep === null) return messagesOf({ ...state, turns });
  const items = last.items.filter(({ step }) => step <= throughStep);
  return messagesOf({ ...state, turns: [...turns.slice(0, -1), { ...last, items }] });
}

/** Whether the next request would not fit. */
export function isFull(context: BoundContext, limitTokens: number): boolean {
  const tokens = estimateTokens(context.log.state(), requestBytes(stepRequest(context)));
  return !fitsInto(tokens, limitTokens);
}
