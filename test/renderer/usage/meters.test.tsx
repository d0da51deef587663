// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import type { Currency } from "../../../src/shared/money.ts";
import type { BudgetMeter, UsageMeters } from "../../../src/shared/usage-meters.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const money = (amount: string, currency: Currency = "USD") => ({ amount, currency });

const spending = (spent: string, currency: Currency = "USD", held = "0") => ({
  currency,
  spent: money(spent, currency),
  unknown: money("0", currency),
  reserved: money(held, currency),
});

const unlimited: BudgetMeter = {
  name: "session",
  limit: null,
  used: [],
  left: null,
  share: { spent: 0, held: 0 },
  state: "none",
  endsAt: null,
};

const none: UsageMeters = {
  region: "singapore",
  payment: "money",
  budgets: [unlimited],
  rates: [],
  freeQuota: null,
  plan: null,
};

const nothingUsed = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  calls: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  lost: 0,
  retriedCalls: 0,
  unpricedCalls: 0,
  cost: [],
  unknownCalls: 0,
  unknownTokens: 0,
  unknownMaximum: [],
  firstTokenMs: null,
  totalMs: null,
};

async function open(meters: UsageMeters, over: FakeHandlers = {}) {
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "usage.overview": () => ({ step: "day", total: nothingUsed, points: [] }),
      "usage.meters": () => meters,
      ...over,
    }),
  );
  // Only then is nothing else on its way that would be shown in its place.
  await screen.findByRole("textbox", { name: "Prompt" });
  rendered.services.commands.toggleUsage(true);
  const panel = await screen.findByRole("main", { name: "Usage" });
  return { ...rendered, panel };
}

const card = (name: string): Promise<HTMLElement> => screen.findByRole("region", { name });

/** The row of a list by its first word. */
function row(of: HTMLElement, name: string): string {
  const found = within(of)
    .getAllByRole("listitem")
    .find((item) => item.textContent.startsWith(name));
  return found?.textContent ?? "";
}

