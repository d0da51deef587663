// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { createTally } from "../../../src/main/usage/tally.ts";
import type { Settings } from "../../../src/shared/settings.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const total = {
  ...createTally().figures(),
  calls: 3,
  completed: 3,
  cost: [
    { amount: "2", currency: "USD" as const },
    { amount: "0.5", currency: "CNY" as const },
  ],
};

/** The window over settings that change as the real ones do. */
async function open(first: Partial<Settings> = {}) {
  let settings = { ...settingsSchema.parse({}), ...first };
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "monitoring.status": () => ({ sources: [], regions: ["singapore"], thresholdPercent: 1 }),
      "monitoring.consoleLinks": ({ region }) => ({ region, links: [], asOf: "2026-11-23" }),
      "usage.overview": () => ({ step: "day", total, points: [] }),
      "usage.groups": () => ({ rows: [], groups: 0, currencies: [] }),
      "settings.get": () => settings,
      "settings.set": (change) => (settings = settingsSchema.parse({ ...settings, ...change })),
    }),
  );
  await screen.findByRole("textbox", { name: "Prompt" });
  return rendered;
}

/** The words of the cost's tile. */
async function cost(): Promise<string> {
  const panel = await screen.findByRole("main", { name: "Usage" });
  const name = await within(panel).findByText("Cost", { selector: "dt" });
  return name.nextElementSibling?.textContent ?? "";
}

describe("a rate of the person's own", () => {
  it("shows the sum of both currencies beside them, and never in their place", async () => {
    const { services } = await open({ displayCurrency: "CNY", displayRate: "7.25" });
    services.commands.toggleUsage(true);
    expect(await cost()).toBe("$2.00¥0.5000≈ ¥15.00");
  });

  it("is missing until it is told", async () => {
    const { services } = await open({ displayCurrency: "CNY" });
    services.commands.toggleUsage(true);
    expect(await cost()).toBe("$2.00¥0.5000");
  });

  it("is told in the settings, and no other text is taken", async () => {
    const { user, services, bridge } = await open();
    services.commands.showOverlay("settings", "billing");
    await user.click(await screen.findByRole("button", { name: /Also show sums in/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Yuan" }));
    const field = await screen.findByRole("textbox", { name: "Yuan to the dollar" });
    await user.type(field, "seven{Enter}");
    await screen.findByText(/Write a rate between 0.01 and 1,000/);
    await user.clear(field);
    await user.type(field, "7.10{Enter}");
    expect(await accessibilityFaults()).toEqual([]);
    expect(
      bridge.calls
        .filter(({ operation }) => operation === "settings.set")
        .map(({ input }) => input),
    ).toEqual([{ displayCurrency: "CNY" }, { displayRate: "7.10" }]);
  });
});
