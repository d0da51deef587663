// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import type { SteeringItem, TrustReport } from "../../../src/shared/trust.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";
import { project } from "../../support/window-handlers.ts";

useFakeLayout();

const item = (path: string, kind: SteeringItem["kind"], state: SteeringItem["state"] = "off") => ({
  path,
  kind,
  state,
  hash: `hash of ${path}`,
});
const three = [
  item(".git/config", "git"),
  item("AGENTS.md", "agent"),
  item("CLAUDE.md", "agent", "changed"),
];
const report = (items: readonly SteeringItem[]): TrustReport => ({
  items: [...items],
  off: items.filter(({ state }) => state !== "accepted").length,
  complete: true,
  warning: null,
});
const words = /items? here can run code or steer the agent; all off$/;

async function open(first: TrustReport, accept?: () => TrustReport, shownHash?: string) {
  let now = first;
  const rendered = await renderSession(createSampleSession(), {
    "trust.list": () => now,
    "trust.content": ({ path }) => ({
      hash: shownHash ?? `hash of ${path}`,
      text: `what ${path} says\u202E`,
      isCut: false,
    }),
    "trust.accept": ({ items }) => {
      if (accept !== undefined) return accept();
      const paths = new Set(items.map(({ path }) => path));
      now = report(
        now.items.map((one) => (paths.has(one.path) ? { ...one, state: "accepted" } : one)),
      );
      return now;
    },
    "trust.withdraw": () => first,
  });
  const set = (next: TrustReport): void => {
    now = next;
    fireEvent.focus(window);
  };
  return { ...rendered, set };
}

/** The button of the banner: the title bar has one of that name as well. */
const review = async (): Promise<void> => {
  const banner = (await screen.findByText(words)).closest("output");
  fireEvent.click(within(banner ?? document.body).getByRole("button", { name: "Review" }));
};

const inertMs = 300;

async function pressAccept(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, inertMs + 50));
  fireEvent.click(await screen.findByRole("button", { name: "Accept this content" }));
}

const press = (name: string): void => {
  fireEvent.click(screen.getByRole("button", { name }));
};

describe("a project that brings what runs or steers", () => {
  it("says so without being in the way, and not where there is nothing", async () => {
    const { set, inputs } = await open(report([]));
    expect(screen.queryByText(words)).toBeNull();
    expect(inputs("trust.list")).toContainEqual({ workspace: project.path });
    set(report(three));
    expect((await screen.findByText(words)).textContent).toMatch(/^3 items here/);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("stays hidden once the person wants it, until something changes", async () => {
    const { set } = await open(report(three));
    await screen.findByText(words);
    press("Hide until something changes");
    expect(screen.queryByText(words)).toBeNull();
    set(report([...three, item(".envrc", "environment")]));
    expect((await screen.findByText(words)).textContent).toMatch(/^4 items here/);
  });

  it("lists each with what it may do and what is in it, and takes the person's word by its hash", async () => {
    const { inputs } = await open(report(three));
    await review();
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("Belay runs and obeys none of this");
    const agent = within(dialog).getByRole("region", { name: "Agent instructions" });
    expect(agent.textContent).toContain("take as their person's own");
    fireEvent.click(within(agent).getByRole("button", { name: /^AGENTS\.md/ }));
    await waitFor(() => {
      expect(dialog.textContent).toContain("what AGENTS.md saysU+202E");
    });
    expect(await accessibilityFaults()).toEqual([]);
    await pressAccept();
    await within(dialog).findByRole("button", { name: "Take back" });
    expect(inputs("trust.accept")).toEqual([
      {
        workspace: project.path,
        items: [{ path: "AGENTS.md", hash: "hash of AGENTS.md" }],
      },
    ]);
  });

  it("takes the word for what was shown, which is not what lies there by then", async () => {
    const { inputs } = await open(report([item("AGENTS.md", "agent")]), undefined, "hash as read");
    await review();
    // Not at once: what has just come under the pointer must be read first.
    fireEvent.click(await screen.findByRole("button", { name: "Accept this content" }));
    await pressAccept();
    await waitFor(() => {
      expect(inputs("trust.accept")).toMatchObject([{ items: [{ hash: "hash as read" }] }]);
    });
  });

  it("is found by name once nothing is off any more, to be taken back", async () => {
    const { services } = await open(report([item("AGENTS.md", "agent", "accepted")]));
    expect(screen.queryByText(words)).toBeNull();
    await waitFor(() => {
      expect(services.actions.perform("trust.review", services)).toBe(true);
    });
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByRole("button", { name: "Take back" })).toBeTruthy();
  });

  it("says why where the content has changed under the person's eyes", async () => {
    await open(report(three), () => {
      throw new AppError("conflict", "AGENTS.md has changed since it was shown.");
    });
    await review();
    const dialog = await screen.findByRole("dialog");
    fireEvent.click(await within(dialog).findByRole("button", { name: "Accept all 2" }));
    expect(await screen.findByText("AGENTS.md has changed since it was shown.")).toBeTruthy();
  });
});
