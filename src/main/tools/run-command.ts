import { z } from "zod";
import type { CommandRecord, CommandScope } from "../checkpoints/command-types.ts";
import type { CommandOutcome, CommandRequest, CommandRunner } from "../shell/command-runner.ts";
import { hasTerminal } from "../shell/terminal-line.ts";
import type { Launcher } from "../shell/launch.ts";
import type { NetworkGrants } from "../shell/network/network-grants.ts";
import { AppError } from "../../shared/errors.ts";
import { wallsIn } from "./blocked.ts";
import { isNetworkNeed, needWords, networkWords, parseNeeds, type Needs } from "./command-needs.ts";
import { coverageCaution, coverageParts } from "./coverage-caution.ts";
import { watchRepositories, withoutSteering } from "./deep-steering.ts";
import { limitLines } from "./limits-hit.ts";
import type { Caution, CommandSandbox, Tool, ToolContext, ToolResult } from "./tool.ts";

const defaultTimeoutMs = 120_000;
const maxTimeoutMs = 600_000;

/** How long a headless command waits for the files to be covered before it has to be asked about. */
const settleMs = 60_000;

const schema = z.object({
  command: z.string().min(1),
  timeout_ms: z.int().min(1).max(maxTimeoutMs).optional().describe("default 120000"),
  background: z.boolean().optional().describe("for servers and watchers"),
  terminal: z
    .boolean()
    .optional()
    .describe("for programs that want one; the person can type in the background"),
  needs: z.array(z.string()).max(8).optional().describe(needWords),
});

export function runCommandTool(
  shell: CommandRunner,
  shellName: string | null = null,
): Tool<typeof schema> {
  return {
    name: "run_command",
    kind: "command",
    schema,
    description:
      "Run a shell command in the project folder, without input. It is usually kept to the project: no network beyond what was allowed, no writes elsewhere, `.git` read-only; a Blocked line names the need to ask for. Background commands answer at once with an output id.",
    withNeeds: (input, needs) => ({ ...input, needs: [...needs] }),
    describe: ({ command, needs = [] }) => ({
      title: `Run ${command.split("\n")[0] ?? ""}`,
      detail: command,
      command: { line: command, needs, ...(shellName === null ? {} : { shell: shellName }) },
    }),
    caution,
    async run(input, context) {
      if (context.signal.aborted)
        return { status: "cancelled", result: "Stopped before it started." };
      const needs = parseNeeds(input.needs ?? []);
      if (!needs.ok) return { status: "failed", result: needs.result };
      const launcher = await launcherFor(context, needs, input.background === true);
      const request: CommandRequest = {
        ...(launcher === null ? {} : { launcher }),
        command: input.command,
        cwd: context.workspace.root,
        terminal: input.terminal === true,
        signal: context.signal,
        onOutput: (text) => context.onOutput(text),
      };
      const isFree = launcher === null || needs.grants.steering;
      if (input.background === true)
        return withTerminal(input, await startInBackground(shell, request, { ...context, isFree }));
      await settled(context);
      const repositories = watchRepositories(context.commands);
      const { value, ...seen } = await context.commands.aroundCommand(
        scopeOf(context, input.command),
        () => shell.run(request, input.timeout_ms ?? defaultTimeoutMs),
      );
      const { record, told } = isFree
        ? { record: seen, told: [] }
        : await withoutSteering(seen, context, repositories.since());
      const ended = launcher === null ? toResult(value) : withWall(value, context);
      const result = { ...ended, result: [...told, ended.result].join("\n") };
      return withTerminal(input, withRecord(result, record, context));
    },
  };
}

/**
 * Null: it runs as the person does, which they were asked about. The sandbox holds also where a call was approved.
 * AppError("needs-approval") where the sandbox has gone since: nobody knew that nothing would confine it.
 */
async function launcherFor(
  { sandbox, commands, unconfined, isAllowed }: ToolContext,
  { grants, network, outside }: Needs & { readonly ok: true },
  background: boolean,
): Promise<Launcher | null> {
  if (outside) return null;
  if (sandbox === undefined || (await sandbox.standing()) !== null) {
    if (unconfined) return null;
    throw new AppError(
      "needs-approval",
      "Not run: the sandbox that it was allowed in does not hold any more. Ask for it again.",
    );
  }
  if (!isAllowed && wasTakenBack(network, sandbox.network))
    throw new AppError(
      "needs-approval",
      "Not run: the person has just taken back what it wants to reach. Ask for it again.",
    );
  openNetwork(sandbox, network);
  return sandbox.launcher({ grants, repositories: watchRepositories(commands).known, background });
}

