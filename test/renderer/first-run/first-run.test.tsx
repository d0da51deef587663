// @vitest-environment happy-dom
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/shared/errors.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import { accessibilityFaults, renderWindow } from "../../support/render-window.tsx";
import {
  acceptedCheck,
  noKey,
  project,
  rejectedCheck,
  someKey,
  startOf,
  sessionId,
  windowHandlers,
} from "../../support/window-handlers.ts";

const keyField = () => screen.findByLabelText("API key");

describe("the first run", () => {
  it("goes from a key to a project with the keyboard alone", async () => {
    const { user, bridge } = renderWindow(windowHandlers(noKey));
    const field = await keyField();
    expect(document.activeElement).toBe(field);
    await user.paste("  sk-0123456789abcdef ");
    await screen.findByText(/Check asks dashscope-intl\.aliyuncs\.com/);
    await user.keyboard("{Enter}");
    const next = await screen.findByRole("button", { name: "Choose a project" });
    expect(screen.getByText(/Singapore · 9 models/)).toBeTruthy();
    expect(screen.getByText(/using qwen3-coder-next/)).toBeTruthy();
    expect(bridge.calls.find((call) => call.operation === "key.check")?.input).toEqual({
      key: "sk-0123456789abcdef",
      persist: "keychain",
    });
    expect(document.activeElement).toBe(next);
    await user.keyboard("{Enter}");
    const choose = await screen.findByRole("button", { name: "Choose a folder…" });
    expect(document.activeElement).toBe(choose);
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("button", { name: /Project express/ })).toBeTruthy();
  });

  it("offers quick ask's shortcut, says when it is taken, and takes another", async () => {
    const taken = "Control+Alt+Space";
    const { user, services } = renderWindow(
      windowHandlers(someKey, {
        "settings.set": ({ quickAskShortcut = null }) => {
          if (quickAskShortcut === taken)
            throw new AppError("conflict", "Ctrl+Alt+Space is taken by another program.");
          return settingsSchema.parse({ quickAskShortcut });
        },
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Use Ctrl+Alt+Space" }));
    expect(await screen.findByText("Ctrl+Alt+Space is taken by another program.")).toBeTruthy();
    const field = screen.getByLabelText("Shortcut for quick ask");
    await user.click(field);
    await user.keyboard("{Control>}{Alt>}q{/Alt}{/Control}");
    expect(await screen.findByRole("button", { name: "Clear" })).toBeTruthy();
    expect(field.textContent).toBe("Ctrl+Alt+Q");
    expect(services.app.getState().settings?.quickAskShortcut).toBe("Control+Alt+Q");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("asks no host before Check is pressed", async () => {
    const { user, bridge } = renderWindow(windowHandlers(noKey));
    await keyField();
    await user.paste("sk-0123456789abcdef");
    await screen.findByText(/Check asks/);
    expect(bridge.calls.some((call) => call.operation === "key.check")).toBe(false);
  });

  it("uses a server on this computer without a key", async () => {
    const check = { ...acceptedCheck, region: "ollama", kept: "none" } as const;
    const { user, bridge } = renderWindow(windowHandlers(noKey, { "key.check": () => check }));
    await keyField();
    const button = screen.getByRole("button", { name: "Check" });
    expect(button).toHaveProperty("disabled", true);
    await user.click(screen.getByText("Advanced"));
    await user.click(await screen.findByRole("button", { name: /^Region/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /Ollama/ }));
    await user.click(await screen.findByRole("button", { name: "Check the server" }));
    expect(await screen.findByText("No key is needed there.")).toBeTruthy();
    const asked = bridge.calls.find(({ operation }) => operation === "key.check");
    expect(asked?.input).toEqual({ key: "", region: "ollama", persist: "keychain" });
  });

  it("says what may be wrong when every host refuses the key", async () => {
    const { user, bridge } = renderWindow(
      windowHandlers(noKey, { "key.check": () => rejectedCheck }),
    );
    await keyField();
    await user.paste("sk-wrong");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("No host accepted this key")).toBeTruthy();
    expect(screen.getByText(/copied whole/)).toBeTruthy();
    expect(screen.getByText(/deleted or disabled/)).toBeTruthy();
    expect(screen.getByText(/domain of its own/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /Get a key/ }));
    expect(bridge.calls.at(-1)).toMatchObject({ operation: "app.openLink" });
    expect(screen.queryByRole("button", { name: "Choose a project" })).toBeNull();
  });

  it("offers every region where the one that was chosen refused the key", async () => {
    const { user, bridge } = renderWindow(
      windowHandlers(noKey, {
        "key.check": ({ region }) =>
          region === undefined
            ? acceptedCheck
            : {
                ...rejectedCheck,
                hosts: rejectedCheck.hosts
                  .slice(1)
                  .map((host) => ({ ...host, region: "virginia" })),
              },
      }),
    );
    await keyField();
    await user.paste("sk-of-singapore");
    await user.click(screen.getByText("Advanced"));
    await user.click(await screen.findByRole("button", { name: /^Region/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /^Virginia/ }));
    await user.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("Virginia did not accept this key")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Try every region" }));
    expect(await screen.findByText(/Singapore · 9 models/)).toBeTruthy();
    expect(screen.getByText("It is no key of Beijing.")).toBeTruthy();
    const asked = bridge.calls.filter(({ operation }) => operation === "key.check");
    expect(asked.map(({ input }) => input)).toEqual([
      { key: "sk-of-singapore", region: "virginia", persist: "keychain" },
      { key: "sk-of-singapore", persist: "keychain" },
    ]);
  });

  it("shows a failed check in main's own words", async () => {
    const { user } = renderWindow(
      windowHandlers(noKey, {
        "key.check": () => {
          throw new AppError("invalid-input", "That is no https address.");
        },
      }),
    );
    await keyField();
    await user.paste("sk-1");
    await user.keyboard("{Enter}");
    expect((await screen.findByRole("alert")).textContent).toBe("That is no https address.");
  });

  it("without a keychain says so and keeps the key for this run only", async () => {
    const status = { ...noKey, keychain: { available: false, reason: "No Secret Service." } };
    const { user, bridge } = renderWindow(
      windowHandlers(status, { "key.check": () => ({ ...acceptedCheck, kept: "memory" }) }),
    );
    await keyField();
    expect(screen.getByText(/No Secret Service\./)).toBeTruthy();
    await user.paste("sk-1");
    await user.click(screen.getByRole("button", { name: "Check, and use for this run only" }));
    await screen.findByText("The key is kept for this run only.");
    expect(bridge.calls.find((call) => call.operation === "key.check")?.input).toMatchObject({
      persist: "memory",
    });
  });

  it("offers to use a key for this run that could not be stored", async () => {
    const kept: ("keychain" | "memory")[] = [];
    const { user } = renderWindow(
      windowHandlers(noKey, {
        "key.check": ({ persist }) => {
          kept.push(persist);
          return persist === "memory"
            ? { ...acceptedCheck, kept: "memory" }
            : { ...acceptedCheck, kept: null, keptReason: "The keychain is locked." };
        },
      }),
    );
    await keyField();
    await user.paste("sk-1");
    await user.keyboard("{Enter}");
    expect(await screen.findByText(/The keychain is locked\./)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Use the key for this run only" }));
    await screen.findByRole("button", { name: "Choose a project" });
    expect(kept).toEqual(["keychain", "memory"]);
  });

  it("takes a key from the environment only when told to", async () => {
    const { user, bridge } = renderWindow(
      windowHandlers(
        { ...noKey, environmentOffered: true },
        { "key.useEnvironment": () => ({ ...acceptedCheck, kept: "memory" }) },
      ),
    );
    await keyField();
    expect(bridge.calls.some((call) => call.operation === "key.useEnvironment")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Use it for this run" }));
    expect(await screen.findByRole("button", { name: "Choose a project" })).toBeTruthy();
  });

  it("opens the demo without a key", async () => {
    const { user, services } = renderWindow(
      windowHandlers(noKey, {
        "demo.open": () => ({ workspace: project, sessionId, prompt: "Fix the bug" }),
        "session.open": () => ({
          sessionId,
          events: [startOf(sessionId, "demo")],
        }),
      }),
    );
    await keyField();
    await user.click(screen.getByRole("button", { name: "Try the demo without a key" }));
    expect(await screen.findByText("Demo")).toBeTruthy();
    expect(services.app.getState().drafts[sessionId]).toBe("Fix the bug");
    expect(screen.getByRole("button", { name: "Add a key…" })).toBeTruthy();
  });

  it("asks before a folder that needs confirmation, and opens nothing on Cancel", async () => {
    const home = { ...project, path: "/home/ada", needsConfirmation: "This is your home folder." };
    const { user, bridge } = renderWindow(
      windowHandlers(someKey, {
        "workspace.open": ({ confirmed }) => (confirmed ? project : home),
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Choose a folder…" }));
    await screen.findByText("This is your home folder.");
    await user.keyboard("{Escape}");
    expect(screen.queryByText("This is your home folder.")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Choose a folder…" }));
    expect(document.activeElement?.textContent).toBe("Choose another");
    await user.click(await screen.findByRole("button", { name: "Open it all the same" }));
    await screen.findByRole("button", { name: /Project express/ });
    const opened = bridge.calls.filter((call) => call.operation === "workspace.open");
    expect(opened.at(-1)?.input).toEqual({ path: "/home/ada", confirmed: true });
  });

  it("has no accessibility fault on either page", async () => {
    const { user } = renderWindow(windowHandlers(noKey));
    await keyField();
    expect(await accessibilityFaults()).toEqual([]);
    await user.paste("sk-1");
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("button", { name: "Choose a project" }));
    await screen.findByRole("button", { name: "Choose a folder…" });
    expect(await accessibilityFaults()).toEqual([]);
  });
});
