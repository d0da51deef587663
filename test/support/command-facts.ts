import type { CommandFacts } from "../../src/shared/approvals.ts";
import { callId, turnId, type SessionScript } from "./session-script.ts";

export const someFacts: CommandFacts = {
  cwd: "/home/ada/tide-tables",
  sets: [],
  sandbox: { kind: "inside" },
  needs: [],
  network: [],
  dangers: [],
  because: "mode",
  caution: "",
  offers: { program: null, always: true },
  voided: null,
};

/** A command that waits, with what main has found out about it. */
export function addCommandWith(
  script: SessionScript,
  command: string,
  facts: Partial<CommandFacts> = {},
): void {
  const whole = { ...someFacts, ...facts };
  script.prompt("t-2", "Now build the release.");
  script.call("t-2", "c-wait", { name: "run_command", input: { command } });
  script.add({
    type: "approval-request",
    turnId: turnId("t-2"),
    callId: callId("c-wait"),
    reason: "Commands ask in this mode.",
    title: `Run ${command}`,
    detail: command,
    command: whole,
    ...(whole.dangers.length > 0 ? { onlyOnce: true as const } : {}),
  });
}
