import type { SessionId } from "../../../shared/ids.ts";

/** Placeholder: the review is being written. */
export function Review({ sessionId }: { readonly sessionId: SessionId }) {
  return <div data-session={sessionId} className="flex-1" />;
}
