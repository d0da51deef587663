import { cleanup, configure, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach } from "vitest";
import { App } from "../../src/renderer/src/app/app.tsx";
import { createServices, type Services } from "../../src/renderer/src/app/services.tsx";
import { QuickWindow } from "../../src/renderer/src/quick-ask/quick-window.tsx";
import { createFakeBridge, type FakeBridge, type FakeHandlers } from "./fake-bridge.ts";

// What a busy machine shows late is shown all the same.
configure({ asyncUtilTimeout: 20_000 });

const running: Services[] = [];

afterEach(() => {
  cleanup();
  for (const services of running.splice(0)) services.dispose();
});

export interface RenderedWindow {
  readonly bridge: FakeBridge;
  readonly services: Services;
  readonly user: ReturnType<typeof userEvent.setup>;
}

/** Shows a whole window over a bridge with these answers. */
export function renderWindow(
  handlers: FakeHandlers,
  Window: typeof App | typeof QuickWindow = App,
): RenderedWindow {
  const bridge = createFakeBridge(handlers);
  const services = createServices(bridge, (flush) => {
    queueMicrotask(flush);
  });
  running.push(services);
  render(<Window services={services} />);
  return { bridge, services, user: userEvent.setup() };
}

export const renderQuickAsk = (handlers: FakeHandlers): RenderedWindow =>
  renderWindow(handlers, QuickWindow);

/** What axe-core finds wrong with the page, one line each. Contrast is left to the test of the tokens: this page has no layout. */
export async function accessibilityFaults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
