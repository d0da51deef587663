import { AppError, UnsentError, type ErrorCode } from "./errors.ts";

const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  "unauthorized",
  "model-not-found",
  "rate-limited",
  "refused",
]);

/**
 * Whether a request that failed before its first token cost nothing, so that it must not weigh on a budget: it was never sent, or
 * refused each time. `retried` are the codes of the attempts before the last; one that broke off may have been charged.
 */
export function isFree(error: unknown, retried: readonly string[] = []): boolean {
  if (error instanceof UnsentError) return true;
  return [...retried, error instanceof AppError ? error.code : ""].every((code) =>
    refusals.has(code),
  );
}
