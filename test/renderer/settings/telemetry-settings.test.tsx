// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  tellingSchema,
  type ExportResult,
  type TelemetrySetUp,
  type TelemetryStatus,
} from "../../../src/shared/telemetry.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const secret = "Bearer s3cretS3cretS3cret";
const accepted: ExportResult = { outcome: "accepted", message: "", rejected: 0 };
const nothingOffered = { endpoint: null, headerName: null };
const fresh: TelemetrySetUp = {
  endpoint: "https://collector.example:4318",
  on: true,
  telling: { team: "", folders: "hash", host: false, user: false },
  header: { name: null, source: "none", reason: null },
  countingSince: at,
  exportedAt: null,
  last: null,
};

async function open(first: Partial<TelemetryStatus> = {}, over: FakeHandlers = {}) {
  let status: TelemetryStatus = { setUp: null, offered: nothingOffered, ...first };
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "monitoring.status": () => ({ sources: [], regions: ["singapore"], thresholdPercent: 1 }),
      "monitoring.consoleLinks": ({ region }) => ({ region, links: [], asOf: "2026-11-23" }),
      "telemetry.status": () => status,
      "telemetry.setUp": ({ endpoint, header }) => {
        const name = header.from === "typed" ? header.name : null;
        const source = name === null ? "none" : "keychain";
        status = {
          ...status,
          setUp: { ...fresh, endpoint, header: { name, source, reason: null } },
        };
        return { result: accepted, kept: source, keptReason: null };
      },
      "telemetry.change": ({ on, ...telling }) => {
        const setUp = status.setUp ?? fresh;
        status = {
          ...status,
          setUp: {
            ...setUp,
            on: on ?? setUp.on,
            telling: tellingSchema.parse({ ...setUp.telling, ...telling }),
          },
        };
        return status;
      },
      "telemetry.check": () => {
        status = {
          ...status,
          setUp: { ...(status.setUp ?? fresh), exportedAt: at, last: { ...accepted, at } },
        };
        return status;
      },
      "telemetry.remove": () => (status = { ...status, setUp: null }),
      ...over,
    }),
  );
  await screen.findByRole("navigation", { name: "Sidebar" });
  rendered.services.commands.showOverlay("settings", "billing");
  const section = await screen.findByRole("region", { name: "Team export" });
  const inputs = (operation: string) =>
    rendered.bridge.calls.filter((call) => call.operation === operation).map((call) => call.input);
  return { ...rendered, section: within(section), inputs };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function choose({ user, section }: Opened, label: string, option: string): Promise<void> {
  await user.click(section.getByRole("button", { name: new RegExp(`^${label}`) }));
  await user.click(await screen.findByRole("menuitemradio", { name: option }));
}

describe("the settings of the team export", () => {
  it("try a collector, switch the export on, and never show the header again", async () => {
    const opened = await open();
    const { user, section, inputs } = opened;
    const save = await section.findByRole("button", { name: "Try and switch on" });
    expect(save).toHaveProperty("disabled", true);
    await user.type(section.getByLabelText("Collector"), fresh.endpoint);
    expect(save).toHaveProperty("disabled", false);
    await choose(opened, "Header", "Enter one");
    expect(save).toHaveProperty("disabled", true);
    expect(section.getByLabelText("Header name")).toHaveProperty("value", "Authorization");
    expect(section.getByLabelText("Header value")).toHaveProperty("type", "password");
    await user.type(section.getByLabelText("Header value"), secret);
    await user.click(save);
    await section.findByText("Header Authorization, in your keychain");
    expect(inputs("telemetry.setUp")).toEqual([
      {
        endpoint: fresh.endpoint,
        header: { from: "typed", name: "Authorization", value: secret },
        persist: "keychain",
      },
    ]);
    expect(document.documentElement.outerHTML).not.toContain(secret);
    await user.click(section.getByRole("button", { name: "Export now" }));
    await section.findByText("The collector took it");
    expect(await accessibilityFaults()).toEqual([]);
    // Replaced, the saved header stays unless another choice is made.
    await user.click(section.getByRole("button", { name: "Replace…" }));
    await user.click(section.getByRole("button", { name: "Try and switch on" }));
    expect(inputs("telemetry.setUp").at(-1)).toMatchObject({ header: { from: "kept" } });
  });

  it("say what a collector refused, and keep what was typed", async () => {
    const { user, section } = await open(
      {},
      {
        "telemetry.setUp": () => ({
          result: { outcome: "refused", message: "401. Check the header.", rejected: 0 },
          kept: null,
          keptReason: null,
        }),
      },
    );
    await user.type(await section.findByLabelText("Collector"), fresh.endpoint);
    await user.click(section.getByRole("button", { name: "Try and switch on" }));
    await section.findByText("The collector refused");
    section.getByText("401. Check the header.");
    expect(section.getByLabelText("Collector")).toHaveProperty("value", fresh.endpoint);
  });

  it("offer what the environment names, and take it at a press only", async () => {
    const offered = { endpoint: "http://127.0.0.1:4318", headerName: "api-key" };
    const { user, section, inputs } = await open({ offered });
    await section.findByText("OpenTelemetry's variables name http://127.0.0.1:4318");
    expect(section.getByLabelText("Collector")).toHaveProperty("value", "");
    await user.click(section.getByRole("button", { name: "Use it" }));
    await user.click(section.getByRole("button", { name: "Try and switch on" }));
    expect(inputs("telemetry.setUp")).toEqual([
      { endpoint: offered.endpoint, header: { from: "environment" }, persist: "keychain" },
    ]);
  });

  it("tell nothing along until it is switched on, each by itself", async () => {
    const opened = await open({ setUp: fresh });
    const { user, section, inputs } = opened;
    await user.type(await section.findByLabelText("Team label"), "payments{Enter}");
    await choose(opened, "Projects", "By the folder's name");
    await user.click(section.getByRole("checkbox", { name: "This computer's name" }));
    await user.click(section.getByRole("checkbox", { name: "Your account's name" }));
    await user.click(section.getByRole("checkbox", { name: "Export usage and cost" }));
    expect(inputs("telemetry.change")).toEqual([
      { team: "payments" },
      { folders: "name" },
      { host: true },
      { user: true },
      { on: false },
    ]);
    expect(await section.findByRole("button", { name: "Export now" })).toHaveProperty(
      "disabled",
      true,
    );
  });

  it("forget the collector after a question", async () => {
    const { user, section, inputs } = await open({ setUp: fresh });
    await user.click(await section.findByRole("button", { name: "Remove" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Remove the collector?" }));
    await user.click(dialog.getByRole("button", { name: "Remove" }));
    await section.findByRole("button", { name: "Try and switch on" });
    expect(inputs("telemetry.remove")).toEqual([{}]);
  });
});
