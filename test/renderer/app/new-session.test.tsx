// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import { AppError } from "../../../src/shared/errors.ts";
import type { FakeHandlers } from "../../support/fake-bridge.ts";
import { renderWindow } from "../../support/render-window.tsx";
import {
  at,
  project,
  sessionId,
  someKey,
  startOf,
  summaryOf,
  windowHandlers,
} from "../../support/window-handlers.ts";

const second = sessionIdSchema.parse("s-two");
const third = sessionIdSchema.parse("s-three");

const inProject = (over: FakeHandlers) =>
  windowHandlers(someKey, {
    "workspace.recent": () => [{ path: project.path, openedAt: at }],
    "session.list": () => [summaryOf(second, { title: "Fix the flaky test" })],
    ...over,
  });

const sidebar = () => screen.findByRole("navigation", { name: "Sidebar" });

describe("a session that cannot be opened", () => {
  it("leaves the one before where it was", async () => {
    const over: FakeHandlers = {
      "session.create": () => ({ sessionId, events: [startOf(sessionId)] }),
      "session.open": () => {
        throw new AppError("not-found", "The session is damaged.");
      },
    };
    const { user, services } = renderWindow(inProject(over));
    const nav = await sidebar();
    await screen.findByRole("textbox", { name: "Prompt" });
    await user.click(within(nav).getByText("Fix the flaky test"));
    expect(await screen.findByText("The session is damaged.")).toBeTruthy();
    expect(services.app.getState().sessionId).toBe(sessionId);
    expect(await screen.findByRole("textbox", { name: "Prompt" })).toBeTruthy();
  });
});

describe("the project that is open, opened once more", () => {
  it("keeps the session that is shown", async () => {
    const { bridge, services } = renderWindow(inProject({}));
    await sidebar();
    await services.commands.showSession(second);
    bridge.announce({ topic: "open-workspace", path: project.path });
    await waitFor(() => {
      expect(bridge.calls.at(-1)?.operation).toBe("workspace.open");
    });
    await Promise.resolve();
    expect(services.app.getState().sessionId).toBe(second);
  });
});

describe("a new session", () => {
  it("takes what is typed after Ctrl+N for the new session, however long main needs to make it", async () => {
    const made = Promise.withResolvers<void>();
    let asked = 0;
    const over: FakeHandlers = {
      "session.list": () => [summaryOf(second)],
      "session.create": async () => {
        asked += 1;
        if (asked > 1) await made.promise;
        return { sessionId, events: [startOf(sessionId)] };
      },
    };
    const { user, services } = renderWindow(inProject(over));
    await services.commands.showSession(second);
    await screen.findByRole("textbox", { name: "Prompt" });
    await user.keyboard("{Control>}n{/Control}{Control>}n{/Control}");
    expect(screen.queryByRole("textbox", { name: "Prompt" })).toBeNull();
    made.resolve();
    await user.type(await screen.findByRole("textbox", { name: "Prompt" }), "hello");
    expect(services.app.getState()).toMatchObject({ sessionId, drafts: { [sessionId]: "hello" } });
    expect(asked).toBe(2);
  });

  it("stays with the session that somebody chose while a new one was being made", async () => {
    const made = Promise.withResolvers<void>();
    let asked = 0;
    const over: FakeHandlers = {
      "session.create": async () => {
        asked += 1;
        if (asked > 1) await made.promise;
        const id = asked > 1 ? third : sessionId;
        return { sessionId: id, events: [startOf(id)] };
      },
    };
    const { user, services } = renderWindow(inProject(over));
    const nav = await sidebar();
    await within(nav).findByText("Fix the flaky test");
    const making = services.commands.newSession();
    await user.click(within(nav).getByText("Fix the flaky test"));
    made.resolve();
    await making;
    expect(services.app.getState().sessionId).toBe(second);
  });

  it("goes back to the session before when no new one can be made", async () => {
    let asked = 0;
    const over: FakeHandlers = {
      "session.create": () => {
        asked += 1;
        if (asked > 1) throw new AppError("unavailable", "The disk is full.");
        return { sessionId, events: [startOf(sessionId)] };
      },
    };
    const { user, services } = renderWindow(inProject(over));
    await sidebar();
    await services.commands.showSession(second);
    await user.keyboard("{Control>}n{/Control}");
    expect(await screen.findByText("The disk is full.")).toBeTruthy();
    expect(services.app.getState().sessionId).toBe(second);
  });
});
