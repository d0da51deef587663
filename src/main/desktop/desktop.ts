import {
  app,
  BrowserWindow,
  dialog,
  globalShortcut,
  nativeTheme,
  session,
  shell,
  type WebContents,
} from "electron";
import { join } from "node:path";
import type { AppInfo } from "../../shared/app.ts";
import type { Announcement } from "../../shared/contract.ts";
import { noSandboxReason } from "../agent/approvals.ts";
import type { Core } from "../core.ts";
import { AppError } from "../../shared/errors.ts";
import { sendTo } from "../ipc/electron-ipc.ts";
import type { DesktopPort } from "../ipc/core-handlers.ts";
import type { WindowKind } from "../ipc/sender.ts";
import { outsideLink } from "./links.ts";
import { openMainWindow, paintFrame, stateFileIn } from "./main-window.ts";
import { setMenu } from "./menu.ts";
import { serveWindows } from "./protocol.ts";
import { createQuickAsk, type QuickAsk } from "./quick-ask-window.ts";
import { hardenSession } from "./security.ts";
import { createTray, type BelayTray } from "./tray.ts";

export interface DesktopOptions {
  readonly version: string;
  readonly registryElectron: boolean;
  readonly startFolder: string | null;
  /** Where the window's place is kept. */
  readonly dataFolder: string;
  /** Folder of the built main process. */
  readonly builtFolder: string;
  readonly resources: string;
}

/** Windows, tray and shortcut. */
export interface Desktop extends DesktopPort {
  kindOf(contents: WebContents): WindowKind | undefined;
  /** Connects the core's announcements once it is there. */
  attach(core: Core): void;
}

export function openDesktop(options: DesktopOptions): Desktop {
  const preload = join(options.builtFolder, "../preload/index.cjs");
  hardenSession(session.defaultSession);
  serveWindows(session.defaultSession, join(options.builtFolder, "../renderer"));
  const open = (): BrowserWindow =>
    openMainWindow({ preload, stateFile: stateFileIn(options.dataFolder) });
  let main = open();
  const quickAsk = createQuickAsk(preload);
  const showMain = (): void => {
    if (main.isDestroyed()) main = open();
    if (main.isMinimized()) main.restore();
    main.show();
    main.focus();
  };
  setMenu((action) => announce({ topic: "action", action }));
  nativeTheme.on("updated", () => {
    if (!main.isDestroyed()) paintFrame(main);
  });
  app.on("activate", showMain);
  const tray = trayOrNone(options, { quickAsk, showMain });
  return {
    info: () => infoOf(options),
    chooseFolder: () => chooseFolder(main),
    openLink: (url) => openLink(main, url),
    hideQuickAsk: () => quickAsk.hide(),
    resizeQuickAsk: (height) => quickAsk.resize(height),
    showMain,
    announce,
    kindOf(contents) {
      if (!main.isDestroyed() && contents === main.webContents) return "main";
      return contents === quickAsk.window()?.webContents ? "quick-ask" : undefined;
    },
    attach: (core) => attach(core, { tray, quickAsk }),
  };
}

/** To every window there is. */
function announce(announcement: Announcement): void {
  for (const window of BrowserWindow.getAllWindows()) sendTo(window.webContents, announcement);
}

function trayOrNone(
  options: DesktopOptions,
  { quickAsk, showMain }: { readonly quickAsk: QuickAsk; readonly showMain: () => void },
): BelayTray | undefined {
  try {
    return createTray(options.resources, {
      openMain: showMain,
      quickAsk: () => quickAsk.toggle(),
      quit: () => app.quit(),
    });
  } catch {
    // A desktop without a tray: everything is in the window too.
    return undefined;
  }
}

interface Attached {
  readonly tray: BelayTray | undefined;
  readonly quickAsk: QuickAsk;
}

function attach(core: Core, { tray, quickAsk }: Attached): void {
  const follow = (): void => {
    nativeTheme.themeSource = core.settings().theme;
    globalShortcut.unregisterAll();
    const shortcut = core.settings().quickAskShortcut;
    if (shortcut !== null) registerShortcut(shortcut, () => quickAsk.toggle());
  };
  follow();
  core.subscribe((announcement) => {
    announce(announcement);
    if (announcement.topic === "settings") follow();
    tray?.show(core.needsYou() ? "needs-you" : core.running().length > 0 ? "running" : "idle");
  });
}

/** A shortcut that another program holds, or that is none, is left out; Settings says so by its not working. */
function registerShortcut(shortcut: string, press: () => void): void {
  try {
    globalShortcut.register(shortcut, press);
  } catch {
    // Electron throws for text that is no shortcut.
  }
}

function infoOf({ version, registryElectron, startFolder }: DesktopOptions): AppInfo {
  const { platform } = process;
  if (platform !== "darwin" && platform !== "linux" && platform !== "win32")
    throw new AppError("unavailable", `Belay does not know the platform ${platform}`);
  return {
    version,
    platform,
    electron: process.versions.electron,
    registryElectron,
    startFolder,
    sandboxReason: noSandboxReason,
  };
}

async function chooseFolder(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openDirectory", "createDirectory"],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks with the full host first: the text of a link is the model's. */
async function openLink(window: BrowserWindow, url: string): Promise<void> {
  const link = outsideLink(url);
  if (link === undefined) throw new AppError("denied", "Only https and mailto links are opened");
  const where = link.protocol === "mailto:" ? link.pathname : link.host;
  const { response } = await dialog.showMessageBox(window, {
    type: "question",
    message: `Open ${where} in your browser?`,
    detail: link.href,
    buttons: ["Open", "Cancel"],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(link.href);
}
