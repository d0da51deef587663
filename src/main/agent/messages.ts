import type { SessionState, ToolItem, TurnItem, TurnState } from "../../shared/session-state.ts";
import type { ModelMessage, TextPart } from "./ports.ts";

const part = (text: string): TextPart => ({ type: "text", text });

/**
 * The conversation as the provider takes it: arguments are always JSON, every call has its result, whatever was cancelled
 * or crashed. The same state gives the same bytes, so that each request begins with the one before. Where the older part was
 * compacted, its summary stands before the first prompt that is sent.
 */
export const messagesOf = (state: SessionState): ModelMessage[] =>
  sentTurns(state).flatMap(({ prompt, steps }) =>
    [prompt].concat(...steps.map(({ messages }) => messages)),
  );

/** What one step adds to the conversation. */
interface StepMessages {
  readonly step: number;
  readonly messages: readonly ModelMessage[];
}

/** What is sent of a turn. */
interface SentTurn {
  readonly turnId: TurnState["turnId"];
  /** With the summary of what came before, if there is one. */
  readonly prompt: ModelMessage;
  readonly steps: readonly StepMessages[];
}

/** The turns that are sent, oldest first. */
export function sentTurns({ turns, compaction }: SessionState): readonly SentTurn[] {
  // Ids go by what was said, not by what is sent of it, so that compacting does not change those that stay.
  const used = new Set<string>();
  const said = turns.map((turn) => ({ turn, steps: stepsOf(turn, used) }));
  const at = turns.findIndex((turn) => turn.turnId === compaction?.throughTurnId);
  const isCompacted = compaction !== null && at !== -1;
  const from = isCompacted ? at + (compaction.throughStep === null ? 1 : 0) : 0;
  return said.slice(from).map(({ turn, steps }, index) => {
    const isFirst = isCompacted && index === 0;
    const after = isFirst ? (compaction.throughStep ?? 0) : 0;
    return {
      turnId: turn.turnId,
      prompt: promptMessage(turn, isFirst ? compaction.summary : null),
      steps: steps.filter(({ step }) => step > after),
    };
  });
}

const summaryLine =
  "[Summary of the conversation so far, made to save room. Files may have changed since: read what you need again.]";

/** Whether a text stands for the older part of a conversation. */
export const isSummaryText = (text: string): boolean => text.startsWith(summaryLine);

function promptMessage(turn: TurnState, summary: string | null): ModelMessage {
  const content = [
    ...(summary === null ? [] : [part(`${summaryLine}\n\n${summary}`)]),
    part(turn.prompt),
    ...(turn.context === null ? [] : [part(turn.context)]),
  ];
  return { role: "user", content };
}

/** Steps that add nothing are left out. `used` are the ids of the calls before, so that no two of a conversation share one. */
const stepsOf = (turn: TurnState, used: Set<string>): readonly StepMessages[] =>
  bySteps(turn.items).flatMap((items) => {
    const messages = stepMessages(items, used);
    return messages.length === 0 ? [] : [{ step: items[0]?.step ?? 0, messages }];
  });

function bySteps(items: readonly TurnItem[]): TurnItem[][] {
  const steps: TurnItem[][] = [];
  for (const item of items) {
    const last = steps.at(-1);
    if (last?.[0]?.step === item.step) last.push(item);
    else steps.push([item]);
  }
  return steps;
}

function stepMessages(items: readonly TurnItem[], used: Set<string>): ModelMessage[] {
  const text = items
    .flatMap((item) => (item.kind === "text" && !item.discarded ? [item.text] : []))
    .join("");
  const calls = items
    .filter((item) => item.kind === "tool")
    .map((item) => ({ item, id: freeId(item, used) }));
  const notes = items.flatMap((item): ModelMessage[] =>
    item.kind === "notice" && item.forModel
      ? [{ role: "user", content: [part(`[${item.message}]`)] }]
      : [],
  );
  if (text === "" && calls.length === 0) return notes;
  return [
    {
      role: "assistant",
      content: text === "" ? [] : [part(text)],
      toolCalls: calls.map(({ item, id }) => ({
        id,
        name: item.name,
        argumentsText: argumentsOf(item),
      })),
    },
    ...calls.map(({ item, id }): ModelMessage => ({
      role: "tool",
      toolCallId: id,
      content: [part(resultText(item))],
    })),
    ...notes,
  ];
}

function freeId({ modelCallId, callId }: ToolItem, used: Set<string>): string {
  let id = modelCallId === "" || used.has(modelCallId) ? callId : modelCallId;
  for (let next = 2; used.has(id); next += 1) id = `${callId}-${next}`;
  used.add(id);
  return id;
}

/** Arguments worth leaving out with a result; shorter ones only say what was asked. */
const longArguments = 500;

/** Broken arguments sent back are answered with status 400 for ever after; the result says what was wrong. */
function argumentsOf(call: ToolItem): string {
  if (call.malformed || !isJsonObject(call)) return "{}";
  return call.omitted && call.argumentsText.length > longArguments ? "{}" : call.argumentsText;
}

/** Looked at once for each state of a call, however often its conversation is sent. */
const known = new WeakMap<ToolItem, boolean>();

function isJsonObject(call: ToolItem): boolean {
  const before = known.get(call);
  if (before !== undefined) return before;
  const is = parsesToObject(call.argumentsText);
  known.set(call, is);
  return is;
}

function parsesToObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** How many of an id's last digits, which are random, mark a result: few tokens, and more guesses than a result has room for. */
const markDigits = 8;

/**
 * What a call brought, as the system message says that data looks. What is in it cannot end it: the mark was drawn when the call was
 * made, and no file or program is told it. The same call has the same mark in every request.
 */
function asData(callId: string, result: string): string {
  const mark = callId.slice(-markDigits);
  return `<data ${mark}>\n${result}\n</data ${mark}>`;
}

function resultText(call: ToolItem): string {
  if (call.omitted)
    return "(The person left this call's content out: the provider had refused it. Go on without it, or look at another part.)";
  if (call.result !== null && call.result !== "") return asData(call.callId, call.result);
  return call.result === ""
    ? "(no output)"
    : "Cancelled: this call did not finish. Nothing is known of its effect.";
}
