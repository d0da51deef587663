// @vitest-environment happy-dom
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createServices, ServicesProvider } from "../../../src/renderer/src/app/services.tsx";
import { DiffView } from "../../../src/renderer/src/diff/diff-view.tsx";
import { MessagesProvider } from "../../../src/renderer/src/messages/messages.tsx";
import { CodeBlock } from "../../../src/renderer/src/text/code-block.tsx";
import { Markdown } from "../../../src/renderer/src/text/markdown.tsx";
import { PathText } from "../../../src/renderer/src/text/path-text.tsx";
import { VisibleText } from "../../../src/renderer/src/text/visible-text.tsx";
import { TooltipProvider } from "../../../src/renderer/src/ui/tooltip.tsx";
import type { FileDiff } from "../../../src/shared/diff.ts";
import { createFakeBridge } from "../../support/fake-bridge.ts";
import { faultsOf, hostileTexts } from "../../support/hostile-text.ts";

const struck = vi.fn<() => void>();
beforeEach(() => {
  struck.mockClear();
  Object.assign(window, { struck });
});

const services = createServices(createFakeBridge({}));

const show = (children: ReactNode): HTMLElement =>
  render(
    <ServicesProvider value={services}>
      <MessagesProvider language="en">
        <TooltipProvider>{children}</TooltipProvider>
      </MessagesProvider>
    </ServicesProvider>,
  ).container;

const diffOf = (text: string): FileDiff => ({
  path: text,
  kind: "modified",
  key: "f",
  added: 1,
  removed: 1,
  binary: false,
  truncated: false,
  hunks: [
    {
      key: "h",
      oldStart: 1,
      oldLines: 2,
      newStart: 1,
      newLines: 2,
      lines: [
        { kind: "context", text },
        { kind: "removed", text },
        { kind: "added", text },
      ],
    },
  ],
});

const places: readonly (readonly [name: string, show: (text: string) => ReactNode])[] = [
  ["a model's text", (text) => <Markdown text={text} />],
  ["a model's text that grows", (text) => <Markdown text={text} isStreaming />],
  ["code", (text) => <CodeBlock text={text} language={text} />],
  ["a command, a result or a title", (text) => <VisibleText text={text} />],
  ["a path", (text) => <PathText path={text} from={text} />],
  ["a diff", (text) => <DiffView diff={diffOf(text)} />],
];

it("more than a hundred texts are tried, each another", () => {
  expect(new Set(hostileTexts).size).toBe(hostileTexts.length);
  expect(hostileTexts.length).toBeGreaterThan(100);
});

describe("hostile text", () => {
  it.each(places)("stays text as %s", (_name, place) => {
    for (const text of hostileTexts) {
      const { length } = document.head.children;
      expect([text, faultsOf(show(place(text)))]).toEqual([text, []]);
      expect(document.head.children).toHaveLength(length);
    }
    expect(struck).not.toHaveBeenCalled();
  });
});
