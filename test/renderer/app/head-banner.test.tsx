// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { WaitingChanges } from "../../../src/shared/checkpoint.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession, sampleTurnDiffs } from "../../support/sample-session.ts";
import { turnId } from "../../support/session-script.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

const script = createSampleSession();
const target = { unit: "session", sessionId: script.sessionId } as const;
const waits: WaitingChanges = { branch: "main", now: "fix-1", turnId: turnId("t-1"), target };
const words = "You switched main → fix-1; earlier undo waits for main.";

async function open(first: WaitingChanges | null) {
  let waiting = first;
  const rendered = await renderSession(script, {
    "checkpoint.waiting": () => waiting,
    "checkpoint.savePatch": () => ({ saved: "/home/ada/express-changes.patch", leftOut: [] }),
    "diff.turn": () => [...sampleTurnDiffs],
  });
  const set = (now: WaitingChanges | null): void => {
    waiting = now;
  };
  return { ...rendered, set };
}
const gone = () =>
  waitFor(() => {
    expect(screen.queryByText(words)).toBeNull();
  });

describe("a repository that is on another branch", () => {
  it("has a banner as long as something waits, and the branch of now below", async () => {
    const { bridge, set } = await open(null);
    expect(screen.queryByText(words)).toBeNull();
    set(waits);
    bridge.announce({ topic: "head", workspace: project.path, branch: "fix-1" });
    await screen.findByText(words);
    expect(screen.getByRole("contentinfo", { name: "Status" }).textContent).toContain("fix-1");
    expect(await accessibilityFaults()).toEqual([]);
    set(null);
    bridge.announce({ topic: "head", workspace: project.path, branch: "main" });
    await gone();
  });

  it("is asked about again when the person comes back to the window, and not for another project", async () => {
    const { bridge, set, inputs } = await open(waits);
    await screen.findByText(words);
    const asked = inputs("checkpoint.waiting").length;
    set(null);
    bridge.announce({ topic: "head", workspace: "/home/ada/tides", branch: "other" });
    expect(screen.getByRole("contentinfo", { name: "Status" }).textContent).toContain("main");
    expect(inputs("checkpoint.waiting")).toHaveLength(asked);
    fireEvent.focus(window);
    await gone();
  });

  it("leads to the changes that wait, and to their patch", async () => {
    const { user, inputs } = await open(waits);
    await user.click(await screen.findByRole("button", { name: "View" }));
    await screen.findByRole("complementary", { name: "Review" });
    expect(inputs("diff.turn")).toMatchObject([{ turnId: "t-1" }]);
    await user.click(screen.getAllByRole("button", { name: "Save as patch…" })[0] ?? document.body);
    await screen.findByText("Saved as /home/ada/express-changes.patch");
    expect(inputs("checkpoint.savePatch")).toEqual([{ sessionId: script.sessionId, target }]);
  });
});
