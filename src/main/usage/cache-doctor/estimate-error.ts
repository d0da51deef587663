import type { MeasuredRequest } from "./prefix-records.ts";

/**
 * How far the estimate of a session was off, in percent at most: each request by the size and tokens of the one before it, as
 * `estimateTokens` does, against what was reported of it. Null while there is nothing to compare.
 */
export function estimateError(measured: readonly MeasuredRequest[]): number | null {
  const errors = measured.flatMap((request, index) => {
    const before = measured[index - 1];
    if (before === undefined) return [];
    const estimate = (request.bytes * before.tokens) / before.bytes;
    return [Math.abs(estimate - request.tokens) / request.tokens];
  });
  return errors.length === 0 ? null : Math.ceil(Math.max(...errors) * 1000) / 10;
}
