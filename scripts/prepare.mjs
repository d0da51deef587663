// Makes a fresh machine ready: packages, system libraries, Node 24. Plain Node ≥ 20, no dependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "./npm.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The Node 24 of a checkout. */
export const nodeIn = (folder) =>
  join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

/** The Node 24 that every script runs under. */
export const nodePath = nodeIn(root);

const stampFile = join(root, "node_modules/.belay-prepared");

function stamp() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

/** `npm ci` when the lock file or the platform changed since the last time. */
export function installPackages() {
  const wanted = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && existsSync(nodePath))
    return;
  console.log("Belay: installing packages (npm ci) …");
  const [npm, ...words] = npmCommand();
  run(npm, [...words, "ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (!existsSync(nodePath))
    throw new Error("The package `node` did not install its binary. Run: npm rebuild node");
  writeFileSync(stampFile, wanted);
}

/**
 * System packages on Debian and Ubuntu, by what needs them. Alternatives are names of the same package in other releases.
 * `required` ones stop a start without them; the others are said and left to the person.
 */
export const systemPackages = [
  { names: ["libgtk-3-0", "libgtk-3-0t64"], for: "Electron", scope: "app", required: true },
  { names: ["libnss3"], for: "Electron", scope: "app", required: true },
  { names: ["libasound2", "libasound2t64"], for: "Electron", scope: "app", required: true },
  { names: ["libgbm1"], for: "Electron", scope: "app", required: true },
  { names: ["libsecret-1-0"], for: "the keychain", scope: "app", required: false },
  { names: ["git"], for: "branch names and tests", scope: "app", required: false },
  { names: ["xvfb"], for: "tests in a real window", scope: "test", required: true },
  { names: ["xauth"], for: "tests in a real window", scope: "test", required: true },
  { names: ["gnome-keyring"], for: "tests of the keychain", scope: "test", required: true },
  { names: ["dbus"], for: "tests of the keychain", scope: "test", required: true },
  { names: ["bubblewrap"], for: "sandboxed commands", scope: "app", required: false },
  { names: ["socat"], for: "sandboxed commands", scope: "app", required: false },
];

/** The packages of the scope that are missing, as the wanted names. `isInstalled` and `exists` are asked by name. */
export function missingPackages({ scope, isInstalled: installed, exists: known }) {
  return systemPackages
    .filter((entry) => entry.scope === "app" || scope === "test")
    .filter((entry) => !entry.names.some(installed))
    .map((entry) => ({
      name: entry.names.find(known) ?? entry.names[0],
      for: entry.for,
      required: entry.required,
    }));
}

function isInstalled(name) {
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "${db:Status-Status}", name], {
    encoding: "utf8",
  });
  return stdout === "installed";
}

function exists(name) {
  return spawnSync("apt-cache", ["show", name], { stdio: "ignore" }).status === 0;
}

/** Installs what is missing as root on Debian or Ubuntu; elsewhere prints the one line to run. */
export function ensureSystemPackages(scope) {
  if (process.platform !== "linux" || !existsSync("/usr/bin/dpkg-query")) return;
  const probes = { isInstalled, exists };
  if (missingPackages({ scope, ...probes }).length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) run("apt-get", ["update", "-qq"]);
  const missing = missingPackages({ scope, ...probes });
  const names = missing.map((entry) => entry.name);
  const line = `apt-get install -y --no-install-recommends ${names.join(" ")}`;
  if (isRoot) {
    console.log(`Belay: installing system packages: ${names.join(" ")}`);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], {
      DEBIAN_FRONTEND: "noninteractive",
    });
    return;
  }
  for (const entry of missing) console.log(`Belay: ${entry.name} is missing (${entry.for}).`);
  console.log(`Run: sudo ${line}`);
  if (missing.some((entry) => entry.required))
    throw new Error("System packages are missing: run the line above, then start again.");
}

function run(command, args, environment = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
  if (result.error !== undefined)
    throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`"${[command, ...args].join(" ")}" failed with exit code ${result.status}.`);
}

/** Everything `npm start` (scope "app") or `npm test` (scope "test") needs. */
export function prepare(scope) {
  ensureSystemPackages(scope);
  installPackages();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    prepare(process.argv.includes("--test") ? "test" : "app");
  } catch (error) {
    console.error(`Belay: ${error.message}`);
    process.exitCode = 1;
  }
}
