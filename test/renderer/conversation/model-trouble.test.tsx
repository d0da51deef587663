// @vitest-environment happy-dom
import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { TurnError } from "../../../src/shared/events.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSessionScript, turnId, type SessionScript } from "../../support/session-script.ts";
import { someModel } from "../../support/window-handlers.ts";

useFakeLayout();

const log = () => screen.findByRole("log", { name: "Conversation" });
const base = { turnId: turnId("t-1") };

function ended(status: "failed" | "interrupted" | "budget", error: TurnError): SessionScript {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "go");
  script.add({ ...base, type: "turn-end", status, error });
  return script;
}

/** A prompt whose request went out so many seconds ago. */
function waiting(seconds: number): SessionScript {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "go");
  const at = new Date(Date.now() - seconds * 1000 - 100).toISOString();
  for (const event of script.events) Object.assign(event, { at });
  return script;
}

describe("a prompt whose model is gone or away", () => {
  it("offers the successors of a model that is gone, with price and context, and repeats the step", async () => {
    const script = ended("failed", {
      code: "model-not-found",
      message: "Gone.",
      successors: ["qwen3.7-plus", "qwen3-coder-flash"],
    });
    const { user, inputs } = await renderSession(script, {
      "model.list": () => [
        someModel,
        { ...someModel, id: "qwen-old", retired: "2026-05-01T00:00:00+08:00" },
        { ...someModel, id: "qwen-other" },
        { ...someModel, id: "qwen3-coder-flash", contextTokens: 1_000_000 },
        { ...someModel, id: "qwen3.7-plus", inputPrice: "0.4", outputPrice: "1.6" },
      ],
    });
    const alert = within(await log()).getByRole("alert");
    await within(alert).findByRole("button", { name: "Use qwen3.7-plus" });
    const offered = within(alert).getAllByRole("listitem");
    expect(offered.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Use qwen3\.7-plus\$0\.40.*\$1\.60.*262K context$/),
      expect.stringMatching(/^Use qwen3-coder-flash.*1M context$/),
      expect.stringMatching(/^Use qwen-other/),
    ]);
    await user.click(within(alert).getByRole("button", { name: "Use qwen3-coder-flash" }));
    await waitFor(() => {
      expect(inputs("session.retry")).toHaveLength(1);
    });
    expect(inputs("session.update")).toEqual([
      { sessionId: "s-sample", model: "qwen3-coder-flash" },
    ]);
    expect(inputs("settings.set")).toEqual([]);
  });

  it("gives new sessions the successor too where they had the model that is gone", async () => {
    const script = ended("failed", { code: "model-not-found", message: "Gone." });
    const { user, inputs } = await renderSession(script, {
      "settings.get": () => settingsSchema.parse({ model: "qwen3-coder-next" }),
      "model.list": () => [{ ...someModel, id: "qwen3.7-plus" }],
    });
    const alert = within(await log()).getByRole("alert");
    await user.click(await within(alert).findByRole("button", { name: "Use qwen3.7-plus" }));
    await waitFor(() => {
      expect(inputs("settings.set")).toEqual([{ model: "qwen3.7-plus" }]);
    });
  });

  it("asks about a price that nobody knows: for the prompt, for the session, or another model", async () => {
    const error = { code: "budget", message: "Unknown.", unkept: "unknown-price" } as const;
    const { user, inputs } = await renderSession(ended("budget", error), {
      "model.list": () => [
        { ...someModel, id: "priced" },
        { ...someModel, id: "as-unknown", inputPrice: null, outputPrice: null },
      ],
    });
    const alert = within(await log()).getByRole("alert");
    within(alert).getByText("Nobody knows what this model costs");
    await within(alert).findByRole("button", { name: "Use priced" });
    expect(within(alert).queryByRole("button", { name: "Use as-unknown" })).toBeNull();
    expect(within(alert).queryByRole("button", { name: "Continue" })).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
    for (const name of ["Allow for this prompt", "Allow for this session"])
      await user.click(within(alert).getByRole("button", { name }));
    expect(inputs("session.retry")).toEqual([
      { sessionId: "s-sample", anyPrice: "prompt" },
      { sessionId: "s-sample", anyPrice: "session" },
    ]);
  });

  it("says when the network is away, and when it is back", async () => {
    const isOnline = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
    await renderSession(ended("failed", { code: "unavailable", message: "No answer." }));
    const alert = within(await log()).getByRole("alert");
    expect(within(alert).queryByText(/network is back/)).toBeNull();
    const turn = (online: boolean): void => {
      isOnline.mockReturnValue(online);
      act(() => void window.dispatchEvent(new Event(online ? "online" : "offline")));
    };
    turn(false);
    expect(within(alert).getByText(/is offline/)).toBeTruthy();
    turn(true);
    expect(within(alert).getByText(/network is back/)).toBeTruthy();
    expect(within(alert).getByRole("button", { name: "Continue" })).toBeTruthy();
    isOnline.mockRestore();
  });
});

