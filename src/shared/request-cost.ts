import { AppError, UnsentError, type ErrorCode } from "./errors.ts";

const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  "unauthorized",
  "model-not-found",
  "rate-limited",
  "refused",
]);

/**
 * Whether a request that failed before its first token cost nothing, so that it must not weigh on a budget: it was never sent, or
 * refused. One that broke off may have been charged.
 */
export function isFree(error: unknown): boolean {
  return error instanceof UnsentError || (error instanceof AppError && refusals.has(error.code));
}
