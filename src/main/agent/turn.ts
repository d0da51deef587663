import {
  AppError,
  BudgetError,
  HistoryError,
  messageOf,
  ModelGoneError,
  UnkeptLimitError,
} from "../../shared/errors.ts";
import type { TurnError, TurnStatus } from "../../shared/events.ts";
import type { ToolItem } from "../../shared/session-state.ts";
import { bindStep } from "./bind-step.ts";
import { canMakeRoom, compact, CompactionError } from "./compaction.ts";
import { nudgeFor } from "./nudge.ts";
import { refuseCalls, runApproved, runCalls, type CallsOutcome } from "./run-calls.ts";
import { streamStep, type StepAnswer } from "./stream-step.ts";
import { callLabel, suspectCall } from "./suspect-call.ts";
import type { BoundContext, TurnContext } from "./turn-context.ts";

/** How a turn ended. A failure is an answer: `error` says what happened and what to do. */
export interface TurnOutcome {
  readonly status: TurnStatus;
  readonly error?: TurnError;
}

/** Where a turn begins: with the model, or with a call that was approved from outside. */
export interface TurnStart {
  readonly approved?: ToolItem;
}

/** Steps until the model has nothing left to call, the person stops it, or a limit is reached. Always logs `turn-end`. */
export async function runTurn(context: TurnContext, start: TurnStart = {}): Promise<TurnOutcome> {
  const startedAt = performance.now();
  const { sessionId } = context.log.state();
  let outcome: TurnOutcome;
  try {
    outcome = await runSteps(context, start);
  } catch (error) {
    outcome = outcomeOf(context, error);
  }
  const durationMs = Math.round(performance.now() - startedAt);
  context.log.append({
    type: "turn-end",
    sessionId,
    turnId: context.turnId,
    durationMs,
    ...outcome,
  });
  await context.log.flush();
  return outcome;
}

async function runSteps(context: TurnContext, start: TurnStart): Promise<TurnOutcome> {
  const { sessionId } = context.log.state();
  if (start.approved !== undefined) {
    const ended = endFor(await runApproved(context, start.approved));
    if (ended !== undefined) return ended;
  }
  discardUnfinished(context, "resumed");
  const first = (context.log.state().turns.at(-1)?.step ?? 0) + 1;
  let cuts = 0;
  for (let step = first; step < first + context.maxSteps; step += 1) {
    context.signal.throwIfAborted();
    context.log.append({ type: "step-start", sessionId, turnId: context.turnId, step });
    const answer = await streamFitting(await bindStep(context));
    if (answer.finish === "length") {
      cuts += 1;
      tellOfCut(context, answer);
      if ((answer.calls.length > 0 || answer.doubt !== null) && cuts < mostCuts) continue;
      return cutOutcome;
    }
    cuts = 0;
    if (answer.calls.length === 0) {
      const nudge = nudgeFor(context, answer);
      if (nudge === null) return { status: "completed" };
      tellModel(context, nudge);
      continue;
    }
    const ended = endFor(await runCalls(context, answer.calls));
    await context.log.flush();
    if (ended !== undefined) return ended;
  }
  return {
    status: "failed",
    error: {
      code: "step-limit",
      message: `Stopped after ${context.maxSteps} steps. Send another prompt to go on, or raise the step limit.`,
    },
  };
}

/** What the provider says is too long is compacted to the limit it names, and asked once more. */
async function streamFitting(context: BoundContext): Promise<StepAnswer> {
  try {
    return await streamStep(context);
  } catch (error) {
    const limitTokens = error instanceof HistoryError ? error.limitTokens : null;
    if (limitTokens === null || !canMakeRoom(context.log.state(), limitTokens)) throw error;
    discardUnfinished(context, "refused");
    const binding = { ...context.binding, maxInputTokens: limitTokens };
    const limited = { ...context, binding };
    await compact(limited, { reason: "full", limitTokens });
    return streamStep(limited);
  }
}

