import type { SessionEvent } from "./events.ts";
import type { SessionState } from "./session-state.ts";

/** The reviewed changes with this mark set or taken off. */
export function markReviewed(
  reviewed: SessionState["reviewed"],
  { turnId, keys, kept }: Extract<SessionEvent, { type: "review-mark" }>,
): SessionState["reviewed"] {
  const marked = new Set(reviewed[turnId]);
  for (const key of keys) {
    if (kept) marked.add(key);
    else marked.delete(key);
  }
  return { ...reviewed, [turnId]: marked };
}
