import type { Announcement } from "../../shared/contract.ts";

/** A window as the publisher sees it. */
export interface Receiver {
  isGone(): boolean;
  /** Whether an announcement is this window's business. */
  concerns(announcement: Announcement): boolean;
  send(announcement: Announcement): void;
}

/** What a window's loading tells the publisher. */
export interface Subscription {
  /** Sends what has waited, in order; from now on at once. */
  loaded(): void;
  /** The page is gone or not there yet: keep what comes. */
  loading(): void;
}

export interface Publisher {
  /** Adds a window that has not loaded yet. */
  add(receiver: Receiver): Subscription;
  /** To every window that the announcement concerns. */
  publish(announcement: Announcement): void;
}

/** More than this waits for no window: the oldest events go, and the reader sees the gap and opens the session again. */
const longestQueue = 10_000;

interface Entry {
  readonly receiver: Receiver;
  ready: boolean;
  readonly waiting: Announcement[];
}

/** Carries main's announcements to the windows, in order, once each has loaded. */
export function createPublisher(): Publisher {
  const entries = new Set<Entry>();
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
        else if (entry.receiver.concerns(announcement)) deliver(entry, announcement);
      }
    },
  };
}

function deliver({ receiver, ready, waiting }: Entry, announcement: Announcement): void {
  if (ready) {
    receiver.send(announcement);
    return;
  }
  waiting.push(announcement);
  if (waiting.length > longestQueue) dropOldestEvent(waiting);
}

/** Events can be fetched again; a folder to open cannot. */
function dropOldestEvent(waiting: Announcement[]): void {
  const index = waiting.findIndex(({ topic }) => topic === "session");
  waiting.splice(Math.max(index, 0), 1);
}

/** What quick ask hears of: facts of the app, and events of the sessions it made itself. The rest is the main window's. */
export function concernsQuickAsk(
  announcement: Announcement,
  ownSessions: ReadonlySet<string>,
): boolean {
  if (announcement.topic === "session") return ownSessions.has(announcement.event.sessionId);
  return announcement.topic === "settings" || announcement.topic === "key";
}
