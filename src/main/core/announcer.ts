import type { BackgroundCommand } from "../../shared/background.ts";
import type { CoverageState } from "../../shared/app.ts";
import type { Announcement } from "../../shared/contract.ts";
import type { SessionEvent } from "../../shared/events.ts";

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

/** What services tell of by themselves, as announcements. */
export const tellers = (announcer: Announcer) => ({
  publish: (event: SessionEvent): void => announcer.announce({ topic: "session", event }),
  onListChange: (): void => announcer.announce({ topic: "sessions-changed" }),
  onBackground: (now: readonly BackgroundCommand[]): void =>
    announcer.announce({ topic: "background", commands: [...now] }),
  onCoverage: (told: { readonly workspace: string; readonly coverage: CoverageState }): void =>
    announcer.announce({ topic: "coverage", ...told }),
  onHead: (told: { readonly workspace: string; readonly branch: string | null }): void =>
    announcer.announce({ topic: "head", ...told }),
  onSteering: (told: { readonly workspace: string }): void =>
    announcer.announce({ topic: "steering", ...told }),
});
