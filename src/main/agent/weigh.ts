import type { SessionState } from "../../shared/session-state.ts";

/** Before anything was measured: about what code is in JSON. */
const bytesPerToken = 4;

/** How many tokens so many bytes of a request are, by what the newest one of the session was. */
export function estimateTokens({ measure }: Pick<SessionState, "measure">, bytes: number): number {
  return measure === null
    ? Math.ceil(bytes / bytesPerToken)
    : Math.ceil((bytes * measure.tokens) / measure.bytes);
}

const encoder = new TextEncoder();

/** Size of a value as JSON, in bytes of UTF-8. */
export const jsonBytes = (value: unknown): number =>
  encoder.encode(JSON.stringify(value)).byteLength;

/** How full a model is allowed to be: estimates are not exact, and an answer needs room too. */
const fullAt = 0.9;

/** Whether a request goes to a model that takes so many tokens, without being compacted. */
export const fitsInto = (tokens: number, limitTokens: number | null): boolean =>
  limitTokens === null || tokens <= limitTokens * fullAt;
