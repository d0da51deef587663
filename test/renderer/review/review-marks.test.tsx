// @vitest-environment happy-dom
import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FileDiff } from "../../../src/shared/diff.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession, sampleDiffs, sampleTurnDiffs } from "../../support/sample-session.ts";
import {
  turnId,
  undoId,
  type ScriptedEvent,
  type SessionScript,
} from "../../support/session-script.ts";

useFakeLayout();

const harmonics = "src/tides/harmonics.ts";

async function open(
  diffs: readonly FileDiff[] = sampleTurnDiffs,
  script: SessionScript = createSampleSession(),
) {
  const rendered = await renderSession(script, {
    "diff.turn": () => [...diffs],
    "diff.call": ({ callId: id }) => [...(sampleDiffs[id] ?? [])],
    "checkpoint.plan": () => ({ rows: [], uncoveredCommands: 0 }),
    "checkpoint.redo": () => ({ undone: [], conflicts: [], skipped: [], redo: null }),
    "review.mark": () => ({}),
  });
  const [last] = screen.getAllByRole("button", { name: "Review" }).toReversed();
  await rendered.user.click(last ?? document.body);
  const pane = await screen.findByRole("complementary", { name: "Review" });
  await within(pane).findByRole("region", { name: "Files" });
  /** What main announces when the marks are stored. */
  const mark = (keys: string[], kept = true): void => {
    script.add({ type: "review-mark", turnId: turnId("t-1"), keys, kept });
    rendered.catchUp();
  };
  return { ...rendered, pane, mark };
}

const hunk = (pane: HTMLElement, line: number) =>
  within(pane).findByRole("group", { name: `Change at line ${line}` });
const press = (key: string) => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
};
const withUndone = (undone: string): readonly FileDiff[] =>
  sampleTurnDiffs.map((diff) =>
    diff.path === harmonics ? { ...diff, undoneBy: undoId(undone) } : diff,
  );
const undoAdd = (direction: "undo" | "redo", id: string): ScriptedEvent => ({
  type: "undo-add",
  undoId: undoId(id),
  direction,
  callIds: [],
  paths: [harmonics],
  conflicts: [],
});

