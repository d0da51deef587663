// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../src/shared/contract.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { acceleratorOf, formatAccelerator } from "../../../src/renderer/src/actions/accelerator.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";

async function openSettings(page: string, over: FakeHandlers = {}, mod = "Control") {
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      ...over,
    }),
  );
  await screen.findByRole("navigation", { name: "Sidebar" });
  await rendered.user.keyboard(`{${mod}>},{/${mod}}`);
  await rendered.user.click(await screen.findByRole("tab", { name: page }));
  return rendered;
}

const patches = (calls: readonly { operation: string; input: unknown }[]) =>
  calls.filter((call) => call.operation === "settings.set").map((call) => call.input);

const onMac: Output<"app.info"> = {
  version: "0.1.0",
  platform: "darwin",
  electron: "45.4.1",
  registryElectron: false,
  startFolder: null,
  warnings: [],
};

describe("the settings", () => {
  it("show which key is used and never more than its last four characters", async () => {
    await openSettings("Key and model");
    expect(screen.getByText("Key ending in 9f3c, in your keychain")).toBeTruthy();
  });

  it("remove the key only after asking", async () => {
    const { user, bridge } = await openSettings("Key and model");
    await user.click(screen.getByRole("button", { name: "Remove" }));
    await screen.findByText("Remove the key?");
    expect(bridge.calls.some((call) => call.operation === "key.remove")).toBe(false);
    await user.click(screen.getAllByRole("button", { name: "Remove" }).at(-1) ?? document.body);
    expect(await screen.findByText("No key yet")).toBeTruthy();
  });

  it("save a choice at once", async () => {
    const { user, bridge } = await openSettings("Agent");
    await user.click(screen.getByRole("button", { name: /Mode of projects opened/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /Confirm/ }));
    await waitFor(() => {
      expect(patches(bridge.calls)).toEqual([{ defaultMode: "ask" }]);
    });
  });

  it("change what closing the window does", async () => {
    const { user, bridge } = await openSettings("General");
    await user.click(screen.getByRole("button", { name: /^Closing the window/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Stop and quit" }));
    await waitFor(() => {
      expect(patches(bridge.calls)).toEqual([{ whenClosed: "quit" }]);
    });
    expect(await screen.findByRole("button", { name: /Stop and quit/ })).toBeTruthy();
  });

  it("leave closing out on macOS, where a closed window never ends the app", async () => {
    await openSettings("General", { "app.info": () => onMac }, "Meta");
    expect(screen.getByRole("button", { name: /^Theme/ })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Closing the window/ })).toBeNull();
  });

  it("keep windows out of shared screens where the system can, and do not offer it elsewhere", async () => {
    const { user, bridge } = await openSettings("General", { "app.info": () => onMac }, "Meta");
    await user.click(screen.getByRole("checkbox", { name: /out of recordings/ }));
    await waitFor(() => {
      expect(patches(bridge.calls)).toEqual([{ hideFromSharing: true }]);
    });
    cleanup();
    await openSettings("General");
    expect(screen.queryByRole("checkbox", { name: /out of recordings/ })).toBeNull();
  });

  it("refuse a budget that cannot be read, and save one that can", async () => {
    const { user, bridge } = await openSettings("Agent");
    const field = screen.getByLabelText("Budget per session");
    await user.type(field, "lots{Enter}");
    expect(screen.getByRole("alert").textContent).toContain("such as 2 USD");
    await user.clear(field);
    await user.type(field, "2 USD{Enter}");
    await waitFor(() => {
      expect(patches(bridge.calls)).toEqual([{ sessionBudget: "2 USD" }]);
    });
  });

  it.each(["0", "1001", "1.5", "abc"])("refuse %s as a number of steps", async (text) => {
    const { user, bridge } = await openSettings("Agent");
    const field = screen.getByLabelText("Most steps per prompt");
    await user.clear(field);
    await user.type(field, `${text}{Enter}`);
    expect(screen.getByRole("alert").textContent).toContain("from 1 to 1000");
    expect(patches(bridge.calls)).toEqual([]);
  });

  it("take the limits of a command, and nothing for the usual memory", async () => {
    const { user, bridge } = await openSettings("Agent");
    const memory = screen.getByLabelText("Memory of a command, in megabytes");
    await user.type(memory, "63{Enter}");
    expect(screen.getByRole("alert").textContent).toContain("from 64");
    await user.clear(memory);
    await user.type(memory, "4096{Enter}");
    const time = screen.getByLabelText("Processor time of a command, in minutes");
    await user.clear(time);
    await user.type(time, "30{Enter}");
    expect(patches(bridge.calls)).toEqual([{ commandMegabytes: 4096 }, { commandCpuMinutes: 30 }]);
    await user.clear(memory);
    await user.type(memory, "{Enter}");
    expect(patches(bridge.calls).at(-1)).toEqual({ commandMegabytes: null });
  });

  it("say when main refuses to save", async () => {
    const { user } = await openSettings("General", {
      "settings.set": () => {
        throw new AppError("unavailable", "The disk is full.");
      },
    });
    await user.click(screen.getByRole("button", { name: /^Theme/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Dark" }));
    expect(await screen.findByText("Not saved: The disk is full.")).toBeTruthy();
  });

  it("record a shortcut by pressing it, and refuse a bare letter", async () => {
    const { user, bridge } = await openSettings("Quick ask");
    const field = screen.getByLabelText("Shortcut for quick ask");
    await user.click(field);
    fireEvent.keyDown(field, { key: "j", code: "KeyJ" });
    expect(screen.getByRole("alert").textContent).toContain("Hold Ctrl");
    fireEvent.keyDown(field, { key: "Control", code: "ControlLeft", ctrlKey: true });
    fireEvent.keyDown(field, { key: " ", code: "Space", ctrlKey: true, altKey: true });
    await waitFor(() => {
      expect(patches(bridge.calls)).toEqual([{ quickAskShortcut: "Control+Alt+Space" }]);
    });
    expect(await screen.findByText("Ctrl+Alt+Space")).toBeTruthy();
  });

  it("list what does not work here with its remedy", async () => {
    await openSettings("About");
    expect(await screen.findByText("Install gnome-keyring.")).toBeTruthy();
    expect(screen.getByLabelText("does not work")).toBeTruthy();
  });

  it("show how each model's calls came, by endpoint", async () => {
    const row = { region: "singapore", protocol: "openai" as const, malformed: 0, failed: 3 };
    await openSettings("Model health", {
      "model.health": () => [
        { ...row, model: "qwen3-coder-next", calls: 120, repairs: { "text-call": 4, escapes: 1 } },
        { ...row, model: "qwen3.7-plus", calls: 7, malformed: 2, repairs: {} },
      ],
    });
    const cells = (await screen.findAllByRole("row")).map(({ textContent }) => textContent);
    expect(cells).toEqual([
      "ModelCallsFailedMalformedRepaired",
      "qwen3-coder-nextSingapore · OpenAI-compatible12030as text 4line ends 1",
      "qwen3.7-plusSingapore · OpenAI-compatible7320",
    ]);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("say when there are no counts of calls yet", async () => {
    await openSettings("Model health", { "model.health": () => [] });
    expect(await screen.findByText("No calls yet.")).toBeTruthy();
  });

  it("say why the counts of calls cannot be read", async () => {
    await openSettings("Model health", {
      "model.health": () => {
        throw new AppError("unavailable", "The disk is busy.");
      },
    });
    expect((await screen.findByRole("alert")).textContent).toContain("The disk is busy.");
  });

  it.each(["Key and model", "Agent", "General", "Quick ask", "About"])(
    "have no accessibility fault on %s",
    async (page) => {
      await openSettings(page);
      expect(await accessibilityFaults()).toEqual([]);
    },
  );
});

describe("an accelerator", () => {
  const press = {
    key: "a",
    code: "KeyA",
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
  };

  it.each([
    [{ ...press, ctrlKey: true, shiftKey: true }, "Control+Shift+A"],
    [{ ...press, key: "F5", code: "F5" }, "F5"],
    [{ ...press, shiftKey: true }, "invalid"],
    [{ ...press, key: "Alt", code: "AltLeft", altKey: true }, "incomplete"],
    [{ ...press, key: "å", code: "KeyA", altKey: true, metaKey: true }, "Alt+Command+A"],
  ])("is read from a press: %j is %s", (pressed, accelerator) => {
    expect(acceleratorOf(pressed)).toBe(accelerator);
  });

  it("is written as the platform does", () => {
    expect(formatAccelerator("Control+Alt+Space", "darwin")).toBe("⌃⌥Space");
    expect(formatAccelerator("Control+Alt+Space", "win32")).toBe("Ctrl+Alt+Space");
  });
});
