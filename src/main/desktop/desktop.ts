import {
  app,
  clipboard,
  dialog,
  globalShortcut,
  nativeTheme,
  session,
  type BrowserWindow,
  shell,
} from "electron";
import { join } from "node:path";
import type { AppInfo } from "../../shared/app.ts";
import { AppError } from "../../shared/errors.ts";
import type { Core } from "../core.ts";
import type { DesktopPort } from "../ipc/core-handlers.ts";
import type { ElectronIpc } from "../ipc/electron-ipc.ts";
import { clipText } from "./clip-text.ts";
import { followCore } from "./follow-core.ts";
import { saveText } from "./save-text.ts";
import { setMenu } from "./menu.ts";
import { openLink, openLocal } from "./open-link.ts";
import { serveWindows } from "./protocol.ts";
import { hardenSession } from "./security.ts";
import { createGlobalShortcut } from "./shortcut.ts";
import { createTray, type BelayTray } from "./tray.ts";
import { createWindowStateFile } from "./window-state.ts";
import { openWindows, type Windows } from "./windows.ts";
import type { Words } from "./words.ts";

export interface DesktopOptions {
  readonly version: string;
  readonly registryElectron: boolean;
  readonly startFolder: string | null;
  /** Where the window's place is kept. */
  readonly dataFolder: string;
  /** Folder of the built main process. */
  readonly builtFolder: string;
  readonly resources: string;
  readonly ipc: ElectronIpc;
  /** Undefined while it is still opening. */
  readonly core: () => Core | undefined;
  readonly words: () => Words;
  readonly isQuitting: () => boolean;
}

/** Windows, tray and shortcut. */
export interface Desktop extends DesktopPort {
  /** Connects settings, announcements and tray once the core is there. */
  attach(core: Core): void;
  /** Registers the shortcut of quick ask; AppError("conflict") when another program holds it. */
  claimShortcut(accelerator: string | null): void;
}

/** Shows the main window as soon as it is painted; everything else waits for the core or for its first use. */
export function openDesktop(options: DesktopOptions): Desktop {
  const { ipc, words, builtFolder } = options;
  const state = createWindowStateFile(join(options.dataFolder, "window.json"));
  nativeTheme.themeSource = state.read().theme;
  hardenSession(session.defaultSession);
  serveWindows(session.defaultSession, join(builtFolder, "../renderer"));
  const windows = openWindows({ ...options, state });
  const { quickAsk } = windows;
  const warnings: string[] = [];
  const shortcut = createGlobalShortcut(globalShortcut, () => quickAsk.toggle());
  const buildMenu = (): void =>
    setMenu(words(), (action) => {
      windows.showMain();
      ipc.publish({ topic: "action", action });
    });
  buildMenu();
  app.on("activate", () => windows.showMain());
  return {
    info: () => ({ ...infoOf(options), warnings }),
    chooseFolder: () => chooseFolder(windows.main()),
    chooseTable: () => chooseTable(windows.main(), words()),
    openLink: (url) => openLink(url, words(), parentFor(windows)),
    openLocal: (port) => openLocal(port),
    showFile: (path) => {
      shell.showItemInFolder(path);
    },
    saveText: (suggestedName, text) =>
      saveText(text, { window: windows.main(), words: words(), suggestedName }),
    hideQuickAsk: () => quickAsk.hide(),
    resizeQuickAsk: (height) => quickAsk.resize(height),
    async readClipboard() {
      // A page that asks by itself, behind the person's back, gets nothing.
      if (quickAsk.window()?.isFocused() !== true)
        throw new AppError(
          "unavailable",
          "The clipboard is read only while quick ask is in front.",
        );
      return clipText(await clipboard.readText());
    },
    showMain: () => windows.showMain(),
    announce: (announcement) => ipc.publish(announcement),
    attach(core) {
      const tray = trayOrNone(options, { windows, core });
      followCore(core, { windows, ipc, tray, shortcut, state, words, buildMenu });
      const { quickAskShortcut } = core.settings();
      warnings.push(...core.warnings);
      if (!shortcut.set(quickAskShortcut))
        warnings.push(words().shortcutTaken(quickAskShortcut ?? ""));
    },
    claimShortcut(accelerator) {
      if (shortcut.set(accelerator)) return;
      throw new AppError("conflict", words().shortcutTaken(accelerator ?? ""));
    },
  };
}

/** A dialog over a hidden window would be hidden with it. */
function parentFor(windows: Windows): BrowserWindow | undefined {
  const main = windows.main();
  return !main.isDestroyed() && main.isVisible() ? main : undefined;
}

interface TrayParts {
  readonly windows: Windows;
  readonly core: Core;
}

function trayOrNone(
  { resources, ipc }: DesktopOptions,
  { windows, core }: TrayParts,
): BelayTray | undefined {
  try {
    return createTray(resources, {
      openMain: () => windows.showMain(),
      quickAsk: () => windows.quickAsk.toggle(),
      quit: () => app.quit(),
      openSession(sessionId) {
        windows.showMain();
        const found = core.sessions.live().find(({ log }) => log.state().sessionId === sessionId);
        if (found === undefined) return;
        const { workspace, sessionId: id } = found.log.state();
        ipc.publish({ topic: "open-session", sessionId: id, workspace });
      },
    });
  } catch {
    // A desktop without a tray: everything is in the window too.
    return undefined;
  }
}

function infoOf({
  version,
  registryElectron,
  startFolder,
}: DesktopOptions): Omit<AppInfo, "warnings"> {
  const { platform } = process;
  if (platform !== "darwin" && platform !== "linux" && platform !== "win32")
    throw new AppError("unavailable", `Belay does not know the platform ${platform}`);
  return {
    version,
    platform,
    electron: process.versions.electron,
    registryElectron,
    startFolder,
  };
}

async function chooseFolder(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openDirectory", "createDirectory"],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

async function chooseTable(window: BrowserWindow, words: Words): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openFile"],
    filters: [
      { name: words.tableFiles, extensions: ["csv", "tsv", "txt"] },
      { name: words.allFiles, extensions: ["*"] },
    ],
  });
  return canceled ? null : (filePaths[0] ?? null);
}
