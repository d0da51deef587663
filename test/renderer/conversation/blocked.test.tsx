// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { messagesOf } from "../../../src/main/agent/messages.ts";
import type { Blocked, Way } from "../../../src/shared/blocked.ts";
import { someFacts } from "../../support/command-facts.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession, type RenderedSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { callId, turnId, type SessionScript } from "../../support/session-script.ts";

useFakeLayout();

const registry: Blocked = {
  wall: "network",
  place: "registry.example",
  need: "network:registry.example",
};
const someNetwork: Blocked = { wall: "network", place: "", need: null };
const of = { turnId: turnId("t-2"), callId: callId("c-wait") };

/** A command that has run, and that the sandbox stopped at these walls. */
function blockedAt(...walls: readonly Blocked[]): SessionScript {
  const script = createSampleSession();
  script.prompt("t-2", "Install it.");
  script.call("t-2", "c-wait", { name: "run_command", input: { command: "npm ci" } });
  script.add({ ...of, type: "tool-output-delta", text: "npm error 403\n" });
  askAgain(script, walls);
  return script;
}

function askAgain(script: SessionScript, walls: readonly Blocked[]): void {
  script.add({
    ...of,
    type: "approval-request",
    reason: "Blocked: it.",
    title: "Run npm ci",
    detail: "npm ci",
    onlyOnce: true,
    command: {
      ...someFacts,
      caution: "Commands may reach it.",
      needs: ["network:registry.example"],
    },
    blocked: {
      walls: [...walls],
      result: "Exit code 1 after 0.2 s.\nnpm error 403",
      exitCode: 1,
      changes: [{ path: "log", kind: "created", added: 1, removed: 0, binary: false }],
      notes: [],
    },
  });
}

const answered = (script: SessionScript, way: Way): void =>
  void script.add({
    ...of,
    type: "approval-end",
    decision: way === "here" ? "allow" : "deny",
    way,
  });

async function shown(script: SessionScript): Promise<RenderedSession> {
  const session = await renderSession(script);
  await screen.findByRole("group", { name: "Blocked by the sandbox" });
  return session;
}

const card = () => screen.getByRole("group", { name: "Blocked by the sandbox" });
const button = (name: RegExp) => within(card()).getByRole("button", { name });
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

describe("the card of a blocked command", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("says what was blocked and offers three ways, inert for 300 ms", async () => {
    const script = blockedAt(registry);
    const { inputs } = await shown(script);
    expect(card().textContent).toContain("Blocked: connection to registry.example");
    expect(card().textContent).toContain("If you allow it: Commands may reach it.");
    expect(card().textContent).toContain("npm error 403");
    expect(within(card()).queryByRole("textbox")).toBeNull();
    fireEvent.click(button(/^Allow this host here and rerun/));
    fireEvent.click(button(/^Tell the agent/));
    fireEvent.keyDown(card(), { key: "Escape" });
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    expect(inputs("approval.answer")).toEqual([]);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it.each<[string, () => void, object]>([
    ["here", () => fireEvent.click(button(/^Allow this host/)), { decision: "allow", way: "here" }],
    [
      "here by the chord",
      () => fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true }),
      { decision: "allow", way: "here" },
    ],
    ["outside", () => fireEvent.click(button(/^Rerun once outside/)), { way: "outside" }],
    ["to the agent", () => fireEvent.click(button(/^Tell/)), { decision: "deny", way: "tell" }],
    [
      "to the agent by Escape",
      () => fireEvent.keyDown(card(), { key: "Escape" }),
      { decision: "deny", way: "tell" },
    ],
  ])("answers its own question once: %s", async (_name, answer, sent) => {
    const script = blockedAt(registry);
    const { inputs } = await shown(script);
    await pass(300);
    answer();
    answer();
    await pass(0);
    expect(inputs("approval.answer")).toMatchObject([{ ...sent, question: script.events.length }]);
  });

  it("offers no way in, and takes no chord, where nothing can be opened by name", async () => {
    const { inputs } = await shown(blockedAt(someNetwork));
    await pass(300);
    expect(within(card()).queryByRole("button", { name: /Allow/ })).toBeNull();
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    await pass(0);
    expect(inputs("approval.answer")).toEqual([]);
  });

  it("is another card, inert again, when the same step is asked about once more", async () => {
    const script = blockedAt(registry);
    const { inputs, catchUp } = await shown(script);
    await pass(300);
    fireEvent.click(button(/^Allow this host/));
    answered(script, "here");
    askAgain(script, [{ ...registry, place: "two.example" }]);
    act(catchUp);
    await screen.findByText("Blocked: connection to two.example");
    fireEvent.click(button(/^Allow this host/));
    expect(inputs("approval.answer")).toHaveLength(1);
    await pass(300);
    fireEvent.click(button(/^Allow this host/));
    await pass(0);
    expect(inputs("approval.answer")).toHaveLength(2);
  });

  it.each<[Way, string]>([
    ["here", "You allowed it here, and it ran again."],
    ["outside", "You had it ask to run once outside of the sandbox."],
    ["tell", "You left it to the agent."],
  ])("leaves in the conversation which way was taken: %s", async (way, words) => {
    const script = blockedAt(registry);
    answered(script, way);
    if (way !== "tell") script.add({ ...of, type: "tool-output-delta", text: "added 3\n" });
    script.end("t-2", "c-wait", { exitCode: 0 });
    script.finish("t-2");
    await renderSession(script);
    const row = await screen.findByRole("button", { name: /npm ci/ });
    fireEvent.click(row);
    const run = await screen.findByRole("region", { name: "Blocked by the sandbox" });
    expect(run.textContent).toContain(words);
    // The output of both runs is there, each with its own.
    expect(run.textContent?.includes("npm error 403")).toBe(way !== "tell");
    const last = screen.getByRole("region", { name: "Output" }).textContent;
    expect(last).toBe(way === "tell" ? "Outputnpm error 403\n" : "Outputadded 3\n");
  });
});

describe("a blocked command in the state of its session", () => {
  it("keeps what it came to when Belay ends before the answer", () => {
    const script = blockedAt(registry);
    script.add({ turnId: turnId("t-2"), type: "turn-end", status: "interrupted" });
    const state = script.state();
    const item = state.turns.at(-1)?.items.at(-1);
    expect(item).toMatchObject({
      status: "cancelled",
      changes: [{ path: "log" }],
      exitCode: 1,
      blockedRuns: [{ walls: [registry], way: null }],
    });
    expect(JSON.stringify(messagesOf(state).at(-1))).toContain("npm error 403");
  });

  it("says of a second run that Belay's end cut off that nothing is known of it", () => {
    const script = blockedAt(registry);
    answered(script, "here");
    script.add({ turnId: turnId("t-2"), type: "turn-end", status: "interrupted" });
    expect(JSON.stringify(messagesOf(script.state()).at(-1))).toContain("did not finish");
  });
});
