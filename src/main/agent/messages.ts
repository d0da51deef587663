import type { SessionState, ToolItem, TurnItem, TurnState } from "../../shared/session-state.ts";
import type { ModelMessage, TextPart } from "./ports.ts";

const part = (text: string): TextPart => ({ type: "text", text });

/**
 * The conversation as the provider takes it: arguments are always JSON, every call has its result, whatever was cancelled
 * or crashed. The same state gives the same bytes, so that each request begins with the one before.
 */
export function messagesOf(state: SessionState): ModelMessage[] {
  const used = new Set<string>();
  return state.turns.flatMap((turn) => turnMessages(turn, used));
}

/** `used` are the ids of the calls before, so that no two of a conversation share one. */
function turnMessages(turn: TurnState, used: Set<string>): ModelMessage[] {
  const content =
    turn.context === null ? [part(turn.prompt)] : [part(turn.prompt), part(turn.context)];
  const messages: ModelMessage[] = [{ role: "user", content }];
  for (const items of bySteps(turn.items)) messages.push(...stepMessages(items, used));
  return messages;
}

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

function resultText(call: ToolItem): string {
  if (call.omitted)
    return "(The person left this call's content out: the provider had refused it. Go on without it, or look at another part.)";
  if (call.result !== null && call.result !== "") return call.result;
  return call.result === ""
    ? "(no output)"
    : "Cancelled: this call did not finish. Nothing is known of its effect.";
}