describe("the limits", () => {
  it("say of each budget what is left, what is spent and what is under way", async () => {
    await open({
      ...none,
      budgets: [
        {
          name: "session",
          limit: money("5"),
          used: [spending("1.1", "USD", "0.14")],
          left: money("3.76"),
          share: { spent: 0.22, held: 0.028 },
          state: "fine",
          endsAt: null,
        },
        {
          name: "project",
          limit: money("20"),
          used: [spending("18"), spending("3.2", "CNY")],
          left: money("2"),
          share: { spent: 0.9, held: 0 },
          state: "near",
          endsAt: null,
        },
        {
          name: "day",
          limit: money("2"),
          used: [spending("2.5")],
          left: money("-0.5"),
          share: { spent: 1, held: 0 },
          state: "over",
          endsAt: "2100-01-01T00:00:00.000Z",
        },
        { ...unlimited, name: "month", used: [spending("4"), spending("7", "CNY")] },
      ],
    });
    const limits = await card("Budgets");
    expect(row(limits, "This session")).toBe(
      "This session$3.76 left of $5.00$1.10 spent · up to $0.1400 under way",
    );
    expect(row(limits, "This project")).toBe(
      "This projectNear$2.00 left of $20.00$18.00 spent · ¥3.20 beside it, in no budget",
    );
    expect(row(limits, "Today")).toMatch(
      /^TodayUsed up\$0\.5000 beyond \$2\.00\$2\.50 spent · begins anew on (Jan 1|Dec 31)$/,
    );
    expect(row(limits, "This month")).toBe("This monthNo budget$4.00 · ¥7.00 spent");
    const bar = within(limits).getByRole("meter", { name: "This project" });
    expect(bar.getAttribute("value")).toBe("90");
    expect(bar.getAttribute("aria-valuetext")).toBe("$2.00 left of $20.00, Near");
    expect(within(limits).getByRole("status").textContent).toContain(
      "Today: the budget is used up.",
    );
    await screen.findByText("Known on this machine; other machines count too.");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("lead to where they are set", async () => {
    const { user } = await open(none);
    const limits = await card("Budgets");
    expect(row(limits, "This session")).toBe("This sessionNo budgetNothing spent");
    await user.click(within(limits).getByRole("button", { name: "Set budgets…" }));
    await screen.findByRole("tab", { name: "Agent", selected: true });
  });

  it("say of the last minute what the account may send, and where nobody knows", async () => {
    const long = "qwen3-coder-480b-a35b-instruct-finetuned-for-the-payments-team";
    await open({
      ...none,
      rates: [
        { model: "qwen3-coder-plus", requests: 12, tokens: 84_213, rpm: 2400, tpm: 2_000_000 },
        { model: long, requests: 1, tokens: 0, rpm: null, tpm: null },
      ],
    });
    const minute = await card("Last minute");
    const [known, unknown] = within(minute).getAllByRole("list");
    expect(known?.textContent).toBe("Requests12 of 2,400Tokens84.2K of 2.00M");
    expect(unknown?.textContent).toBe("Requests1 · no known limitTokens0 · no known limit");
    expect(within(minute).getByText(long).title).toBe(long);
  });

  it("count a free quota from the day that the person names", async () => {
    const quota = {
      since: null,
      tokens: 1_000_000,
      days: 90,
      daysLeft: null,
      ended: false,
      models: [],
    };
    let freeQuota: UsageMeters["freeQuota"] = quota;
    const { user, bridge } = await open(none, {
      "usage.meters": () => ({ ...none, freeQuota }),
    });
    const untold = await card("Free quota");
    expect(untold.textContent).toContain("1.00M tokens of each model are free for 90 days.");
    await user.click(within(untold).getByRole("button", { name: "Say since when…" }));
    const field = await screen.findByLabelText("Model Studio since");
    await user.type(field, "2026-02-30{Enter}");
    await screen.findByText("Write a day that was, as 2026-11-26.");
    expect(bridge.calls.some(({ operation }) => operation === "settings.set")).toBe(false);
    const models = ["a", "b", "c", "d", "e"].map((model) => ({
      model,
      usedTokens: 850_000,
      leftTokens: 150_000,
    }));
    freeQuota = { ...quota, since: "2026-02-03", daysLeft: 1, models };
    await user.clear(field);
    await user.type(field, "2026-02-03{Enter}");
    expect(bridge.calls.find(({ operation }) => operation === "settings.set")?.input).toEqual({
      modelStudioSince: "2026-02-03",
    });
    await user.keyboard("{Escape}");
    const told = await card("Free quota");
    await within(told).findByText("1 day left");
    expect(told.textContent).toContain("a150K left of 1.00M");
    expect(told.textContent).toContain("“Free quota only”");
    expect(within(told).getAllByRole("meter")).toHaveLength(4);
    await user.click(within(told).getByRole("button", { name: "Show 1 more model" }));
    expect(within(told).getAllByRole("meter")).toHaveLength(5);
  });

  it("count requests under a plan, and no money", async () => {
    await open({
      ...none,
      region: "coding-plan",
      payment: "plan",
      budgets: [],
      plan: {
        since: null,
        windows: [
          { name: "fiveHours", used: 6000, limit: 6000, endsAt: null },
          { name: "week", used: 12, limit: 45_000, endsAt: "2100-01-04T00:00:00.000Z" },
        ],
      },
    });
    const plan = await card("Coding Plan, international");
    expect(row(plan, "5 hours")).toContain("6,000 of 6,000 requests");
    expect(row(plan, "This week")).toContain("12 of 45,000 requests");
    expect(plan.textContent).toContain("Its month counts from the day on which the plan began.");
    expect(screen.queryByRole("region", { name: "Budgets" })).toBeNull();
    expect(plan.textContent).not.toMatch(/[$¥]/);
  });

  it("say so where nobody is paid", async () => {
    await open({ ...none, region: "ollama", payment: "nobody", budgets: [] });
    await screen.findByText(/A server of your own is paid by nobody/);
    expect(screen.queryByRole("meter")).toBeNull();
  });

  it("say why they cannot be read", async () => {
    await open(none, {
      "usage.meters": () => {
        throw new AppError("unavailable", "The history is locked.");
      },
    });
    await screen.findByText(/What is left of the limits could not be read.*The history is locked/);
    expect(screen.queryByRole("region", { name: "Budgets" })).toBeNull();
  });
});
