import { nativeTheme } from "electron";
import type { Announcement } from "../../shared/contract.ts";
import type { Core } from "../core.ts";
import type { ElectronIpc } from "../ipc/electron-ipc.ts";
import { runningSessions } from "./quit.ts";
import type { GlobalShortcut } from "./shortcut.ts";
import type { BelayTray } from "./tray.ts";
import type { Windows } from "./windows.ts";
import type { WindowStateFile } from "./window-state.ts";
import type { Words } from "./words.ts";

export interface FollowParts {
  readonly windows: Pick<Windows, "quickAsk" | "onQuickAskShown" | "hideFromSharing">;
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
  const { windows, ipc, tray, shortcut, state, words } = parts;
  let answerReady = false;
  const showActivity = (): void =>
    tray?.show(
      { running: runningSessions(core, words()), needsYou: core.needsYou(), answerReady },
      words(),
    );
  windows.onQuickAskShown(() => {
    answerReady = false;
    showActivity();
  });
  const followSettings = (): void => {
    const { theme, quickAskShortcut, hideFromSharing } = core.settings();
    if (nativeTheme.themeSource !== theme) {
      nativeTheme.themeSource = theme;
      state.save({ theme });
    }
    // One that is taken stays in the settings, for the day it is free; Settings refuses to set a taken one anew.
    shortcut.set(quickAskShortcut);
    windows.hideFromSharing(hideFromSharing);
    parts.buildMenu();
  };
  followSettings();
  showActivity();
  core.subscribe((announcement) => {
    ipc.publish(announcement);
    if (announcement.topic === "settings") followSettings();
    if (isQuickAnswer(announcement, core) && windows.quickAsk.window()?.isVisible() !== true)
      answerReady = true;
    if (!isStream(announcement)) showActivity();
  });
}

/** The end of a quick question's turn. */
function isQuickAnswer(announcement: Announcement, core: Core): boolean {
  if (announcement.topic !== "session" || announcement.event.type !== "turn-end") return false;
  const { sessionId, status } = announcement.event;
  if (status === "cancelled") return false;
  const session = core.sessions.live().find(({ log }) => log.state().sessionId === sessionId);
  return session?.log.state().kind === "quick";
}

/** Text as it comes changes nothing about what is at work, and comes sixty times a second. */
function isStream(announcement: Announcement): boolean {
  return announcement.topic === "session" && announcement.event.type.endsWith("-delta");
}
