// @vitest-environment happy-dom
import { act, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { CommandFacts } from "../../../src/shared/approvals.ts";
import { someFacts } from "../../support/command-facts.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { callId, turnId, type SessionScript } from "../../support/session-script.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

/** Commands that the person allowed one by one. */
function allow(script: SessionScript, count: number, sandbox: CommandFacts["sandbox"]): void {
  script.prompt("t-9", "Run them.");
  for (let index = 0; index < count; index += 1) {
    const id = `c-own-${index}`;
    script.call("t-9", id, { name: "run_command", input: { command: "npm test" } });
    script.add({
      type: "approval-request",
      turnId: turnId("t-9"),
      callId: callId(id),
      reason: "",
      title: "Run npm test",
      detail: "npm test",
      command: { ...someFacts, sandbox },
    });
    const base = { turnId: turnId("t-9"), callId: callId(id) };
    script.add({ ...base, type: "approval-end", decision: "allow" });
    script.end("t-9", id, { exitCode: 0 });
  }
}

async function shown(
  count: number,
  over: { readonly inside?: boolean; readonly passed?: boolean } = {},
) {
  const script = createSampleSession();
  allow(script, count, (over.inside ?? true) ? { kind: "inside" } : { kind: "left" });
  const passed = over.passed ?? true;
  const window = await renderSession(script, {
    "sandbox.status": () => ({
      passed,
      workspace: project.path,
      mechanism: "bubblewrap",
      reason: passed ? null : "It leaks.",
      remedy: null,
      attempts: [],
    }),
  });
  await screen.findByRole("button", { name: passed ? /: Sandboxed/ : /^Sandbox check: No/ });
  return window;
}

const offer = () => screen.queryByRole("region", { name: "Autopilot" });

describe("the offer of Autopilot", () => {
  it("comes after the third sandboxed command that was allowed, takes it, and does not come again", async () => {
    const { user, inputs, services } = await shown(3);
    const panel = await screen.findByRole("region", { name: "Autopilot" });
    await user.click(within(panel).getByRole("button", { name: "Use Autopilot here" }));
    expect(inputs("session.update")).toMatchObject([{ mode: "auto" }]);
    await act(() => services.commands.changeSettings({}));
    expect(inputs("settings.set")[0]).toEqual({ autopilotOffered: true });
    expect(offer()).toBeNull();
  });

  it("can be declined, which changes no mode", async () => {
    const { user, inputs } = await shown(4);
    await user.click(await screen.findByRole("button", { name: "Not now" }));
    expect(inputs("session.update")).toEqual([]);
    expect(inputs("settings.set")).toEqual([{ autopilotOffered: true }]);
  });

  it.each([
    ["after two", 2, {}],
    ["for commands that ran outside", 3, { inside: false }],
    ["where the check has not passed", 3, { passed: false }],
  ])("does not come %s", async (_when, count, over) => {
    await shown(count, over);
    expect(offer()).toBeNull();
  });
});
