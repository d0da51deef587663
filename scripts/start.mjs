// npm start [-- --registry-electron] [DIR]: prepares, builds when needed and opens the desktop app.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { resolve } from "node:path";
import { build } from "./build.mjs";
import { registryFlag, resolveElectron, rootSwitches } from "./electron-runtime.mjs";
import { prepare, root } from "./prepare.mjs";

async function main(argv) {
  // npm hands on every "--" but the first.
  const words = argv.filter((word) => word !== registryFlag && word !== "--");
  const unknown = words.find((word) => word.startsWith("-")) ?? words[1];
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is not understood. Usage: npm start -- [${registryFlag}] [DIR]`);
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
  const folder =
    words[0] === undefined ? [] : [resolve(process.env["INIT_CWD"] ?? process.cwd(), words[0])];
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env;
  const child = spawn(electron.path, [...switches, root, ...folder], {
    stdio: "inherit",
    env: {
      ...environment,
      ...(electron.kind === "registry" ? { BELAY_REGISTRY_ELECTRON: "1" } : {}),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`Belay: ${error.message}`);
  process.exitCode = 1;
}
