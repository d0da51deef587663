// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { BillFile, BillReport } from "../../../src/shared/bill-file.ts";
import type { MonitoringStatus } from "../../../src/shared/monitoring.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const notSet: MonitoringStatus = {
  sources: [],
  regions: ["singapore", "beijing", "virginia"],
  thresholdPercent: 1,
};

const file: BillFile = {
  fileId: "0b6cf2f6-1c3d-4b58-9f0e-0f6f2f8a1c11",
  name: "bill.csv",
  encoding: "gb18030",
  separator: ",",
  headerLine: 4,
  header: ["日期", "模型", "输入", "", "费用"],
  sample: [["2026-11-20", "qwen3-coder-plus", "1200", "30", "0.5"]],
  mapping: {
    columns: { time: 0, model: 1, input: 2, amount: 4 },
    zone: "utc+8",
    period: "auto",
    unit: "tokens",
    cached: "auto",
    currency: "CNY",
  },
  remembered: false,
};

const ours = {
  calls: 2,
  tokens: 1230,
  inputTokens: 1200,
  cachedTokens: 0,
  outputTokens: 30,
  uncertainCalls: 0,
  unknownCalls: 0,
  unknownTokens: 0,
};
const theirs = {
  calls: 0,
  tokens: 1230,
  inputTokens: 1200,
  cachedTokens: 0,
  outputTokens: 30,
  failedCalls: 0,
};
const noDrift = { tokens: 0, calls: -2, percent: 0 };
const cost = {
  currency: "CNY",
  ours: "0.625",
  theirs: "0.5",
  difference: "-0.125",
  state: "differs",
} as const;
const row: BillReport["rows"][number] = {
  hour: "2026-11-19T16:00:00.000Z",
  model: "qwen3-coder-plus",
  workspaceId: null,
  key: { fingerprint: null, apiKeyId: null, link: null },
  state: "agree",
  ours,
  theirs,
  drift: noDrift,
  movedTokens: 0,
  alert: false,
  costs: [cost],
};
const report: BillReport = {
  region: "singapore",
  since: "2026-11-19T16:00:00.000Z",
  until: "2026-11-20T16:00:00.000Z",
  readAt: "2026-11-25T12:02:00.000Z",
  completeUpTo: "2026-11-20T16:00:00.000Z",
  coveredFrom: "2026-11-19T16:00:00.000Z",
  thresholdPercent: 1,
  totals: { ours, theirs, drift: noDrift },
  states: { agree: 1 },
  alerts: [],
  rows: [row],
  leftOut: 0,
  keys: [],
  file: { name: "bill.csv", rows: 1, totalLines: 2, otherRows: 0, otherKinds: [] },
  grain: {
    period: "day",
    aheadMinutes: 480,
    models: true,
    keys: false,
    calls: false,
    kinds: true,
  },
  cached: null,
  costs: [{ ...cost, percent: -20 }],
  costAlerts: [
    {
      model: "qwen3-coder-plus",
      currency: "CNY",
      rows: 1,
      ours: "0.625",
      theirs: "0.5",
      percent: -20,
    },
  ],
};

async function open(over: FakeHandlers) {
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "monitoring.status": () => notSet,
      "monitoring.consoleLinks": () => ({ region: "singapore", links: [], asOf: "2026-11-23" }),
      "usage.overview": () => new Promise(() => undefined),
      "usage.meters": () => new Promise(() => undefined),
      "monitoring.chooseBill": () => ({ outcome: "opened", file }),
      "monitoring.compareBill": () => ({ outcome: "compared", report }),
      ...over,
    }),
  );
  // Only then is nothing else on its way that would be shown in its place.
  await screen.findByRole("textbox", { name: "Prompt" });
  rendered.services.commands.toggleUsage(true);
  const { user, bridge } = rendered;
  await user.click(await screen.findByRole("button", { name: "Billing check" }));
  await user.click(await screen.findByRole("button", { name: "Compare a file…" }));
  const inputs = (operation: string) =>
    bridge.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  return { ...rendered, inputs };
}

/** Chooses a column for what the person still has to say. */
async function chooseOutput({ user }: Awaited<ReturnType<typeof open>>): Promise<void> {
  await user.click(screen.getByRole("button", { name: "Output tokens: None" }));
  await user.click(await screen.findByRole("menuitemradio", { name: /Column 4/ }));
}

