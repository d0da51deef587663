// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { createSessionScript, sessionId } from "../../support/session-script.ts";

useFakeLayout();

const empty = () => createSessionScript("s-sample");
const running = () => {
  const script = empty();
  script.prompt("t-1", "go");
  return script;
};
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });

describe("the composer", () => {
  it("sends on Enter and empties itself", async () => {
    const { user, inputs } = await renderSession(empty());
    await user.type(field(), "  Fix the build {Enter}");
    expect(inputs("session.send")).toEqual([{ sessionId: "s-sample", prompt: "Fix the build" }]);
    expect(field().value).toBe("");
  });

  it("breaks the line on Shift+Enter", async () => {
    const { user, inputs } = await renderSession(empty());
    await user.type(field(), "one{Shift>}{Enter}{/Shift}two");
    expect(field().value).toBe("one\ntwo");
    expect(inputs("session.send")).toEqual([]);
  });

  it("never sends on the Enter that ends an input method's word", async () => {
    const { inputs } = await renderSession(empty());
    fireEvent.change(field(), { target: { value: "潮汐" } });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });
    expect(inputs("session.send")).toEqual([]);
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 13 });
    expect(inputs("session.send")).toHaveLength(1);
  });

  it("sends nothing when there is nothing but space", async () => {
    const { user, inputs } = await renderSession(empty());
    await user.type(field(), "   {Enter}");
    expect(inputs("session.send")).toEqual([]);
  });

  it("gives a refused prompt back", async () => {
    const { user } = await renderSession(empty(), {
      "session.send": () => {
        throw new AppError("unauthorized", "Add a key first.");
      },
    });
    await user.type(field(), "Fix it{Enter}");
    expect(await screen.findByText("Add a key first.")).toBeTruthy();
    await waitFor(() => {
      expect(field().value).toBe("Fix it");
    });
  });

  it("keeps each session's draft", async () => {
    const other = createSessionScript("s-other");
    const own = empty();
    const { user, services } = await renderSession(own, {
      "session.open": ({ sessionId: id }) => ({
        sessionId: id,
        events: [...(id === own.sessionId ? own : other).events],
      }),
    });
    await user.type(field(), "half a thought");
    await act(() => services.commands.showSession(sessionId("s-other")));
    expect(field().value).toBe("");
    await act(() => services.commands.showSession(own.sessionId));
    expect(field().value).toBe("half a thought");
  });

  it("offers three prompts to begin with, which can be edited before they are sent", async () => {
    const { user, inputs } = await renderSession(empty());
    const ideas = screen.getByRole("list", { name: "Ideas to start with" });
    expect(within(ideas).getAllByRole("button")).toHaveLength(3);
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(within(ideas).getByRole("button", { name: "Explain this project" }));
    expect(field().value).toContain("Explain this project");
    expect(document.activeElement).toBe(field());
    expect(inputs("session.send")).toEqual([]);
  });

  it("shows the model with its price and cache, and takes any other by its id", async () => {
    const { user, inputs } = await renderSession(createSampleSession());
    await user.click(screen.getByRole("button", { name: "Model: qwen3-coder-next" }));
    expect(
      await screen.findByText(/\$0.30 in · \$1.50 out per million tokens · cache: yes/),
    ).toBeTruthy();
    await user.click(screen.getByRole("menuitemradio", { name: /Another model id/ }));
    await user.type(await screen.findByRole("textbox", { name: "Model" }), "qwen-lab-7");
    await user.click(screen.getByRole("button", { name: "Use" }));
    expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "qwen-lab-7" }]);
  });

  it("keeps Autopilot closed and says why", async () => {
    const { user, inputs } = await renderSession(empty());
    await user.click(screen.getByRole("button", { name: "Mode: Auto-edit" }));
    const auto = await screen.findByRole("menuitemradio", { name: /Autopilot/ });
    expect(auto.getAttribute("aria-disabled")).toBe("true");
    expect(auto.textContent).toContain("There is no sandbox yet.");
    await user.click(screen.getByRole("menuitemradio", { name: /Plan/ }));
    expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", mode: "plan" }]);
  });
});

describe("while the agent works", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("Enter keeps the next prompt instead of sending it", async () => {
    const { user, inputs } = await renderSession(running());
    await user.type(field(), "and then{Enter}");
    expect(inputs("session.send")).toEqual([]);
    expect(field().value).toBe("and then");
  });

  it("Esc twice within a second stops, once does not", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { inputs } = await renderSession(running());
    fireEvent.keyDown(field(), { key: "Escape" });
    expect(screen.getByText("Press Esc again to stop")).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(1100));
    expect(screen.queryByText("Press Esc again to stop")).toBeNull();
    fireEvent.keyDown(field(), { key: "Escape" });
    expect(inputs("session.stop")).toEqual([]);
    fireEvent.keyDown(field(), { key: "Escape" });
    expect(inputs("session.stop")).toEqual([{ sessionId: "s-sample" }]);
  });

  it("an input method's Esc and a held key do not count", async () => {
    const { inputs } = await renderSession(running());
    fireEvent.keyDown(field(), { key: "Escape" });
    fireEvent.keyDown(field(), { key: "Escape", isComposing: true });
    fireEvent.keyDown(field(), { key: "Escape", repeat: true });
    expect(inputs("session.stop")).toEqual([]);
  });

  it("Stop is a button, too", async () => {
    const { user, inputs } = await renderSession(running());
    await user.click(screen.getByTitle("Esc twice"));
    expect(inputs("session.stop")).toHaveLength(1);
  });
});