describe("keeping a change", () => {
  it("marks it with a press and with y, folds it, and counts it", async () => {
    const { user, pane, inputs, mark } = await open();
    expect(pane.textContent).toContain("0 of 4 reviewed");
    const first = await hunk(pane, 12);
    await user.click(within(first).getByRole("button", { name: "Keep this change" }));
    const place = { sessionId: "s-sample", turnId: "t-1" };
    expect(inputs("review.mark")).toEqual([{ ...place, keys: ["h-angle"], kept: true }]);
    // Nothing is shown as kept before it is stored.
    expect(within(first).getByText(/toRadians/)).toBeTruthy();
    mark(["h-angle"]);
    expect(await within(pane).findByText("1 of 4 reviewed")).toBeTruthy();
    expect(within(await hunk(pane, 12)).queryByText(/toRadians/)).toBeNull();
    (await hunk(pane, 41)).focus();
    press("y");
    expect(inputs("review.mark").at(-1)).toEqual({ ...place, keys: ["h-m2"], kept: true });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Change at line 1");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("folds what the person has committed, with the commit, and opens it on a press", async () => {
    const committed = sampleTurnDiffs.map((diff) =>
      diff.path === harmonics ? { ...diff, committedIn: "1a2b3c4" } : diff,
    );
    const { user, pane } = await open(committed);
    const file = within(pane).getByRole("region", { name: harmonics });
    expect(within(file).getByText("committed in 1a2b3c4")).toBeTruthy();
    expect(within(file).queryByRole("group")).toBeNull();
    await user.click(within(file).getByRole("button", { name: /harmonics/ }));
    expect(within(file).getAllByRole("group").length).toBeGreaterThan(0);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("folds a file whose changes are all kept, shows it on a press, and takes the mark off", async () => {
    const { user, pane, inputs, mark } = await open();
    mark(["h-angle", "h-m2"]);
    const file = within(pane).getByRole("region", { name: harmonics });
    await within(pane).findByText("2 of 4 reviewed");
    expect(within(file).queryByRole("group")).toBeNull();
    await user.click(within(file).getByRole("button", { name: /harmonics/ }));
    const first = await hunk(pane, 12);
    await user.click(within(first).getByRole("button", { name: /line.* 12/ }));
    expect(within(first).getByText(/toRadians/)).toBeTruthy();
    first.focus();
    press("y");
    expect(inputs("review.mark")).toMatchObject([{ keys: ["h-angle"], kept: false }]);
  });

  it("keeps a whole file, also one whose lines cannot be shown", async () => {
    const { user, pane, inputs, mark } = await open();
    const keepFile = async (name: string) =>
      user.click(
        within(within(pane).getByRole("region", { name })).getByRole("button", {
          name: "Keep this file",
        }),
      );
    await keepFile(harmonics);
    await keepFile("assets/tides.png");
    expect(inputs("review.mark")).toMatchObject([
      { keys: ["h-angle", "h-m2"], kept: true },
      { keys: ["f-assets/tides.png"], kept: true },
    ]);
    mark(["h-angle", "h-m2", "h-radians", "f-assets/tides.png"]);
    expect(await within(pane).findByText("4 of 4 reviewed")).toBeTruthy();
  });

  it("counts a change that says something else now as not reviewed", async () => {
    const script = createSampleSession();
    script.add({ type: "review-mark", turnId: turnId("t-1"), keys: ["h-before"], kept: true });
    const { pane } = await open(sampleTurnDiffs, script);
    expect(pane.textContent).toContain("0 of 4 reviewed");
  });

  it("marks the prompt's change when a single step is shown", async () => {
    const { user, pane, inputs } = await open();
    await user.click(within(pane).getByRole("button", { name: /^Changes of/ }));
    await user.click(
      await screen.findByRole("menuitemradio", { name: /Created src\/tides\/radians.ts/ }),
    );
    const only = await hunk(pane, 1);
    await user.click(within(only).getByRole("button", { name: "Keep this change" }));
    expect(inputs("review.mark")).toMatchObject([{ turnId: "t-1", keys: ["h-radians"] }]);
  });
});

describe("undoing a change", () => {
  it("names the change with a press and with x", async () => {
    const { user, pane, inputs } = await open();
    const first = await hunk(pane, 12);
    await user.click(within(first).getByRole("button", { name: "Undo this change" }));
    (await hunk(pane, 41)).focus();
    press("x");
    const target = { unit: "hunk", turnId: "t-1", path: harmonics };
    const places = [
      { oldStart: 12, oldLines: 9, newStart: 12, newLines: 10 },
      { oldStart: 40, oldLines: 3, newStart: 41, newLines: 3 },
    ];
    await expect
      .poll(() => inputs("checkpoint.plan"))
      .toEqual(
        places.map((place) => ({ sessionId: "s-sample", target: { ...target, hunk: place } })),
      );
  });

  it("goes on to the next change, so that the focus does not go with the one that goes", async () => {
    const { pane } = await open();
    (await hunk(pane, 41)).focus();
    press("x");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Change at line 1");
  });

  it("can be taken back from the footer until it is", async () => {
    const script = createSampleSession();
    const { user, pane, inputs, catchUp } = await open(sampleTurnDiffs, script);
    const redo = () => within(pane).queryByRole("button", { name: "Redo" });
    expect(redo()).toBeNull();
    script.add(undoAdd("undo", "u-7"));
    catchUp();
    await user.click(await within(pane).findByRole("button", { name: "Redo" }));
    expect(inputs("checkpoint.redo")).toEqual([{ sessionId: "s-sample", undoId: "u-7" }]);
    script.add(undoAdd("redo", "u-8"));
    catchUp();
    await expect.poll(redo).toBeNull();
  });

  it("folds a file of which nothing stands, leaves it out of the totals, and brings it back", async () => {
    const { user, pane, inputs } = await open(withUndone("u-8"));
    const file = within(pane).getByRole("region", { name: harmonics });
    expect(file.textContent).toContain("undone");
    expect(within(file).queryByRole("group")).toBeNull();
    // +4 of radians.ts is all that stands.
    expect(within(pane).getByText("+4", { selector: "footer *" })).toBeTruthy();
    expect(within(pane).queryByText(/^−/, { selector: "footer *" })).toBeNull();
    expect(within(pane).getByText("0 of 2 reviewed")).toBeTruthy();
    await user.click(within(file).getByRole("button", { name: /harmonics/ }));
    const undone = await hunk(pane, 12);
    undone.focus();
    press("x");
    press("y");
    expect(inputs("checkpoint.plan")).toEqual([]);
    expect(inputs("review.mark")).toEqual([]);
    await user.click(within(file).getByRole("button", { name: "Redo what undid this file" }));
    expect(inputs("checkpoint.redo")).toEqual([{ sessionId: "s-sample", undoId: "u-8" }]);
  });

  it("takes a file that several steps changed back as one", async () => {
    const script = createSampleSession();
    const change = {
      path: harmonics,
      kind: "modified",
      added: 1,
      removed: 1,
      binary: false,
    } as const;
    script.prompt("t-2", "Once more.");
    for (const id of ["c-a", "c-b"]) {
      script.call("t-2", id, { name: "edit_file", input: { path: harmonics } });
      script.end("t-2", id, { changes: [change] });
    }
    script.finish("t-2");
    const { user, pane, inputs } = await open(sampleTurnDiffs, script);
    const file = within(pane).getByRole("region", { name: harmonics });
    await user.click(within(file).getByRole("button", { name: "Undo this file" }));
    expect(inputs("checkpoint.plan")).toMatchObject([
      { target: { unit: "file", turnId: "t-2", path: harmonics } },
    ]);
  });

  it("waits while the prompt is worked on", async () => {
    const script = createSampleSession();
    script.prompt("t-2", "Go on.");
    const { pane } = await open(sampleTurnDiffs, script);
    const first = await hunk(pane, 12);
    expect(within(first).queryByRole("button", { name: "Undo this change" })).toBeNull();
    expect(within(first).getByRole("button", { name: "Keep this change" })).toBeTruthy();
  });

  it("asks for the changes again when something was undone", async () => {
    const script = createSampleSession();
    const { inputs, catchUp } = await open(sampleTurnDiffs, script);
    const before = inputs("diff.turn").length;
    script.add(undoAdd("undo", "u-9"));
    catchUp();
    await expect.poll(() => inputs("diff.turn").length).toBeGreaterThan(before);
  });
});

describe("a review of very many changes", () => {
  it("draws the first files only, and folds those after some thousand lines", async () => {
    const lines = Array.from({ length: 1600 }, (_, index) => ({
      kind: "added" as const,
      text: `line ${index}`,
    }));
    const many = Array.from({ length: 110 }, (_, index): FileDiff => ({
      path: `src/${index}.ts`,
      key: `f-${index}`,
      kind: "created",
      added: 1600,
      removed: 0,
      binary: false,
      truncated: false,
      hunks: [{ key: `h-${index}`, oldStart: 0, oldLines: 0, newStart: 1, newLines: 1600, lines }],
    }));
    const { user, pane } = await open(many);
    expect(within(pane).getAllByRole("group")).toHaveLength(1);
    expect(pane.querySelectorAll("[data-file]")).toHaveLength(100);
    await user.click(within(pane).getByRole("button", { name: "Show 10 more files" }));
    expect(pane.querySelectorAll("[data-file]")).toHaveLength(110);
  });
});
