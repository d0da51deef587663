import type { TurnItem, TurnState } from "../../shared/session-state.ts";
import { doubtStart } from "./rescue-calls.ts";
import type { StepAnswer } from "./stream-step.ts";
import { stoppedShort } from "./stopped-short.ts";
import type { TurnContext } from "./turn-context.ts";

const saidOnly =
  "The answer above says what comes next and ends before doing it. Do it now with the tools, or say that you are done.";

/** How often in one turn a model hears of calls that it wrote as text. */
const mostDoubts = 2;

/**
 * What a model has to hear that ended its turn without a call although it meant to make one; null when its turn is over. A model
 * that does not mend its ways is not told for ever.
 */
export function nudgeFor(context: TurnContext, answer: StepAnswer): string | null {
  const state = context.log.state();
  const turn = state.turns.at(-1);
  if (turn === undefined || answer.calls.length > 0) return null;
  const told = turn.items.filter((item) => item.kind === "notice" && item.forModel);
  if (answer.doubt !== null) return told.filter(isDoubt).length < mostDoubts ? answer.doubt : null;
  // In Plan mode what comes next is the answer; a quick question has no next.
  if (state.mode === "plan" || state.kind !== "chat" || turn.codeOnly) return null;
  const wasTold = told.some((item) => item.kind === "notice" && item.message === saidOnly);
  return !wasTold && answer.finish === "stop" && stoppedShort(lastText(turn)) ? saidOnly : null;
}

const isDoubt = (item: TurnItem): boolean =>
  item.kind === "notice" && item.message.startsWith(doubtStart);

const lastText = ({ items, step }: TurnState): string =>
  items.flatMap((item) => (item.kind === "text" && item.step === step ? [item.text] : [])).join("");
