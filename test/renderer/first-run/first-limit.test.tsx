// @vitest-environment happy-dom
import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { settingsSchema, type Settings } from "../../../src/shared/settings.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import {
  acceptedCheck,
  at,
  noKey,
  project,
  someKey,
  windowHandlers,
} from "../../support/window-handlers.ts";

/** A main process that keeps what is set. */
function keeping(first: Partial<Settings>): FakeHandlers & { readonly now: () => Settings } {
  let settings = settingsSchema.parse(first);
  return {
    now: () => settings,
    "settings.get": () => settings,
    "settings.set": (patch) => {
      settings = settingsSchema.parse({ ...settings, ...patch });
      return settings;
    },
  };
}

it("the limit that comes with a first key is told, changed and removed by a press", async () => {
  const { now, ...kept } = keeping({ dayBudget: "5 USD", dayBudgetSettled: true });
  const check = { ...acceptedCheck, dayBudgetSet: "5 USD" };
  const { user } = renderWindow(windowHandlers(noKey, { ...kept, "key.check": () => check }));
  await screen.findByLabelText("API key");
  await user.paste("sk-0123456789abcdef");
  await user.keyboard("{Enter}");
  expect(await screen.findByText(/^Belay stops at \$5\.00 a day, for everything/)).toBeTruthy();
  expect(await accessibilityFaults()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Change" }));
  const field = screen.getByLabelText("Limit per day");
  await user.clear(field);
  await user.type(field, "12 USD{Enter}");
  expect(await screen.findByText(/^Belay stops at \$12\.00 a day/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "No limit" }));
  expect(await screen.findByText("There is no limit per day.")).toBeTruthy();
  expect(now().dayBudget).toBeNull();
  await user.click(screen.getByRole("button", { name: "Set $5.00 a day" }));
  await waitFor(() => expect(now().dayBudget).toBe("5 USD"));
});

it("a limit in a currency that the region is not paid in says so, and offers one that can be kept", async () => {
  const { now, ...kept } = keeping({ region: "beijing", dayBudget: "5 USD", monthBudget: "¥90" });
  const { user } = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      ...kept,
    }),
  );
  await screen.findByRole("navigation", { name: "Sidebar" });
  await user.keyboard("{Control>},{/Control}");
  await user.click(await screen.findByRole("tab", { name: "Agent" }));
  expect(await screen.findAllByText(/^Beijing is paid in CNY/)).toHaveLength(1);
  expect(await accessibilityFaults()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Use ¥35.00 instead" }));
  await waitFor(() => expect(now().dayBudget).toBe("35 CNY"));
  expect(screen.queryByText(/^Beijing is paid in CNY/)).toBeNull();
});