/** The same, with a word about a terminal that could not be had. */
function withTerminal({ terminal }: z.infer<typeof schema>, result: ToolResult): ToolResult {
  if (terminal !== true || hasTerminal()) return result;
  return { ...result, result: `${result.result}\n${noTerminal}` };
}

const noTerminal =
  "It ran without a terminal: this system has no program that gives it one (script of util-linux).";

/** Whoever allowed the call allowed the session what it named: later calls reach it without being asked about. */
function openNetwork({ network: door }: CommandSandbox, wanted: NetworkGrants): void {
  if (wanted.hosts.length + wanted.localPorts.length === 0) return;
  if (door === undefined || door.missing !== null)
    throw new AppError("unavailable", door?.missing ?? "Commands have no network here.");
  door.allow(wanted);
}

/** The same, with what the sandbox kept it from. What did not hinder it, and what went out, is for the card only. */
function withWall(outcome: CommandOutcome, { workspace }: ToolContext): ToolResult {
  const result = toResult(outcome);
  const isFine = outcome.exitCode === 0 || outcome.cancelled || outcome.timedOut;
  const own = outcome.notes;
  const over = outcome.overLimit === null ? [] : [outcome.overLimit];
  const knowsHosts = own.some((note) => note.startsWith("Blocked: "));
  // Ended for a limit, it says nothing of why it failed.
  const tells = !isFine && over.length === 0;
  const seen = tells ? wallsIn(outcome.output, { ...workspace, knowsHosts }) : [];
  const limits = tells ? limitLines(outcome.output, outcome.exitCode) : over;
  const notes = [...own, ...seen.map(({ line }) => line), ...limits];
  if (notes.length === 0) return result;
  // What did not keep it from its end was not in its way.
  const blocked = tells
    ? [...outcome.blocked, ...seen.map(({ wall, place, need }) => ({ wall, place, need }))]
    : [];
  const told = notes.filter(
    (note) =>
      note !== outcome.overLimit &&
      !note.startsWith("Network: ") &&
      !(isFine && note.startsWith("Blocked: ")),
  );
  return {
    ...result,
    result: [...told, result.result].join("\n"),
    notes,
    ...(blocked.length === 0 ? {} : { blocked }),
  };
}

/** Nobody who could be asked: then it is better to wait a moment for the files to be covered. */
async function settled({ attended, commands, signal }: ToolContext): Promise<void> {
  if (!attended && !commands.coverage().complete) await commands.settle(settleMs, signal);
}

async function caution(
  input: z.infer<typeof schema>,
  context: ToolContext,
  isFree: boolean,
): Promise<Caution | null> {
  if (isFree) await settled(context);
  const needs = parseNeeds(input.needs ?? []);
  const wanted = needs.ok ? [...needs.words, ...newOfNetwork(needs.network, context)] : [];
  const coverage = context.commands.coverage();
  const uncovered = coverageCaution(coverage);
  const said = [...wanted, ...(uncovered === null ? [] : [uncovered])];
  if (said.length === 0) return null;
  const isOpen = needs.ok && newOfNetwork(needs.network, context).length === 0;
  const names = [...new Set(input.needs)].filter((need) => !isOpen || !isNetworkNeed(need));
  const parts = [
    ...(needs.ok ? names.map((need) => ({ code: "need" as const, need })) : []),
    ...coverageParts(coverage),
  ];
  const asked = { text: said.join(" "), parts, asks: !coverage.complete };
  if (wanted.length === 0) return asked;
  // What steers is asked about each time, as it is for tools.
  const steers = needs.ok && needs.grants.steering;
  const isTakenBack = needs.ok && wasTakenBack(needs.network, context.sandbox?.network);
  return {
    ...asked,
    wantsMore: true,
    ...(isTakenBack ? { asks: true } : {}),
    ...(steers ? { asks: true, onlyOnce: true } : {}),
    ...(needs.ok && needs.outside ? { unconfined: true } : {}),
  };
}

