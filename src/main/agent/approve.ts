import type { CommandFacts } from "../../shared/approvals.ts";
import type { Decision } from "../../shared/audit.ts";
import type { Caution, CommandSandbox, ToolContext, ToolRequestText } from "../tools/tool.ts";
import { policyFor } from "./approvals.ts";
import { dangerText } from "./danger-text.ts";
import { toolContext, type AnsweredCall, type RunnableCall } from "./execute-call.ts";
import type { ApprovalDecision, CommandQuestion, KeptRule, RuleVerdict } from "./ports.ts";
import { cancelledResult, type TurnContext } from "./turn-context.ts";

/** A call that may run; see `AnsweredCall`. */
type Verdict = Pick<AnsweredCall, "isAllowed" | "unconfined">;
type Denied = { readonly status: "denied" | "cancelled"; readonly result: string };
type Wall = Awaited<ReturnType<CommandSandbox["standing"]>>;

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
    record(context, { call }, { by: "mode", decision: "refuse", reason: policy.result });
    return { status: "denied", result: policy.result };
  }
  const asking = await lookAt(context, call);
  if (asking.asks) return ask(context, asking);
  record(context, asking, { ...freeBy(asking), decision: "allow", reason: "" });
  return { isAllowed: false, unconfined: asking.unconfined };
}

/** Logs that somebody approved a waiting call on the command line. */
export function noteApproved(context: TurnContext, call: RunnableCall): void {
  record(context, { call }, { by: "command-line", decision: "allow", reason: "" });
}

interface CommandPart {
  readonly question: CommandQuestion;
  readonly verdict: RuleVerdict;
  readonly wall: Wall;
}

/** Everything that is known of a call before anybody is asked. */
interface Asking {
  readonly call: RunnableCall;
  readonly text: ToolRequestText;
  /** Null for what is no command. */
  readonly command: CommandPart | null;
  /** What the mode says of calls like this one; "" when it lets them run. */
  readonly modeReason: string;
  readonly caution: Caution | null;
  /** It wants more than what the mode lets run. */
  readonly wantsMore: boolean;
  readonly unconfined: boolean;
  readonly asks: boolean;
}

async function lookAt(context: TurnContext, call: RunnableCall): Promise<Asking> {
  const { mode, kind } = context.log.state();
  const { tool, input } = call;
  const own = toolContext(context, call.callId);
  const text = tool.describe(input);
  const command = tool.kind === "command" ? await judge(context, text, own) : null;
  const noSandbox = command?.wall == null ? null : `${command.wall.reason} ${command.wall.remedy}`;
  const policy = policyFor(tool.kind, mode, { session: kind, noSandbox });
  const isGranted = command === null ? context.approvals.mayWrite() : command.verdict.rule !== null;
  const isDangerous = (command?.verdict.dangers.length ?? 0) > 0;
  const isFree = (policy.kind === "run" || isGranted) && !isDangerous;
  const caution = (await tool.caution?.(input, own, isFree)) ?? null;
  const wantsMore = caution?.wantsMore === true && !isGranted;
  return {
    call,
    text,
    command,
    caution,
    wantsMore,
    modeReason: policy.kind === "ask" ? policy.reason : "",
    unconfined: command !== null && command.wall !== null,
    asks: !isFree || caution?.asks === true || wantsMore,
  };
}

