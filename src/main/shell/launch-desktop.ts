import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The checkout that this program runs from; undefined when it is installed. */
function findCheckout(): string | undefined {
  // Beside the bundle in out/main, or beside the sources.
  const candidates = ["../..", "../../.."].map((path) => join(import.meta.dirname, path));
  return candidates.find((path) => existsSync(join(path, "scripts/start.mjs")));
}

/** Whether the desktop app of this checkout runs on the third-party Electron from the package registry. */
export function usesRegistryElectron(
  environment: Readonly<Record<string, string | undefined>>,
  checkout: string | undefined = findCheckout(),
): boolean {
  if (checkout === undefined) return false;
  if (environment["BELAY_REGISTRY_ELECTRON"] === "1") return true;
  if (existsSync(join(checkout, "node_modules/electron/path.txt"))) return false;
  const runtimes = join(checkout, ".runtime");
  return existsSync(runtimes) && readdirSync(runtimes).some((name) => name.startsWith("electron-"));
}

/** Opens the desktop app on a folder. In a checkout that is the start script; installed, the app lies beside the command. */
export function launchDesktop(folder: string, say: (text: string) => void): Promise<number> {
  const checkout = findCheckout();
  if (checkout === undefined && process.versions["electron"] !== undefined) {
    // The installed command is the app itself: another process of it opens the window and outlives this one.
    spawn(process.execPath, [folder], { stdio: "ignore", detached: true }).unref();
    return Promise.resolve(0);
  }
  if (checkout === undefined) {
    say(
      "belay: the desktop app was not found beside this command. Open it from your applications.\n",
    );
    return Promise.resolve(1);
  }
  const start = join(checkout, "scripts/start.mjs");
  const child = spawn(process.execPath, [start, folder], { stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
