import type { SessionId } from "../../../shared/ids.ts";

/** Placeholder: the conversation is being written. */
export function Conversation({ sessionId }: { readonly sessionId: SessionId }) {
  return <div data-session={sessionId} className="flex-1" />;
}
