import { AppError, messageOf } from "../../shared/errors.ts";
import type { TurnStatus } from "../../shared/events.ts";
import type { ToolItem } from "../../shared/session-state.ts";
import { runApproved, runCalls, type CallsOutcome } from "./run-calls.ts";
import { streamStep } from "./stream-step.ts";
import type { TurnContext } from "./turn-context.ts";

/** How a turn ended. A failure is an answer: `error` says what happened and what to do. */
export interface TurnOutcome {
  readonly status: TurnStatus;
  readonly error?: { readonly code: string; readonly message: string };
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
  const first = (context.log.state().turns.at(-1)?.step ?? 0) + 1;
  for (let step = first; step < first + context.maxSteps; step += 1) {
    context.signal.throwIfAborted();
    context.log.append({ type: "step-start", sessionId, turnId: context.turnId, step });
    const answer = await streamStep(context);
    if (answer.finish === "length") {
      return {
        status: "failed",
        error: {
          code: "output-limit",
          message:
            "The answer was cut at the model's output limit. Continue, or ask for smaller pieces.",
        },
      };
    }
    if (answer.calls.length === 0) return { status: "completed" };
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
  return { status: code === "budget" ? "budget" : "failed", error: { code, message } };
}
