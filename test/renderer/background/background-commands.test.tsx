// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { BackgroundCommand } from "../../../src/shared/background.ts";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

const command = (id: string, over: Partial<BackgroundCommand> = {}): BackgroundCommand => ({
  id,
  command: `npm run ${id}`,
  workspace: project.path,
  sessionId: sessionIdSchema.parse("s-sample"),
  startedAt: new Date(Date.now() - 190_000).toISOString(),
  takesInput: false,
  ...over,
});

async function open(commands: BackgroundCommand[]) {
  const printed = new Map(commands.map(({ id }) => [id, `${id} printed\n`]));
  const listening = new Map<string, number[]>();
  const rendered = await renderSession(createSampleSession(), {
    "background.list": () => commands,
    "background.tail": ({ id }) => ({ text: printed.get(id) ?? "" }),
    "background.write": () => ({}),
    "background.ports": ({ id }) => ({ ports: listening.get(id) ?? [] }),
    "background.openPort": () => ({}),
    "background.stop": () => ({}),
  });
  return { ...rendered, printed, listening };
}
const control = (name: string) => screen.findByRole("button", { name });
const announce = ({ bridge }: Awaited<ReturnType<typeof open>>, commands: BackgroundCommand[]) => {
  bridge.announce({ topic: "background", commands });
};

describe("commands in the background", () => {
  it("are counted in the status row while there are any", async () => {
    const rendered = await open([]);
    expect(screen.queryByRole("button", { name: /running$/ })).toBeNull();
    announce(rendered, [command("dev"), command("watch")]);
    await control("2 running");
    announce(rendered, [command("watch")]);
    await control("1 running");
    announce(rendered, []);
    await waitFor(() => {
      expect(screen.queryByRole("button", { name: /running$/ })).toBeNull();
    });
  });

  it("show the end of what the one prints, as it goes on", async () => {
    const { user, printed } = await open([command("dev")]);
    await user.click(await control("1 running"));
    const panel = await screen.findByRole("dialog", { name: "Running in the background" });
    await within(panel).findByText("dev printed");
    expect(panel.textContent).toMatch(/3 min 1\d s/);
    expect(await accessibilityFaults()).toEqual([]);
    printed.set("dev", "\u001B[32mready\u001B[0m on port 5173\n");
    await within(panel).findByText("ready on port 5173");
  });

  it("stay closed where there are several, and each can be stopped", async () => {
    const elsewhere = command("watch", { workspace: "/home/ada/tides" });
    const rendered = await open([command("dev"), elsewhere]);
    const { user, inputs } = rendered;
    await user.click(await control("2 running"));
    const panel = await screen.findByRole("dialog");
    expect(inputs("background.tail")).toEqual([]);
    expect(within(panel).getByText("tides")).toBeTruthy();
    await user.click(within(panel).getByRole("button", { name: /^npm run watch/ }));
    await within(panel).findByText("watch printed");
    await user.click(within(panel).getByRole("button", { name: "Stop npm run watch" }));
    expect(inputs("background.stop")).toEqual([{ id: "watch" }]);
    announce(rendered, [command("dev")]);
    await waitFor(() => {
      expect(within(panel).queryByText("watch printed")).toBeNull();
    });
  });

  it("take lines, an interrupt and the end of input where they have a terminal", async () => {
    const { user, inputs } = await open([command("dev", { takesInput: true })]);
    await user.click(await control("1 running"));
    const input = await screen.findByRole("textbox", { name: "Input of npm run dev" });
    expect(await accessibilityFaults()).toEqual([]);
    await user.type(input, "y{Enter}{Enter}{Control>}c{/Control}{Control>}d{/Control}");
    expect(inputs("background.write")).toEqual(
      ["y\n", "\n", "\u0003", "\u0004"].map((text) => ({ id: "dev", text })),
    );
    expect(input).toHaveProperty("value", "");
  });

  it("take no input without a terminal", async () => {
    const { user } = await open([command("dev")]);
    await user.click(await control("1 running"));
    await screen.findByText("dev printed");
    expect(screen.queryByRole("textbox", { name: /^Input of/ })).toBeNull();
  });

  it("open the ports that they listen on when the person says so", async () => {
    const { user, inputs, listening } = await open([command("dev")]);
    listening.set("dev", [5173, 9229]);
    await user.click(await control("1 running"));
    await user.click(await control("Open port 5173"));
    expect(inputs("background.openPort")).toEqual([{ id: "dev", port: 5173 }]);
    expect(screen.getByRole("button", { name: "Open port 9229" })).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("are opened by the keyboard and closed by Esc", async () => {
    const { user } = await open([command("dev")]);
    (await control("1 running")).focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("dialog");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement?.textContent).toBe("1 running");
  });
});
