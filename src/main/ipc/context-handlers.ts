import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type ContextHandlers = Pick<
  Handlers,
  "context.meter" | "context.next" | "context.forecast" | "context.past" | "usage.cache"
>;

/** What a request holds, and what the provider's cache did for it. */
export const contextHandlers = ({ usage }: Core): ContextHandlers => ({
  "context.meter": ({ sessionId }) => usage.context.meter(sessionId),
  "context.next": ({ sessionId }) => usage.context.next(sessionId),
  "context.forecast": ({ sessionId, promptBytes }) =>
    usage.context.forecast(sessionId, promptBytes),
  "context.past": ({ requestId }) => usage.context.past(requestId),
  "usage.cache": ({ filter, limit }) => usage.cache.report(filter, limit),
});
