import type { Page } from "playwright";
import type { Bridge } from "../../src/shared/contract.ts";
import type { Reply } from "../../src/shared/errors.ts";

declare global {
  interface Window {
    /** What the preload script puts there. */
    readonly bridge: Bridge;
  }
}

/** One call over a page's bridge, as any script in the page could make it. */
export const bridgeReply = (
  page: Page,
  operation: string,
  input: unknown,
): Promise<Reply<unknown>> =>
  page.evaluate(([name, value]) => window.bridge.call(name, value), [operation, input] as const);

/** The same; the value of a good reply, else the code of the failure. */
export async function callBridge(page: Page, operation: string, input: unknown): Promise<unknown> {
  const reply = await bridgeReply(page, operation, input);
  return reply.ok ? reply.value : reply.error.code;
}
