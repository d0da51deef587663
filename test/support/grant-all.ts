import type { Grant, RequestBounds } from "../../src/main/agent/ports.ts";

/** What a ledger without limits answers. */
export const grantAll = ({ maxOutputTokens, thinkingTokens = 0 }: RequestBounds): Grant => ({
  maxOutputTokens,
  thinkingTokens,
  limit: null,
});
