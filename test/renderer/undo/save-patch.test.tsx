// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../src/shared/contract.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession, sampleTurnDiffs } from "../../support/sample-session.ts";

useFakeLayout();

type Saved = Output<"checkpoint.savePatch">;

/** Presses "Save as patch…" in the review. */
async function save(answer: () => Saved) {
  const rendered = await renderSession(createSampleSession(), {
    "diff.turn": () => [...sampleTurnDiffs],
    "checkpoint.savePatch": answer,
  });
  await rendered.user.click(screen.getByRole("button", { name: "Review" }));
  const pane = await screen.findByRole("complementary", { name: "Review" });
  await rendered.user.click(await within(pane).findByRole("button", { name: "Save as patch…" }));
  return rendered;
}

describe("saving what is reviewed as a patch", () => {
  it("says where it is", async () => {
    const saved = "/home/ada/tide-tables-changes.patch";
    const { inputs } = await save(() => ({ saved, leftOut: [] }));
    await screen.findByText(`Saved as ${saved}`);
    const target = { unit: "turn", turnId: "t-1" };
    expect(inputs("checkpoint.savePatch")).toEqual([{ sessionId: "s-sample", target }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("names every file that is not in it", async () => {
    const leftOut = ["assets/tides.png", "assets/map.png"];
    const { user } = await save(() => ({ saved: "/home/ada/a.patch", leftOut }));
    const dialog = await screen.findByRole("dialog", { name: "Saved as a patch" });
    expect(within(dialog).getByText("2 files are not in the patch")).toBeTruthy();
    for (const path of leftOut) expect(within(dialog).getByText(path)).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(within(dialog).getAllByRole("button", { name: "Close" })[0] ?? dialog);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says so where there is no text to save", async () => {
    await save(() => ({ saved: null, leftOut: ["assets/tides.png"] }));
    const dialog = await screen.findByRole("dialog", { name: "There is no patch to save" });
    expect(within(dialog).getByText("assets/tides.png")).toBeTruthy();
  });

  it("shows nothing when the person closes the system's dialog, and why when the file cannot be written", async () => {
    const reasons = [
      new AppError("cancelled", "No file was chosen."),
      new AppError("unavailable", "The disk is full."),
    ];
    const { user } = await save(() => {
      throw reasons.shift() ?? new Error("pressed too often");
    });
    await user.click(screen.getByRole("button", { name: "Save as patch…" }));
    await screen.findByText("The disk is full.");
    expect(screen.queryByText("No file was chosen.")).toBeNull();
  });
});
