import { describe, expect, it } from "vitest";
import { formatShortcut, matchesShortcut } from "../../../src/renderer/src/actions/shortcut.ts";

const press = (
  key: string,
  held: Partial<Record<"metaKey" | "ctrlKey" | "altKey" | "shiftKey", boolean>> = {},
  code = "",
) => ({
  key,
  code,
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("a shortcut", () => {
  it("takes ⌘ on macOS and Ctrl elsewhere", () => {
    expect(matchesShortcut(press("k", { metaKey: true }), "mod+k", "darwin")).toBe(true);
    expect(matchesShortcut(press("k", { ctrlKey: true }), "mod+k", "darwin")).toBe(false);
    expect(matchesShortcut(press("k", { ctrlKey: true }), "mod+k", "linux")).toBe(true);
    expect(matchesShortcut(press("k", { metaKey: true }), "mod+k", "win32")).toBe(false);
  });

  it("wants exactly its modifiers", () => {
    expect(matchesShortcut(press("z", { ctrlKey: true }), "mod+alt+z", "linux")).toBe(false);
    expect(matchesShortcut(press("Z", { ctrlKey: true, shiftKey: true }), "mod+z", "linux")).toBe(
      false,
    );
  });

  it("goes by the physical key where Option turns the letter into another", () => {
    const omega = press("Ω", { metaKey: true, altKey: true }, "KeyZ");
    expect(matchesShortcut(omega, "mod+alt+z", "darwin")).toBe(true);
    expect(matchesShortcut(omega, "mod+alt+y", "darwin")).toBe(false);
  });

  it.each([
    ["mod+alt+z", "darwin", "⌥⌘Z"],
    ["mod+alt+z", "linux", "Ctrl+Alt+Z"],
    ["mod+comma", "win32", "Ctrl+,"],
    ["escape", "linux", "Esc"],
    ["mod+enter", "darwin", "⌘↩"],
  ] as const)("%s is written for %s as %s", (shortcut, platform, text) => {
    expect(formatShortcut(shortcut, platform)).toBe(text);
  });
});
