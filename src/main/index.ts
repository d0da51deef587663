import { app, dialog } from "electron";
import { join, resolve } from "node:path";
import packageFile from "../../package.json" with { type: "json" };
import { messageOf } from "../shared/errors.ts";
import { createCore, type Core } from "./core.ts";
import { openDesktop } from "./desktop/desktop.ts";
import { folderInArguments } from "./desktop/links.ts";
import { quitCleanly } from "./desktop/quit.ts";
import { registerScheme } from "./desktop/protocol.ts";
import { hardenContents } from "./desktop/security.ts";
import { createCoreHandlers } from "./ipc/core-handlers.ts";
import { serveCalls } from "./ipc/electron-ipc.ts";
import { createRouter, type Route } from "./ipc/router.ts";

const registryElectron = process.env["BELAY_REGISTRY_ELECTRON"] === "1" && !app.isPackaged;
const variant = registryElectron ? "belay-dev" : "belay";

/** The folder named on the command line, as an absolute path. */
function startFolder(argv: readonly string[], cwd: string): string | null {
  const folder = folderInArguments(argv.slice(app.isPackaged ? 1 : 2));
  return folder === null ? null : resolve(cwd, folder);
}

function wordsOf(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => !word.startsWith("--"));
}

async function routeTo(
  core: Promise<Core>,
  desktop: Parameters<typeof createCoreHandlers>[1],
): Promise<Route> {
  const opened = await core;
  return createRouter(createCoreHandlers(opened, desktop), {
    logError: (error) => opened.log(error),
    checkOutput: !app.isPackaged,
  });
}

async function main(): Promise<void> {
  const home = process.env["BELAY_HOME"] ?? null;
  // Chromium's own files (caches, cookies) lie beside ours, under the same root.
  if (home !== null) app.setPath("userData", join(home, "electron"));
  else app.setName(variant);
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  app.enableSandbox();
  registerScheme();
  hardenContents();
  const core = createCore({
    home,
    environment: process.env,
    variant,
    version: packageFile.version,
    attended: true,
  });
  core.catch((error: unknown) => {
    dialog.showErrorBox("Belay cannot start", messageOf(error));
    app.exit(1);
  });
  quitCleanly(core);
  await app.whenReady();
  const desktop = openDesktop({
    version: packageFile.version,
    registryElectron,
    startFolder: startFolder(wordsOf(process.argv), process.cwd()),
    dataFolder: home ?? app.getPath("userData"),
    builtFolder: import.meta.dirname,
    resources: join(import.meta.dirname, "../../resources"),
  });
  serveCalls({ route: routeTo(core, desktop), kindOf: (contents) => desktop.kindOf(contents) });
  app.on("second-instance", (_event, argv, cwd) => {
    desktop.showMain();
    const path = startFolder(wordsOf(argv), cwd);
    if (path !== null) desktop.announce({ topic: "open-workspace", path });
  });
  desktop.attach(await core);
}

// Not awaited: Electron becomes ready only after this file has been read to its end.
void main();