async function judge(
  context: TurnContext,
  text: ToolRequestText,
  { sandbox }: ToolContext,
): Promise<CommandPart> {
  const { line, needs } = text.command ?? { line: text.detail, needs: [] };
  const wall =
    sandbox === undefined
      ? { reason: "There is no sandbox here.", remedy: "" }
      : await sandbox.standing();
  const question = { command: line, needs, sandboxed: wall === null };
  return { question, wall, verdict: await context.rules.judge(question) };
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
  const onlyOnce = caution?.onlyOnce === true || (facts?.dangers.length ?? 0) > 0;
  // Begun before the card is there: what changes while somebody reads it makes a rule of their answer void. A large project takes
  // seconds, for which the card does not wait.
  const moment = onlyOnce || facts === null ? Promise.resolve(null) : momentOf(context);
  context.log.append({
    ...base,
    type: "approval-request",
    reason,
    title: text.title,
    detail: text.detail,
    ...(onlyOnce ? { onlyOnce } : {}),
    ...(unconfined || caution?.unconfined === true ? { unconfined: true as const } : {}),
    ...(facts === null ? {} : { command: facts }),
  });
  try {
    const answer = await context.approvals.ask({ sessionId, callId: call.callId }, context.signal);
    if (answer.decision === "unattended") {
      record(context, asking, { by: "nobody", decision: "unattended", reason });
      return "needs-approval";
    }
    const kept = onlyOnce ? null : await remember(context, asking, { answer, moment });
    record(context, asking, { ...answered(answer, kept), reason });
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
    record(context, asking, { by: "person", decision: "cancel", reason });
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
  { decision }: ApprovalDecision,
  kept: KeptRule | null,
): Pick<Decision, "by" | "decision"> & Partial<Decision> => ({
  by: "person",
  decision,
  ...(kept === null ? {} : { rule: kept.cover, ruleId: kept.id }),
});

function factsOf(
  context: TurnContext,
  { caution, wantsMore, modeReason, call }: Asking,
  { question, verdict, wall }: CommandPart,
): CommandFacts {
  const { workspace, sandbox } = toolContext(context, call.callId);
  const open = sandbox?.network?.open() ?? { hosts: [], localPorts: [] };
  const leaves = caution?.unconfined === true;
  const because = (): CommandFacts["because"] => {
    if (wall !== null) return "no-sandbox";
    if (modeReason !== "") return "mode";
    if (wantsMore) return "needs";
    return verdict.dangers.length > 0 ? "danger" : "caution";
  };
  return {
    cwd: workspace.root,
    sets: [...verdict.sets],
    sandbox: wall === null ? { kind: leaves ? "left" : "inside" } : { kind: "none", ...wall },
    needs: [...question.needs],
    network: [
      ...open.hosts.map(({ host, port, below }) =>
        [below ? "*." : "", host, port === null ? "" : `:${port}`].join(""),
      ),
      ...open.localPorts.map((port) => `localhost:${port}`),
    ],
    dangers: [...verdict.dangers],
    because: because(),
    caution: caution?.text ?? "",
    offers: caution?.onlyOnce === true ? { program: null, always: false } : verdict.offers,
    voided: verdict.voided,
  };
}

const voidReason =
  "It was allowed before, but a file that steers what commands do has changed since: it may do something else now.";

function reasonOf({ modeReason, caution }: Asking, facts: CommandFacts | null): string {
  return [
    modeReason,
    dangerText(facts?.dangers ?? []),
    facts?.voided == null ? "" : voidReason,
    caution?.text ?? "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

type Decided = Pick<Decision, "by" | "decision" | "reason"> & Partial<Decision>;

/** `looked`: the call, with what was found out about it where somebody looked. */
function record(
  context: TurnContext,
  looked: Pick<Asking, "call"> & Partial<Asking>,
  decided: Decided,
): void {
  const { sessionId, workspace, mode } = context.log.state();
  const { callId, tool, input } = looked.call;
  const command = looked.command ?? null;
  const text = looked.text ?? tool.describe(input);
  context.audit.record({
    workspace,
    sessionId,
    turnId: context.turnId,
    callId,
    tool: tool.name,
    mode,
    rule: null,
    ruleId: null,
    // A file's new text is in its checkpoint; here its hash tells it.
    asked: tool.kind === "command" ? text.detail : `${text.title}\n${text.detail}`,
    sandboxed: command === null ? null : command.wall === null,
    needs: [...(text.command?.needs ?? [])],
    dangers: [...(command?.verdict.dangers ?? [])],
    ...decided,
  });
}

function deniedResult(message: string): string {
  const base = "Denied: the person did not allow this call.";
  return message === ""
    ? `${base} Ask what they would like instead, or find another way.`
    : `${base} They say: ${message}`;
}
