import type { Decision } from "../../shared/audit.ts";
import type { Asking } from "./look-at-call.ts";
import type { TurnContext } from "./turn-context.ts";

/** A decision, as far as it is not told by the call. */
type Decided = Pick<Decision, "by" | "decision" | "reason"> & Partial<Decision>;

/** Logs a decision. `looked`: the call, with what was found out about it where somebody looked. */
export function recordDecision(
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