describe("a bill in the window", () => {
  it("shows which column holds what, and asks for the one that is missing before anything is read", async () => {
    const rendered = await open({});
    const { user, inputs } = rendered;
    await screen.findByRole("form", { name: "Columns of the file" });
    screen.getByText("GB18030, headings in line 4");
    screen.getByRole("button", { name: "Model: 模型" });
    const preview = screen.getByRole("region", { name: "First rows" });
    expect(
      within(preview)
        .getAllByRole("columnheader")
        .map(({ textContent }) => textContent),
    ).toEqual(["Time日期", "Model模型", "Input tokens输入", "Amount费用"]);
    await user.click(screen.getByRole("button", { name: "Compare" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Choose the column that holds it.");
    expect(inputs("monitoring.compareBill")).toEqual([]);
    expect(await accessibilityFaults()).toEqual([]);
    await chooseOutput(rendered);
    // A column holds one thing: what it was before is none.
    await user.click(screen.getByRole("button", { name: "Quantity: None" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /费用/ }));
    screen.getByRole("button", { name: "Amount: None" });
    await user.click(screen.getByRole("button", { name: "Compare" }));
    await screen.findByRole("region", { name: "Day by day" });
    const { columns } = file.mapping;
    expect(inputs("monitoring.compareBill")).toEqual([
      {
        region: "singapore",
        fileId: file.fileId,
        mapping: {
          ...file.mapping,
          columns: { time: columns.time, model: columns.model, input: 2, output: 3, quantity: 4 },
        },
      },
    ]);
  });

  it("compares at once where the columns are remembered, by days, with exact amounts, and says what it cannot tell", async () => {
    const remembered = { ...file, remembered: true };
    const { user } = await open({
      "monitoring.chooseBill": () => ({ outcome: "opened", file: remembered }),
    });
    const table = await screen.findByRole("region", { name: "Day by day" });
    screen.getByText("Complete up to Fri, Nov 20");
    screen.getByText(/^The file names no keys/);
    screen.getByText("2 lines of totals or notes left out.");
    expect(screen.getByRole("region", { name: "Alerts" }).textContent).toContain(
      "Same tokens, another amountqwen3-coder-plus",
    );
    const [head, first] = within(table).getAllByRole("row");
    expect(head?.textContent).toBe("DayModelOursProvider'sDriftCostState");
    expect(first?.textContent).toBe(
      "Fri, Nov 20qwen3-coder-plus1,2302 calls1,2300%0¥0.5−¥0.125Agree",
    );
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Columns…" }));
    await screen.findByRole("form", { name: "Columns of the file" });
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await screen.findByRole("region", { name: "Day by day" });
    await user.click(screen.getByRole("button", { name: "Close the file" }));
    await screen.findByText("Compare with what Model Studio counted");
  });

  it("leads from a day to our requests of it", async () => {
    const remembered = { ...file, remembered: true };
    const { user, inputs } = await open({
      "monitoring.chooseBill": () => ({ outcome: "opened", file: remembered }),
      "usage.calls": () => ({ calls: [], next: null }),
    });
    await user.click(
      await screen.findByRole("button", { name: /^Show our requests of Fri, Nov 20/ }),
    );
    expect(inputs("usage.calls")[0]).toMatchObject({
      filter: { since: "2026-11-19T16:00:00.000Z", until: "2026-11-20T16:00:00.000Z" },
    });
  });

  it("says where a file is wrong, keeps the columns at hand, and leaves as it came when the dialog is closed", async () => {
    const fault = { code: "no-number", line: 14, column: "输入", text: "1,2x" } as const;
    const rendered = await open({
      "monitoring.compareBill": () => ({ outcome: "faulty", fault }),
    });
    await screen.findByRole("form", { name: "Columns of the file" });
    await chooseOutput(rendered);
    await rendered.user.click(screen.getByRole("button", { name: "Compare" }));
    expect((await screen.findByRole("alert")).textContent).toBe(
      "Line 14, column “输入”: “1,2x” is no number. Choose another column or mend the file. Nothing was compared.",
    );
    screen.getByRole("button", { name: "Output tokens: Column 4" });
  });

  it("shows a file that is none, and nothing where the person chose none", async () => {
    const answers = [
      null,
      {
        outcome: "faulty" as const,
        name: "bill.xlsx",
        fault: { code: "not-text" as const, line: null, column: null, text: null },
      },
    ];
    const { user } = await open({ "monitoring.chooseBill": () => answers.shift() ?? null });
    await user.click(await screen.findByRole("button", { name: "Compare a file…" }));
    await screen.findByText("bill.xlsx cannot be read");
    expect(screen.getByRole("alert").textContent).toContain("Export it as CSV");
    await user.click(screen.getByRole("button", { name: "Close the file" }));
    await screen.findByText("Compare with what Model Studio counted");
  });
});
