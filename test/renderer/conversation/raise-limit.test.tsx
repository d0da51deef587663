// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSessionScript, turnId } from "../../support/session-script.ts";

useFakeLayout();

it.each([
  ["session", "the session's limit", "sessionBudget"],
  ["workspace", "the project's limit", "projectBudget"],
  ["day", "today's limit", "dayBudget"],
  ["month", "this month's limit", "monthBudget"],
] as const)(
  "raises the limit of the %s at one press, as far as the button says, and goes on",
  async (limit, said, setting) => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const raise = { limit, to: { amount: "10", currency: "USD" } } as const;
    const error = { code: "budget", message: "Used up.", raise };
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "budget", error });
    const { user, inputs } = await renderSession(script);
    const alert = within(await screen.findByRole("log")).getByRole("alert");
    expect(await accessibilityFaults()).toEqual([]);
    const name = `Raise ${said} to $10.00 and continue`;
    await user.click(within(alert).getByRole("button", { name }));
    expect(inputs("settings.set")).toEqual([{ [setting]: "10USD" }]);
    expect(inputs("session.retry")).toEqual([{ sessionId: "s-sample" }]);
  },
);
