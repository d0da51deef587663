import type { Decision } from "../../shared/audit.ts";
import { policyFor } from "./approvals.ts";
import type { AnsweredCall, RunnableCall } from "./execute-call.ts";
import { cautionsOf, factsOf, lookAt, reasonOf, type Asking } from "./look-at-call.ts";
import type { ApprovalDecision, KeptRule } from "./ports.ts";
import { recordDecision } from "./record-decision.ts";
import { cancelledResult, type TurnContext } from "./turn-context.ts";

/** A call that may run; see `AnsweredCall`. */
type Verdict = Pick<AnsweredCall, "isAllowed" | "unconfined">;
type Denied = { readonly status: "denied" | "cancelled"; readonly result: string };

/** Whether a call may run: by the mode, by what was allowed before, or because the person says so now. Every decision is logged. */
export async function approve(
  context: TurnContext,
  call: RunnableCall,
): Promise<Verdict | "needs-approval" | Denied> {
  const { mode, kind } = context.log.state();
  const policy = policyFor(call.tool.kind, mode, { session: kind, noSandbox: null });
  if (call.tool.kind === "read" || call.tool.kind === "plan")
    return { isAllowed: false, unconfined: false };
  if (policy.kind === "refuse") {
    recordDecision(context, { call }, { by: "mode", decision: "refuse", reason: policy.result });
    return { status: "denied", result: policy.result };
  }
  const asking = await lookAt(context, call);
  if (asking.asks) return ask(context, asking);
  recordDecision(context, asking, { ...freeBy(asking), decision: "allow", reason: "" });
  return { isAllowed: false, unconfined: asking.unconfined };
}

/** Logs that somebody approved a waiting call on the command line. */
export function noteApproved(context: TurnContext, call: RunnableCall): void {
  recordDecision(context, { call }, { by: "command-line", decision: "allow", reason: "" });
}

/** Who let a call run that nobody is asked about. */
function freeBy({
  command,
  modeReason,
  caution,
}: Asking): Pick<Decision, "by"> & Partial<Decision> {
  const rule = command?.verdict.rule ?? null;
  const isByMode = modeReason === "" && (rule === null || caution?.wantsMore !== true);
  if (isByMode) return { by: "mode" };
  if (rule === null) return { by: "session-rule" };
  return { by: rule.id === null ? "session-rule" : "rule", rule: rule.cover, ruleId: rule.id };
}

async function ask(
  context: TurnContext,
  asking: Asking,
): Promise<Verdict | "needs-approval" | Denied> {
  const { call, text, caution, unconfined } = asking;
  const { sessionId } = context.log.state();
  const base = { sessionId, turnId: context.turnId, callId: call.callId };
  const facts = asking.command === null ? null : factsOf(context, asking, asking.command);
  const reason = reasonOf(asking, facts);
  const cautions = cautionsOf(asking);
  const onlyOnce = caution?.onlyOnce === true || (facts?.dangers.length ?? 0) > 0;
  // Begun before the card is there: what changes while somebody reads it makes a rule of their answer void. A large project takes
  // seconds, for which the card does not wait.
  const moment = onlyOnce || facts === null ? Promise.resolve(null) : momentOf(context);
  const asked = context.log.append({
    ...base,
    type: "approval-request",
    reason,
    title: text.title,
    detail: text.detail,
    ...(onlyOnce ? { onlyOnce } : {}),
    ...(unconfined || caution?.unconfined === true ? { unconfined: true as const } : {}),
    ...(facts === null ? {} : { command: facts }),
    ...(cautions === undefined ? {} : { cautions }),
  });
  try {
    const question = { sessionId, callId: call.callId, question: asked?.seq ?? null };
    const answer = await context.approvals.ask(question, context.signal);
    // The desk takes no such answer to a question like this one.
    if (answer.decision === "go-on") throw new Error("an answer to another question");
    if (answer.decision === "unattended") {
      recordDecision(context, asking, { by: "nobody", decision: "unattended", reason });
      return "needs-approval";
    }
    const kept = onlyOnce ? null : await remember(context, asking, { answer, moment });
    recordDecision(context, asking, { ...answered(answer, kept), reason });
    const message = answer.decision === "deny" ? (answer.message ?? "") : "";
    context.log.append({
      ...base,
      type: "approval-end",
      decision: answer.decision,
      ...(message === "" ? {} : { message }),
      ...(kept === null ? {} : { cover: kept.cover }),
    });
    return answer.decision === "deny"
      ? { status: "denied", result: deniedResult(message) }
      : { isAllowed: true, unconfined };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    recordDecision(context, asking, { by: "person", decision: "cancel", reason });
    context.log.append({ ...base, type: "approval-end", decision: "cancel" });
    return { status: "cancelled", result: cancelledResult.result };
  }
}

/** Null where it cannot be told: then no rule can be made. */
const momentOf = (context: TurnContext): Promise<string | null> =>
  context.rules.moment().catch(() => null);

/** A yes for more than this call. */
async function remember(
  context: TurnContext,
  { command }: Asking,
  {
    answer,
    moment,
  }: { readonly answer: ApprovalDecision; readonly moment: Promise<string | null> },
): Promise<KeptRule | null> {
  if (answer.decision !== "allow-session" && answer.decision !== "allow-always") return null;
  if (command === null) {
    context.approvals.grantWriting();
    return null;
  }
  const lasts = answer.decision === "allow-always" ? "always" : "session";
  const at = await moment;
  if (at === null) return null;
  const program = answer.program === true;
  return context.rules.keep(command.question, { lasts, program, moment: at });
}

const answered = (
  { decision }: Exclude<ApprovalDecision, { decision: "go-on" }>,
  kept: KeptRule | null,
): Pick<Decision, "by" | "decision"> & Partial<Decision> => ({
  by: "person",
  decision,
  ...(kept === null ? {} : { rule: kept.cover, ruleId: kept.id }),
});

function deniedResult(message: string): string {
  const base = "Denied: the person did not allow this call.";
  return message === ""
    ? `${base} Ask what they would like instead, or find another way.`
    : `${base} They say: ${message}`;
}
