// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import type { MonitoringStatus, Reconciliation } from "../../../src/shared/monitoring.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

type Row = Reconciliation["rows"][number];

const url = "https://prometheus.example/api";
const set: MonitoringStatus = {
  sources: [
    {
      region: "singapore",
      url,
      counting: "auto",
      accessKey: { present: true, source: "keychain", idLast4: "9xYz", reason: null },
      readAt: null,
    },
  ],
  regions: ["singapore", "beijing", "virginia"],
  thresholdPercent: 1,
};
const notSet: MonitoringStatus = { ...set, sources: [] };

const ours = {
  calls: 12,
  tokens: 1_204_311,
  inputTokens: 1_200_000,
  cachedTokens: 0,
  outputTokens: 4311,
  uncertainCalls: 0,
  unknownCalls: 0,
  unknownTokens: 0,
};
const theirs = {
  calls: 12,
  tokens: 1_204_311,
  inputTokens: 1_200_000,
  cachedTokens: 0,
  outputTokens: 4311,
  failedCalls: 0,
};
const noDrift = { tokens: 0, calls: 0, percent: 0 };

const row = (part: Partial<Row> & Pick<Row, "state">): Row => ({
  hour: "2026-11-25T10:00:00.000Z",
  model: "qwen3-coder-plus",
  workspaceId: "ws-1",
  key: { fingerprint: "0a1b2c3d", apiKeyId: "4711", link: "found" },
  ours,
  theirs,
  drift: noDrift,
  movedTokens: 0,
  alert: false,
  ...part,
});

const elsewhere = row({
  state: "elsewhere",
  ours: null,
  hour: "2026-11-25T09:00:00.000Z",
  drift: { tokens: 1_204_311, calls: 12, percent: 100 },
  alert: true,
});
const missing = row({
  state: "missing",
  theirs: null,
  hour: "2026-11-25T08:00:00.000Z",
  drift: { tokens: -1_204_311, calls: -12, percent: -100 },
  alert: true,
});
const pending = row({
  state: "pending",
  theirs: null,
  hour: "2026-11-25T11:00:00.000Z",
  drift: { tokens: -1_204_311, calls: -12, percent: -100 },
});
const small = row({
  state: "more",
  hour: "2026-11-25T07:00:00.000Z",
  drift: { tokens: 12, calls: 0, percent: 0.001 },
});

const report = (rows: readonly Row[], part: Partial<Reconciliation> = {}): Reconciliation => ({
  region: "singapore",
  since: "2026-11-19T00:00:00.000Z",
  until: "2026-11-26T00:00:00.000Z",
  readAt: "2026-11-25T12:02:00.000Z",
  completeUpTo: "2026-11-25T11:00:00.000Z",
  coveredFrom: "2026-11-01T00:00:00.000Z",
  counting: "running-total",
  thresholdPercent: 1,
  totals: { ours, theirs, drift: noDrift },
  states: Object.fromEntries(rows.map(({ state }) => [state, 1])),
  alerts: rows
    .filter(({ alert }) => alert)
    .map(({ state, model, workspaceId, key, hour, drift }) => ({
      state,
      model,
      workspaceId,
      key,
      hours: 1,
      firstHour: hour,
      lastHour: hour,
      drift,
    })),
  rows: [...rows],
  leftOut: 0,
  keys: [],
  ...part,
});

async function open(over: FakeHandlers) {
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "monitoring.status": () => set,
      "monitoring.consoleLinks": ({ region }) => ({
        region,
        asOf: "2026-11-23",
        links: [{ page: "monitoring", url: "https://console.example/telemetry?tab=1#/x" }],
      }),
      "monitoring.stop": () => ({}),
      "usage.overview": () => new Promise(() => undefined),
      "usage.meters": () => new Promise(() => undefined),
      ...over,
    }),
  );
  // Only then is nothing else on its way that would be shown in its place.
  await screen.findByRole("textbox", { name: "Prompt" });
  rendered.services.commands.toggleUsage(true);
  const { user, bridge } = rendered;
  await user.click(await screen.findByRole("button", { name: "Billing check" }));
  const inputs = (operation: string) =>
    bridge.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  return { ...rendered, inputs };
}

const table = () => screen.findByRole("region", { name: "Hour by hour" });
const texts = (of: HTMLElement): string[] =>
  within(of)
    .getAllByRole("row")
    .slice(1)
    .map((one) => one.textContent);

