// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { MergePart, UndoPlan, UndoPlanRow } from "../../../src/shared/checkpoint.ts";
import { AppError } from "../../../src/shared/errors.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { undoId } from "../../support/session-script.ts";

useFakeLayout();

const row = (path: string, part: Partial<UndoPlanRow> = {}): UndoPlanRow => ({
  path,
  action: "restore",
  fingerprint: `${path} 1`,
  mergeable: false,
  added: 1,
  removed: 2,
  ...part,
});
const plan = (...rows: UndoPlanRow[]): UndoPlan => ({ rows, uncoveredCommands: 0 });
const overlap = (path: string) => row(path, { conflict: "it was changed since in the same place" });
const held = (path: string) => row(path, { held: "the command ran for over 5 s" });

async function open(first: UndoPlan, over: FakeHandlers = {}) {
  const rendered = await renderSession(createSampleSession(), {
    "checkpoint.plan": () => first,
    "checkpoint.undo": () => ({ undone: [], conflicts: [], skipped: [], redo: undoId("u-1") }),
    "checkpoint.preview": () => null,
    ...over,
  });
  const card = screen.getByRole("group", { name: "What this prompt changed" });
  await rendered.user.click(within(card).getByRole("button", { name: "Undo" }));
  const dialog = await screen.findByRole("dialog");
  const tickOf = (path: string) =>
    within(dialog).getByRole<HTMLInputElement>("checkbox", { name: `Undo ${path}` });
  const choices = () => rendered.inputs("checkpoint.undo").map((input) => choicesOf(input));
  return { ...rendered, dialog, tickOf, choices };
}

const choicesOf = (input: unknown): unknown =>
  typeof input === "object" && input !== null && "choices" in input ? input.choices : undefined;

describe("what may be the person's", () => {
  it("is listed unticked with its reason, and undone only when it is ticked", async () => {
    const { user, dialog, tickOf, choices } = await open(plan(row("a.ts"), held("b.ts")));
    expect(tickOf("b.ts").checked).toBe(false);
    expect(tickOf("a.ts").checked).toBe(true);
    expect(dialog.textContent).toContain("Not ticked: the command ran for over 5 s.");
    expect(within(dialog).getByRole("button", { name: "Undo 1, keep 1" })).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(tickOf("b.ts"));
    expect(within(dialog).getByRole<HTMLInputElement>("radio", { name: "Undo it" }).checked).toBe(
      true,
    );
    await user.click(tickOf("a.ts"));
    await user.click(within(dialog).getByRole("button", { name: "Undo 1, keep 1" }));
    expect(choices()).toEqual([{ "a.ts": "keep", "b.ts": "overwrite" }]);
  });

  it("cannot be ticked where nothing can take its place", async () => {
    const { tickOf } = await open(plan(row("pipe", { action: "none", conflict: "a pipe" })));
    expect(tickOf("pipe").disabled).toBe(true);
  });
});

describe("a merge that is edited", () => {
  const parts: MergePart[] = [
    { kind: "same", text: "one\r\ntwo\r\n" },
    { kind: "overlap", now: "mine\r\n", changed: "agent\r\n", old: "old\r\n" },
    { kind: "same", text: Array.from({ length: 20 }, (_, index) => `line ${index}\r\n`).join("") },
    { kind: "overlap", now: "end", changed: "agent's end", old: "old end" },
  ];
  const tail = parts[2]?.kind === "same" ? parts[2].text : "";

  it("starts from the file as it is, takes old, both or anything typed, and keeps line ends", async () => {
    const { user, dialog, choices, inputs } = await open(plan(overlap("a.ts")), {
      "checkpoint.merge": () => parts,
    });
    await user.click(within(dialog).getByRole("radio", { name: "Edit merge" }));
    const first = await within(dialog).findByRole("region", { name: "Overlap 1 of 2" });
    expect(inputs("checkpoint.merge")).toMatchObject([{ path: "a.ts" }]);
    const field = within(first).getByRole<HTMLTextAreaElement>("textbox");
    expect(field.value).toBe("mine");
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(within(first).getByRole("button", { name: "Both" }));
    expect(field.value).toBe("mine\nold");
    fireEvent.change(field, { target: { value: "mine\nand old" } });
    const last = within(dialog).getByRole("region", { name: "Overlap 2 of 2" });
    await user.click(within(last).getByRole("button", { name: "Old version" }));
    await user.click(within(dialog).getByRole("button", { name: "Undo 1" }));
    expect(choices()).toEqual([
      { "a.ts": { edit: `one\r\ntwo\r\nmine\r\nand old\r\n${tail}old end` } },
    ]);
  });

  it("folds what is settled and shows it on a press", async () => {
    const { user, dialog } = await open(plan(overlap("a.ts")), { "checkpoint.merge": () => parts });
    await user.click(within(dialog).getByRole("radio", { name: "Edit merge" }));
    await within(dialog).findByText(/line 19/);
    expect(within(dialog).queryByText(/line 9/)).toBeNull();
    await user.click(within(dialog).getByRole("button", { name: /Show 14 lines/ }));
    expect(within(dialog).getByText(/line 9/)).toBeTruthy();
  });

  it("is nothing that an undo could empty a file with before it is there", async () => {
    const { user, dialog, choices } = await open(plan(overlap("a.bin")), {
      "checkpoint.merge": () => null,
    });
    await user.click(within(dialog).getByRole("radio", { name: "Edit merge" }));
    await screen.findByText(/no text that can be merged/);
    await user.click(within(dialog).getByRole("button", { name: "Keep 1" }));
    expect(choices()).toEqual([{ "a.bin": "keep" }]);
  });
});

