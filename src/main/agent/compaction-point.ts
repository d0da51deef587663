import type { Compaction, SessionState, TurnState } from "../../shared/session-state.ts";
import { sentTurns } from "./messages.ts";
import type { ModelMessage } from "./ports.ts";

/** Up to where a summary is to stand for the conversation. */
export type CompactionPoint = Omit<Compaction, "summary">;

export interface KeepOptions {
  /** How much of the end is to stay whole, in tokens; null = the last turn and nothing more. */
  readonly keepTokens: number | null;
  readonly tokensOf: (messages: readonly ModelMessage[]) => number;
}

/**
 * Where to cut: as many whole turns from the end stay as fit, the last one in any case; where that alone is too large, or all
 * there is, its prompt and as many of its last steps, one at least. Null when there is nothing before that.
 */
export function compactionPoint(
  state: SessionState,
  { keepTokens, tokensOf }: KeepOptions,
): CompactionPoint | null {
  const sent = sentTurns(state).map(({ turnId, prompt, steps }) => ({
    turnId,
    steps: steps.map(({ step, messages }) => ({ step, tokens: tokensOf(messages) })),
    promptTokens: tokensOf([prompt]),
  }));
  const last = sent.at(-1);
  if (last === undefined) return null;
  const inside = insideTurn(last, (keepTokens ?? 0) - last.promptTokens);
  const room = keepTokens ?? sizeOf(last);
  if (sizeOf(last) > room && inside !== null) return inside;
  let first = sent.length - 1;
  let left = room - sizeOf(last);
  while (first > 1) {
    left -= sizeOf(sent[first - 1]);
    if (left < 0) break;
    first -= 1;
  }
  const before = sent[first - 1];
  return before === undefined ? inside : { throughTurnId: before.turnId, throughStep: null };
}

interface SizedTurn {
  readonly turnId: TurnState["turnId"];
  readonly promptTokens: number;
  readonly steps: readonly { readonly step: number; readonly tokens: number }[];
}

const sizeOf = (turn: SizedTurn | undefined): number =>
  turn === undefined ? 0 : turn.steps.reduce((sum, { tokens }) => sum + tokens, turn.promptTokens);

function insideTurn({ turnId, steps }: SizedTurn, keepTokens: number): CompactionPoint | null {
  let first = steps.length - 1;
  let left = keepTokens - (steps[first]?.tokens ?? 0);
  while (first > 1) {
    left -= steps[first - 1]?.tokens ?? 0;
    if (left < 0) break;
    first -= 1;
  }
  const before = steps[first - 1];
  return before === undefined ? null : { throughTurnId: turnId, throughStep: before.step };
}
