import { screen } from "@testing-library/react";
import type { FakeHandlers } from "./fake-bridge.ts";
import { turnId as turnOf } from "./session-script.ts";
import { renderWindow, type RenderedWindow } from "./render-window.tsx";
import type { SessionScript } from "./session-script.ts";
import { at, project, someKey, summaryOf, windowHandlers } from "./window-handlers.ts";

export interface RenderedSession extends RenderedWindow {
  /** Inputs of one operation so far. */
  readonly inputs: (operation: string) => readonly unknown[];
  /** Announces what the script has written since the last time. */
  readonly catchUp: () => void;
}

/** The whole window with this session in front. */
export async function renderSession(
  script: SessionScript,
  over: FakeHandlers = {},
): Promise<RenderedSession> {
  const window = renderWindow(
    windowHandlers(someKey, {
      "workspace.recent": () => [{ path: project.path, openedAt: at }],
      "session.list": () => [summaryOf(script.sessionId, { turns: 0 })],
      "session.open": ({ sessionId }) => ({ sessionId, events: [...script.events] }),
      "session.send": () => ({ turnId: turnOf("t-sent") }),
      "session.stop": () => ({}),
      "session.retry": () => ({}),
      "session.update": () => ({}),
      "approval.answer": () => ({}),
      ...over,
    }),
  );
  await screen.findByRole("textbox", { name: "Prompt" });
  let told = script.events.length;
  return {
    ...window,
    inputs: (operation) =>
      window.bridge.calls.filter((call) => call.operation === operation).map((call) => call.input),
    catchUp: () => {
      for (const event of script.events.slice(told))
        window.bridge.announce({ topic: "session", event });
      told = script.events.length;
    },
  };
}
