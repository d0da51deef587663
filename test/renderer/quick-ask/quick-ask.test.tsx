// @vitest-environment happy-dom
import { createEvent, fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { quickAskOperations } from "../../../src/shared/contract.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { requestIdSchema, turnIdSchema } from "../../../src/shared/ids.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderQuickAsk } from "../../support/render-window.tsx";
import {
  at,
  noKey,
  project,
  sessionId,
  someKey,
  startOf,
  windowHandlers,
} from "../../support/window-handlers.ts";

const turnId = turnIdSchema.parse("t-one");
const base = { sessionId, turnId, at };

/** Only what the small window may call: anything else fails, as it does in the app. */
function quickHandlers(over: FakeHandlers = {}, key = someKey): FakeHandlers {
  const all = windowHandlers(key, {
    "workspace.recent": () => [{ path: project.path, openedAt: at }],
    "session.create": () => ({ sessionId, events: [startOf(sessionId)] }),
    "session.send": () => ({ turnId }),
    "session.stop": () => ({}),
    ...over,
  });
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => [...quickAskOperations].some((one) => one === name)),
  );
}

async function ask(over: FakeHandlers = {}) {
  const rendered = renderQuickAsk(quickHandlers(over));
  const field = await screen.findByLabelText("Question");
  await rendered.user.type(field, "What is this?{Enter}");
  return { ...rendered, field };
}