describe("what changes while the dialog is open", () => {
  it("comes back as such, with the other choices as they were", async () => {
    let plans = 0;
    const conflicts = [{ path: "a.ts", reason: "it changed" }];
    const { user, dialog, choices, inputs } = await open(plan(overlap("a.ts"), overlap("b.ts")), {
      "checkpoint.plan": () => {
        plans += 1;
        return plans === 1
          ? plan(overlap("a.ts"), overlap("b.ts"))
          : plan({ ...overlap("a.ts"), fingerprint: "a.ts 2" }, overlap("b.ts"));
      },
      "checkpoint.undo": ({ seen }) => ({
        undone: [],
        skipped: [],
        conflicts: seen?.["a.ts"] === "a.ts 1" ? conflicts : [],
        redo: null,
      }),
    });
    await user.click(within(dialog).getByRole("radio", { name: "Restore old version" }));
    await user.click(within(dialog).getByRole("button", { name: "Undo 1, keep 1" }));
    const again = await screen.findByRole("dialog");
    await within(again).findByText(/1 file changed while you were choosing/);
    expect(within(again).getByText(/What you chose for it was not done/)).toBeTruthy();
    expect(
      within(again).getByRole<HTMLInputElement>("radio", { name: "Keep as it is now" }).checked,
    ).toBe(true);
    await user.click(within(again).getByRole("radio", { name: "Restore old version" }));
    await user.click(within(again).getByRole("button", { name: "Undo 1, keep 1" }));
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
    const restored = { "a.ts": "overwrite", "b.ts": "keep" };
    expect(choices()).toEqual([restored, restored]);
    expect(inputs("checkpoint.undo")).toMatchObject([
      { seen: { "a.ts": "a.ts 1" } },
      { seen: { "a.ts": "a.ts 2" } },
    ]);
  });
});

describe("another language", () => {
  it("words main's reasons, and says first what kind of trouble a failure is", async () => {
    const { user, dialog, services } = await open(plan(held("a.ts"), overlap("b.ts")), {
      "checkpoint.undo": () => {
        throw new AppError("unavailable", "The disk is full.");
      },
    });
    await act(() => services.commands.changeSettings({ language: "zh-CN" }));
    expect(within(dialog).getByText("未勾选：该命令运行超过 5 秒。")).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: /保留 2 个/ }));
    await screen.findByText("未撤销：暂时无法完成：The disk is full.");
  });
});

describe("another branch", () => {
  it("says what the undo waits for, and undoes nothing", async () => {
    const { dialog, inputs } = await open({
      ...plan(row("a.ts")),
      waitsFor: { branch: "main", now: "fix-1", message: "main's own words" },
    });
    const message = "You switched main → fix-1; earlier undo waits for main.";
    expect(within(dialog).getByText(message)).toBeTruthy();
    expect(within(dialog).getByText(/Switch back to it and undo works again/)).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
    expect(inputs("checkpoint.undo")).toEqual([]);
  });
});
