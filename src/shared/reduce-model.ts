import type { Answerer, SessionEvent } from "./events.ts";
import type { CompactionItem, SessionState, TurnItem, TurnState } from "./session-state.ts";

type EventOf<Type extends SessionEvent["type"]> = Extract<SessionEvent, { type: Type }>;

/** Who answers from here on. The first one of a session is no change, and leaves no line. */
export function bindModel(state: SessionState, event: EventOf<"model-bind">): SessionState {
  const { model, region, protocol, thinking, dropped, step } = event;
  const to: Answerer = { model, region, protocol, thinking };
  const from = state.answerer;
  const next = { ...state, answerer: to };
  const turn = state.turns.at(-1);
  if (from === null || turn?.turnId !== event.turnId) return next;
  const item: TurnItem = { kind: "model-change", step, from, to, dropped };
  const changed = { ...turn, items: [...turn.items, item] };
  return { ...next, turns: [...state.turns.slice(0, -1), changed] };
}

/** How many tokens the bytes of a request were; undefined where the provider reported none. */
export function measureOf({
  inputBytes,
  inputTokens,
}: EventOf<"usage-add">): SessionState["measure"] | undefined {
  return inputBytes === undefined || inputBytes === 0 || inputTokens === 0
    ? undefined
    : { bytes: inputBytes, tokens: inputTokens };
}

/** The turn with a summary begun, made or given up. */
export function reduceCompaction(
  turn: TurnState,
  event: EventOf<"compact-start" | "history-compact" | "compact-end">,
): TurnState {
  switch (event.type) {
    case "compact-start":
      return { ...turn, items: [...turn.items, startItem(turn.step, event)] };
    case "history-compact": {
      const { summary, tokensBefore, tokensAfter } = event;
      return endItem(turn, { status: "completed", summary, tokensBefore, tokensAfter });
    }
    case "compact-end":
      return endItem(turn, { status: event.status, message: event.message });
  }
}

function startItem(step: number, { reason, model }: EventOf<"compact-start">): CompactionItem {
  return {
    kind: "compaction",
    step,
    reason,
    model,
    status: "running",
    message: null,
    summary: null,
    tokensBefore: null,
    tokensAfter: null,
  };
}

/** The same turn when no summary is being made in it. */
function endItem(turn: TurnState, change: Partial<CompactionItem>): TurnState {
  if (!turn.items.some(isRunning)) return turn;
  return {
    ...turn,
    items: turn.items.map((item) => (isRunning(item) ? { ...item, ...change } : item)),
  };
}

const isRunning = (item: TurnItem): item is CompactionItem =>
  item.kind === "compaction" && item.status === "running";
