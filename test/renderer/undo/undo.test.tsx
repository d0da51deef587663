// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { UndoPlan, UndoResult } from "../../../src/shared/checkpoint.ts";
import type { FileDiff } from "../../../src/shared/diff.ts";
import { AppError } from "../../../src/shared/errors.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { undoId } from "../../support/session-script.ts";

useFakeLayout();

const harmonics = "src/tides/harmonics.ts";
const radians = "src/tides/radians.ts";
const row = {
  path: radians,
  action: "delete",
  fingerprint: "1",
  mergeable: false,
  added: 0,
  removed: 4,
} as const;
const plain: UndoPlan = { rows: [row], uncoveredCommands: 0 };
const overlapping: UndoPlan = {
  uncoveredCommands: 1,
  rows: [
    row,
    {
      path: harmonics,
      action: "restore",
      fingerprint: "2",
      mergeable: false,
      conflict: "Lines 14–16 were changed after this step.",
      added: 4,
      removed: 5,
    },
  ],
};
const undone: UndoResult = {
  undone: [{ path: radians, action: "delete" }],
  conflicts: [],
  skipped: [],
  redo: undoId("u-7"),
};

const render = (plan: UndoPlan, result = undone, over: FakeHandlers = {}) =>
  renderSession(createSampleSession(), {
    "checkpoint.plan": () => plan,
    "checkpoint.undo": () => result,
    "checkpoint.redo": () => ({ ...result, redo: undoId("u-8") }),
    "checkpoint.preview": () => null,
    ...over,
  });
const turnCard = () => screen.getByRole("group", { name: "What this prompt changed" });
const target = { unit: "turn", turnId: "t-1" };

describe("undo of a prompt", () => {
  it("is one press when nothing overlaps, and one more brings it back", async () => {
    const { user, inputs } = await render(plain);
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Undid 1 file")).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(inputs("checkpoint.plan")).toEqual([{ sessionId: "s-sample", target }]);
    expect(inputs("checkpoint.undo")).toEqual([
      { sessionId: "s-sample", target, conflicts: "merge", choices: {} },
    ]);
    await user.click(screen.getByRole("button", { name: "Redo" }));
    expect(await screen.findByText("Brought back 1 file")).toBeTruthy();
    expect(inputs("checkpoint.redo")).toEqual([{ sessionId: "s-sample", undoId: "u-7" }]);
  });

  it("plans first and writes nothing until the person has chosen, when something overlaps", async () => {
    const { user, inputs } = await render(overlapping);
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    const dialog = await screen.findByRole("dialog", { name: "Undo" });
    expect(inputs("checkpoint.undo")).toEqual([]);
    expect(
      within(dialog).getByText("1 command is not restorable: what it did stays."),
    ).toBeTruthy();
    expect(
      within(dialog).getByRole<HTMLInputElement>("radio", { name: "Keep as it is now" }).checked,
    ).toBe(true);
    expect(within(dialog).queryByRole("radio", { name: "Merge" })).toBeNull();
    expect(within(dialog).getByRole("button", { name: "Undo 1, keep 1" })).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(within(dialog).getByRole("radio", { name: "Restore old version" }));
    await user.click(within(dialog).getByRole("button", { name: "Undo 2" }));
    expect(inputs("checkpoint.undo")).toEqual([
      {
        sessionId: "s-sample",
        target,
        conflicts: "merge",
        choices: { [harmonics]: "overwrite" },
        // Applied only to what the person has seen.
        seen: { [harmonics]: "2", [radians]: "1" },
      },
    ]);
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
  });

  it("shows what the undo makes of the chosen file, by the choice made for it", async () => {
    const diff: FileDiff = {
      path: harmonics,
      kind: "modified",
      key: "f-1",
      added: 1,
      removed: 0,
      binary: false,
      truncated: false,
      hunks: [
        {
          key: "h-1",
          oldStart: 1,
          oldLines: 0,
          newStart: 1,
          newLines: 1,
          lines: [{ kind: "added", text: "the old line" }],
        },
      ],
    };
    const { user, inputs } = await render(overlapping, undone, {
      "checkpoint.preview": ({ choice }) => (choice === "keep" ? null : diff),
    });
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    const preview = await screen.findByRole("region", { name: "Before and after" });
    expect(await within(preview).findByText(/stays exactly as it is now. Undone/)).toBeTruthy();
    expect(await within(preview).findByText("the old line")).toBeTruthy();
    await user.click(within(preview).getByRole("radio", { name: "Restore old version" }));
    expect(await within(preview).findByText(/to the file after this undo/)).toBeTruthy();
    expect(within(preview).getByText("the old line")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /^src\/tides\/radians/ }));
    await waitFor(() => {
      expect(inputs("checkpoint.preview")).toMatchObject([
        { path: harmonics, choice: "overwrite" },
        { path: radians, choice: "merge" },
      ]);
    });
  });

  it("cancelled leaves everything as it is", async () => {
    const { user, inputs } = await render(overlapping);
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(inputs("checkpoint.undo")).toEqual([]);
  });

  it("names what was kept, and tells all in its details", async () => {
    const { user } = await render(plain, {
      ...undone,
      conflicts: [{ path: harmonics, reason: "Changed while the undo was running." }],
    });
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Undid 1 file · 1 kept as it is")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Details" }));
    const dialog = await screen.findByRole("dialog", { name: "What was undone" });
    expect(dialog.textContent).toContain("Changed while the undo was running.");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("says why it failed, and can be pressed again", async () => {
    let isFirst = true;
    const { user } = await render(plain, undone, {
      "checkpoint.undo": () => {
        if (!isFirst) return undone;
        isFirst = false;
        throw new AppError("conflict", "Another program holds the folder.");
      },
    });
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Not undone: Another program holds the folder.")).toBeTruthy();
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Undid 1 file")).toBeTruthy();
  });

  it("says when there is nothing left", async () => {
    const { user, inputs } = await render({ rows: [], uncoveredCommands: 0 });
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Nothing left to undo here")).toBeTruthy();
    expect(inputs("checkpoint.undo")).toEqual([]);
  });
});

