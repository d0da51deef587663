import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { executableIn, registryFolder } from "../../scripts/electron-runtime.mjs";
import { _electron, type ElectronApplication, type Page } from "playwright";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface LaunchOptions {
  readonly home: string;
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Started in place of Electron, with its arguments: a script that starts it in another way. */
  readonly executable?: string;
}

export interface LaunchedWindow extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What any of its pages printed to its console as errors. */
  readonly errors: readonly string[];
}

/** The real Electron to test with. Throws with what to do when there is none. */
export function electronPath(): string {
  const candidates = [
    process.env["ELECTRON_OVERRIDE_DIST_PATH"],
    join(registryFolder(root), "bin"),
    join(root, "node_modules/electron/dist"),
  ];
  const executables = candidates.map((folder) =>
    folder === undefined ? "" : executableIn(folder, process.platform),
  );
  const found = executables.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("No Electron is here. Run: BELAY_REGISTRY_ELECTRON=1 npm test");
  return found;
}

export interface LaunchArguments {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** How the built app is started, with nothing of this process's environment but what it needs. */
export function launchArguments(options: LaunchOptions): LaunchArguments {
  const switches = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return {
    executable: options.executable ?? electronPath(),
    args: [...switches, root, ...(options.folder === undefined ? [] : [options.folder])],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: options.home,
      DISPLAY: process.env["DISPLAY"] ?? "",
      XAUTHORITY: process.env["XAUTHORITY"] ?? "",
      LANG: "C.UTF-8",
      BELAY_HOME: options.home,
      // A keychain of this machine must not be touched by a test.
      BELAY_REGISTRY_ELECTRON: "1",
      ...options.environment,
    },
  };
}

/** Once in ten to a hundred starts Playwright and Electron miss each other before a line of the app has run: see `launchWindow`. */
function launchOnce(options: LaunchOptions, timeout: number): Promise<ElectronApplication> {
  const { executable, args, env } = launchArguments(options);
  return _electron.launch({ executablePath: executable, args: [...args], env, timeout });
}

/** Opens the built app in a real window, with app data of its own. */
export async function launchWindow(options: LaunchOptions): Promise<LaunchedWindow> {
  const app = await launchOnce(options, 20_000).catch(() => launchOnce(options, 60_000));
  const errors: string[] = [];
  const listen = (page: Page): void => {
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
  };
  for (const open of app.windows()) listen(open);
  app.on("window", listen);
  const page = await app.firstWindow();
  return { app, page, errors, [Symbol.asyncDispose]: () => close(app) };
}

/** A test that failed may leave a prompt at work, which the app asks about before it quits. */
async function close(app: ElectronApplication): Promise<void> {
  const timer = setTimeout(() => app.process().kill("SIGKILL"), 30_000);
  await app.close().finally(() => {
    clearTimeout(timer);
  });
}
