// npm start [-- --registry-electron] [DIR]: prepares, builds when needed and opens the desktop app.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { registryFlag, resolveElectron, rootSwitches } from "./electron-runtime.mjs";
import { prepare, root } from "./prepare.mjs";

/** The folder that the words after `npm start --` name, absolute; undefined for none. Throws for words that cannot be meant. */
export function folderToOpen(argv, cwd) {
  // npm hands on every "--" but the first.
  const words = argv.filter((word) => word !== registryFlag && word !== "--");
  const unknown = words.find((word) => word.startsWith("-")) ?? words[1];
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is not understood. Usage: npm start -- [${registryFlag}] [DIR]`);
  if (words[0] === undefined) return undefined;
  const folder = resolve(cwd, words[0]);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${folder} is no folder. Name the project to open.`);
  return folder;
}

async function main(argv) {
  const folder = folderToOpen(argv, process.env["INIT_CWD"] ?? process.cwd());
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]) {
    throw new Error(
      "There is no display here. Start it in a graphical session, or with: xvfb-run -a npm start",
    );
  }
  prepare("app");
  const electron = await resolveElectron({ root, argv });
  build();
  const switches = rootSwitches(process.getuid?.() ?? -1);
  if (switches.length > 0)
    console.warn(
      "Belay: running as root, so Chromium's own sandbox is off (--no-sandbox). Use an ordinary user for real work.",
    );
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env;
  const child = spawn(
    electron.path,
    [...switches, root, ...(folder === undefined ? [] : [folder])],
    {
      stdio: "inherit",
      env: {
        ...environment,
        ...(electron.kind === "registry" ? { BELAY_REGISTRY_ELECTRON: "1" } : {}),
      },
    },
  );
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`Belay: Electron could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`Belay: ${error.message}`);
    process.exitCode = 1;
  }
}