describe("quick ask", () => {
  it("starts in the field, names the project and asks on Enter", async () => {
    const { bridge, field } = await ask();
    expect(document.activeElement).toBe(field);
    expect(screen.getByText("express")).toBeTruthy();
    await waitFor(() => {
      expect(bridge.calls.at(-1)).toEqual({
        operation: "session.send",
        input: { sessionId, prompt: "What is this?" },
      });
    });
    expect(bridge.calls.find((call) => call.operation === "session.create")?.input).toEqual({
      workspace: project.path,
      kind: "quick",
    });
  });

  it("shows the answer as it comes, and what it cost", async () => {
    const { bridge } = await ask();
    await waitFor(() => {
      expect(bridge.calls.at(-1)?.operation).toBe("session.send");
    });
    const events = [
      { ...base, seq: 2, type: "turn-start", prompt: "What is this?" },
      { ...base, seq: 3, type: "step-start", step: 1 },
      { ...base, seq: 4, type: "text-delta", text: "A **web** " },
    ] as const;
    for (const event of events) bridge.announce({ topic: "session", event });
    expect(await screen.findByText("Answering…")).toBeTruthy();
    expect((await screen.findByText("web")).tagName).toBe("STRONG");
    bridge.announce({
      topic: "session",
      event: {
        ...base,
        seq: 5,
        type: "usage-add",
        requestId: requestIdSchema.parse("r-one"),
        model: "qwen-flash",
        region: "singapore",
        protocol: "openai",
        inputTokens: 10,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 3,
        reasoningTokens: 0,
        cost: { amount: "0.0021", currency: "USD" },
        priceVersion: "1",
      },
    });
    bridge.announce({
      topic: "session",
      event: { ...base, seq: 6, type: "turn-end", status: "completed" },
    });
    expect(await screen.findByText("$0.0021")).toBeTruthy();
    await waitFor(() => {
      expect(screen.queryByText("Answering…")).toBeNull();
    });
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("reads the clipboard when its chip is pressed and not before, and sends it below the question once", async () => {
    const { bridge, user } = renderQuickAsk(
      quickHandlers({ "quick.clipboard": () => ({ text: "a = 1\nb = ```", cut: false }) }),
    );
    const field = await screen.findByLabelText("Question");
    await user.click(screen.getByRole("button", { name: "Clipboard" }));
    await user.click(await screen.findByRole("button", { name: "Clipboard · 2 lines" }));
    await user.click(await screen.findByRole("button", { name: "Clipboard" }));
    await screen.findByRole("button", { name: "Clipboard · 2 lines" });
    await user.type(field, "What is wrong?{Enter}");
    await waitFor(() => {
      expect(bridge.calls.at(-1)).toEqual({
        operation: "session.send",
        input: {
          sessionId,
          prompt: "What is wrong?\n\nFrom the clipboard:\n````\na = 1\nb = ```\n````",
        },
      });
    });
    expect(bridge.calls.filter((call) => call.operation === "quick.clipboard")).toHaveLength(2);
  });

  it("says why the clipboard cannot be had", async () => {
    const { user } = renderQuickAsk(
      quickHandlers({
        "quick.clipboard": () => {
          throw new AppError("not-found", "There is no text in the clipboard.");
        },
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Clipboard" }));
    expect((await screen.findByRole("alert")).textContent).toBe(
      "There is no text in the clipboard.",
    );
  });

  it("starts afresh when another project has been opened meanwhile", async () => {
    let path = project.path;
    const { bridge, user, field } = await ask({
      "workspace.recent": () => [{ path, openedAt: at }],
    });
    await waitFor(() => {
      expect(bridge.calls.at(-1)?.operation).toBe("session.send");
    });
    path = "/home/ada/zod";
    window.dispatchEvent(new Event("focus"));
    expect(await screen.findByText("zod")).toBeTruthy();
    await user.clear(field);
    await user.type(field, "And here?{Enter}");
    await waitFor(() => {
      expect(
        bridge.calls.flatMap(({ operation, input }) =>
          operation === "session.create" ? [input] : [],
        ),
      ).toEqual([
        { workspace: project.path, kind: "quick" },
        { workspace: "/home/ada/zod", kind: "quick" },
      ]);
    });
  });

  it("asks for code only on Ctrl+Enter, shows the bare code and copies it", async () => {
    const { bridge, user } = renderQuickAsk(quickHandlers());
    await user.type(
      await screen.findByLabelText("Question"),
      "Add two numbers{Control>}{Enter}{/Control}",
    );
    await waitFor(() => {
      expect(bridge.calls.at(-1)).toEqual({
        operation: "session.send",
        input: { sessionId, prompt: "Add two numbers", codeOnly: true },
      });
    });
    const events = [
      { ...base, seq: 2, type: "turn-start", prompt: "Add two numbers", codeOnly: true },
      { ...base, seq: 3, type: "step-start", step: 1 },
      { ...base, seq: 4, type: "text-delta", text: "Here:\n```js\n# not a heading\n```\nBye" },
      { ...base, seq: 5, type: "turn-end", status: "completed" },
    ] as const;
    for (const event of events) bridge.announce({ topic: "session", event });
    expect((await screen.findByText("# not a heading")).tagName).toBe("CODE");
    expect(screen.queryByText(/Bye/)).toBeNull();
    await user.click(screen.getByRole("button", { name: "Copy code" }));
    expect(await navigator.clipboard.readText()).toBe("# not a heading");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("goes on in the same session with the next question", async () => {
    const { bridge, user, field } = await ask();
    await waitFor(() => {
      expect(bridge.calls.at(-1)?.operation).toBe("session.send");
    });
    await user.type(field, " And why?{Enter}");
    await waitFor(() => {
      expect(bridge.calls.filter((call) => call.operation === "session.send")).toHaveLength(2);
    });
    expect(bridge.calls.filter((call) => call.operation === "session.create")).toHaveLength(1);
  });

  it("never sends on the Enter of an input method", async () => {
    const { bridge, user } = renderQuickAsk(quickHandlers());
    const field = await screen.findByLabelText("Question");
    await user.type(field, "shi");
    fireEvent(field, createEvent.keyDown(field, { key: "Enter", isComposing: true }));
    expect(bridge.calls.some((call) => call.operation === "session.create")).toBe(false);
  });

  it("hides on Esc and does not stop", async () => {
    const { bridge, user } = await ask();
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(bridge.calls.some((call) => call.operation === "quick.hide")).toBe(true);
    });
    expect(bridge.calls.some((call) => call.operation === "session.stop")).toBe(false);
  });

  it("continues in the main window on Ctrl+O", async () => {
    const { bridge, user } = await ask();
    await screen.findByRole("button", { name: /Continue in Belay/ });
    await user.keyboard("{Control>}o{/Control}");
    await waitFor(() => {
      expect(bridge.calls.find((call) => call.operation === "quick.promote")?.input).toEqual({
        sessionId,
      });
    });
  });

  it("shows why a question failed", async () => {
    await ask({
      "session.send": () => {
        throw new AppError("rate-limited", "Too many requests. Wait a minute.");
      },
    });
    expect((await screen.findByRole("alert")).textContent).toBe(
      "Too many requests. Wait a minute.",
    );
  });

  it("without a key or a project says what is missing", async () => {
    renderQuickAsk(quickHandlers({}, noKey));
    expect(
      await screen.findByText("Quick ask needs a key. Open Belay and paste one."),
    ).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Question").disabled).toBe(true);
  });

  it("without a project says so", async () => {
    renderQuickAsk(quickHandlers({ "workspace.recent": () => [] }));
    expect(
      await screen.findByText("Quick ask needs a project. Open Belay and choose one."),
    ).toBeTruthy();
  });
});
