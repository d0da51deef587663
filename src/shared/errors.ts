import type { Money } from "./money.ts";

/** What can go wrong, named by what the caller can do about it. */
export const errorCodes = [
  "invalid-input", // the caller is wrong: fix the call
  "not-found", // the thing is gone: refresh
  "conflict", // it changed under you: look, then retry
  "denied", // outside the workspace, or the user said no
  "cancelled", // the user stopped it: show nothing
  "unauthorized", // the key was refused: check the key and its region
  "model-not-found", // retired, misspelt or not in this region: choose a successor
  "rate-limited", // wait, then retry
  "unavailable", // network, provider or a missing program: retry later
  "refused", // the provider refused the request as it stands: change it
  "budget", // the money limit would be exceeded: raise it or stop
  "needs-approval", // headless: somebody has to approve first
  "internal", // our bug: say so, log it
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An expected failure: its message says what happened and what to do next. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Why the provider refuses a conversation: what its filter found, its length, or calls it does not take. */
export const historyCauses = ["content", "length", "calls"] as const;
export type HistoryCause = (typeof historyCauses)[number];

/** A refusal of the conversation itself: without the part that caused it, the same step may succeed. */
export class HistoryError extends AppError {
  readonly history: HistoryCause;
  /** Of too long a conversation: the most input tokens that the model takes, where the provider says so. */
  readonly limitTokens: number | null;
  constructor(history: HistoryCause, message: string, limitTokens: number | null = null) {
    super("refused", message);
    this.history = history;
    this.limitTokens = limitTokens;
  }
}

/** The endpoint does not serve the model; its successors, best first. */
export class ModelGoneError extends AppError {
  readonly successors: readonly string[];
  constructor(message: string, successors: readonly string[]) {
    super("model-not-found", message);
    this.successors = successors;
  }
}

/** Which limit of money stands in the way, and what would let the request through. */
export interface LimitRaise {
  readonly limit: "session" | "workspace" | "day" | "month";
  readonly to: Money;
}

/** The next request would exceed a limit of money. Nothing was sent. */
export class BudgetError extends AppError {
  readonly raise: LimitRaise;
  constructor(message: string, raise: LimitRaise) {
    super("budget", message);
    this.raise = raise;
  }
}

/** A limit of money that is not used up, but that nobody could keep: so nothing was sent. */
export class UnkeptLimitError extends AppError {
  readonly unkept: "unknown-price" | "other-currency";
  constructor(unkept: UnkeptLimitError["unkept"], message: string) {
    super("budget", message);
    this.unkept = unkept;
  }
}

/** The provider refused because the model's free quota is used up and nothing else may be. */
export class FreeQuotaUsedError extends AppError {
  constructor(message: string) {
    super("refused", message);
  }
}

/** No attempt of a request was answered with more than a refusal, or got as far as the provider: it cannot have cost anything. */
export class UnsentError extends AppError {
  constructor(message: string, code: "unavailable" | "cancelled" = "unavailable") {
    super(code, message);
  }
}

/** What crosses the process boundary: classes and stacks do not survive it. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly code: ErrorCode; readonly message: string } };

/** Fails the build where a union has a case left, and throws at run time if one slips through. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`);
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
