import type { Announcement } from "../../shared/contract.ts";

/** Hands announcements to whoever listens. */
export interface Announcer {
  announce(announcement: Announcement): void;
  subscribe(listener: (announcement: Announcement) => void): () => void;
}

export function createAnnouncer(): Announcer {
  const listeners = new Set<(announcement: Announcement) => void>();
  return {
    announce(announcement) {
      for (const listener of listeners) listener(announcement);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
