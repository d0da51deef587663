import { describe, expect, it } from "vitest";
import { createGlobalShortcut } from "../../../src/main/desktop/shortcut.ts";

function fakeRegistry(taken: readonly string[] = []) {
  const held = new Set<string>();
  return {
    held,
    register(accelerator: string) {
      if (accelerator === "nonsense") throw new TypeError("conversion failure");
      if (taken.includes(accelerator)) return false;
      held.add(accelerator);
      return true;
    },
    unregister: (accelerator: string) => void held.delete(accelerator),
  };
}

const ignore = (): void => undefined;

describe("the global shortcut", () => {
  it("replaces the one before", () => {
    const registry = fakeRegistry();
    const shortcut = createGlobalShortcut(registry, ignore);
    expect(shortcut.set("Control+Alt+Space")).toBe(true);
    expect(shortcut.set("Control+Alt+K")).toBe(true);
    expect([...registry.held]).toEqual(["Control+Alt+K"]);
  });

  it("is given up when there is to be none", () => {
    const registry = fakeRegistry();
    const shortcut = createGlobalShortcut(registry, ignore);
    shortcut.set("Control+Alt+K");
    expect(shortcut.set(null)).toBe(true);
    expect([...registry.held]).toEqual([]);
  });

  it("stays as it was when another program holds the wanted one or it is no shortcut", () => {
    const registry = fakeRegistry(["Control+Alt+Space"]);
    const shortcut = createGlobalShortcut(registry, ignore);
    shortcut.set("Control+Alt+K");
    expect(shortcut.set("Control+Alt+Space")).toBe(false);
    expect(shortcut.set("nonsense")).toBe(false);
    expect([...registry.held]).toEqual(["Control+Alt+K"]);
  });

  it("survives being set again", () => {
    const registry = fakeRegistry();
    const shortcut = createGlobalShortcut(registry, ignore);
    shortcut.set("Control+Alt+K");
    expect(shortcut.set("Control+Alt+K")).toBe(true);
    expect([...registry.held]).toEqual(["Control+Alt+K"]);
  });
});
