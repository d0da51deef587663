// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../src/shared/contract.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { checkpointIdSchema } from "../../../src/shared/ids.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import { at, project, someKey, windowHandlers } from "../../support/window-handlers.ts";

const mebibyte = 1024 * 1024;
const size: Output<"storage.size"> = {
  checkpoints: 1234,
  bytes: 900 * mebibyte,
  baseline: 300 * mebibyte,
  packs: 500 * mebibyte,
  tail: 60 * mebibyte,
  records: 40 * mebibyte,
  changed: 590 * mebibyte,
  growth: 1.02,
  quota: 2048 * mebibyte,
  days: 30,
  oldest: "2026-04-02T08:00:00.000Z",
  pinned: [checkpointIdSchema.parse("k-1")],
  dropped: null,
};

async function open(over: FakeHandlers = {}) {
  const other = { path: "/home/ada/tides", openedAt: at };
  const rendered = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }, other],
      "storage.size": () => size,
      "storage.freeSpace": ({ dryRun, olderThanDays = 30 }) => ({
        dryRun,
        checkpoints: olderThanDays < 30 ? 40 : 0,
        sessions: 3,
        bytes: 120 * mebibyte,
        spared: 2,
      }),
      ...over,
    }),
  );
  await screen.findByRole("navigation", { name: "Sidebar" });
  rendered.services.commands.showOverlay("settings", "storage");
  await screen.findByRole("tab", { name: "Storage" });
  const inputs = (operation: string) =>
    rendered.bridge.calls.filter((call) => call.operation === operation).map((call) => call.input);
  return { ...rendered, inputs };
}

describe("the storage page", () => {
  it("counts what commands keep for themselves, and clears it at a press", async () => {
    let caches = 5 * mebibyte;
    const { user, inputs } = await open({
      "storage.private": () => ({ caches, held: 1000, heldCopies: 1 }),
      "storage.clearCaches": () => {
        const bytes = caches;
        caches = 0;
        return { bytes };
      },
    });
    const name = "Private home and package caches of commands";
    const part = await screen.findByRole("region", { name });
    expect(part.textContent).toContain("5 MB");
    expect(part.textContent).toContain("1 file that was taken back from commands");
    await user.click(within(part).getByRole("button", { name: "Clear caches" }));
    await screen.findByText("Cleared 5 MB of caches");
    expect(inputs("storage.clearCaches")).toEqual([{ workspace: project.path }]);
    await waitFor(() => {
      const button = screen.getByRole("button", { name: "Clear caches" });
      expect(button).toHaveProperty("disabled", true);
    });
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("says what the work takes, what of it bounds, and the first look apart", async () => {
    await open();
    const figures = await screen.findByRole("region", { name: "On the disk" });
    expect(figures.textContent).toContain("600 MB of 2 GB");
    expect(figures.textContent).toContain("1,234 safety copies · since Apr 2, 2026");
    expect(figures.textContent).toContain("300 MB");
    expect(figures.textContent).toContain("1 copy is pinned");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("asks about another project only when it is chosen", async () => {
    const { user, inputs } = await open();
    await user.click(await screen.findByRole("button", { name: /^Project: / }));
    await user.click(await screen.findByRole("menuitemradio", { name: /tides/ }));
    await waitFor(() => {
      expect(inputs("storage.size")).toEqual([
        { workspace: project.path },
        { workspace: "/home/ada/tides" },
      ]);
    });
  });

  it("frees nothing before it has said what would go, and asks again for another age", async () => {
    const { user, inputs } = await open();
    await user.click(await screen.findByRole("button", { name: "Free space…" }));
    const dialog = await screen.findByRole("dialog", { name: "Free space" });
    await within(dialog).findByText(/Nothing is that old/);
    const go = () => within(dialog).getByRole<HTMLButtonElement>("button", { name: /^Free / });
    expect(go().disabled).toBe(true);
    fireEvent.change(within(dialog).getByRole("textbox", { name: "Older than, in days" }), {
      target: { value: "7" },
    });
    await within(dialog).findByText(/40 copies would go, and with them all of 3 sessions: 120 MB/);
    expect(within(dialog).getByText(/2 older ones stay/)).toBeTruthy();
    expect(inputs("storage.freeSpace")).toEqual(
      [30, 7].map((olderThanDays) => ({ workspace: project.path, olderThanDays, dryRun: true })),
    );
    await user.click(go());
    await screen.findByText("Freed 120 MB: 40 copies dropped");
    expect(inputs("storage.freeSpace").at(-1)).toMatchObject({ olderThanDays: 7, dryRun: false });
    expect(inputs("storage.size")).toHaveLength(2);
  });

  it("takes no age that is none, and says why a project cannot be read", async () => {
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Free space…" }));
    const field = await screen.findByRole("textbox", { name: "Older than, in days" });
    fireEvent.change(field, { target: { value: "soon" } });
    expect(screen.getByText("A number from 0 to 36,500.")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /^Free 0/ }).disabled).toBe(true);
  });

  it("saves a limit only in its bounds, and asks for the size again", async () => {
    const { inputs } = await open();
    const field = await screen.findByRole("textbox", { name: /^Most space/ });
    fireEvent.change(field, { target: { value: "63" } });
    fireEvent.blur(field);
    expect(screen.getByText("A whole number from 64 to 1,048,576.")).toBeTruthy();
    expect(inputs("settings.set")).toEqual([]);
    fireEvent.change(field, { target: { value: "512" } });
    fireEvent.blur(field);
    await waitFor(() => {
      expect(inputs("storage.size")).toHaveLength(2);
    });
    expect(inputs("settings.set")).toEqual([{ checkpointMegabytes: 512 }]);
  });

  it("says why a size cannot be read", async () => {
    await open({
      "storage.size": () => {
        throw new AppError("not-found", "The folder is gone.");
      },
    });
    expect((await screen.findByRole("alert")).textContent).toBe(
      "The size could not be read. The folder is gone.",
    );
  });
});
