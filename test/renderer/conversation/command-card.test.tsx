// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dangerSchema, type CommandFacts } from "../../../src/shared/approvals.ts";
import { en } from "../../../src/renderer/src/messages/en.ts";
import { zhCn } from "../../../src/renderer/src/messages/zh-cn.ts";
import { addCommandWith } from "../../support/command-facts.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";

useFakeLayout();

const card = () => screen.getByRole("group", { name: /Run a command/ });
const button = (name: RegExp | string) => within(card()).getByRole("button", { name });
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

async function shown(command: string, facts: Partial<CommandFacts> = {}) {
  const script = createSampleSession();
  addCommandWith(script, command, facts);
  const window = await renderSession(script);
  return { ...window, answers: () => window.inputs("approval.answer") };
}

describe("the card of a command", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("says where it runs, what it sets and what it may reach", async () => {
    await shown("A=1 make", { sets: ["A=1"], needs: ["git-history", "write:/home/ada/.gradle"] });
    const text = card().textContent;
    expect(text).toContain("Folder/home/ada/tide-tables");
    expect(text).toContain("SetsA=1");
    expect(text).toContain(
      "May changethis project and its private temporary folder + git's history",
    );
    expect(text).toContain("+ /home/ada/.gradle");
    expect(text).toContain("Networknone");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("says which shell runs it, where it was told", async () => {
    await shown("Get-ChildItem", { shell: "PowerShell 7" });
    expect(card().textContent).toContain("Runs inPowerShell 7");
  });

  it("says what of the network is open, and what a yes would open", async () => {
    await shown("npm ci", {
      network: ["registry.example.org"],
      needs: ["network:registry.example.org", "network:github.com"],
      because: "needs",
    });
    expect(card().textContent).toContain("Networkregistry.example.org + github.com");
  });

  it("says that nothing keeps it in, why, and what to do about it", async () => {
    const sandbox = { kind: "none", reason: "It is missing.", remedy: "Install it." } as const;
    await shown("make", { sandbox, because: "no-sandbox" });
    expect(card().textContent).toContain("so every command asks. It is missing. Install it.");
    expect(card().textContent).toContain("everything that you can reach");
  });

  it("says what is dangerous, and offers no yes but for once", async () => {
    await shown("rm -rf build", {
      dangers: ["recursive-delete"],
      because: "danger",
      offers: { program: null, always: false },
    });
    expect(card().textContent).toContain("Deletes whole folders, with everything in them.");
    expect(card().textContent).toContain("asked every time");
    expect(
      within(card())
        .getAllByRole("button")
        .map((one) => one.textContent),
    ).toEqual(["AllowCtrl+Enter", "Deny"]);
  });

  it("says when something has made an older yes void", async () => {
    await shown("npm test", { voided: { kind: "program", words: ["npm", "test"] } });
    expect(card().textContent).toContain("has changed since: npm test …");
  });

  it.each([
    ["Allow for this session", "allow-session"],
    ["Always here…", "allow-always"],
  ])("takes a yes by %s for the program or for just this command", async (name, decision) => {
    const { answers, user } = await shown("npm test", {
      offers: { program: ["npm", "test"], always: true },
    });
    await pass(400);
    button(name).focus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("menuitem", { name: "Exactly this command" })).toBeTruthy();
    fireEvent.click(screen.getByRole("menuitem", { name: /^npm test with any arguments/ }));
    await pass(0);
    expect(answers()).toMatchObject([{ decision, program: true }]);
  });

  it("does nothing by Enter on the card itself", async () => {
    const { answers } = await shown("npm test");
    await pass(400);
    card().focus();
    fireEvent.keyDown(card(), { key: "Enter" });
    fireEvent.keyUp(card(), { key: "Enter" });
    await pass(0);
    expect(answers()).toEqual([]);
  });

  it("takes no yes for 300 ms after it has moved, by pointer or keyboard; a no at any time", async () => {
    let top = 100;
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(
      () => new DOMRect(0, top, 400, 28),
    );
    const { answers } = await shown("npm test");
    await pass(400);
    top = 40;
    fireEvent.click(button(/^Allow Ctrl|^Allow$/));
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    await pass(200);
    fireEvent.click(button(/^Allow Ctrl|^Allow$/));
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    await pass(0);
    expect(answers()).toEqual([]);
    await pass(120);
    top = 41;
    await pass(20);
    fireEvent.click(button("Deny"));
    await pass(0);
    expect(answers()).toMatchObject([{ decision: "deny" }]);
  });

  it("takes a yes once it has stood still", async () => {
    let top = 100;
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(
      () => new DOMRect(0, top, 400, 28),
    );
    const { answers } = await shown("npm test");
    await pass(400);
    top = 40;
    await pass(340);
    fireEvent.click(button(/^Allow Ctrl|^Allow$/));
    await pass(0);
    expect(answers()).toMatchObject([{ decision: "allow" }]);
  });

  it("takes no yes by the press that brings the window to the front", async () => {
    const { answers } = await shown("npm test");
    await pass(400);
    fireEvent.focus(window);
    fireEvent.click(button(/^Allow Ctrl|^Allow$/));
    await pass(0);
    expect(answers()).toEqual([]);
  });

  it("shows letters that only look like plain ones", async () => {
    await shown("cаt /еtc/passwd");
    expect(card().textContent).toContain("cа U+0430t /е U+0435tc/passwd");
    expect(card().textContent).toContain("2 characters only look like plain ones");
  });
});

describe("what a dangerous command does", () => {
  it.each(dangerSchema.options)("has words in both languages: %s", (danger) => {
    const words = [en.approvals.dangers[danger], zhCn.approvals.dangers[danger]];
    expect(new Set(words).size).toBe(2);
    for (const text of words) expect(text).toMatch(/[.。]$/);
  });
});
