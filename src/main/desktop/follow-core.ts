import { nativeTheme } from "electron";
import type { Announcement } from "../../shared/contract.ts";
import type { Core } from "../core.ts";
import type { ElectronIpc } from "../ipc/electron-ipc.ts";
import { runningSessions } from "./quit.ts";
import type { GlobalShortcut } from "./shortcut.ts";
import type { BelayTray } from "./tray.ts";
import type { WindowStateFile } from "./window-state.ts";
import type { Words } from "./words.ts";

export interface FollowParts {
  readonly ipc: ElectronIpc;
  readonly tray: BelayTray | undefined;
  readonly shortcut: GlobalShortcut;
  readonly state: WindowStateFile;
  readonly words: () => Words;
  /** Builds the menu anew, in the language of now. */
  readonly buildMenu: () => void;
}

/** Carries what the core announces to windows, tray, theme, menu and shortcut. */
export function followCore(core: Core, parts: FollowParts): void {
  const { ipc, tray, shortcut, state, words } = parts;
  const showActivity = (): void =>
    tray?.show({ running: runningSessions(core, words()), needsYou: core.needsYou() }, words());
  const followSettings = (): void => {
    const { theme, quickAskShortcut } = core.settings();
    if (nativeTheme.themeSource !== theme) {
      nativeTheme.themeSource = theme;
      state.save({ theme });
    }
    // One that is taken stays in the settings, for the day it is free; Settings refuses to set a taken one anew.
    shortcut.set(quickAskShortcut);
    parts.buildMenu();
  };
  followSettings();
  showActivity();
  core.subscribe((announcement) => {
    ipc.publish(announcement);
    if (announcement.topic === "settings") followSettings();
    if (!isStream(announcement)) showActivity();
  });
}

/** Text as it comes changes nothing about what is at work, and comes sixty times a second. */
function isStream(announcement: Announcement): boolean {
  return announcement.topic === "session" && announcement.event.type.endsWith("-delta");
}
