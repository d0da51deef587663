import { describe, expect, it } from "vitest";
import { concernsQuickAsk, createPublisher } from "../../../src/main/ipc/publisher.ts";
import { announcementSchema, type Announcement } from "../../../src/shared/contract.ts";
import { createSessionId } from "../../../src/shared/ids.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";

const action = (name: string): Announcement => ({ topic: "action", action: name });
const sessionId = createSessionId();

function event(seq: number): Announcement {
  return announcementSchema.parse({
    topic: "session",
    event: { type: "session-update", sessionId, seq, at: "2026-11-23T08:00:00.000Z", title: "T" },
  });
}

function fakeWindow(concerns: (announcement: Announcement) => boolean = () => true) {
  const got: Announcement[] = [];
  const window = {
    gone: false,
    got,
    concerns,
    isGone: () => window.gone,
    send: (announcement: Announcement) => void got.push(structuredClone(announcement)),
  };
  return window;
}

describe("announcements", () => {
  it("wait in order until the window has loaded", () => {
    const publisher = createPublisher();
    const window = fakeWindow();
    const subscription = publisher.add(window);
    publisher.publish(action("one"));
    publisher.publish(action("two"));
    expect(window.got).toEqual([]);
    subscription.loaded();
    publisher.publish(action("three"));
    expect(window.got).toEqual([action("one"), action("two"), action("three")]);
  });

  it("wait again while a crashed page loads anew, and come once", () => {
    const publisher = createPublisher();
    const window = fakeWindow();
    const subscription = publisher.add(window);
    subscription.loaded();
    subscription.loading();
    publisher.publish(action("one"));
    subscription.loaded();
    subscription.loaded();
    expect(window.got).toEqual([action("one")]);
  });

  it("go to every window they concern", () => {
    const publisher = createPublisher();
    const first = fakeWindow();
    const second = fakeWindow(({ topic }) => topic !== "action");
    publisher.add(first).loaded();
    publisher.add(second).loaded();
    publisher.publish(action("one"));
    publisher.publish({ topic: "sessions-changed" });
    expect(first.got).toHaveLength(2);
    expect(second.got).toEqual([{ topic: "sessions-changed" }]);
  });

  it("are dropped for a window that is gone", () => {
    const publisher = createPublisher();
    const window = fakeWindow();
    publisher.add(window).loaded();
    window.gone = true;
    publisher.publish(action("one"));
    window.gone = false;
    publisher.publish(action("two"));
    expect(window.got).toEqual([]);
  });

  it("that nobody fetches are bounded: the oldest events go, what was asked for stays", () => {
    const publisher = createPublisher();
    const window = fakeWindow();
    const subscription = publisher.add(window);
    publisher.publish(action("one"));
    for (let seq = 1; seq <= 10_005; seq += 1) publisher.publish(event(seq));
    subscription.loaded();
    expect(window.got).toHaveLength(10_000);
    expect(window.got[0]).toEqual(action("one"));
    expect(window.got[1]).toEqual(event(7));
    expect(window.got.at(-1)).toEqual(event(10_005));
  });
});

describe("quick ask", () => {
  it("hears of the sessions it made and of no others", () => {
    expect(concernsQuickAsk(event(1), new Set([sessionId]))).toBe(true);
    expect(concernsQuickAsk(event(1), new Set())).toBe(false);
  });

  it("hears of settings, and not of what the main window is to show", () => {
    const settings: Announcement = { topic: "settings", settings: settingsSchema.parse({}) };
    const others: Announcement[] = [
      action("session.new"),
      { topic: "sessions-changed" },
      { topic: "open-workspace", path: "/tmp" },
      { topic: "open-session", sessionId, workspace: "/tmp" },
    ];
    expect(concernsQuickAsk(settings, new Set())).toBe(true);
    for (const other of others) expect(concernsQuickAsk(other, new Set([sessionId]))).toBe(false);
  });
});
