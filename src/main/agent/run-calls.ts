import { AppError } from "../../shared/errors.ts";
import { callIdSchema, createCallId, type CallId } from "../../shared/ids.ts";
import type { ToolItem } from "../../shared/session-state.ts";
import type { SeenFile } from "../tools/read-register.ts";
import type { Tool, ToolContext, ToolResult } from "../tools/tool.ts";
import { grantKeyFor, policyFor } from "./approvals.ts";
import { repeatedCallResult } from "./loop-guard.ts";
import type { ModelCall } from "./stream-step.ts";
import { cancelledResult, type ParsedCall, type TurnContext } from "./turn-context.ts";

/** A call with its id, parsed once. */
interface ReadyCall extends ModelCall {
  readonly callId: CallId;
  readonly parsed: ParsedCall;
}

/** What the calls of one step mean for the turn. */
export type CallsOutcome = "go-on" | "needs-approval" | "loop";

/** How a call ended, as it is logged. */
interface Ended extends Omit<ToolResult, "status"> {
  readonly status: "completed" | "failed" | "denied" | "cancelled";
  readonly durationMs?: number;
  readonly seen?: readonly SeenFile[];
}

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
  return parsed.ok
    ? record(context, call, await execute(context, call, parsed))
    : record(context, call, { status: "failed", result: parsed.result });
}

/** Ends calls that must not run, each with this result, so that none is left without one. */
export function refuseCalls(
  context: TurnContext,
  calls: readonly ModelCall[],
  result: string,
): void {
  for (const call of announceCalls(context, calls))
    end(context, call, { status: "failed", result });
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
    context.log.append({
      type: "tool-call-start",
      sessionId,
      turnId: context.turnId,
      callId: callIdSchema.parse(callId),
      modelCallId: id,
      name: call.name,
      arguments: malformed ? call.argumentsText : parseObject(call.argumentsText),
      argumentsText: call.argumentsText === "" ? "{}" : call.argumentsText,
      ...(malformed ? { malformed: true as const } : {}),
    });
    return { ...call, id, callId, parsed };
  });
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
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
    for (const call of calls.slice(index)) end(context, call, { status: "cancelled", result: why });
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
  const verdict = await approve(context, call, call.parsed);
  if (verdict === "needs-approval") return verdict;
  if (verdict !== "run") return record(context, call, verdict);
  return record(context, call, await execute(context, call, call.parsed));
}

type Denied = { readonly status: "denied" | "cancelled"; readonly result: string };

async function approve(
  context: TurnContext,
  call: ReadyCall,
  parsed: ParsedCall & { ok: true },
): Promise<"run" | "needs-approval" | Denied> {
  const { sessionId, mode, kind } = context.log.state();
  const policy = policyFor(parsed.tool.kind, mode, kind);
  if (policy.kind === "refuse") return { status: "denied", result: policy.result };
  const text = parsed.tool.describe(parsed.input);
  const grantKey = grantKeyFor(parsed.tool.kind, text.detail);
  if (policy.kind === "run" || context.approvals.isGranted(grantKey)) return "run";
  const base = { sessionId, turnId: context.turnId, callId: call.callId };
  context.log.append({ ...base, type: "approval-request", reason: policy.reason, ...text });
  try {
    const answer = await context.approvals.ask({ sessionId, callId: call.callId }, context.signal);
    if (answer.decision === "unattended") return "needs-approval";
    const message =
      answer.decision === "deny" && answer.message !== undefined && answer.message !== ""
        ? { message: answer.message }
        : {};
    context.log.append({ ...base, type: "approval-end", decision: answer.decision, ...message });
    if (answer.decision === "allow-session") context.approvals.grant(grantKey);
    return answer.decision === "deny"
      ? { status: "denied", result: deniedResult(answer.message) }
      : "run";
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.log.append({ ...base, type: "approval-end", decision: "cancel" });
    return { status: "cancelled", result: cancelledResult.result };
  }
}

function deniedResult(message: string | undefined): string {
  const base = "Denied: the person did not allow this call.";
  return message === undefined || message === ""
    ? `${base} Ask what they would like instead, or find another way.`
    : `${base} They say: ${message}`;
}

async function execute(
  context: TurnContext,
  call: ReadyCall,
  parsed: { readonly tool: Tool; readonly input: Record<string, unknown> },
): Promise<Ended> {
  const startedAt = performance.now();
  const own = toolContext(context, call.callId);
  const ended = (result: ToolResult): Ended => {
    const seen = own.reads.takeNews();
    return { ...result, seen, durationMs: Math.round(performance.now() - startedAt) };
  };
  try {
    return ended(await parsed.tool.run(parsed.input, own));
  } catch (error) {
    if (context.signal.aborted) return ended(cancelledResult);
    const why = error instanceof AppError ? error.message : systemFailure(error);
    if (why !== undefined) return ended({ status: "failed", result: why });
    // Our own fault ends the turn, but leaves no call without an end.
    end(context, call, ended({ status: "failed", result: "Failed by a fault in Belay." }));
    throw error;
  }
}

/** What the system would not do, without the path, which is the machine's; undefined when it is no failure of the system. */
function systemFailure(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error)) return undefined;
  const reason = error.message.split(",")[0] ?? "";
  return `The system refused this call (${reason}). Try another way, or tell the person.`;
}

function toolContext(context: TurnContext, callId: CallId): ToolContext {
  const { sessionId } = context.log.state();
  const base = { sessionId, turnId: context.turnId };
  return {
    ...context.toolContext(callId),
    turnId: context.turnId,
    callId,
    signal: context.signal,
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
    onPlan: (items) => void context.log.append({ ...base, type: "plan-update", items: [...items] }),
  };
}

function record(context: TurnContext, call: ReadyCall, result: Ended): CallsOutcome {
  const verdict =
    result.status === "cancelled"
      ? "go-on"
      : context.guard.record(call.name, call.argumentsText, result.result);
  end(context, call, verdict === "go-on" ? result : { ...result, result: repeatedCallResult });
  return verdict === "stop" ? "loop" : "go-on";
}

function end(context: TurnContext, call: ReadyCall, result: Ended): void {
  context.log.append({
    type: "tool-call-end",
    sessionId: context.log.state().sessionId,
    turnId: context.turnId,
    callId: call.callId,
    status: result.status,
    result: result.result,
    durationMs: result.durationMs ?? 0,
    ...(result.changes === undefined ? {} : { changes: [...result.changes] }),
    ...(result.notes === undefined || result.notes.length === 0
      ? {}
      : { notes: [...result.notes] }),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(result.seen === undefined || result.seen.length === 0 ? {} : { seen: [...result.seen] }),
  });
}
