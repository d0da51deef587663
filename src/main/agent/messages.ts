import type { SessionState, ToolItem, TurnItem, TurnState } from "../../shared/session-state.ts";
import type { ModelMessage, TextPart } from "./ports.ts";

const part = (text: string): TextPart => ({ type: "text", text });

/**
 * The conversation as the provider takes it: arguments are always JSON, every call has its result, whatever was cancelled
 * or crashed. The same state gives the same bytes, so that each request begins with the one before.
 */
export function messagesOf(state: SessionState): ModelMessage[] {
  return state.turns.flatMap(turnMessages);
}

function turnMessages(turn: TurnState): ModelMessage[] {
  const content =
    turn.context === null ? [part(turn.prompt)] : [part(turn.prompt), part(turn.context)];
  const messages: ModelMessage[] = [{ role: "user", content }];
  for (const items of bySteps(turn.items)) messages.push(...stepMessages(items));
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

function stepMessages(items: readonly TurnItem[]): ModelMessage[] {
  const text = items
    .flatMap((item) => (item.kind === "text" && !item.discarded ? [item.text] : []))
    .join("");
  const calls = items.filter((item) => item.kind === "tool");
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
      toolCalls: calls.map((call) => ({
        id: call.modelCallId,
        name: call.name,
        argumentsText: argumentsOf(call),
      })),
    },
    ...calls.map((call): ModelMessage => ({
      role: "tool",
      toolCallId: call.modelCallId,
      content: [part(resultText(call))],
    })),
    ...notes,
  ];
}

/** Arguments worth leaving out with a result; shorter ones only say what was asked. */
const longArguments = 500;

/** Broken arguments sent back are answered with status 400 for ever after; the result says what was wrong. */
function argumentsOf(call: ToolItem): string {
  if (call.malformed || typeof call.arguments === "string") return "{}";
  return call.omitted && call.argumentsText.length > longArguments ? "{}" : call.argumentsText;
}

function resultText(call: ToolItem): string {
  if (call.omitted)
    return "(The person left this call's content out: the provider had refused it. Go on without it, or look at another part.)";
  if (call.result !== null && call.result !== "") return call.result;
  return call.result === ""
    ? "(no output)"
    : "Cancelled: this call did not finish. Nothing is known of its effect.";
}
