import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRateLimit, mayCall, sessionMade } from "../../../src/main/ipc/sender.ts";
import { operations, quickAskOperations } from "../../../src/shared/contract.ts";

const main = { kind: "main", isMainFrame: true, url: "belay://app/index.html" } as const;
const quick = { kind: "quick-ask", isMainFrame: true, url: "belay://app/quick-ask.html" } as const;
const call = (operation: unknown, input: unknown = {}) => ({ operation, input });
const own = new Set(["s-own"]);
const none = new Set<string>();
const names = Object.keys(operations);

describe("who may call", () => {
  it("lets the main window's main frame call everything", () => {
    for (const name of names) expect(mayCall(main, call(name), none)).toBe(true);
  });

  it("refuses a frame inside a window, a window that is not ours and a frame that is gone", () => {
    expect(mayCall({ ...main, isMainFrame: false }, call("app.info"), none)).toBe(false);
    expect(mayCall({ ...main, kind: undefined }, call("app.info"), none)).toBe(false);
    expect(mayCall({ ...main, url: "" }, call("app.info"), none)).toBe(false);
  });

  it("refuses every other origin, the ones that look like ours too", () => {
    const urls = [
      "https://app/index.html",
      "belay://app.evil/index.html",
      "belay://application/",
      "belay://app",
      "file:///belay://app/",
      "about:blank",
      "data:text/html,belay://app/",
      "BELAY://APP/index.html",
    ];
    for (const url of urls) expect(mayCall({ ...main, url }, call("app.info"), none)).toBe(false);
  });

  it("holds quick ask to its list", () => {
    for (const name of names) {
      const input = name === "session.create" ? { kind: "quick" } : {};
      const listed = [...quickAskOperations].some((allowed) => allowed === name);
      expect([name, mayCall(quick, call(name, input), none)]).toEqual([name, listed]);
    }
  });

  it("lets quick ask make quick sessions only", () => {
    for (const kind of ["chat", "demo", undefined, { toString: () => "quick" }])
      expect(mayCall(quick, call("session.create", { kind }), none)).toBe(false);
    expect(mayCall(quick, call("session.create", { kind: "quick" }), none)).toBe(true);
  });

  it("keeps quick ask out of sessions that it did not make", () => {
    for (const name of ["session.open", "session.send", "session.stop", "quick.promote"]) {
      expect(mayCall(quick, call(name, { sessionId: "s-own" }), own)).toBe(true);
      expect(mayCall(quick, call(name, { sessionId: "s-other" }), own)).toBe(false);
      expect(mayCall(quick, call(name, { sessionId: ["s-own"] }), own)).toBe(false);
    }
  });

  it("never lets quick ask do what is not on its list, whatever is sent", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (operation, input) => {
        const allowed = [...quickAskOperations].some((name) => name === operation);
        if (!allowed) expect(mayCall(quick, call(operation, input), own)).toBe(false);
      }),
    );
  });
});

describe("the session that a reply made", () => {
  it("is found in a reply to session.create", () => {
    const reply = { ok: true, value: { sessionId: "s-new", events: [] } };
    expect(sessionMade("session.create", reply)).toBe("s-new");
  });

  it("is in no other reply and in no failure", () => {
    const reply = { ok: true, value: { sessionId: "s-new" } };
    expect(sessionMade("session.open", reply)).toBeUndefined();
    expect(sessionMade("session.create", { ok: false, error: {} })).toBeUndefined();
    expect(sessionMade("session.create", null)).toBeUndefined();
  });
});

describe("the limit of calls", () => {
  it("refuses a window's call above 500 in one second, and no other window's", () => {
    const withinLimit = createRateLimit(() => 5_000);
    for (let calls = 0; calls < 500; calls += 1) expect(withinLimit(1)).toBe(true);
    expect(withinLimit(1)).toBe(false);
    expect(withinLimit(2)).toBe(true);
  });

  it("begins anew in the next second", () => {
    let now = 5_999;
    const withinLimit = createRateLimit(() => now);
    for (let calls = 0; calls < 501; calls += 1) withinLimit(1);
    now = 6_000;
    expect(withinLimit(1)).toBe(true);
  });
});
