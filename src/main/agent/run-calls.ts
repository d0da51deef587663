import { callIdSchema, createCallId, type CallId } from "../../shared/ids.ts";
import type { ToolItem } from "../../shared/session-state.ts";
import { grantKeyFor, policyFor } from "./approvals.ts";
import {
  endCall,
  executeCall,
  repairedCall,
  toolContext,
  type AnsweredCall,
  type Ended,
  type RunnableCall,
} from "./execute-call.ts";
import type { ToolContext } from "../tools/tool.ts";
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
  return record(
    context,
    call,
    await executeCall(context, {
      ...(await repairedCall(context, call.callId, parsed)),
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
  const verdict = await approve(context, call, ready);
  if (verdict === "needs-approval") return verdict;
  if ("status" in verdict) return record(context, call, verdict);
  return record(context, call, await executeCall(context, { ...ready, ...verdict }));
}

/** A call that may run; see `AnsweredCall`. */
type Verdict = Pick<AnsweredCall, "isAllowed" | "unconfined">;
type Denied = { readonly status: "denied" | "cancelled"; readonly result: string };

async function approve(
  context: TurnContext,
  call: ReadyCall,
  { tool, input }: RunnableCall,
): Promise<Verdict | "needs-approval" | Denied> {
  const { sessionId, mode, kind } = context.log.state();
  const own = toolContext(context, call.callId);
  const sandboxed = policyFor(tool.kind, mode, { session: kind, noSandbox: null });
  if (sandboxed.kind === "refuse") return { status: "denied", result: sandboxed.result };
  const noSandbox = tool.kind === "command" ? await whyUnconfined(own) : null;
  const unconfined = noSandbox !== null;
  const policy = unconfined ? policyFor(tool.kind, mode, { session: kind, noSandbox }) : sandboxed;
  const text = tool.describe(input);
  const grantKey = grantKeyFor(tool.kind, text.detail, !unconfined);
  const isGranted = context.approvals.isGranted(grantKey);
  const isFree = policy.kind === "run" || isGranted;
  const caution = await tool.caution?.(input, own, isFree);
  const wantsMore = caution?.wantsMore === true && !isGranted;
  if (isFree && caution?.asks !== true && !wantsMore) return { isAllowed: false, unconfined };
  const base = { sessionId, turnId: context.turnId, callId: call.callId };
  const said = [
    ...(policy.kind === "ask" ? [policy.reason] : []),
    ...(caution ? [caution.text] : []),
  ];
  const reason = said.join(" ");
  const onlyOnce = caution?.onlyOnce === true;
  const limits = {
    ...(onlyOnce ? { onlyOnce } : {}),
    ...(unconfined || caution?.unconfined === true ? { unconfined: true as const } : {}),
  };
  context.log.append({ ...base, type: "approval-request", reason, ...text, ...limits });
  try {
    const answer = await context.approvals.ask({ sessionId, callId: call.callId }, context.signal);
    if (answer.decision === "unattended") return "needs-approval";
    const message =
      answer.decision === "deny" && answer.message !== undefined && answer.message !== ""
        ? { message: answer.message }
        : {};
    context.log.append({ ...base, type: "approval-end", decision: answer.decision, ...message });
    if (answer.decision === "allow-session" && !onlyOnce) context.approvals.grant(grantKey);
    return answer.decision === "deny"
      ? { status: "denied", result: deniedResult(answer.message) }
      : { isAllowed: true, unconfined };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.log.append({ ...base, type: "approval-end", decision: "cancel" });
    return { status: "cancelled", result: cancelledResult.result };
  }
}

/** Null where commands are kept to the project. */
async function whyUnconfined({ sandbox }: ToolContext): Promise<string | null> {
  if (sandbox === undefined) return "There is no sandbox here.";
  const why = await sandbox.standing();
  return why === null ? null : `${why.reason} ${why.remedy}`;
}

function deniedResult(message: string | undefined): string {
  const base = "Denied: the person did not allow this call.";
  return message === undefined || message === ""
    ? `${base} Ask what they would like instead, or find another way.`
    : `${base} They say: ${message}`;
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
