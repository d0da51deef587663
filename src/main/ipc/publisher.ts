import type { Announcement } from "../../shared/contract.ts";
import type { WindowKind } from "./sender.ts";

/** A window as the publisher sees it. */
export interface Receiver {
  readonly kind: WindowKind;
  isGone(): boolean;
  send(announcement: Announcement): void;
}

export interface Publisher {
  /** Adds a window; what is announced before `loaded` is called waits in order. `loading` makes it wait again. */
  add(receiver: Receiver): { loaded(): void; loading(): void };
  /** To every window that the announcement concerns. */
  publish(announcement: Announcement): void;
}

/** More than this waits for no window: the oldest events go, and the reader sees the gap and opens the session again. */
const longestQueue = 10_000;

/** What a window is asked to do or to show is for the main window; quick ask has no project, menu or session list. */
const mainOnly: ReadonlySet<Announcement["topic"]> = new Set<Announcement["topic"]>([
  "open-workspace",
  "open-session",
  "action",
  "sessions-changed",
]);

interface Entry {
  readonly receiver: Receiver;
  ready: boolean;
  waiting: Announcement[];
}

/** Carries main's announcements to the windows, in order, once each has loaded. */
export function createPublisher(): Publisher {
  const entries = new Set<Entry>();

  function deliver(entry: Entry, announcement: Announcement): void {
    if (entry.ready) {
      entry.receiver.send(announcement);
      return;
    }
    entry.waiting.push(announcement);
    if (entry.waiting.length > longestQueue) dropOldestEvent(entry.waiting);
  }

  return {
    add(receiver) {
      const entry: Entry = { receiver, ready: false, waiting: [] };
      entries.add(entry);
      return {
        loaded() {
          entry.ready = true;
          for (const announcement of entry.waiting.splice(0)) receiver.send(announcement);
        },
        loading() {
          entry.ready = false;
        },
      };
    },
    publish(announcement) {
      for (const entry of entries) {
        if (entry.receiver.isGone()) entries.delete(entry);
        else if (entry.receiver.kind === "main" || !mainOnly.has(announcement.topic))
          deliver(entry, announcement);
      }
    },
  };
}

/** Events can be fetched again; a folder to open cannot. */
function dropOldestEvent(waiting: Announcement[]): void {
  const index = waiting.findIndex(({ topic }) => topic === "session");
  waiting.splice(Math.max(index, 0), 1);
}
