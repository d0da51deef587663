// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";

useFakeLayout();

function render(over: FakeHandlers) {
  const script = createSampleSession();
  script.prompt("t-2", "Where is that?");
  script.text("t-2", "In `src/a.ts:3`, served on `localhost:3000`.");
  return renderSession(script, over);
}

describe("a place named in an answer", () => {
  it("shows its line, and gives the focus back when it is closed", async () => {
    const { user, inputs } = await render({
      "file.lines": () => ({
        path: "src/a.ts",
        line: 3,
        firstLine: 2,
        totalLines: 9,
        lines: ["two", "three\u202e", "four"],
      }),
    });
    expect(screen.queryByRole("button", { name: "localhost:3000" })).toBeNull();
    const link = await screen.findByRole("button", { name: "src/a.ts:3" });
    await user.click(link);
    const dialog = await screen.findByRole("dialog", { name: "src/a.ts" });
    expect(inputs("file.lines")).toEqual([{ sessionId: "s-sample", path: "src/a.ts", line: 3 }]);
    expect(within(dialog).getByText("Line 3 of 9")).toBeTruthy();
    const named = dialog.querySelector('[aria-current="location"]');
    expect(named?.textContent).toBe("3threeU+202E");
    expect(await accessibilityFaults()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(document.activeElement).toBe(link);
    });
  });

  it("says why there is nothing to show", async () => {
    const { user } = await render({
      "file.lines": () => {
        throw new AppError("not-found", "There is no file src/a.ts here.");
      },
    });
    await user.click(await screen.findByRole("button", { name: "src/a.ts:3" }));
    expect(await screen.findByText("There is no file src/a.ts here.")).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