/** Whether the person's own word is needed to open it: they closed something, and no rule made before that opens it again. */
const wasTakenBack = (wanted: NetworkGrants, door: CommandSandbox["network"]): boolean =>
  door !== undefined && door.wasNarrowed() && !door.isOpen(wanted);

/** Words for what is not open yet; what is asked for a second time is not asked about. */
const newOfNetwork = (wanted: NetworkGrants, { sandbox }: ToolContext): readonly string[] =>
  sandbox?.network?.isOpen(wanted) === true ? [] : networkWords(wanted);

const scopeOf = (context: ToolContext, line: string): CommandScope => ({
  sessionId: context.sessionId,
  turnId: context.turnId,
  callId: context.callId,
  line,
  signal: context.signal,
  onCheckpoint: (checkpoint) => context.onCheckpoint(checkpoint),
  onWait: (holder) => context.onWait(holder),
});

async function startInBackground(
  shell: CommandRunner,
  request: CommandRequest,
  context: ToolContext & { readonly isFree: boolean },
): Promise<ToolResult> {
  const window = await context.commands.openWindow(scopeOf(context, request.command));
  try {
    // Its output is read through the id: events of a call that has ended would come too late.
    const quiet = { ...request, onOutput: () => undefined };
    const started = await shell.start(quiet, context);
    if (started.ended !== null) {
      const seen = await window.close();
      const { record, told } = context.isFree
        ? { record: seen, told: [] }
        : await withoutSteering(seen, context);
      const result = withOutput(`It ${started.ended} at once.`, started.output);
      return withRecord(
        { status: "failed", result: [...told, result].join("\n") },
        record,
        context,
      );
    }
    // What it changes reaches the conversation by itself when it has ended.
    started.done.then(() => window.closeLate()).catch(() => undefined);
    const state = `Running in the background. Look at it with read_file belay-output:${started.outputId}`;
    return { status: "completed", result: withOutput(state, started.output) };
  } catch (error) {
    await window.close();
    throw error;
  }
}

const withOutput = (state: string, output: string): string =>
  output === "" ? state : `${state}\nOutput so far:\n${output}`;

function toResult(outcome: CommandOutcome): ToolResult {
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  const end = outcome.cancelled
    ? `Stopped by the person after ${seconds} s.`
    : outcome.overLimit !== null
      ? `Ended after ${seconds} s. ${outcome.overLimit}`
      : outcome.timedOut
        ? `Stopped after ${seconds} s: the time limit. Set timeout_ms higher, or background for what does not end.`
        : outcome.signal === null
          ? `Exit code ${outcome.exitCode ?? "unknown"} after ${seconds} s.`
          : `Ended by ${outcome.signal} after ${seconds} s.`;
  const left =
    outcome.leftBehind > 0 && !outcome.timedOut && !outcome.cancelled
      ? [`${outcome.leftBehind} processes it left behind were ended; use background for servers.`]
      : [];
  const whole =
    outcome.outputId === null
      ? []
      : [`All of the output: read_file belay-output:${outcome.outputId}`];
  const output = outcome.output === "" ? "(no output)" : outcome.output.trimEnd();
  return {
    status: statusOf(outcome),
    result: [end, ...left, ...whole, output].join("\n"),
    exitCode: outcome.exitCode,
  };
}

function statusOf(outcome: CommandOutcome): ToolResult["status"] {
  if (outcome.cancelled) return "cancelled";
  const isEnded = outcome.timedOut || outcome.overLimit !== null;
  return isEnded || outcome.exitCode !== 0 ? "failed" : "completed";
}

const namedFiles = 10;

/** The model learns only which of the files it has read are no longer as it read them. */
function withRecord(
  result: ToolResult,
  { changes, notes }: CommandRecord,
  { reads }: ToolContext,
): ToolResult {
  const stale = changes
    .flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]))
    .filter((path) => reads.seen(path) !== undefined);
  const more = stale.length > namedFiles ? ` and ${stale.length - namedFiles} more` : "";
  const line = `It changed files you have read: ${stale.slice(0, namedFiles).join(", ")}${more}.`;
  return {
    ...result,
    ...(stale.length === 0 ? {} : { result: `${result.result}\n${line}` }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(notes.length === 0 ? {} : { notes: [...(result.notes ?? []), ...notes] }),
  };
}