/** A model that cannot make it shorter after being told is not asked for ever. */
const mostCuts = 3;

const cutOutcome: TurnOutcome = {
  status: "failed",
  error: {
    code: "output-limit",
    message: "The answer was cut at the model's output limit. Continue, or ask for smaller pieces.",
  },
};

/** Nothing of a cut answer runs: what its last call would have written is not whole. */
function tellOfCut(context: TurnContext, { calls, doubt }: StepAnswer): void {
  refuseCalls(
    context,
    calls,
    "Not run: your answer was cut at the output limit before it was whole. Do less in one answer: write a large file in parts, with write_file for the first and edit_file for the rest.",
  );
  if (calls.length > 0) return;
  tellModel(
    context,
    doubt ?? "The answer above was cut at the output limit. Go on where it stopped.",
  );
}

/** What the model hears after its answer, and the person sees. */
function tellModel(context: TurnContext, message: string): void {
  const { sessionId } = context.log.state();
  const { turnId } = context;
  context.log.append({
    type: "notice",
    sessionId,
    turnId,
    level: "warning",
    message,
    forModel: true,
  });
}

/** An answer that was stopped or lost half-way would stand as the last message, which no endpoint takes as a question. */
function discardUnfinished(context: TurnContext, reason: string): void {
  const { sessionId, turns } = context.log.state();
  const turn = turns.at(-1);
  const items = turn?.items.filter(({ step }) => step === turn.step) ?? [];
  const isUnfinished =
    items.some((item) => item.kind === "text" && !item.discarded) &&
    !items.some((item) => item.kind === "tool" || (item.kind === "notice" && item.forModel));
  if (turn === undefined || !isUnfinished) return;
  const { turnId } = context;
  context.log.append({
    type: "step-discard",
    sessionId,
    turnId,
    step: turn.step,
    reason,
  });
}

function endFor(outcome: CallsOutcome): TurnOutcome | undefined {
  if (outcome === "needs-approval") return { status: "needs-approval" };
  if (outcome === "loop")
    return {
      status: "failed",
      error: {
        code: "loop",
        message:
          "Stopped: the model repeated the same call without effect. Say it differently, or try another model.",
      },
    };
  return undefined;
}

/** What a thrown error means for the turn. A half-streamed answer is kept to read and not sent back to the model. */
function outcomeOf(context: TurnContext, error: unknown): TurnOutcome {
  const { sessionId, turns } = context.log.state();
  if (context.signal.aborted) return { status: "cancelled" };
  const step = turns.at(-1)?.step ?? 1;
  const code = error instanceof AppError ? error.code : "internal";
  context.log.append({
    type: "step-discard",
    sessionId,
    turnId: context.turnId,
    step: Math.max(1, step),
    reason: code,
  });
  const message =
    error instanceof AppError ? error.message : `Unexpected failure: ${messageOf(error)}`;
  if (error instanceof CompactionError)
    return { status: "failed", error: { code: "compaction", message } };
  if (error instanceof ModelGoneError)
    return { status: "failed", error: { code, message, successors: [...error.successors] } };
  if (error instanceof UnkeptLimitError)
    return { status: "budget", error: { code, message, unkept: error.unkept } };
  const suspect =
    error instanceof HistoryError
      ? suspectCall(context.log.state().turns, error.history)
      : undefined;
  if (suspect !== undefined) return leaveOutOutcome(suspect, { code, message });
  if (error instanceof BudgetError)
    return { status: "budget", error: { code, message, raise: error.raise } };
  return { status: code === "budget" ? "budget" : "failed", error: { code, message } };
}

function leaveOutOutcome(suspect: ToolItem, { code, message }: TurnError): TurnOutcome {
  const cause = `The result of ${callLabel(suspect)} probably caused it: leave it out and retry.`;
  return {
    status: "failed",
    error: { code, message: `${message} ${cause}`, leaveOut: suspect.callId },
  };
}
