// @vitest-environment happy-dom
import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { MonitoringStatus, MonitoringTest } from "../../../src/shared/monitoring.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const secret = "s3cretS3cretS3cretS3cret";
const works: MonitoringTest = {
  outcome: "works",
  message: "Figures came.",
  series: 12,
  models: ["qwen3-coder-plus"],
  workspaceIds: ["ws-1"],
  newest: null,
};

async function open(over: FakeHandlers = {}, firstStatus: Partial<MonitoringStatus> = {}) {
  let status: MonitoringStatus = {
    sources: [],
    regions: ["singapore", "beijing"],
    thresholdPercent: 1,
    ...firstStatus,
  };
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "monitoring.status": () => status,
      "monitoring.consoleLinks": ({ region }) => ({ region, links: [], asOf: "2026-11-23" }),
      "monitoring.setUp": ({ region, url, accessKeyId }) => {
        status = {
          ...status,
          sources: [
            {
              region,
              url,
              counting: "auto",
              accessKey: {
                present: true,
                source: "keychain",
                idLast4: accessKeyId.slice(-4),
                reason: null,
              },
              readAt: null,
            },
          ],
        };
        return { test: works, kept: "keychain", keptReason: null };
      },
      "monitoring.test": () => works,
      "monitoring.remove": () => (status = { ...status, sources: [] }),
      "monitoring.setCounting": ({ counting }) =>
        (status = { ...status, sources: status.sources.map((one) => ({ ...one, counting })) }),
      "monitoring.setThreshold": ({ thresholdPercent }) =>
        (status = { ...status, thresholdPercent }),
      ...over,
    }),
  );
  await screen.findByRole("navigation", { name: "Sidebar" });
  rendered.services.commands.showOverlay("settings", "billing");
  await screen.findByRole("tab", { name: "Usage and billing" });
  const inputs = (operation: string) =>
    rendered.bridge.calls.filter((call) => call.operation === operation).map((call) => call.input);
  return { ...rendered, inputs };
}

async function fill(user: Awaited<ReturnType<typeof open>>["user"]): Promise<void> {
  await user.type(await screen.findByLabelText("HTTP API URL"), "https://prom.example/api");
  await user.type(screen.getByLabelText("AccessKey ID"), "LTAI5t-9xYz");
  await user.type(screen.getByLabelText("AccessKey secret"), secret);
  await user.click(screen.getByRole("button", { name: "Test and save" }));
}

describe("the settings of the billing check", () => {
  it("take an AccessKey, test it, and never show it again", async () => {
    const { user, inputs } = await open();
    const button = await screen.findByRole("button", { name: "Test and save" });
    expect(button).toHaveProperty("disabled", true);
    expect(screen.getByLabelText("AccessKey secret")).toHaveProperty("type", "password");
    await fill(user);
    await screen.findByText("AccessKey ending in 9xYz, in your keychain");
    expect(inputs("monitoring.setUp")).toEqual([
      {
        region: "singapore",
        url: "https://prom.example/api",
        accessKeyId: "LTAI5t-9xYz",
        accessKeySecret: secret,
        persist: "keychain",
      },
    ]);
    await user.click(screen.getByRole("button", { name: "Replace…" }));
    expect(screen.getByLabelText("HTTP API URL")).toHaveProperty(
      "value",
      "https://prom.example/api",
    );
    expect(screen.getByLabelText("AccessKey ID")).toHaveProperty("value", "");
    expect(screen.getByLabelText("AccessKey secret")).toHaveProperty("value", "");
    expect(document.documentElement.outerHTML).not.toContain(secret);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.click(screen.getByRole("button", { name: "Test" }));
    await screen.findByText("12 series of 1 model in the last two days");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("say what a test found wrong, and keep what was typed", async () => {
    const { user } = await open({
      "monitoring.setUp": () => ({
        test: { ...works, outcome: "refused", message: "Its id or secret is wrong." },
        kept: null,
        keptReason: null,
      }),
    });
    await fill(user);
    await screen.findByText("The AccessKey was refused");
    screen.getByText("Its id or secret is wrong.");
    expect(screen.getByLabelText("AccessKey secret")).toHaveProperty("value", secret);
  });

  it("remove it after a question", async () => {
    const { user, inputs, services } = await open();
    act(() => {
      services.commands.showOverlay(null);
    });
    (await screen.findByRole("textbox", { name: "Prompt" })).focus();
    act(() => {
      services.commands.showOverlay("settings", "billing");
    });
    await fill(user);
    await user.click(await screen.findByRole("button", { name: "Remove" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove the monitoring?" });
    await user.click(within(dialog).getByRole("button", { name: "Remove" }));
    await screen.findByLabelText("AccessKey ID");
    expect(inputs("monitoring.remove")).toEqual([{ region: "singapore" }]);
    // What opened the question is gone, and the settings are still in front.
    const settings = screen.getByRole("dialog", { name: "Settings" });
    await waitFor(() => {
      expect(settings.contains(document.activeElement)).toBe(true);
    });
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(screen.queryByRole("tab", { name: "Usage and billing" })).toBeNull();
    });
  });

  it("take how the values count, where what was found out is wrong", async () => {
    const { user, inputs } = await open();
    await fill(user);
    await user.click(await screen.findByRole("button", { name: /How its series count/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Each is a running total" }));
    expect(inputs("monitoring.setCounting")).toEqual([
      { region: "singapore", counting: "running-total" },
    ]);
    await screen.findByRole("button", { name: /Each is a running total/ });
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("take a threshold in percent, and no other text", async () => {
    const { user, inputs } = await open();
    await fill(user);
    const field = await screen.findByLabelText("Alert from a drift of");
    await user.clear(field);
    await user.type(field, "101{Enter}");
    await screen.findByText("Write a percentage from 0 to 100.");
    await user.clear(field);
    await user.type(field, "2.5%{Enter}");
    await waitFor(() => {
      expect(inputs("monitoring.setThreshold")).toEqual([{ thresholdPercent: 2.5 }]);
    });
  });
});
