import type { AppInfo } from "../../../shared/app.ts";

export type Platform = AppInfo["platform"];

/**
 * A chord such as "mod+k", "mod+alt+z", "shift+escape" or a single key "j". `mod` is ⌘ on macOS and Ctrl elsewhere.
 * The key is `KeyboardEvent.key` in lower case; "comma" and "plus" stand for , and +.
 */
export type Shortcut = string;

interface Chord {
  readonly key: string;
  readonly meta: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

const namedKeys: Readonly<Record<string, string>> = { comma: ",", plus: "+", space: " " };

/** What of an event a chord is compared with. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "metaKey" | "ctrlKey" | "altKey" | "shiftKey"
>;

function parseChord(shortcut: Shortcut, platform: Platform): Chord {
  const parts = shortcut.toLowerCase().split("+");
  const key = parts.at(-1) ?? "";
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  const isMac = platform === "darwin";
  return {
    key: namedKeys[key] ?? key,
    meta: has("meta") || (has("mod") && isMac),
    ctrl: has("ctrl") || (has("mod") && !isMac),
    alt: has("alt"),
    shift: has("shift"),
  };
}

/** Whether a press is exactly this chord: no modifier more, none less. */
export function matchesShortcut(press: KeyPress, shortcut: Shortcut, platform: Platform): boolean {
  const chord = parseChord(shortcut, platform);
  if (
    press.metaKey !== chord.meta ||
    press.ctrlKey !== chord.ctrl ||
    press.altKey !== chord.alt ||
    press.shiftKey !== chord.shift
  )
    return false;
  // With Alt a layout may turn a letter into another sign (⌥Z is Ω): then the physical key decides.
  return press.key.toLowerCase() === chord.key || (chord.alt && press.code === codeOf(chord.key));
}

const codeOf = (key: string): string => {
  if (/^[a-z]$/.test(key)) return `Key${key.toUpperCase()}`;
  return /^\d$/.test(key) ? `Digit${key}` : key === " " ? "Space" : "";
};

const macSigns: Readonly<Record<string, string>> = {
  escape: "esc",
  enter: "↩",
  " ": "Space",
  arrowup: "↑",
  arrowdown: "↓",
};
const otherSigns: Readonly<Record<string, string>> = {
  escape: "Esc",
  enter: "Enter",
  " ": "Space",
  arrowup: "↑",
  arrowdown: "↓",
};

/** A chord as the platform writes it: "⌥⌘Z" on macOS, "Ctrl+Alt+Z" elsewhere. */
export function formatShortcut(shortcut: Shortcut, platform: Platform): string {
  const chord = parseChord(shortcut, platform);
  if (platform === "darwin") {
    const signs = [chord.ctrl && "⌃", chord.alt && "⌥", chord.shift && "⇧", chord.meta && "⌘"];
    return `${signs.filter(Boolean).join("")}${macSigns[chord.key] ?? chord.key.toUpperCase()}`;
  }
  const names = [
    chord.ctrl && "Ctrl",
    chord.alt && "Alt",
    chord.shift && "Shift",
    chord.meta && "Super",
    otherSigns[chord.key] ?? chord.key.toUpperCase(),
  ];
  return names.filter(Boolean).join("+");
}
