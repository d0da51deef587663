import type { CommandFacts } from "../../shared/approvals.ts";
import type { CautionPart } from "../../shared/cautions.ts";
import type { Caution, CommandSandbox, ToolContext, ToolRequestText } from "../tools/tool.ts";
import { policyFor } from "./approvals.ts";
import { dangerText } from "./danger-text.ts";
import { toolContext, type RunnableCall } from "./execute-call.ts";
import type { CommandQuestion, RuleVerdict } from "./ports.ts";
import type { TurnContext } from "./turn-context.ts";

type Wall = Awaited<ReturnType<CommandSandbox["standing"]>>;

export interface CommandPart {
  readonly question: CommandQuestion;
  readonly verdict: RuleVerdict;
  readonly wall: Wall;
}

/** Everything that is known of a call before anybody is asked. */
export interface Asking {
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

/** Finds out what is known of a call. */
export async function lookAt(context: TurnContext, call: RunnableCall): Promise<Asking> {
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

/** What a command's card shows. */
export function factsOf(
  context: TurnContext,
  { caution, wantsMore, modeReason, call, text }: Asking,
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
    ...(text.command?.shell === undefined ? {} : { shell: text.command.shell }),
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

/** What is said beside a command's facts, for who has words of their own for it; undefined where only sentences tell it. */
export function cautionsOf({
  call,
  caution,
  modeReason,
}: Pick<Asking, "call" | "caution" | "modeReason">): CautionPart[] | undefined {
  const parts = caution === null ? [] : caution.parts;
  if (parts === undefined) return undefined;
  const isAskedByMode = modeReason !== "" && call.tool.kind === "write";
  return [...(isAskedByMode ? [{ code: "writes-ask" as const }] : []), ...parts];
}

const voidReason =
  "It was allowed before, but a file that steers what commands do has changed since: it may do something else now.";

/** The same for who has no card. */
export function reasonOf({ modeReason, caution }: Asking, facts: CommandFacts | null): string {
  return [
    modeReason,
    dangerText(facts?.dangers ?? []),
    facts?.voided == null ? "" : voidReason,
    caution?.text ?? "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}
