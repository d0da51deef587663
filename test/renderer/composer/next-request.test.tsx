// @vitest-environment happy-dom
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Forecast } from "../../../src/shared/forecast.ts";
import type { Money } from "../../../src/shared/money.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSessionScript } from "../../support/session-script.ts";

useFakeLayout();

const usd = (amount: string): Money => ({ amount, currency: "USD" });
const forecast: Forecast = {
  model: "qwen3-coder-plus",
  tokens: { least: 39_000, likely: 40_000, most: 41_000 },
  cost: { least: usd("0.02"), likely: usd("0.04"), most: usd("0.075") },
  isNotable: false,
  crossing: null,
  saving: null,
};
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });
const empty = () => createSessionScript("s-sample");
const drawn = (change: Partial<Forecast>) =>
  renderSession(empty(), { "context.forecast": () => ({ ...forecast, ...change }) });

describe("before a prompt is sent", () => {
  it("says nothing of what costs little and passes no edge", async () => {
    const { user, inputs } = await drawn({});
    await user.type(field(), "Fix it");
    await waitFor(() => {
      expect(inputs("context.forecast")).toHaveLength(1);
    });
    expect(screen.queryByText(/next request/)).toBeNull();
  });

  it("asks by the size of the text as it is sent, not by each key", async () => {
    const { user, inputs } = await drawn({ isNotable: true });
    await user.type(field(), "  Fix “it” ");
    expect(await screen.findByText("The next request costs $0.02 to $0.075.")).toBeTruthy();
    // Quotation marks of three bytes each, and two around all of it.
    expect(inputs("context.forecast")).toEqual([{ sessionId: "s-sample", promptBytes: 14 }]);
    await user.clear(field());
    expect(screen.queryByText(/next request/)).toBeNull();
  });

  it("names the edge and the factor, and compacts first at a press", async () => {
    const { user, inputs } = await drawn({
      crossing: { edgeTokens: 32_000, factor: 1.8 },
      saving: { cost: usd("0.31"), requests: 14 },
    });
    await user.type(field(), "Fix it");
    expect(
      await screen.findByText(/It passes 32K tokens: above that each token costs 1.8 times/),
    ).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Compact first (saves about $0.31)" }));
    expect(inputs("session.compact")).toEqual([{ sessionId: "s-sample" }]);
    expect(document.activeElement).toBe(field());
    expect(field().value).toBe("Fix it");
    expect(inputs("session.send")).toEqual([]);
  });

  it("asks nothing while a prompt runs, and at once when it has ended", async () => {
    const script = empty();
    script.prompt("t-1", "go");
    const { user, inputs, catchUp } = await renderSession(script, {
      "context.forecast": () => ({ ...forecast, isNotable: true }),
    });
    await user.type(field(), "And then");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(inputs("context.forecast")).toEqual([]);
    script.finish("t-1");
    catchUp();
    expect(await screen.findByText(/The next request costs/)).toBeTruthy();
  });

  it("offers no compacting that saves nothing", async () => {
    const { user } = await drawn({ crossing: { edgeTokens: 128_000, factor: 1.7 } });
    await user.type(field(), "Fix it");
    expect(await screen.findByText(/passes 128K tokens/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Compact first/ })).toBeNull();
  });
});
