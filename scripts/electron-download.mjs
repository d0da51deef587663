// Electron from its release host or a mirror, through the electron package's own installer, which checks the checksums it ships.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeIn } from "./prepare.mjs";

/** A host that says nothing for so long is not reachable. A slow one answers at least. */
const patienceMs = 10_000;

/** The installer may still end by itself without the host: from its own cache. */
const graceMs = 5000;

/** The address of the archive, by the variables that the installer reads itself. */
export function archiveAddress({ version, environment, platform, arch }) {
  const base =
    environment["npm_config_electron_mirror"] ||
    environment["ELECTRON_MIRROR"] ||
    "https://github.com/electron/electron/releases/download/";
  const folder =
    environment["npm_config_electron_custom_dir"] || environment["ELECTRON_CUSTOM_DIR"];
  const file = `electron-v${version}-${platform}-${arch}.zip`;
  return `${base}${(folder || `v${version}`).replace("{{ version }}", version)}/${file}`;
}

/** Null when the host answers at all, redirects followed; else why it cannot be reached. */
async function unreachable(address, { environment, patience }) {
  // Behind a proxy only the installer can tell.
  if (environment["NODE_USE_ENV_PROXY"] || environment["ELECTRON_GET_USE_PROXY"]) return null;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(patience) });
    await response.body?.cancel();
    return null;
  } catch (error) {
    return error.name === "TimeoutError" ? "no answer" : (error.cause?.code ?? error.message);
  }
}

/**
 * @param {{ root: string, environment: Record<string, string | undefined>, platform: string, arch: string, patience?: number, grace?: number }} options
 * Null when Electron is unpacked; else one line with the reason. Ends soon where the host is silent, and lets a slow download go on.
 */
export async function downloadElectron({
  root,
  environment,
  platform,
  arch,
  patience = patienceMs,
  grace = graceMs,
}) {
  const folder = join(root, "node_modules/electron");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const address = archiveAddress({ version, environment, platform, arch });
  if (!URL.canParse(address)) return `${address} is no address: check ELECTRON_MIRROR`;
  const { host } = new URL(address);
  console.log(`Belay: fetching Electron ${version} (about 120 MB) from ${host} …`);
  const installer = runInstaller(root, join(folder, "install.js"), environment);
  const silence = unreachable(address, { environment, patience });
  const reason = await Promise.race([
    installer.ended,
    silence.then((why) =>
      why === null ? installer.ended : Promise.race([installer.ended, later(grace, why)]),
    ),
  ]);
  installer.stop();
  return reason === null ? null : `${host}: ${(await silence) ?? reason}`;
}

const later = (milliseconds, value) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, value).unref());

function runInstaller(root, script, environment) {
  const node = nodeIn(root);
  const child = spawn(existsSync(node) ? node : process.execPath, [script], {
    stdio: ["ignore", "ignore", "pipe"],
    env: environment,
  });
  let printed = "";
  child.stderr.on("data", (chunk) => {
    printed = (printed + chunk).slice(0, 10_000);
  });
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(code === 0 ? null : firstLine(printed)));
  });
  return { ended, stop: () => child.kill() };
}

/** The installer prints a stack trace: its first line says what failed. */
const firstLine = (text) => text.split("\n").find((line) => line.trim() !== "") ?? "it failed";
