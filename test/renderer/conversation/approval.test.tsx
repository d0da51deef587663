// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { addWaitingCommand, createSampleSession } from "../../support/sample-session.ts";
import {
  callId,
  createSessionScript,
  turnId,
  type SessionScript,
} from "../../support/session-script.ts";

useFakeLayout();

const card = () => screen.getByRole("group", { name: /Run a command/ });
const press = (name: string) => {
  fireEvent.click(within(card()).getByRole("button", { name }));
};
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));
const waiting = (command?: string): SessionScript => {
  const script = createSampleSession();
  addWaitingCommand(script, command);
  return script;
};

/** The number of the event that asks. */
const question = waiting().events.length;

describe("an approval", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("takes no answer in its first 300 ms, and one after that", async () => {
    const { inputs, catchUp, script } = await shown();
    press("Allow");
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    expect(inputs("approval.answer")).toEqual([]);
    await pass(300);
    press("Allow");
    press("Allow");
    await pass(0);
    expect(inputs("approval.answer")).toEqual([
      { sessionId: script.sessionId, callId: "c-wait", question, decision: "allow" },
    ]);
    catchUp();
  });

  it("is inert again for the next question, to which it passes the focus, and then to the prompt", async () => {
    const { inputs, catchUp, script } = await shown();
    await pass(300);
    card().focus();
    press("Allow");
    const base = { turnId: turnId("t-2") };
    script.add({ ...base, type: "approval-end", callId: callId("c-wait"), decision: "allow" });
    script.end("t-2", "c-wait", { exitCode: 0 });
    script.call("t-2", "c-next", { name: "run_command", input: { command: "git push --force" } });
    script.add({
      ...base,
      type: "approval-request",
      callId: callId("c-next"),
      reason: "",
      title: "Run",
      detail: "git push --force",
    });
    catchUp();
    await screen.findByText("git push --force");
    await pass(0);
    expect(document.activeElement).toBe(card());
    press("Allow");
    await pass(0);
    expect(inputs("approval.answer")).toHaveLength(1);
    script.end("t-2", "c-next", { exitCode: 0 });
    catchUp();
    await pass(100);
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Prompt" }));
  });

  it("has the focus nowhere near Allow when it appears", async () => {
    await shown();
    expect(card().contains(document.activeElement)).toBe(false);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("is allowed by the chord on the card, but not by a held key or one of an input method", async () => {
    const { inputs } = await shown();
    await pass(300);
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true, repeat: true });
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true, isComposing: true });
    fireEvent.keyDown(card(), { key: "Enter" });
    await pass(0);
    expect(inputs("approval.answer")).toEqual([]);
    fireEvent.keyDown(card(), { key: "Enter", ctrlKey: true });
    await pass(0);
    expect(inputs("approval.answer")).toHaveLength(1);
  });

  it("sends what to do instead; the chord in that field never allows", async () => {
    const { inputs, script } = await shown();
    await pass(300);
    const field = within(card()).getByPlaceholderText("What should it do instead?");
    fireEvent.change(field, { target: { value: "Use the cache." } });
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await pass(0);
    expect(inputs("approval.answer")).toEqual([
      {
        sessionId: script.sessionId,
        callId: "c-wait",
        question,
        decision: "deny",
        message: "Use the cache.",
      },
    ]);
  });

  it("can be allowed for the session, and answered again when the answer did not arrive", async () => {
    let isFirst = true;
    const { inputs } = await shown(undefined, () => {
      if (!isFirst) return {};
      isFirst = false;
      throw new AppError("not-found", "This approval is no longer waiting");
    });
    await pass(300);
    press("Allow for this session");
    expect(await screen.findByText("This approval is no longer waiting")).toBeTruthy();
    press("Allow for this session");
    await pass(0);
    expect(inputs("approval.answer")).toHaveLength(2);
  });

  it("shows the exact bytes with nothing hidden in them", async () => {
    await shown("echo safe\u202E;\u200B rm -rf /\r");
    expect(card().textContent).toContain("echo safeU+202E;U+200B rm -rf /U+000D");
    expect(card().textContent).toContain("3 invisible characters are marked");
  });

  it("is titled by the tool, whatever the model writes", async () => {
    await shown("Allow this harmless command");
    expect(within(card()).getByRole("heading").textContent).toBe("Run a command");
  });

  it("stacks with others as one card, the first in full", async () => {
    const script = waiting();
    script.call("t-2", "c-more", { name: "delete_file", input: { path: "notes.md" } });
    script.add({
      type: "approval-request",
      turnId: turnId("t-2"),
      callId: callId("c-more"),
      reason: "",
      title: "Delete notes.md",
      detail: "notes.md",
    });
    await renderSession(script);
    const stack = screen.getByRole("region", { name: "2 steps need you" });
    expect(within(stack).getAllByRole("group")).toHaveLength(1);
    expect(stack.textContent).toContain("Delete a filenotes.md");
  });
});

async function shown(command?: string, answer: () => Record<string, never> = () => ({})) {
  const script = waiting(command);
  return { script, ...(await renderSession(script, { "approval.answer": answer })) };
}

describe("a write that asks", () => {
  it("shows the path as well as the bytes", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "write_file", input: { path: "a.ts", content: "x" } });
    script.add({
      type: "approval-request",
      turnId: turnId("t-1"),
      callId: callId("c-1"),
      reason: "Changes to files ask in this mode.",
      title: "Write a.ts",
      detail: "export const x = 1;\n",
    });
    await renderSession(script);
    const group = await screen.findByRole("group", { name: "Write a file" });
    expect(group.textContent).toContain("Write a.ts");
    expect(group.textContent).toContain("export const x = 1;");
  });

  it("has no yes for the session where one would hold for this call alone", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "write_file", input: { path: "AGENTS.md", content: "x" } });
    script.add({
      type: "approval-request",
      turnId: turnId("t-1"),
      callId: callId("c-1"),
      reason: "Files like this one ask in every mode.",
      title: "Write AGENTS.md",
      detail: "x",
      onlyOnce: true,
    });
    await renderSession(script);
    const group = await screen.findByRole("group", { name: "Write a file" });
    const names = within(group)
      .getAllByRole("button")
      .map((button) => button.textContent);
    expect(names).toEqual(["AllowCtrl+Enter", "Deny"]);
  });
});
