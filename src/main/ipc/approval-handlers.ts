import type { Input } from "../../shared/contract.ts";
import type { ApprovalDecision } from "../agent/ports.ts";
import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type ApprovalHandlers = Pick<
  Handlers,
  "approval.answer" | "approvals.rules" | "approvals.removeRule" | "approvals.export"
>;

type Answer = Omit<Input<"approval.answer">, "sessionId" | "callId" | "question">;

function decisionOf({ decision, program = false, message, way }: Answer): ApprovalDecision {
  if (way !== undefined) return { decision: "go-on", way };
  if (decision === "deny") return { decision, ...(message === undefined ? {} : { message }) };
  return decision === "allow" ? { decision } : { decision, program };
}

/** Answers to what waits, rules that were made of them, and the log of all decisions. */
export function approvalHandlers(
  core: Core,
  saveText: (suggestedName: string, text: string) => Promise<string | null>,
): ApprovalHandlers {
  const { approvals } = core;
  return {
    "approval.answer": async ({ sessionId, callId, question, ...answer }) => {
      const session = await core.sessions.open(sessionId);
      session.answer(callId, decisionOf(answer), question);
      return {};
    },
    "approvals.rules": async () => [...(await approvals.rules())],
    "approvals.removeRule": async ({ id }) => {
      approvals.removeRule(id);
      return {};
    },
    "approvals.export": async () => {
      const lines = approvals.decisions().map((entry) => `${JSON.stringify(entry)}\n`);
      const path = await saveText("belay-decisions.jsonl", lines.join(""));
      return path === null ? null : { path };
    },
  };
}
