// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FileDiff } from "../../../src/shared/diff.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSessionScript, type SessionScript } from "../../support/session-script.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

const change = { path: "a.ts", kind: "modified", added: 2, removed: 2, binary: false } as const;
const diff = (path: string, part: Partial<FileDiff> = {}): FileDiff => ({
  ...change,
  path,
  key: `f-${path}`,
  hunks: [
    {
      key: `h-${path}`,
      oldStart: 1,
      oldLines: 1,
      newStart: 1,
      newLines: 1,
      lines: [{ kind: "added", text: `in ${path}` }],
    },
  ],
  truncated: false,
  ...part,
});

/** A command and an edit of the same file in one prompt. */
function twice(): SessionScript {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "Go");
  script.call("t-1", "c-1", { name: "run_command", input: { command: "fmt" } });
  script.end("t-1", "c-1", {
    exitCode: 0,
    changes: [change, { ...change, path: "b.ts" }],
    notes: ["Undo does not cover node_modules: of folders like this only the presence is known."],
  });
  script.call("t-1", "c-2", { name: "edit_file", input: { path: "a.ts" } });
  script.end("t-1", "c-2", { changes: [change] });
  script.finish("t-1");
  return script;
}

const card = () => screen.findByRole("group", { name: "What this prompt changed" });

describe("the card of an answer", () => {
  it("has the figures of what stands where steps overlap, as the review has", async () => {
    await renderSession(twice(), {
      "diff.turn": () => [diff("a.ts", { added: 3, removed: 1 }), diff("b.ts")],
    });
    const region = await card();
    await within(region).findByText("+3");
    await within(region).findByText("+5");
    expect(within(region).queryByText("+6")).toBeNull();
  });

  it("lists what the person changed apart, closed, and undoes nothing of it", async () => {
    const { user, inputs } = await renderSession(twice(), {
      "diff.turn": () => [diff("a.ts"), diff("b.ts")],
      "diff.outside": () => [diff("mine.ts")],
    });
    const yours = await screen.findByRole("group", { name: "Yours: changed outside" });
    expect(inputs("diff.outside")).toEqual([{ sessionId: "s-sample", turnId: "t-1" }]);
    expect(within(yours).queryByText("mine.ts")).toBeNull();
    await user.click(within(yours).getByRole("button", { name: /Yours/ }));
    await user.click(within(yours).getByRole("button", { name: /mine\.ts/ }));
    expect(within(yours).getByText("in mine.ts")).toBeTruthy();
    expect(within(yours).queryByRole("button", { name: /Undo/ })).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });
});

describe("the row of a command", () => {
  it("counts its files, opens their diffs, reads its notes out and is undone alone", async () => {
    const { user, inputs } = await renderSession(twice(), {
      "diff.turn": () => [diff("a.ts"), diff("b.ts")],
      "diff.call": () => [diff("a.ts"), diff("b.ts")],
      "checkpoint.plan": () => ({ rows: [], uncoveredCommands: 0 }),
    });
    const row = await screen.findByRole("button", { name: /^Ran fmt/ });
    expect(row.textContent).toContain("2 files");
    await user.click(row);
    expect(await screen.findByText("in b.ts")).toBeTruthy();
    expect(screen.getByText(/Undo does not cover node_modules/)).toBeTruthy();
    const [undo] = screen.getAllByRole("button", { name: "Undo this step" });
    await user.click(undo ?? document.body);
    expect(inputs("checkpoint.plan")).toMatchObject([{ target: { unit: "call", callId: "c-1" } }]);
  });
});

describe("the coverage of commands", () => {
  it("is counted in the status row until it is complete, and of this project only", async () => {
    const { bridge } = await renderSession(twice(), { "diff.turn": () => [] });
    const tell = (workspace: string, covered: number): void => {
      const coverage = { complete: covered === 50_000, files: 50_000, covered };
      bridge.announce({ topic: "coverage", workspace, coverage });
    };
    tell("/somewhere/else", 5);
    expect(screen.queryByText(/^Undo of commands/)).toBeNull();
    tell(project.path, 12_300);
    expect(await screen.findByText("Undo of commands: 12,300 of 50,000 files")).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    tell(project.path, 50_000);
    await expect.poll(() => screen.queryByText(/^Undo of commands/)).toBeNull();
  });
});
