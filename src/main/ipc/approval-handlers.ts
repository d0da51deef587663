import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type ApprovalHandlers = Pick<
  Handlers,
  "approval.answer" | "approvals.rules" | "approvals.removeRule" | "approvals.export"
>;

/** Answers to what waits, rules that were made of them, and the log of all decisions. */
export function approvalHandlers(
  core: Core,
  saveText: (suggestedName: string, text: string) => Promise<string | null>,
): ApprovalHandlers {
  const { approvals } = core;
  return {
    "approval.answer": async ({ sessionId, callId, decision, program = false, message }) => {
      const session = await core.sessions.open(sessionId);
      if (decision === "deny")
        session.answer(callId, { decision, ...(message === undefined ? {} : { message }) });
      else if (decision === "allow") session.answer(callId, { decision });
      else session.answer(callId, { decision, program });
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
