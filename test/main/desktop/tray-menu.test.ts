import { describe, expect, it } from "vitest";
import {
  trayItems,
  trayState,
  trayTooltip,
  type Activity,
} from "../../../src/main/desktop/tray-menu.ts";
import { wordsFor } from "../../../src/main/desktop/words.ts";

const en = wordsFor("en", []);
const idle = { running: [], needsYou: false, answerReady: false };
const busy = {
  running: [{ sessionId: "s-1", title: "Fix the tests" }],
  needsYou: false,
  answerReady: false,
};

function menu(activity: Activity) {
  const done: string[] = [];
  const items = trayItems(activity, en, {
    openMain: () => void done.push("main"),
    quickAsk: () => void done.push("quick"),
    openSession: (sessionId) => void done.push(sessionId),
    quit: () => void done.push("quit"),
  });
  const labels = items.map((item) => ("label" in item ? item.label : "–"));
  const press = (label: string): void => {
    for (const item of items) if ("label" in item && item.label === label) item.click();
  };
  return { labels, press, done };
}

describe("the tray", () => {
  it("offers the window, quick ask and quitting", () => {
    const { labels, press, done } = menu(idle);
    expect(labels).toEqual(["Open Belay", "Quick Ask", "–", "Quit Belay"]);
    for (const label of labels) press(label);
    expect(done).toEqual(["main", "quick", "quit"]);
  });

  it("lists the sessions at work and opens the one that is pressed", () => {
    const { labels, press, done } = menu(busy);
    expect(labels).toEqual(["Open Belay", "Quick Ask", "–", "Fix the tests", "–", "Quit Belay"]);
    press("Fix the tests");
    expect(done).toEqual(["s-1"]);
  });

  it("keeps titles to one short line without mnemonics", () => {
    const title = `a\n\tb & c ${"x".repeat(100)}`;
    const { labels } = menu({ ...idle, running: [{ sessionId: "s-1", title }] });
    expect(labels[3]).toMatch(/^a b && c x+$/);
    expect(labels[3]?.length).toBeLessThanOrEqual(61);
  });

  it("says that a quick question is answered, until it is needed for something else", () => {
    const ready = { ...idle, answerReady: true };
    expect(menu(ready).labels[1]).toBe("Quick ask: the answer is ready");
    expect(trayTooltip(ready, en)).toBe("Quick ask: the answer is ready");
    expect(trayTooltip({ ...ready, needsYou: true }, en)).toBe("Belay needs you");
  });

  it("lists eight sessions at most", () => {
    const running = Array.from({ length: 20 }, (_, index) => ({
      sessionId: `s-${index}`,
      title: `T${index}`,
    }));
    const { labels } = menu({ ...idle, running });
    expect(labels.filter((label) => label.startsWith("T"))).toHaveLength(8);
  });

  it("shows a need above work above rest", () => {
    expect([
      trayState(idle),
      trayState(busy),
      trayState({ ...idle, needsYou: true }),
      trayState({ ...busy, needsYou: true }),
    ]).toEqual(["idle", "running", "needs-you", "needs-you"]);
    expect(trayTooltip(busy, en)).toBe("Belay: 1 session at work");
  });
});

describe("the words", () => {
  it("follow the setting, and else the system's first language", () => {
    const zhCn = wordsFor("zh-CN", ["en-US"]);
    expect(zhCn.quit).toBe("退出 Belay");
    expect(wordsFor("system", ["zh-Hans-CN", "en"])).toBe(zhCn);
    expect(wordsFor("system", ["fr-FR", "zh"])).toBe(en);
    expect(wordsFor("system", [])).toBe(en);
    expect(wordsFor("en", ["zh-CN"])).toBe(en);
  });
});
