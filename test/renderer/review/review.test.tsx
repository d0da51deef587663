// @vitest-environment happy-dom
import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FileDiff } from "../../../src/shared/diff.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession, sampleDiffs, sampleTurnDiffs } from "../../support/sample-session.ts";
import { createSessionScript } from "../../support/session-script.ts";

useFakeLayout();

async function open(diffs: readonly FileDiff[] = sampleTurnDiffs) {
  const rendered = await renderSession(createSampleSession(), {
    "diff.turn": () => [...diffs],
    "diff.call": ({ callId }) => [...(sampleDiffs[callId] ?? [])],
    "checkpoint.plan": () => ({ rows: [], uncoveredCommands: 0 }),
  });
  await rendered.user.click(screen.getByRole("button", { name: "Review" }));
  const pane = await screen.findByRole("complementary", { name: "Review" });
  await within(pane).findByRole("region", { name: "Files" });
  return { ...rendered, pane };
}

const named = (pane: HTMLElement, name: string | RegExp) =>
  within(pane).getByRole("region", { name });

describe("the review", () => {
  it("lists the prompt's files with their lines and totals", async () => {
    const { pane } = await open();
    expect(named(pane, "src/tides/harmonics.ts").textContent).toContain("+5−4");
    expect(named(pane, "src/tides/radians.ts").textContent).toContain("new");
    expect(named(pane, "assets/tides.png").textContent).toContain("Binary file");
    expect(pane.textContent).toContain("3 files");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("moves with ] [ through the changes and with n p through the files", async () => {
    const { pane } = await open();
    const list = named(pane, "Files");
    list.focus();
    const press = (key: string) => {
      fireEvent.keyDown(document.activeElement ?? list, { key });
      return document.activeElement?.getAttribute("aria-label");
    };
    expect(press("]")).toBe("Change at line 12");
    expect(press("]")).toBe("Change at line 41");
    expect(press("]")).toBe("Change at line 1");
    expect(press("[")).toBe("Change at line 41");
    expect(press("n")).toBe("src/tides/radians.ts");
    expect(press("n")).toBe("assets/tides.png");
    expect(press("n")).toBe("assets/tides.png");
    expect(press("p")).toBe("src/tides/radians.ts");
  });

  it("undoes one file through the step that changed it", async () => {
    const { user, pane, inputs } = await open();
    const file = named(pane, "src/tides/radians.ts");
    await user.click(within(file).getByRole("button", { name: "Undo this file" }));
    expect(inputs("checkpoint.plan")).toEqual([
      {
        sessionId: "s-sample",
        target: { unit: "call", callId: "c-write", path: "src/tides/radians.ts" },
      },
    ]);
  });

  it("undoes all of it", async () => {
    const { user, pane, inputs } = await open();
    await user.click(within(pane).getByRole("button", { name: "Undo all" }));
    expect(inputs("checkpoint.plan")).toEqual([
      { sessionId: "s-sample", target: { unit: "turn", turnId: "t-1" } },
    ]);
  });

  it("folds a file, and closes", async () => {
    const { user, pane } = await open();
    const file = named(pane, "src/tides/radians.ts");
    await user.click(within(file).getByRole("button", { name: /radians/ }));
    expect(within(file).queryByText(/toRadians/)).toBeNull();
    await user.click(within(pane).getByRole("button", { name: "Close the review" }));
    expect(screen.queryByRole("complementary", { name: "Review" })).toBeNull();
  });

  it("shows a single step when it is chosen", async () => {
    const { user, pane, inputs } = await open();
    await user.click(within(pane).getByRole("button", { name: /^Changes of/ }));
    await user.click(
      await screen.findByRole("menuitemradio", { name: /Created src\/tides\/radians.ts/ }),
    );
    expect(inputs("diff.call")).toEqual([{ sessionId: "s-sample", callId: "c-write" }]);
    expect(await within(pane).findByRole("button", { name: "Undo this step" })).toBeTruthy();
  });

  it("shows the first lines of a large diff and the rest on a press", async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({
      kind: "added" as const,
      text: `line ${index}`,
    }));
    const large: FileDiff = {
      path: "big.txt",
      key: "f-big",
      kind: "created",
      added: 1000,
      removed: 0,
      binary: false,
      truncated: true,
      hunks: [{ key: "h-big", oldStart: 0, oldLines: 0, newStart: 1, newLines: 1000, lines }],
    };
    const { user, pane } = await open([large]);
    expect(within(pane).getByText("line 399")).toBeTruthy();
    expect(within(pane).queryByText("line 400")).toBeNull();
    expect(within(pane).getByText("Too large to show whole. The numbers are exact.")).toBeTruthy();
    await user.click(within(pane).getByRole("button", { name: "Show 600 more lines" }));
    expect(within(pane).getByText("line 999")).toBeTruthy();
  });

  it("marks a character that turns text round, and runs nothing", async () => {
    const evil = `if (isAdmin\u202E \u2066// check\u2069 \u2066) { <img src=x onerror=alert(1)>`;
    const { pane } = await open([
      {
        path: "a\u202Ets.exe",
        kind: "modified",
        added: 1,
        removed: 0,
        binary: false,
        truncated: false,
        key: "f-evil",
        hunks: [
          {
            key: "h-evil",
            oldStart: 1,
            oldLines: 0,
            newStart: 1,
            newLines: 1,
            lines: [{ kind: "added", text: evil }],
          },
        ],
      },
    ]);
    expect(pane.textContent).toContain("isAdminU+202E U+2066// check");
    expect(pane.textContent).toContain("aU+202Ets.exe");
    expect(pane.querySelector("img")).toBeNull();
  });

  it("says so when nothing was changed", async () => {
    const { services } = await renderSession(createSessionScript("s-sample"));
    services.commands.toggleReview(true);
    expect(await screen.findByText("Nothing to review")).toBeTruthy();
  });
});