describe("undo from elsewhere", () => {
  it("takes one step from its row", async () => {
    const { user, inputs } = await render(plain);
    const [first] = screen.getAllByRole("button", { name: "Undo this step" });
    if (first === undefined) throw new Error("no Undo");
    await user.click(first);
    await screen.findByText("Undid 1 file");
    expect(inputs("checkpoint.plan")).toEqual([
      { sessionId: "s-sample", target: { unit: "call", callId: "c-edit" } },
    ]);
  });

  it("Ctrl+Alt+Z undoes the last prompt, also out of the composer", async () => {
    const { user, inputs } = await render(plain);
    await user.keyboard("{Control>}{Alt>}z{/Alt}{/Control}");
    await screen.findByText("Undid 1 file");
    expect(inputs("checkpoint.plan")).toEqual([{ sessionId: "s-sample", target }]);
  });

  it("Ctrl+Alt+Z waits while the agent is still writing", async () => {
    const script = createSampleSession();
    script.prompt("t-2", "more");
    const { user, inputs } = await renderSession(script);
    await user.keyboard("{Control>}{Alt>}z{/Alt}{/Control}");
    expect(await screen.findByText(/Stop the agent first/)).toBeTruthy();
    expect(inputs("checkpoint.plan")).toEqual([]);
  });
});

describe("undo of what can run code or steer the agent", () => {
  const steering: UndoPlan = {
    uncoveredCommands: 0,
    rows: [row, { ...row, path: "AGENTS.md", steers: "agent", fingerprint: "3" }],
  };

  it("asks, says what the file may do, and changes it only when ticked", async () => {
    const { user, inputs } = await render(steering);
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    const dialog = await screen.findByRole("dialog", { name: "Undo" });
    expect(inputs("checkpoint.undo")).toEqual([]);
    expect(dialog.textContent).toContain(
      "1 file can run code or steer the agent, and stays unless you tick it.",
    );
    expect(dialog.textContent).toContain("Instructions and settings that coding agents take");
    const box = within(dialog).getByRole<HTMLInputElement>("checkbox", { name: "Undo AGENTS.md" });
    expect(box.checked).toBe(false);
    expect(within(dialog).getByRole("button", { name: "Undo 1, keep 1" })).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(box);
    await user.click(within(dialog).getByRole("button", { name: "Undo 2" }));
    await waitFor(() => {
      expect(inputs("checkpoint.undo")).toMatchObject([{ choices: { "AGENTS.md": "overwrite" } }]);
    });
  });

  it("is not done again before the person has said so once more", async () => {
    const left: UndoResult = {
      ...undone,
      conflicts: [{ path: "AGENTS.md", reason: "as main says it", steers: "agent" }],
      redo: undoId("u-8"),
    };
    const { user, inputs } = await render(plain, undone, {
      "checkpoint.redo": ({ allowSteering }) => (allowSteering === true ? undone : left),
    });
    await user.click(within(turnCard()).getByRole("button", { name: "Undo" }));
    await user.click(await screen.findByRole("button", { name: "Redo" }));
    const dialog = await screen.findByRole("dialog", { name: "Bring this back too?" });
    expect(dialog.textContent).toContain("AGENTS.md");
    expect(dialog.textContent).toContain("Agent instructions");
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Bring back 1 file" }));
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
    expect(inputs("checkpoint.redo")).toEqual([
      { sessionId: "s-sample", undoId: "u-7" },
      { sessionId: "s-sample", undoId: "u-7", allowSteering: true },
    ]);
  });
});