describe("a request that brings nothing", () => {
  it("says how long it has been, and for a while nothing more", async () => {
    await renderSession(waiting(8));
    const list = await log();
    expect(within(list).getByText(/^Waiting for qwen3-coder-next · 8 s$/)).toBeTruthy();
    expect(within(list).queryByRole("button", { name: "Retry" })).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("can be stopped, repeated or given to another model after twenty seconds", async () => {
    const { user, inputs, bridge } = await renderSession(waiting(21), {
      "model.list": () => [someModel, { ...someModel, id: "qwen3.7-plus" }],
    });
    const list = await log();
    await user.click(within(list).getByRole("button", { name: "Retry" }));
    await waitFor(() => {
      expect(inputs("session.retry")).toHaveLength(1);
    });
    await user.click(within(list).getByRole("button", { name: "Other model" }));
    await user.click(await screen.findByRole("menuitem", { name: "qwen3.7-plus" }));
    await waitFor(() => {
      expect(inputs("session.retry")).toHaveLength(2);
    });
    const asked = bridge.calls.map(({ operation }) => operation);
    expect(asked.filter((operation) => /stop|update|retry/.test(operation))).toEqual([
      "session.stop",
      "session.retry",
      "session.stop",
      "session.update",
      "session.retry",
    ]);
    expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "qwen3.7-plus" }]);
    await user.click(within(list).getByRole("button", { name: "Stop" }));
    expect(inputs("session.stop")).toHaveLength(3);
  });

  it("waits anew after each pause, and not while one is counted down", async () => {
    const script = waiting(300);
    const retry = script.add({
      ...base,
      type: "retry",
      attempt: 1,
      code: "unavailable",
      message: "The host is busy.",
      waitMs: 4000,
    });
    Object.assign(retry, { at: new Date(Date.now() - 9100).toISOString() });
    const { catchUp } = await renderSession(script);
    const list = await log();
    expect(within(list).getByText(/Waiting for qwen3-coder-next · 5 s/)).toBeTruthy();
    const next = script.add({
      ...base,
      type: "retry",
      attempt: 2,
      code: "unavailable",
      message: "The host is busy.",
      waitMs: 60_000,
    });
    Object.assign(next, { at: new Date().toISOString() });
    act(catchUp);
    await within(list).findByText(/Trying again in \d+ s/);
    expect(within(list).queryByText(/Waiting for/)).toBeNull();
  });
});

describe("the line of a switch", () => {
  it("says from which step who answers, and what is not passed on", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const answerer = { region: "singapore", protocol: "openai", thinking: null } as const;
    script.add({ ...base, ...answerer, type: "model-bind", model: "one", step: 1, dropped: [] });
    script.text("t-1", "Hello.");
    script.add({ ...base, type: "step-start", step: 2 });
    script.add({
      ...base,
      ...answerer,
      protocol: "dashscope",
      thinking: { budgetTokens: 4096 },
      type: "model-bind",
      model: "two",
      step: 2,
      dropped: ["reasoning"],
    });
    await renderSession(script);
    const list = await log();
    expect(
      within(list)
        .getAllByText(/^From step/)
        .map(({ textContent }) => textContent),
    ).toEqual([
      "From step 2: two instead of one · the conversation is translated to DashScope · thinking: up to 4,096 tokens · earlier reasoning is not passed on",
    ]);
    expect(within(list).getByText(/Waiting for two/)).toBeTruthy();
  });
});

function compacting(): SessionScript {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "go");
  script.text("t-1", "Hello.");
  script.finish("t-1");
  script.add({ ...base, type: "compact-start", reason: "manual", model: "one" });
  return script;
}

describe("a compaction", () => {
  it("shows that it runs, can be stopped and keeps the composer from sending", async () => {
    const { user, inputs } = await renderSession(compacting());
    const list = await log();
    expect(within(list).getByText("one summarises the conversation…")).toBeTruthy();
    await user.type(screen.getByRole("textbox", { name: "Prompt" }), "next{Enter}");
    expect(inputs("session.send")).toEqual([]);
    await user.click(within(list).getByRole("button", { name: "Stop" }));
    expect(inputs("session.stop")).toEqual([{ sessionId: "s-sample" }]);
  });

  it("shows the summary on demand, and that everything above stays", async () => {
    const script = compacting();
    script.add({
      ...base,
      type: "history-compact",
      throughTurnId: turnId("t-1"),
      throughStep: 1,
      summary: "## Goal\n\nSay **hello**.",
      tokensBefore: 84_200,
      tokensAfter: 6100,
    });
    const { user } = await renderSession(script);
    const list = await log();
    const row = within(list).getByRole("button", {
      name: "Compacted: a request has about 6K tokens instead of 84K",
    });
    expect(within(list).queryByText("hello")).toBeNull();
    await user.click(row);
    expect(within(list).getByText("hello")).toBeTruthy();
    expect(within(list).getByText(/Everything above stays here/)).toBeTruthy();
    expect(within(list).getByText("Hello.")).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("counts down before it asks again, also between prompts", async () => {
    const script = compacting();
    const busy = { code: "unavailable", message: "The host is busy.", waitMs: 60_000 };
    const retry = script.add({ ...base, type: "retry", attempt: 1, ...busy });
    Object.assign(retry, { at: new Date().toISOString() });
    await renderSession(script);
    expect(within(await log()).getByText(/Trying again in \d+ s/)).toBeTruthy();
  });

  it("says why none came of it", async () => {
    const script = compacting();
    script.add({ ...base, type: "compact-end", status: "failed", message: "It was cut." });
    await renderSession(script);
    expect(within(await log()).getByText(/Not compacted\. It was cut\./)).toBeTruthy();
  });
});
