import type { CallId } from "./ids.ts";
import { answeredAbout, askedAbout } from "./reduce-approval.ts";
import { markReviewed } from "./reduce-review.ts";
import { bindModel, measureOf, reduceCompaction } from "./reduce-model.ts";
import type { SessionEvent } from "./events.ts";
import type { SessionState, ToolItem, TurnItem, TurnState } from "./session-state.ts";
import { addUsage, emptyTotals } from "./usage-totals.ts";
import { assertNever } from "./errors.ts";

/**
 * Folds one event in. Total: an event already seen gives the same object back; one for a turn that is not the last changes
 * the number and the session's totals only.
 */
export function reduceSession(state: SessionState, event: SessionEvent): SessionState {
  if (event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq, updatedAt: event.at };
  switch (event.type) {
    case "session-start":
      return {
        ...next,
        workspace: event.workspace,
        kind: event.kind,
        mode: event.mode,
        model: event.model,
        title: event.title,
        thinking: event.thinking ?? null,
        createdAt: event.at,
      };
    case "session-update":
      return {
        ...next,
        mode: event.mode ?? state.mode,
        model: event.model ?? state.model,
        title: event.title ?? state.title,
        kind: event.kind ?? state.kind,
        thinking: event.thinking === undefined ? state.thinking : event.thinking,
      };
    case "turn-start":
      return { ...next, turns: [...state.turns, startTurn(event)] };
    case "undo-add":
      return {
        ...next,
        undos: [...state.undos, event],
        turns: state.turns.map((turn) => markUndone(turn, event)),
      };
    case "review-mark":
      return { ...next, reviewed: markReviewed(state.reviewed, event) };
    case "command-changes":
      return { ...next, turns: state.turns.map((turn) => addChanges(turn, event)) };
    case "history-omit":
      return { ...next, turns: state.turns.map((turn) => markOmitted(turn, event.callIds)) };
    case "usage-add":
      return {
        ...withLastTurn(next, event),
        usage: addUsage(state.usage, event),
        measure: measureOf(event) ?? state.measure,
      };
    case "price-allow":
      return { ...next, allowedPrices: [...state.allowedPrices, event] };
    case "model-bind":
      return bindModel(next, event);
    case "history-compact": {
      const { throughTurnId, throughStep, summary } = event;
      return {
        ...withLastTurn(next, event),
        compaction: { throughTurnId, throughStep, summary },
      };
    }
    default:
      return withLastTurn(next, event);
  }
}

type TurnEvent = Exclude<
  SessionEvent,
  {
    type:
      | "session-start"
      | "session-update"
      | "turn-start"
      | "model-bind"
      | "price-allow"
      | "undo-add"
      | "review-mark"
      | "command-changes"
      | "history-omit";
  }
>;

function startTurn(event: Extract<SessionEvent, { type: "turn-start" }>): TurnState {
  return {
    turnId: event.turnId,
    prompt: event.prompt,
    context: event.context ?? null,
    codeOnly: event.codeOnly ?? false,
    startedAt: event.at,
    step: 0,
    stepAt: null,
    items: [],
    plan: [],
    usage: emptyTotals,
    status: "running",
    error: null,
    durationMs: null,
  };
}

function withLastTurn(state: SessionState, event: TurnEvent): SessionState {
  const turn = state.turns.at(-1);
  if (turn === undefined || turn.turnId !== event.turnId) return state;
  return { ...state, turns: [...state.turns.slice(0, -1), reduceTurn(turn, event)] };
}

function reduceTurn(turn: TurnState, event: TurnEvent): TurnState {
  switch (event.type) {
    case "turn-resume":
      return { ...turn, status: "running", error: null };
    case "step-start":
      return { ...turn, step: event.step, stepAt: event.at };
    case "text-delta":
      return appendText(turn, "text", event.text);
    case "reasoning-delta":
      return appendText(turn, "reasoning", event.text);
    case "step-discard":
      return {
        ...turn,
        items: turn.items.map((item) =>
          item.step === event.step && (item.kind === "text" || item.kind === "reasoning")
            ? { ...item, discarded: true }
            : item,
        ),
      };
    case "tool-call-start":
      return { ...turn, items: [...turn.items, startTool(turn.step, event)] };
    case "tool-output-delta":
    case "checkpoint-add":
    case "tool-call-end":
    case "approval-request":
    case "approval-end":
      return withTool(turn, event);
    case "usage-add":
      return { ...turn, usage: addUsage(turn.usage, event) };
    case "retry":
    case "notice":
      return { ...turn, items: [...turn.items, toItem(turn.step, event)] };
    case "compact-start":
    case "history-compact":
    case "compact-end":
      return reduceCompaction(turn, event);
    case "plan-update":
      return { ...turn, plan: event.items };
    case "turn-end":
      return endTurn(turn, event);
    default:
      return assertNever(event);
  }
}

