// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { sessionIdSchema, turnIdSchema, callIdSchema } from "../../../src/shared/ids.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import {
  at,
  noKey,
  project,
  sessionId,
  someKey,
  startInfo,
  summaryOf,
  windowHandlers,
} from "../../support/window-handlers.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";

const second = sessionIdSchema.parse("s-two");
const recent = () => [{ path: project.path, openedAt: at }];

const inProject = (over: FakeHandlers = {}) =>
  windowHandlers(someKey, {
    "workspace.recent": recent,
    "session.list": () => [
      summaryOf(sessionId),
      summaryOf(second, { title: "Fix the flaky test", running: true }),
    ],
    ...over,
  });

const sidebar = () => screen.findByRole("navigation", { name: "Sidebar" });

describe("the window with a project", () => {
  it("tells what went wrong at the start until somebody has seen it", async () => {
    const warning = "The settings could not be read. They were put aside.";
    const info = { ...startInfo, warnings: [warning] };
    const { user } = renderWindow(inProject({ "app.info": () => info }));
    const alert = (await screen.findByText(warning)).closest<HTMLElement>("[role=alert]");
    expect(alert).not.toBeNull();
    if (alert === null) return;
    await user.click(within(alert).getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByText(warning)).toBeNull();
  });

  it("opens the last project by itself, with its sessions and an empty one to type into", async () => {
    const { bridge } = renderWindow(inProject());
    const nav = await sidebar();
    expect(within(nav).getByText("Explain this project")).toBeTruthy();
    expect(within(nav).getByText("Running")).toBeTruthy();
    expect(bridge.calls.filter((call) => call.operation === "session.create")).toHaveLength(1);
  });

  it("uses an empty session again and does not make another", async () => {
    const { bridge } = renderWindow(
      inProject({ "session.list": () => [summaryOf(sessionId, { turns: 0 })] }),
    );
    await sidebar();
    await waitFor(() => {
      expect(bridge.calls.some((call) => call.operation === "session.open")).toBe(true);
    });
    expect(bridge.calls.some((call) => call.operation === "session.create")).toBe(false);
  });

  it("shows another session on a press and by its number", async () => {
    const { user, services } = renderWindow(inProject());
    const nav = await sidebar();
    await user.click(within(nav).getByText("Fix the flaky test"));
    await waitFor(() => {
      expect(services.app.getState().sessionId).toBe(second);
    });
    await user.keyboard("{Control>}1{/Control}");
    await waitFor(() => {
      expect(services.app.getState().sessionId).toBe(sessionId);
    });
  });

  it("marks a session that waits for the person", async () => {
    const { bridge } = renderWindow(inProject());
    const nav = await sidebar();
    const turnId = turnIdSchema.parse("t-one");
    const callId = callIdSchema.parse("c-one");
    const base = { sessionId: second, turnId, at };
    bridge.announce({
      topic: "session",
      event: {
        ...base,
        seq: 2,
        type: "approval-request",
        callId,
        reason: "",
        title: "",
        detail: "",
      },
    });
    expect(await within(nav).findByText("Needs you")).toBeTruthy();
  });

  it("shows branch and cost in the status row, and the sandbox in the title bar", async () => {
    renderWindow(inProject());
    await sidebar();
    const row = screen.getByRole("contentinfo", { name: "Status" });
    expect(within(row).getByText("main")).toBeTruthy();
    expect(await screen.findByRole("button", { name: /^Sandbox check: No/ })).toBeTruthy();
    expect(await within(row).findByText("$0.00")).toBeTruthy();
  });

  it("keeps the mark of the registry's Electron in the title bar on every page", async () => {
    const info = { ...(await infoOf(inProject())), registryElectron: true };
    renderWindow(windowHandlers(noKey, { "app.info": () => info }));
    expect(await screen.findByText("registry Electron")).toBeTruthy();
  });

  it("runs an action from the palette and goes back to where the focus was", async () => {
    const { user, services } = renderWindow(inProject());
    await sidebar();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByPlaceholderText("What do you want to do?"), "dark");
    await user.keyboard("{Enter}");
    await waitFor(() => {
      expect(services.app.getState().settings?.theme).toBe("dark");
    });
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(services.app.getState().overlay).toBeNull();
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Prompt" }));
    });
  });

  it("gives the focus back when a dialog that the palette opened is closed", async () => {
    const { user } = renderWindow(inProject());
    await sidebar();
    const prompt = await screen.findByRole("textbox", { name: "Prompt" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByPlaceholderText("What do you want to do?"), "settings");
    await user.keyboard("{Enter}");
    await screen.findByRole("dialog", { name: "Settings" });
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(document.activeElement).toBe(prompt);
    });
  });

  it("sets the sidebar's width with the arrow keys, within its limits", async () => {
    const { user, services } = renderWindow(inProject());
    await sidebar();
    screen.getByRole("separator", { name: "Width of the sidebar" }).focus();
    await user.keyboard("{ArrowLeft>9/}");
    expect(services.app.getState().sidebarWidth).toBe(200);
    await user.keyboard("{ArrowRight>20/}");
    expect(services.app.getState().sidebarWidth).toBe(360);
  });

  it("does what main announces: an action, a session, settings", async () => {
    const { bridge, services } = renderWindow(inProject());
    await sidebar();
    bridge.announce({ topic: "action", action: "sidebar.toggle" });
    await waitFor(() => {
      expect(screen.queryByRole("navigation", { name: "Sidebar" })).toBeNull();
    });
    bridge.announce({ topic: "open-session", sessionId: second, workspace: project.path });
    await waitFor(() => {
      expect(services.app.getState().sessionId).toBe(second);
    });
  });

  it("shows a failure as one toast, and nothing for what was cancelled", async () => {
    const { services } = renderWindow(inProject());
    await sidebar();
    services.attempt(() => Promise.reject(new AppError("cancelled", "Stopped.")));
    services.attempt(() => Promise.reject(new AppError("conflict", "The file changed.")));
    services.attempt(() => Promise.reject(new AppError("denied", "Outside the project.")));
    expect(await screen.findByText("Outside the project.")).toBeTruthy();
    expect(screen.queryByText("The file changed.")).toBeNull();
    expect(screen.queryByText("Stopped.")).toBeNull();
  });

  it("tells what recovery did after a crash", async () => {
    renderWindow(
      inProject({
        "workspace.open": () => ({ ...project, recovered: ["Finished writing a.txt."] }),
      }),
    );
    expect(
      await screen.findByText("Recovered after a crash: Finished writing a.txt."),
    ).toBeTruthy();
  });

  it("speaks Chinese when told to", async () => {
    const { user, services } = renderWindow(inProject());
    await sidebar();
    await services.commands.changeSettings({ language: "zh-CN" });
    expect(await screen.findByText("新建会话")).toBeTruthy();
    expect(document.documentElement.lang).toBe("zh-CN");
    await user.keyboard("{Escape}");
  });

  it("writes no style element at run time, whatever is opened", async () => {
    const { user } = renderWindow(inProject());
    await sidebar();
    const written: Node[] = [];
    const watch = new MutationObserver((records) => {
      for (const { addedNodes } of records)
        written.push(...Array.from(addedNodes).filter((node) => node.nodeName === "STYLE"));
    });
    watch.observe(document, { childList: true, subtree: true });
    await user.click(screen.getByRole("button", { name: /Project express/ }));
    await user.keyboard("{Escape}{Control>},{/Control}");
    await screen.findByRole("dialog", { name: "Settings" });
    await user.click(screen.getByRole("button", { name: /^Model:/ }));
    await user.keyboard("{Escape}{Escape}{Control>}k{/Control}");
    await screen.findByPlaceholderText("What do you want to do?");
    watch.disconnect();
    expect(written).toEqual([]);
  });

  it("has no accessibility fault", async () => {
    renderWindow(inProject());
    await sidebar();
    expect(await accessibilityFaults()).toEqual([]);
  });
});

describe("a start that fails", () => {
  it("says why and tries again", async () => {
    let isBroken = true;
    const { user } = renderWindow(
      windowHandlers(noKey, {
        "app.info": async () => {
          if (isBroken)
            throw new AppError("unavailable", "The history is locked by another Belay.");
          return await infoOf(inProject());
        },
      }),
    );
    expect(await screen.findByText("The history is locked by another Belay.")).toBeTruthy();
    isBroken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("API key")).toBeTruthy();
  });

  it("leads to choosing a project when the last one is gone", async () => {
    renderWindow(
      inProject({
        "workspace.open": () => {
          throw new AppError("not-found", "The folder is gone.");
        },
      }),
    );
    expect(await screen.findByText("The folder is gone.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Choose a folder…" })).toBeTruthy();
  });
});

async function infoOf(handlers: FakeHandlers) {
  const info = await handlers["app.info"]?.({});
  if (info === undefined) throw new Error("no info");
  return info;
}
