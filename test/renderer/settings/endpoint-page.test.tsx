// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import type { EndpointNote, EndpointPlan } from "../../../src/shared/endpoint.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";

const plan: EndpointPlan = {
  host: "dashscope-intl.aliyuncs.com",
  model: "qwen3-coder-flash",
  requests: [
    { checks: ["models"], request: "GET /models", maxOutputTokens: 0 },
    { checks: ["usage", "limit"], request: "POST /chat/completions", maxOutputTokens: 12 },
  ],
  heededCost: { amount: "0.0012", currency: "USD" },
  mostCost: { amount: "0.6", currency: "USD" },
};

const note: EndpointNote = {
  baseUrl: "http://127.0.0.1:1/v1",
  model: "qwen3-coder-flash",
  limits: { maxInputTokens: 204_800, maxOutputTokens: null, at },
  test: {
    baseUrl: "http://127.0.0.1:1/v1",
    model: "qwen3-coder-flash",
    at,
    outcomes: [
      { check: "usage", outcome: "yes", detail: "" },
      { check: "partial", outcome: "no", detail: "<b>Unknown field</b> partial" },
    ],
    abilities: {
      tools: true,
      streamOptions: true,
      parallelField: true,
      partial: false,
      outputLimitField: "max_tokens",
      reasoningField: null,
    },
    cost: { amount: "0.0001", currency: "USD" },
  },
};

const recent = () => [{ path: project.path, openedAt: at }];

async function openPage(over: FakeHandlers = {}, page = "Endpoint") {
  const rendered = renderWindow(windowHandlers(someKey, { "workspace.recent": recent, ...over }));
  await screen.findByRole("navigation", { name: "Sidebar" });
  await rendered.user.keyboard("{Control>},{/Control}");
  await rendered.user.click(await screen.findByRole("tab", { name: page }));
  const inputs = (operation: string) =>
    rendered.bridge.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  return { ...rendered, inputs };
}

describe("the endpoint's page", () => {
  it("says what a test will send before it sends it, and then shows what was found", async () => {
    let notes: EndpointNote[] = [];
    const { user, inputs } = await openPage({
      "endpoint.plan": () => plan,
      "endpoint.notes": () => notes,
      "endpoint.test": () => {
        notes = [note];
        if (note.test === null) throw new Error("no test");
        return note.test;
      },
    });
    await user.click(await screen.findByRole("button", { name: "Test…" }));
    expect(await screen.findByText(/Asks dashscope-intl.aliyuncs.com/)).toBeTruthy();
    expect(screen.getByText("POST /chat/completions, up to 12 tokens of answer")).toBeTruthy();
    expect(screen.getByText(/Costs \$0.0012 at most/)).toBeTruthy();
    expect(inputs("endpoint.test")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Send them" }));
    const table = await screen.findByRole("table");
    expect(inputs("endpoint.test")).toEqual([{ model: "qwen3-coder-flash" }]);
    expect(within(table).getByRole("row", { name: /partial.*no/ }).textContent).toContain(
      "<b>Unknown field</b> partial",
    );
    expect(screen.getByText("Limits that it named: input up to 205K tokens")).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("says why a test ended early, and can be cancelled before it is sent", async () => {
    const { user, inputs } = await openPage({
      "endpoint.plan": () => plan,
      "endpoint.test": () => {
        throw new AppError("budget", "The limit is reached.");
      },
    });
    await user.click(await screen.findByRole("button", { name: "Test…" }));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(inputs("endpoint.test")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Test…" }));
    await user.click(await screen.findByRole("button", { name: "Send them" }));
    expect((await screen.findByRole("alert")).textContent).toBe(
      "The test ended early: The limit is reached.",
    );
  });

  it("forgets a model on demand", async () => {
    const { user, inputs } = await openPage({
      "endpoint.notes": () => [note],
      "endpoint.forget": () => ({}),
    });
    await user.click(
      await screen.findByRole("button", { name: "Forget what is known of qwen3-coder-flash" }),
    );
    await waitFor(() => {
      expect(inputs("endpoint.forget")).toEqual([{ model: "qwen3-coder-flash" }]);
    });
  });

  it("offers the native protocol only where the host has it", async () => {
    const { user, inputs } = await openPage();
    await user.click(await screen.findByRole("button", { name: /^Protocol/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "DashScope native" }));
    await waitFor(() => {
      expect(inputs("settings.set")).toEqual([{ protocol: "dashscope" }]);
    });
  });

  it.each([{ region: "coding-plan" }, { baseUrl: "http://127.0.0.1:1/v1" }])(
    "has no choice of protocols with %j",
    async (change) => {
      await openPage({ "settings.get": () => settingsSchema.parse(change) });
      expect(await screen.findByText(/OpenAI-compatible protocol only/)).toBeTruthy();
      expect(screen.queryByRole("button", { name: /^Protocol/ })).toBeNull();
    },
  );

  it("saves sampling for the model only, shows the card's advice, and refuses what is out of range", async () => {
    const model = "qwen3-coder-next";
    const models = { [model]: { sampling: { topK: 5 } }, other: { sampling: { seed: 1 } } };
    const { user, inputs } = await openPage({
      "settings.get": () => settingsSchema.parse({ model, models }),
    });
    const temperature = await screen.findByLabelText("Temperature");
    await waitFor(() => {
      expect(temperature.getAttribute("placeholder")).toBe("1");
    });
    await user.type(temperature, "2{Enter}");
    expect(screen.getByRole("alert").textContent).toContain("from 0 to below 2");
    await user.clear(temperature);
    await user.type(temperature, "0.3{Enter}");
    await waitFor(() => {
      expect(inputs("settings.set")).toEqual([
        { models: { ...models, [model]: { sampling: { topK: 5, temperature: 0.3 } } } },
      ]);
    });
  });

  it("leads to the person's own list, and names what of it is not used", async () => {
    const status = {
      file: "/home/ada/catalogue.json",
      exists: true,
      models: 1,
      prices: 2,
      problems: ["catalogue.json, prices[0].region: write one of singapore"],
    };
    const { user, inputs } = await openPage({
      "catalogue.status": () => status,
      "catalogue.show": () => status,
    });
    expect(await screen.findByText("1 model, 2 prices")).toBeTruthy();
    expect(screen.getByText(/prices\[0\]\.region/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Show it in its folder" }));
    await waitFor(() => {
      expect(inputs("catalogue.show")).toEqual([{}]);
    });
  });
});

describe("the region", () => {
  it("is chosen from all of them, and asks for the workspace where there are domains", async () => {
    const { user, inputs } = await openPage({}, "Key and model");
    await user.click(await screen.findByRole("button", { name: /^Region/ }));
    expect(
      await screen.findByRole("menuitemradio", { name: /Ollama.*no key needed/ }),
    ).toBeTruthy();
    await user.click(screen.getByRole("menuitemradio", { name: /Frankfurt/ }));
    const field = await screen.findByLabelText("Workspace ID");
    await user.type(field, "ws-1{Enter}");
    await waitFor(() => {
      expect(inputs("settings.set")).toEqual([
        { region: "frankfurt", workspaceId: null },
        { workspaceId: "ws-1" },
      ]);
    });
  });
});
