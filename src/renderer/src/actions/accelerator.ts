import type { KeyPress, Platform } from "./shortcut.ts";

const named: Readonly<Record<string, string>> = {
  Space: "Space",
  Enter: "Enter",
  Tab: "Tab",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  Minus: "-",
  Equal: "=",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Backquote: "`",
};

/**
 * A press as Electron's accelerator ("Control+Alt+Space"). "incomplete" while only modifiers are held,
 * "invalid" for a key that would be lost to typing or that has no name.
 */
export function acceleratorOf(press: KeyPress): string {
  if (/^(Control|Alt|Shift|Meta|AltGraph)/.test(press.key)) return "incomplete";
  const key = keyName(press.code);
  const modifiers = [
    press.ctrlKey && "Control",
    press.altKey && "Alt",
    press.shiftKey && "Shift",
    press.metaKey && "Command",
  ].filter((name) => name !== false);
  const holds = press.ctrlKey || press.altKey || press.metaKey;
  if (key === undefined || (!holds && !/^F\d+$/.test(key))) return "invalid";
  return [...modifiers, key].join("+");
}

function keyName(code: string): string | undefined {
  const match = /^(?:Key([A-Z])|Digit(\d)|(F(?:[1-9]|1\d|2[0-4])))$/.exec(code);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? named[code];
}

const macSigns: Readonly<Record<string, string>> = {
  Control: "⌃",
  Alt: "⌥",
  Option: "⌥",
  Shift: "⇧",
  Command: "⌘",
  CommandOrControl: "⌘",
};
const otherNames: Readonly<Record<string, string>> = {
  Control: "Ctrl",
  CommandOrControl: "Ctrl",
  Option: "Alt",
  Command: "Super",
};

/** An accelerator as the platform writes it. */
export function formatAccelerator(accelerator: string, platform: Platform): string {
  const parts = accelerator.split("+");
  return platform === "darwin"
    ? parts.map((part) => macSigns[part] ?? part).join("")
    : parts.map((part) => otherNames[part] ?? part).join("+");
}

/** Offered, never set by itself. */
export const suggestedAccelerator = "Control+Alt+Space";
