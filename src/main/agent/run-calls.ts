import { callIdSchema, createCallId, type CallId } from "../../shared/ids.ts";
import type { ToolItem } from "../../shared/session-state.ts";
import { approve, noteApproved } from "./approve.ts";
import { runCall } from "./blocked-call.ts";
import { endCall, repairedCall, type Ended } from "./execute-call.ts";
import { repeatedCallResult } from "./loop-guard.ts";
import {
  cancelledResult,
  type ModelCall,
  type ParsedCall,
  type TurnContext,
} from "./turn-context.ts";

/** A call with its id, parsed once. */
interface ReadyCall extends ModelCall {
  readonly callId: CallId;
  readonly parsed: ParsedCall;
}

/** What the calls of one step mean for the turn. */
export type CallsOutcome = "go-on" | "needs-approval" | "loop";

/** Runs the calls of one answer: neighbouring reads at once, everything else one at a time, in the order given. */
export async function runCalls(
  context: TurnContext,
  calls: readonly ModelCall[],
): Promise<CallsOutcome> {
  const ready = announceCalls(context, calls);
  return runReady(context, ready);
}

/** Goes on with a call that waits for an approval given from outside (`belay run --approve`). */
export async function runApproved(context: TurnContext, item: ToolItem): Promise<CallsOutcome> {
  const { sessionId } = context.log.state();
  context.log.append({
    type: "approval-end",
    sessionId,
    turnId: context.turnId,
    callId: item.callId,
    decision: "allow",
  });
  const parsed = context.tools.parse(item.name, item.argumentsText);
  const call: ReadyCall = {
    id: item.modelCallId,
    name: item.name,
    argumentsText: item.argumentsText,
    callId: item.callId,
    parsed,
  };
  if (!parsed.ok) return record(context, call, { status: "failed", result: parsed.result });
  // The same files give the same repair as the one that was shown; other files, and the call fails as stale.
  const ready = await repairedCall(context, call.callId, parsed);
  noteApproved(context, ready);
  return record(
    context,
    call,
    await runCall(context, {
      ...ready,
      isAllowed: true,
      // What was allowed inside the sandbox does not run without one.
      unconfined: item.approval?.unconfined === true,
    }),
  );
}

/** Ends calls that must not run, each with this result, so that none is left without one. */
export function refuseCalls(
  context: TurnContext,
  calls: readonly ModelCall[],
  result: string,
): void {
  for (const call of announceCalls(context, calls))
    endCall(context, call.callId, { status: "failed", result });
}

function announceCalls(context: TurnContext, calls: readonly ModelCall[]): ReadyCall[] {
  const { sessionId, turns } = context.log.state();
  const used = new Set(
    turns.flatMap((turn) =>
      turn.items.flatMap((item) => (item.kind === "tool" ? [item.modelCallId] : [])),
    ),
  );
  return calls.map((call) => {
    const callId = createCallId();
    // A provider that repeats ids, or sends none, must not make two calls share one result.
    const id = call.id === "" || used.has(call.id) ? callId : call.id;
    used.add(id);
    const parsed = context.tools.parse(call.name, call.argumentsText);
    const malformed = !parsed.ok && parsed.malformed;
    const argumentsText = parsed.ok ? parsed.argumentsText : call.argumentsText;
    const repairs = [...(call.repairs ?? []), ...(parsed.ok ? parsed.repairs : [])];
    context.log.append({
      type: "tool-call-start",
      sessionId,
      turnId: context.turnId,
      callId: callIdSchema.parse(callId),
      modelCallId: id,
      name: call.name,
      arguments: malformed ? argumentsText : parseObject(argumentsText),
      argumentsText,
      ...(malformed ? { malformed: true as const } : {}),
      ...(repairs.length === 0 ? {} : { repairs }),
    });
    return { ...call, argumentsText, id, callId, parsed };
  });
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : text;
  } catch {
    return text;
  }
}

async function runReady(context: TurnContext, calls: readonly ReadyCall[]): Promise<CallsOutcome> {
  let index = 0;
  while (index < calls.length) {
    const group = readGroup(calls, index);
    const outcomes =
      group.length > 1
        ? await allEnded(group.map((call) => runOne(context, call)))
        : [await runOne(context, calls[index])];
    index += Math.max(1, group.length);
    const bad = outcomes.find((outcome) => outcome !== "go-on");
    if (bad === undefined) continue;
    const why =
      bad === "loop"
        ? "Not run: the turn was stopped."
        : "Not run: an earlier call of this answer waits for an approval.";
    for (const call of calls.slice(index))
      endCall(context, call.callId, { status: "cancelled", result: why });
    return bad;
  }
  return "go-on";
}

/** Reads at once at most: an answer with thousands of them must not open thousands of files and searches. */
const mostAtOnce = 8;

/** The run of neighbouring reads that starts at `index`. */
function readGroup(calls: readonly ReadyCall[], index: number): readonly ReadyCall[] {
  let last = index;
  while (last - index < mostAtOnce && isRead(calls[last])) last += 1;
  return calls.slice(index, last);
}

/** Waits for all of them, also when one fails: nothing may be logged after the turn's end. */
async function allEnded<T>(running: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

const isRead = (call: ReadyCall | undefined): boolean =>
  call?.parsed.ok === true && call.parsed.tool.kind === "read";

async function runOne(context: TurnContext, call: ReadyCall | undefined): Promise<CallsOutcome> {
  if (call === undefined) return "go-on";
  if (context.signal.aborted) return record(context, call, cancelledResult);
  if (!call.parsed.ok)
    return record(context, call, { status: "failed", result: call.parsed.result });
  const ready = await repairedCall(context, call.callId, call.parsed);
  const verdict = await approve(context, ready);
  if (verdict === "needs-approval") return verdict;
  if ("status" in verdict) return record(context, call, verdict);
  return record(context, call, await runCall(context, { ...ready, ...verdict }));
}

function record(context: TurnContext, call: ReadyCall, result: Ended): CallsOutcome {
  const verdict =
    result.status === "cancelled"
      ? "go-on"
      : context.guard.record(call.name, call.argumentsText, result.result);
  endCall(
    context,
    call.callId,
    verdict === "go-on" ? result : { ...result, result: repeatedCallResult },
  );
  return verdict === "stop" ? "loop" : "go-on";
}
