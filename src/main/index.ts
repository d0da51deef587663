import { app, dialog } from "electron";
import { join, resolve } from "node:path";
import packageFile from "../../package.json" with { type: "json" };
import { messageOf } from "../shared/errors.ts";
import { createCore, type Core } from "./core.ts";
import { openDesktop, type Desktop } from "./desktop/desktop.ts";
import { commandInArguments, folderInArguments } from "./desktop/links.ts";
import { runAsCommand } from "./desktop/run-as-command.ts";
import { registerScheme } from "./desktop/protocol.ts";
import { quitCleanly } from "./desktop/quit.ts";
import { hardenContents, hardenProcess } from "./desktop/security.ts";
import { wordsFor, type Words } from "./desktop/words.ts";
import { createCoreHandlers } from "./ipc/core-handlers.ts";
import { createElectronIpc } from "./ipc/electron-ipc.ts";
import { createRouter, type Route } from "./ipc/router.ts";

const { version } = packageFile;
const registryElectron = process.env["BELAY_REGISTRY_ELECTRON"] === "1" && !app.isPackaged;
const variant = registryElectron ? "belay-dev" : "belay";
const home = process.env["BELAY_HOME"] ?? null;

/** The folder that a command line names, as an absolute path. From source the first word is the app's own folder. */
function startFolder(argv: readonly string[], cwd: string): string | null {
  const words = argv.filter((word) => !word.startsWith("-")).slice(app.isPackaged ? 1 : 2);
  const folder = folderInArguments(words);
  return folder === null ? null : resolve(cwd, folder);
}

function routeTo(core: Core, desktop: Desktop): Route {
  const handlers = createCoreHandlers(core, desktop);
  return createRouter(
    {
      ...handlers,
      "settings.set": async (patch) => {
        // A shortcut that cannot be had is refused before it is saved.
        if (patch.quickAskShortcut !== undefined) desktop.claimShortcut(patch.quickAskShortcut);
        return handlers["settings.set"](patch);
      },
    },
    { logError: (error) => core.log(error) },
  );
}

async function main(): Promise<void> {
  // Chromium's own files (caches, cookies) lie under the same root as ours, so that each home is an app of its own.
  app.setPath(
    "userData",
    home === null ? join(app.getPath("appData"), variant) : join(home, "electron"),
  );
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  hardenProcess();
  registerScheme();
  hardenContents();
  // Wayland hands global shortcuts out through its portal only.
  app.commandLine.appendSwitch("enable-features", "GlobalShortcutsPortal");
  // Chromium has nothing to keep secret for us, and would ask for the keyring's password at every start.
  app.commandLine.appendSwitch("password-store", "basic");
  let opened: Core | undefined;
  const core = createCore({ home, environment: process.env, variant, version, attended: true });
  core.catch(() => undefined); // judged below, when there is a way to say it
  const words = (): Words => wordsFor(opened?.settings().language ?? "system", [app.getLocale()]);
  const quit = quitCleanly({ core, words });
  await app.whenReady();
  const route = Promise.withResolvers<Route>();
  const desktop = openDesktop({
    version,
    registryElectron,
    startFolder: startFolder(process.argv, process.cwd()),
    dataFolder: home ?? app.getPath("userData"),
    builtFolder: import.meta.dirname,
    resources: join(import.meta.dirname, "../../resources"),
    ipc: createElectronIpc(route.promise),
    core: () => opened,
    words,
    isQuitting: () => quit.isQuitting(),
  });
  app.on("second-instance", (_event, argv, cwd) => {
    desktop.showMain();
    const path = startFolder(argv, cwd);
    if (path !== null) desktop.announce({ topic: "open-workspace", path });
  });
  try {
    opened = await core;
    desktop.attach(opened);
    route.resolve(routeTo(opened, desktop));
  } catch (error) {
    dialog.showErrorBox(words().cannotStart, messageOf(error));
    app.exit(1);
  }
}

// Not awaited: Electron becomes ready only after this file has been read to its end.
const words = app.isPackaged ? commandInArguments(process.argv) : undefined;
void (words === undefined ? main() : runAsCommand(words, () => import("./cli.ts")));
