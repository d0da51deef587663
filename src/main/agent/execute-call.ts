import { AppError } from "../../shared/errors.ts";
import type { Repair } from "../../shared/events.ts";
import { waitingMessage } from "../../shared/waiting-message.ts";
import type { CallId } from "../../shared/ids.ts";
import type { SeenFile } from "../tools/read-register.ts";
import type { Tool, ToolContext, ToolResult } from "../tools/tool.ts";
import { cancelledResult, type ParsedCall, type TurnContext } from "./turn-context.ts";

/** How a call ended, as it is logged. */
export interface Ended extends Omit<ToolResult, "status"> {
  readonly status: "completed" | "failed" | "denied" | "cancelled";
  readonly durationMs?: number;
  readonly seen?: readonly SeenFile[];
  readonly repairs?: readonly Repair[];
}

/** A call with its arguments as they will be shown and run. */
export interface RunnableCall {
  readonly callId: CallId;
  readonly tool: Tool;
  readonly input: Record<string, unknown>;
  readonly repairs: readonly Repair[];
  /** Tells the model what was put right. */
  readonly note: string | null;
}

/** A call that may run: because the person said yes to it, or because nobody had to. */
export interface AnsweredCall extends RunnableCall {
  readonly isAllowed: boolean;
  /** Whoever allowed it knew that nothing would keep it to the project. */
  readonly unconfined: boolean;
}

/** The call, put right where its tool finds in the files that something is plainly broken. */
export async function repairedCall(
  context: TurnContext,
  callId: CallId,
  { tool, input }: ParsedCall & { ok: true },
): Promise<RunnableCall> {
  const asSent = { callId, tool, input, repairs: [], note: null };
  if (tool.repair === undefined) return asSent;
  try {
    const repaired = await tool.repair(input, toolContext(context, callId));
    if (repaired === null) return asSent;
    return { ...asSent, input: repaired.input, repairs: [repaired.repair], note: repaired.note };
  } catch (error) {
    // What cannot be looked at is not repaired; the call itself says why.
    const isExpected = error instanceof AppError || systemFailure(error) !== undefined;
    if (context.signal.aborted || isExpected) return asSent;
    throw error;
  }
}

/** Runs a call that nothing stands against any more. An expected failure is a result; a fault of our own is thrown. */
export async function executeCall(
  context: TurnContext,
  { callId, tool, input, repairs, note, isAllowed, unconfined }: AnsweredCall,
): Promise<Ended> {
  const startedAt = performance.now();
  const own = { ...toolContext(context, callId), isAllowed, unconfined };
  const ended = (result: ToolResult): Ended => ({
    ...result,
    ...(note === null ? {} : { result: `${note}\n${result.result}` }),
    ...(repairs.length === 0 ? {} : { repairs }),
    seen: own.reads.takeNews(),
    durationMs: Math.round(performance.now() - startedAt),
  });
  try {
    return ended(await tool.run(input, own));
  } catch (error) {
    if (context.signal.aborted) return ended(cancelledResult);
    const why = error instanceof AppError ? error.message : systemFailure(error);
    if (why !== undefined) return ended({ status: "failed", result: why });
    // Our own fault ends the turn, but leaves no call without an end.
    endCall(context, callId, ended({ status: "failed", result: "Failed by a fault in Belay." }));
    throw error;
  }
}

/** What the system would not do, without the path, which is the machine's; undefined when it is no failure of the system. */
function systemFailure(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error)) return undefined;
  const reason = error.message.split(",")[0] ?? "";
  return `The system refused this call (${reason}). Try another way, or tell the person.`;
}

export function toolContext(context: TurnContext, callId: CallId): ToolContext {
  const { sessionId } = context.log.state();
  const base = { sessionId, turnId: context.turnId };
  return {
    ...context.toolContext(callId),
    turnId: context.turnId,
    callId,
    signal: context.signal,
    isAllowed: false,
    unconfined: false,
    onOutput: (text) =>
      void context.log.append({ ...base, type: "tool-output-delta", callId, text }),
    onCheckpoint: async (checkpoint) => {
      context.log.append({
        ...base,
        type: "checkpoint-add",
        callId,
        ...checkpoint,
        paths: [...checkpoint.paths],
      });
    },
    onWait: (holder) => {
      const message = waitingMessage(holder);
      context.log.append({ ...base, type: "notice", level: "info", message });
    },
    onPlan: (items) => void context.log.append({ ...base, type: "plan-update", items: [...items] }),
  };
}

/** Logs how a call ended. */
export function endCall(context: TurnContext, callId: CallId, result: Ended): void {
  context.log.append({
    type: "tool-call-end",
    sessionId: context.log.state().sessionId,
    turnId: context.turnId,
    callId,
    status: result.status,
    result: result.result,
    durationMs: result.durationMs ?? 0,
    ...(result.changes === undefined ? {} : { changes: [...result.changes] }),
    ...(result.notes === undefined || result.notes.length === 0
      ? {}
      : { notes: [...result.notes] }),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(result.blocked === undefined ? {} : { blocked: [...result.blocked] }),
    ...(result.seen === undefined || result.seen.length === 0 ? {} : { seen: [...result.seen] }),
    ...(result.repairs === undefined ? {} : { repairs: [...result.repairs] }),
  });
}
