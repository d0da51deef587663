import { AppError } from "../../shared/errors.ts";
import type { Mode, SessionKind } from "../../shared/events.ts";
import type { CallId } from "../../shared/ids.ts";
import type { ToolKind } from "../tools/tool.ts";
import type { ApprovalDecision, ApprovalPort, ApprovalQuestion } from "./ports.ts";

/** run | ask (with the reason shown) | refuse (with the result sent to the model). */
export type Policy =
  | { readonly kind: "run" }
  | { readonly kind: "ask"; readonly reason: string }
  | { readonly kind: "refuse"; readonly result: string };

/** What an approval depends on beside the mode. */
export interface Scene {
  readonly session: SessionKind;
  /** Why commands cannot be kept to the workspace; null where the sandbox check has passed. */
  readonly noSandbox: string | null;
}

/** What a mode does with a kind of tool. A mode refuses here; it never takes tools out of the request. */
export function policyFor(kind: ToolKind, mode: Mode, { session, noSandbox }: Scene): Policy {
  if (kind === "read" || kind === "plan") return { kind: "run" };
  if (session === "quick")
    return {
      kind: "refuse",
      result: "Denied: quick questions are read-only. Answer from what can be read.",
    };
  if (mode === "plan") {
    return {
      kind: "refuse",
      result:
        "Denied: the person chose Plan mode, which is read-only. Describe the change instead of making it.",
    };
  }
  if (kind === "command" && noSandbox !== null)
    return {
      kind: "ask",
      reason: `Commands run without a sandbox here, so every command asks. ${noSandbox}`,
    };
  if (kind === "command" && mode !== "auto")
    return { kind: "ask", reason: "Commands ask in this mode." };
  return mode === "ask"
    ? { kind: "ask", reason: "Changes to files ask in this mode." }
    : { kind: "run" };
}

/** Approvals that wait for the person, and the grants of this session. */
export interface ApprovalDesk extends ApprovalPort {
  /** Answers the waiting call; AppError("not-found") when nobody asks, or asks something else: `question` is its number where the caller knows it. */
  answer(callId: CallId, decision: ApprovalDecision, question?: number): void;
  waiting(): boolean;
  /** "Allow for this session" of a change of files covers every tool that writes; commands have rules of their own. */
  grantWriting(): void;
  mayWrite(): boolean;
}

interface Pending {
  readonly request: ApprovalQuestion;
  readonly take: (decision: ApprovalDecision) => void;
}

const fits = (
  asked: ApprovalQuestion,
  { decision }: ApprovalDecision,
  question: number | undefined,
): boolean =>
  (asked.blocked === true) === (decision === "go-on") &&
  (question === undefined || question === asked.question);

/** `attended: false` answers every question with "unattended" at once. */
export function createApprovalDesk(attended: boolean): ApprovalDesk {
  const pending = new Map<CallId, Pending>();
  let writes = false;
  return {
    ask(request, signal) {
      if (!attended) return Promise.resolve({ decision: "unattended" });
      return new Promise((resolve, reject) => {
        const cancel = (): void => {
          pending.delete(request.callId);
          reject(new AppError("cancelled", "Stopped while waiting for an approval"));
        };
        if (signal.aborted) return cancel();
        signal.addEventListener("abort", cancel, { once: true });
        const take = (decision: ApprovalDecision): void => {
          pending.delete(request.callId);
          signal.removeEventListener("abort", cancel);
          resolve(decision);
        };
        pending.set(request.callId, { request, take });
      });
    },
    answer(callId, decision, question) {
      const waiting = pending.get(callId);
      // A yes meant for one question must not answer the next one of the same call.
      if (waiting === undefined || !fits(waiting.request, decision, question))
        throw new AppError("not-found", "This approval is no longer waiting");
      waiting.take(decision);
    },
    waiting: () => pending.size > 0,
    grantWriting() {
      writes = true;
    },
    mayWrite: () => writes,
  };
}