function toItem(
  step: number,
  event: Extract<SessionEvent, { type: "retry" | "notice" }>,
): TurnItem {
  if (event.type === "notice")
    return {
      kind: "notice",
      step,
      level: event.level,
      message: event.message,
      forModel: event.forModel ?? false,
    };
  const { attempt, code, message, waitMs, at } = event;
  return { kind: "retry", step, attempt, code, message, waitMs, at };
}

/** Ending a turn forces calls that did not end to "cancelled". A turn that waits for an approval keeps its waiting call. */
function endTurn(turn: TurnState, event: Extract<SessionEvent, { type: "turn-end" }>): TurnState {
  const items = turn.items.map((item) => {
    if (item.kind === "compaction" && item.status === "running")
      return { ...item, status: "cancelled" as const };
    if (item.kind !== "tool" || (item.status !== "running" && item.status !== "awaiting-approval"))
      return item;
    if (event.status === "needs-approval" && item.status === "awaiting-approval") return item;
    return { ...item, status: "cancelled" as const };
  });
  return {
    ...turn,
    items,
    status: event.status,
    error: event.error ?? null,
    durationMs: addDuration(turn.durationMs, event.durationMs),
  };
}

/** A turn that was resumed took as long as its parts. */
const addDuration = (before: number | null, part: number | undefined): number | null =>
  part === undefined ? before : (before ?? 0) + part;

function appendText(turn: TurnState, kind: "text" | "reasoning", text: string): TurnState {
  const last = turn.items.at(-1);
  if (last?.kind === kind && last.step === turn.step && !last.discarded) {
    return { ...turn, items: [...turn.items.slice(0, -1), { ...last, text: last.text + text }] };
  }
  return { ...turn, items: [...turn.items, { kind, step: turn.step, text, discarded: false }] };
}

function startTool(
  step: number,
  event: Extract<SessionEvent, { type: "tool-call-start" }>,
): ToolItem {
  return {
    kind: "tool",
    step,
    callId: event.callId,
    modelCallId: event.modelCallId,
    name: event.name,
    arguments: event.arguments,
    argumentsText: event.argumentsText,
    malformed: event.malformed ?? false,
    repairs: event.repairs ?? [],
    status: "running",
    output: "",
    result: null,
    durationMs: null,
    exitCode: null,
    changes: [],
    notes: [],
    seen: [],
    checkpointId: null,
    approval: null,
    blockedRuns: [],
    isAllowed: false,
    undoneBy: null,
    omitted: false,
  };
}

type ToolEvent = Extract<
  SessionEvent,
  {
    type:
      | "tool-output-delta"
      | "checkpoint-add"
      | "tool-call-end"
      | "approval-request"
      | "approval-end";
  }
>;

const keptOutput = 64_000;

function withTool(turn: TurnState, event: ToolEvent): TurnState {
  const index = turn.items.findLastIndex(
    (item) => item.kind === "tool" && item.callId === event.callId,
  );
  const item = turn.items[index];
  if (item?.kind !== "tool") return turn;
  return { ...turn, items: turn.items.with(index, reduceTool(item, event)) };
}

function reduceTool(item: ToolItem, event: ToolEvent): ToolItem {
  switch (event.type) {
    case "tool-output-delta":
      return { ...item, output: (item.output + event.text).slice(-keptOutput) };
    case "checkpoint-add":
      return { ...item, checkpointId: event.checkpointId };
    case "approval-request":
      return askedAbout(item, event);
    case "approval-end":
      return answeredAbout(item, event);
    case "tool-call-end":
      return {
        ...item,
        status: event.status,
        result: event.result,
        durationMs: event.durationMs,
        exitCode: event.exitCode ?? null,
        changes: event.changes ?? [],
        notes: event.notes ?? [],
        seen: event.seen ?? [],
        repairs: [...item.repairs, ...(event.repairs ?? [])],
      };
    default:
      return assertNever(event);
  }
}

function markUndone(
  turn: TurnState,
  event: Extract<SessionEvent, { type: "undo-add" }>,
): TurnState {
  const undoneBy = event.direction === "undo" ? event.undoId : null;
  return withCalls(turn, event.callIds, (item) => ({ ...item, undoneBy }));
}

const addChanges = (
  turn: TurnState,
  { callId, checkpointId, changes, notes }: Extract<SessionEvent, { type: "command-changes" }>,
): TurnState =>
  withCalls(turn, [callId], (item) => ({
    ...item,
    checkpointId: checkpointId ?? item.checkpointId,
    changes,
    notes: [...item.notes, ...notes],
  }));

const markOmitted = (turn: TurnState, callIds: readonly CallId[]): TurnState =>
  withCalls(turn, callIds, (item) => ({ ...item, omitted: true }));

/** The same turn when none of the calls is its own. */
function withCalls(
  turn: TurnState,
  callIds: readonly CallId[],
  change: (item: ToolItem) => ToolItem,
): TurnState {
  const touched = new Set<CallId>(callIds);
  if (!turn.items.some((item) => item.kind === "tool" && touched.has(item.callId))) return turn;
  return {
    ...turn,
    items: turn.items.map((item) =>
      item.kind === "tool" && touched.has(item.callId) ? change(item) : item,
    ),
  };
}
