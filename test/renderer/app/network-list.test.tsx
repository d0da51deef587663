// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { OpenedNetwork } from "../../../src/shared/network.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";

useFakeLayout();

const host = { host: "registry.example", below: false, port: null, isPrivate: false };

async function shown(first: OpenedNetwork) {
  let open = first;
  const calls: unknown[] = [];
  const window = await renderSession(createSampleSession(), {
    "network.granted": () => open,
    "network.revoke": ({ grant }) => {
      calls.push(["revoke", grant]);
      open =
        "localPort" in grant
          ? { ...open, localPorts: open.localPorts.filter((port) => port !== grant.localPort) }
          : { ...open, hosts: open.hosts.filter((one) => one.host !== grant.host) };
      return open;
    },
    "network.widen": ({ grant }) => {
      calls.push(["widen", grant]);
      open = { ...open, hosts: [...open.hosts, { ...grant, below: true }] };
      return open;
    },
  });
  (await screen.findByRole("button", { name: /^Sandbox check/ })).focus();
  await window.user.keyboard("{Enter}");
  const panel = await screen.findByRole("region", { name: "Network of this session" });
  const rows = () =>
    within(panel)
      .queryAllByRole("listitem")
      .map((row) => row.firstChild?.textContent ?? row.textContent);
  return { ...window, panel, rows, calls };
}

describe("what a session may reach", () => {
  it("is closed until something is granted", async () => {
    const { panel } = await shown({ hosts: [], localPorts: [] });
    expect(panel.textContent).toContain("Closed. A command that wants a host asks you for it.");
  });

  it("is listed, and each is taken back at a press", async () => {
    const { panel, rows, calls, user } = await shown({
      hosts: [
        { ...host, port: 8443, isPrivate: true },
        { ...host, host: "b.example", below: true },
      ],
      localPorts: [5432],
    });
    expect(panel.textContent).toContain("registry.example:8443 · may lie in your private network");
    expect((await accessibilityFaults()).join("\n")).toBe("");
    await user.click(within(panel).getByRole("button", { name: "Take back *.b.example" }));
    await expect.poll(rows).toHaveLength(2);
    await user.click(
      within(panel).getByRole("button", { name: "Take back Port 5432 of this computer" }),
    );
    await expect.poll(rows).toHaveLength(1);
    expect(calls).toEqual([
      ["revoke", { ...host, host: "b.example", below: true }],
      ["revoke", { localPort: 5432 }],
    ]);
  });

  it("is widened by two presses, the second with its meaning before it", async () => {
    const { panel, rows, calls, user } = await shown({ hosts: [host], localPorts: [] });
    const widen = within(panel).getByRole("button", { name: "Open names below registry.example…" });
    await user.click(widen);
    expect(calls).toEqual([]);
    expect(panel.textContent).toContain("every name that ends in .registry.example");
    await user.click(within(panel).getByRole("button", { name: "Leave it" }));
    expect(panel.textContent).not.toContain("every name");
    await user.click(within(panel).getByRole("button", { name: /^Open names below/ }));
    // Enter pressed once more, out of habit, opens nothing.
    await user.keyboard("{Enter}");
    expect(calls).toEqual([]);
    await user.click(within(panel).getByRole("button", { name: /^Open names below/ }));
    await user.click(within(panel).getByRole("button", { name: "Open *.registry.example" }));
    await expect.poll(rows).toHaveLength(2);
    expect(calls).toEqual([["widen", host]]);
    expect(within(panel).queryByRole("button", { name: /^Open/ })).toBeNull();
  });

  it.each(["93.184.216.34", "[2606:2800::1]", "intranet"])(
    "offers no names below %s",
    async (name) => {
      const { panel } = await shown({ hosts: [{ ...host, host: name }], localPorts: [] });
      expect(panel.textContent).toContain(name);
      expect(within(panel).queryByRole("button", { name: /^Open names/ })).toBeNull();
    },
  );
});
