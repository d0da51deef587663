// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SwitchCost } from "../../../src/shared/switching.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { createSessionScript, turnId, type SessionScript } from "../../support/session-script.ts";
import { someModel } from "../../support/window-handlers.ts";

useFakeLayout();

const usd = (amount: string) => ({ amount, currency: "USD" as const });
const costs: Readonly<Record<string, Omit<SwitchCost, "model">>> = {
  large: { first: usd("0.1512"), step: usd("0.01512"), maxInputTokens: 1_000_000, fits: true },
  small: { first: usd("0.03"), step: usd("0.03"), maxInputTokens: 30_720, fits: false },
};
const unknown = { first: null, step: null, maxInputTokens: null, fits: true };

const handlers: FakeHandlers = {
  "model.list": () => [
    someModel,
    {
      ...someModel,
      id: "large",
      thinking: { levels: ["off", "low", "high"], default: "high", maxBudgetTokens: 81_920 },
    },
    { ...someModel, id: "small" },
  ],
  "session.switchCosts": ({ models }) => ({
    tokens: 84_000,
    models: models.map((model) => ({ ...(costs[model] ?? unknown), model })),
  }),
  "session.compact": () => ({}),
};

function answered(): SessionScript {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "go");
  script.text("t-1", "Hello.");
  script.finish("t-1");
  return script;
}

const menu = () => screen.findByRole("button", { name: /^Model:/ });
const choice = (name: RegExp) => screen.findByRole("menuitemradio", { name });

describe("the menu of models", () => {
  it("says before a switch what it costs to send the conversation again", async () => {
    const { user, inputs } = await renderSession(answered(), handlers);
    await user.click(await menu());
    const large = await choice(/^large/);
    await within(large).findByText("Resends 84K uncached ≈ $0.15, then ≈ $0.015 a step");
    const present = await choice(/^qwen3-coder-next/);
    expect(present.textContent).not.toContain("Resends");
    await user.click(large);
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "large" }]);
    });
  });

  it("compacts first for a model that takes less, and asks before", async () => {
    const { user, inputs } = await renderSession(answered(), handlers);
    await user.click(await menu());
    const small = await choice(/^small/);
    await within(small).findByText("Takes 31K: the conversation is compacted first");
    await user.click(small);
    const dialog = await screen.findByRole("dialog", { name: /small takes less/ });
    expect(dialog.textContent).toContain("about 84K tokens, small takes 31K");
    expect(inputs("session.update")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Compact and switch" }));
    expect(inputs("session.compact")).toEqual([{ sessionId: "s-sample", model: "small" }]);
    expect(inputs("session.update")).toEqual([]);
  });

  it("compacts nothing for a model that is not served", async () => {
    const { user, inputs } = await renderSession(answered(), {
      ...handlers,
      "model.standing": ({ model }) => ({
        gone: model === "small",
        retired: null,
        region: "singapore",
        successors: [],
      }),
    });
    await user.click(await menu());
    await user.click(await choice(/^small/));
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "small" }]);
    });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("leaves the compaction to the next step of a prompt that runs", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const { user, inputs } = await renderSession(script, handlers);
    await user.click(await menu());
    await user.click(await choice(/^small/));
    await user.click(await screen.findByRole("button", { name: "Compact and switch" }));
    expect(inputs("session.compact")).toEqual([]);
    expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "small" }]);
  });

  it("says of a typed model that its price is not known", async () => {
    const { user, inputs } = await renderSession(answered(), handlers);
    await user.click(await menu());
    await user.click(await choice(/^Another model id/));
    await user.type(screen.getByRole("textbox", { name: "Model" }), "mine");
    await screen.findByText("Resends 84K uncached, price unknown");
    await user.keyboard("{Enter}");
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "mine" }]);
    });
  });
});

const thinking = () => screen.queryByRole("button", { name: /^Thinking:/ });

function withLarge(): SessionScript {
  const script = answered();
  script.add({ type: "session-update", model: "large" });
  return script;
}

describe("how much to think", () => {
  it("is not asked where the model takes nothing", async () => {
    await renderSession(answered(), handlers);
    await menu();
    expect(thinking()).toBeNull();
  });

  it("offers the levels that the model takes, and its own", async () => {
    const { user, inputs } = await renderSession(withLarge(), handlers);
    await waitFor(() => {
      expect(thinking()).not.toBeNull();
    });
    await user.click(thinking() ?? document.body);
    const names = screen.getAllByRole("menuitemradio").map(({ textContent }) => textContent);
    expect(names).toEqual([
      "Model's own: High",
      "Off",
      "Low",
      "High",
      "Up to 4K tokens",
      "Up to 16K tokens",
      "Up to 66K tokens",
      "Up to 82K tokens",
      "Another budget…",
    ]);
    await user.click(await choice(/^Low/));
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", thinking: "low" }]);
    });
  });

  it("takes a budget of the person's own, up to the model's largest", async () => {
    const { user, inputs } = await renderSession(withLarge(), handlers);
    await waitFor(() => {
      expect(thinking()).not.toBeNull();
    });
    await user.click(thinking() ?? document.body);
    await user.click(await choice(/^Another budget/));
    const field = screen.getByRole("textbox", { name: "Thinking" });
    await user.type(field, "100000{Enter}");
    expect(await screen.findByText(/^A whole number from 1 to 81/)).toBeTruthy();
    expect(inputs("session.update")).toEqual([]);
    await user.clear(field);
    await user.type(field, "9000{Enter}");
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([
        { sessionId: "s-sample", thinking: { budgetTokens: 9000 } },
      ]);
    });
  });
});

describe("a session whose model is gone", () => {
  const gone: FakeHandlers = {
    ...handlers,
    "model.standing": ({ model }) => ({
      gone: model === "qwen3-coder-next",
      retired: "2026-10-10T00:00:00+08:00",
      region: "singapore",
      successors: [{ ...someModel, id: "qwen3.7-plus", contextTokens: 1_000_000 }],
    }),
  };

  it("says so before a prompt is sent, and goes on with the one chosen", async () => {
    const script = createSessionScript("s-sample");
    const { user, inputs, catchUp } = await renderSession(script, gone);
    expect(
      await screen.findByText("qwen3-coder-next was taken out of service on 2026-10-10."),
    ).toBeTruthy();
    expect(screen.getByText(/1M context/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Use qwen3.7-plus" }));
    await waitFor(() => {
      expect(inputs("session.update")).toEqual([{ sessionId: "s-sample", model: "qwen3.7-plus" }]);
    });
    script.add({ type: "session-update", model: "qwen3.7-plus" });
    catchUp();
    await waitFor(() => {
      expect(screen.queryByText(/out of service/)).toBeNull();
    });
  });

  it("says it once: not above a prompt that failed for it", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const error = { code: "model-not-found", message: "Gone." };
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "failed", error });
    await renderSession(script, gone);
    await screen.findByText("This model does not answer");
    expect(screen.queryByText(/out of service/)).toBeNull();
  });
});
