// @vitest-environment happy-dom
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderWindow } from "../../support/render-window.tsx";
import { noKey, someKey, windowHandlers } from "../../support/window-handlers.ts";

const hint = "Drop the folder to open it";

describe("a folder dropped on the window", () => {
  it("is opened, and what is no folder is not", async () => {
    const { bridge } = renderWindow(windowHandlers(someKey));
    await screen.findByRole("button", { name: "Choose a folder…" });
    const opened = () =>
      bridge.calls.flatMap(({ operation, input }) =>
        operation === "workspace.open" ? [input] : [],
      );
    drag("drop", "/home/ada/zod/package.json", false);
    expect(await screen.findByText("Belay opens folders. What was dropped is none.")).toBeTruthy();
    expect(opened()).toEqual([]);
    expect(drag("dragover", "/home/ada/zod", true).defaultPrevented).toBe(true);
    expect(await screen.findByText(hint)).toBeTruthy();
    drag("drop", "/home/ada/zod", true);
    await waitFor(() => {
      expect(opened()).toEqual([{ path: "/home/ada/zod", confirmed: false }]);
    });
    expect(screen.queryByText(hint)).toBeNull();
  });

  it("waits for a key", async () => {
    const { bridge } = renderWindow(windowHandlers(noKey));
    await screen.findByLabelText("API key");
    drag("dragover", "/home/ada/zod", true);
    expect(drag("drop", "/home/ada/zod", true).defaultPrevented).toBe(true);
    await Promise.resolve();
    expect(screen.queryByText(hint)).toBeNull();
    expect(bridge.calls.some(({ operation }) => operation === "workspace.open")).toBe(false);
  });
});

/** Drags something of the disk over the window, as Chromium tells a page of it. */
function drag(type: "dragover" | "drop", path: string, isDirectory: boolean): Event {
  const item = { getAsFile: () => new File([], path), webkitGetAsEntry: () => ({ isDirectory }) };
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), {
    dataTransfer: { types: ["Files"], items: [item], dropEffect: "none" },
  });
  document.body.dispatchEvent(event);
  return event;
}
