import { z } from "zod";
import type { CommandOutcome, CommandRequest, CommandRunner } from "../shell/command-runner.ts";
import type { Tool, ToolResult } from "./tool.ts";

const defaultTimeoutMs = 120_000;
const maxTimeoutMs = 600_000;

const schema = z.object({
  command: z.string().min(1),
  timeout_ms: z.int().min(1).max(maxTimeoutMs).optional().describe("default 120000"),
  background: z.boolean().optional().describe("for servers and watchers"),
});

/** On every card of a command, until its changes are covered. */
export const notCoveredNote = "Undo does not cover what this command changed.";

export function runCommandTool(shell: CommandRunner): Tool<typeof schema> {
  return {
    name: "run_command",
    kind: "command",
    schema,
    description:
      "Run a shell command in the project folder, without input. Background commands answer at once with an output id.",
    describe: ({ command }) => ({ title: `Run ${command.split("\n")[0] ?? ""}`, detail: command }),
    async run(input, context) {
      if (context.signal.aborted)
        return { status: "cancelled", result: "Stopped before it started." };
      const request: CommandRequest = {
        command: input.command,
        cwd: context.workspace.root,
        signal: context.signal,
        onOutput: (text) => context.onOutput(text),
      };
      if (input.background === true) return startInBackground(shell, request, context.turnId);
      return toResult(await shell.run(request, input.timeout_ms ?? defaultTimeoutMs));
    },
  };
}

async function startInBackground(
  shell: CommandRunner,
  request: CommandRequest,
  owner: string,
): Promise<ToolResult> {
  // Its output is read through the id: events of a call that has ended would come too late.
  const started = await shell.start({ ...request, onOutput: () => undefined }, owner);
  const state =
    started.ended === null
      ? `Running in the background. Look at it with read_file belay-output:${started.outputId}`
      : `It ${started.ended} at once.`;
  return {
    status: started.ended === null ? "completed" : "failed",
    result: started.output === "" ? state : `${state}\nOutput so far:\n${started.output}`,
    notes: [notCoveredNote],
  };
}

function toResult(outcome: CommandOutcome): ToolResult {
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  const end = outcome.cancelled
    ? `Stopped by the person after ${seconds} s.`
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
    notes: [notCoveredNote],
  };
}

function statusOf(outcome: CommandOutcome): ToolResult["status"] {
  if (outcome.cancelled) return "cancelled";
  return outcome.timedOut || outcome.exitCode !== 0 ? "failed" : "completed";
}
