// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SandboxReport } from "../../../src/shared/sandbox.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

const attempt = { id: "home-write", tried: "write to the home folder", mechanism: "mounts" };
const proven: SandboxReport = {
  passed: true,
  workspace: project.path,
  mechanism: "bubblewrap 0.8.0",
  reason: null,
  remedy: null,
  attempts: [
    { ...attempt, passed: true, reason: "blocked" },
    {
      id: "new-one",
      tried: "do something new",
      mechanism: "a new way",
      passed: true,
      reason: "blocked",
    },
  ],
};
const leaky: SandboxReport = {
  ...proven,
  passed: false,
  reason: "The sandbox does not hold here: a command could write to the home folder.",
  remedy: "Report it.",
  attempts: [
    { ...attempt, passed: false, reason: "it wrote /home/ada/x" },
    ...proven.attempts.slice(1),
  ],
};
const none: SandboxReport = {
  ...leaky,
  mechanism: "none",
  reason: "bubblewrap is not installed.",
  remedy: "Install it.",
  attempts: [],
};

async function shown(first: SandboxReport, checked = first) {
  const window = await renderSession(createSampleSession(), {
    "sandbox.status": () => first,
    "sandbox.check": () => checked,
  });
  const open = async (name: RegExp) => {
    (await screen.findByRole("button", { name })).focus();
    await window.user.keyboard("{Enter}");
    return screen.findByRole("dialog", { name: "Sandbox check" });
  };
  return { ...window, open };
}

describe("the shield", () => {
  it("opens by keyboard to everything that was tried, with what stood against it", async () => {
    const { open } = await shown(proven);
    const panel = await open(/^Sandbox check: Sandboxed/);
    const rows = within(panel)
      .getAllByRole("listitem")
      .map((row) => row.textContent);
    expect(rows).toEqual([
      "Write to the home folder: heldfile systems of its own",
      "do something new: helda new way",
    ]);
    expect(panel.textContent).toContain(
      "2 of 2 attempts failed to get out · Kept in by bubblewrap 0.8.0",
    );
    expect((await accessibilityFaults()).join("\n")).toBe("");
  });

  it("says what bounds a command's processes", async () => {
    const limits = { together: true, memoryBytes: 2e9, cpuSeconds: 600 };
    const { open } = await shown({ ...proven, limits });
    const panel = await open(/^Sandbox check: Sandboxed/);
    expect(panel.textContent).toContain("2.0 GB of memory, 10 minutes of processor time");
  });

  it("says what got out, and why there is none", async () => {
    const { open } = await shown(leaky);
    const panel = await open(/^Sandbox check: Sandbox leaks/);
    expect(panel.textContent).toContain("got outit wrote /home/ada/x");
    expect(panel.textContent).toContain("Report it.");
  });

  it("checks again, and closes Autopilot or opens it by what is found", async () => {
    const { open, user } = await shown(none, proven);
    const mode = screen.getByRole("button", { name: /^Mode:/ });
    await screen.findByRole("button", { name: /^Sandbox check: No sandbox/ });
    mode.focus();
    await user.keyboard("{Enter}");
    const closed = await screen.findByRole("menuitemradio", { name: /^Autopilot/ });
    expect(closed.getAttribute("aria-disabled")).toBe("true");
    expect(closed.textContent).toContain("bubblewrap is not installed.Install it.");
    await user.keyboard("{Escape}");
    const panel = await open(/^Sandbox check: No sandbox/);
    await user.click(within(panel).getByRole("button", { name: "Check again" }));
    await screen.findByRole("button", { name: /^Sandbox check: Sandboxed/ });
    await user.keyboard("{Escape}");
    mode.focus();
    await user.keyboard("{Enter}");
    const opened = await screen.findByRole("menuitemradio", { name: /^Autopilot/ });
    expect(opened.getAttribute("aria-disabled")).toBeNull();
  });
});