describe("the billing check", () => {
  it("names each difference, and shows what agrees only when asked", async () => {
    const { user } = await open({
      "monitoring.reconcile": () =>
        report([pending, row({ state: "agree" }), elsewhere, missing, small]),
    });
    const rows = await table();
    expect(texts(rows)).toHaveLength(3);
    expect(texts(rows)[0]).toContain("none1,204,31112 calls+100%+1,204,311Only at the provider");
    expect(texts(rows)[1]).toContain("1,204,31112 callsnone−100%−1,204,311Not at the provider");
    // What is there is never shown as nothing.
    expect(texts(rows)[2]).toContain("+<0.1%+12Provider has more");
    expect(texts(rows)[0]).toContain("ws-10a1b2c3d · id 4711");
    await user.click(within(rows).getByRole("button", { name: "All 5" }));
    expect(texts(rows)).toHaveLength(5);
    // What is still to come is no drift yet.
    expect(texts(rows)[0]).toContain("none–−1,204,311Not complete yet");
    expect(texts(rows)[1]).toContain("Agree");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("tells alerts apart, each with what it means and the way to its hours", async () => {
    const { user } = await open({ "monitoring.reconcile": () => report([elsewhere, missing]) });
    const alerts = await screen.findByRole("region", { name: "Alerts" });
    const [first] = within(alerts).getAllByRole("listitem");
    expect(first?.textContent).toContain("Calls made elsewhere with the same key");
    await user.click(within(alerts).getByRole("button", { name: /^Show the hours of Not at/ }));
    const rows = texts(await table());
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain("Not at the provider");
  });

  it("says until when the provider is complete", async () => {
    await open({
      "monitoring.reconcile": () => report([small], { completeUpTo: null }),
    });
    expect((await screen.findByText("No hour is complete yet")).title).toContain("come late");
    await screen.findByText("No drift passes the threshold");
    expect(screen.queryByRole("region", { name: "Alerts" })).toBeNull();
  });

  it("leads from an hour to our requests of it, and back without reading again", async () => {
    const { user, inputs } = await open({
      "monitoring.reconcile": () => report([elsewhere, missing]),
      "usage.calls": () => ({ calls: [], next: null }),
    });
    // Of what only the provider has there is no request to show.
    expect(
      within(await table()).getAllByRole("button", { name: /^Show our requests/ }),
    ).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: /^Show our requests of/ }));
    await screen.findByRole("region", { name: /^Requests: .*qwen3-coder-plus/ });
    expect(inputs("usage.calls")).toEqual([
      {
        filter: {
          region: "singapore",
          model: "qwen3-coder-plus",
          since: "2026-11-25T08:00:00.000Z",
          until: "2026-11-25T09:00:00.000Z",
          keyFingerprint: "0a1b2c3d",
        },
        limit: 100,
      },
    ]);
    await user.keyboard("{Escape}");
    await table();
    expect(inputs("monitoring.reconcile")).toHaveLength(1);
  });

  it("leads to the settings where nothing is set up, and says where there is no such monitoring", async () => {
    const { user, commands } = await open({ "monitoring.status": () => notSet }).then((one) => ({
      user: one.user,
      commands: one.services.commands,
    }));
    await user.click(await screen.findByRole("button", { name: "Set up monitoring…" }));
    await screen.findByRole("tab", { name: "Usage and billing", selected: true });
    await user.keyboard("{Escape}");
    await commands.changeSettings({ region: "frankfurt" });
    await screen.findByText("Model Studio has no such monitoring in Frankfurt");
    expect(screen.queryByText("Compare with what Model Studio counted")).toBeNull();
  });

  it("can be stopped while it reads, and read again", async () => {
    const stops: (() => void)[] = [];
    const { user, inputs } = await open({
      "monitoring.reconcile": () =>
        new Promise((_resolve, reject) => {
          stops.push(() => {
            reject(new AppError("cancelled", "Stopped."));
          });
        }),
      "monitoring.stop": () => {
        stops.at(-1)?.();
        return {};
      },
    });
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    await user.click(await screen.findByRole("button", { name: "Read again" }));
    expect(inputs("monitoring.reconcile")).toHaveLength(2);
  });

  it("says why it cannot read, in the words of the failure", async () => {
    await open({
      "monitoring.reconcile": () => {
        throw new AppError("unauthorized", "The AccessKey was refused.");
      },
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The AccessKey was refused.");
    screen.getByRole("button", { name: "Read again" });
    screen.getByRole("button", { name: "Settings…" });
  });

  it("has a key put together with one of the provider's by hand", async () => {
    const key = { fingerprint: "0a1b2c3d", apiKeyId: null, link: null, workspaceId: null } as const;
    const provider = {
      fingerprint: null,
      apiKeyId: "4711",
      link: null,
      workspaceId: "ws-1",
    } as const;
    const { user, inputs } = await open({
      "monitoring.reconcile": () => report([missing], { keys: [key, provider] }),
      "monitoring.linkKey": () => set,
    });
    await user.click(await screen.findByRole("button", { name: "Key 0a1b2c3d: Found by itself" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /id 4711, ws-1/ }));
    expect(inputs("monitoring.linkKey")).toEqual([
      {
        region: "singapore",
        fingerprint: "0a1b2c3d",
        provider: { apiKeyId: "4711", workspaceId: "ws-1" },
      },
    ]);
    expect(inputs("monitoring.reconcile")).toHaveLength(2);
  });

  it("opens the console's page through main, with its whole address", async () => {
    const { user, inputs } = await open({ "monitoring.reconcile": () => report([small]) });
    const link = await screen.findByRole("button", {
      name: "Monitoring: opens console.example in the browser",
    });
    await user.click(link);
    expect(inputs("app.openLink")).toEqual([{ url: "https://console.example/telemetry?tab=1#/x" }]);
  });
});
