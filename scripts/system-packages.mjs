// What Electron, the keychain and the tests need of a Linux system.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { run } from "./run.mjs";

/**
 * Debian's and Ubuntu's packages, by what needs them. Alternatives are names of the same package in other releases; `file` is the
 * library by which other distributions are looked over. `required` ones stop a start without them; the others are only said.
 */
const systemPackages = [
  {
    names: ["libgtk-3-0", "libgtk-3-0t64"],
    file: "libgtk-3.so.0",
    for: "Electron",
    scope: "app",
    required: true,
  },
  { names: ["libnss3"], file: "libnss3.so", for: "Electron", scope: "app", required: true },
  {
    names: ["libasound2", "libasound2t64"],
    file: "libasound.so.2",
    for: "Electron",
    scope: "app",
    required: true,
  },
  { names: ["libgbm1"], file: "libgbm.so.1", for: "Electron", scope: "app", required: true },
  {
    names: ["libsecret-1-0"],
    file: "libsecret-1.so.0",
    for: "the keychain",
    scope: "app",
    required: false,
  },
  { names: ["git"], for: "branch names and tests", scope: "app", required: false },
  { names: ["xvfb"], for: "tests in a real window", scope: "test", required: true },
  { names: ["xauth"], for: "tests in a real window", scope: "test", required: true },
  { names: ["gnome-keyring"], for: "tests of the keychain", scope: "test", required: true },
  { names: ["dbus"], for: "tests of the keychain", scope: "test", required: true },
  { names: ["prometheus"], for: "tests of monitoring", scope: "test", required: false },
  { names: ["bubblewrap"], for: "sandboxed commands", scope: "app", required: false },
];

/** The packages of the scope that are missing, as the wanted names. `isInstalled` and `exists` are asked by name. */
export function missingPackages({ scope, isInstalled, exists }) {
  return systemPackages
    .filter((entry) => entry.scope === "app" || scope === "test")
    .filter((entry) => !entry.names.some(isInstalled))
    .map((entry) => ({
      name: entry.names.find(exists) ?? entry.names[0],
      for: entry.for,
      required: entry.required,
    }));
}

/** This machine, as the look-over asks it. A test hands in another. */
const thisMachine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasApt: existsSync("/usr/bin/dpkg-query"),
  isInstalled: (name) =>
    spawnSync("dpkg-query", ["-W", "-f", "${db:Status-Status}", name], { encoding: "utf8" })
      .stdout === "installed",
  exists: (name) => spawnSync("apt-cache", ["show", name], { stdio: "ignore" }).status === 0,
  /** What the loader finds; empty where it cannot be asked. */
  libraries: () => spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" }).stdout ?? "",
  apt: (args) => run("apt-get", args, { environment: { DEBIAN_FRONTEND: "noninteractive" } }),
  say: (line) => console.log(line),
};

/** Installs what is missing as root on Debian or Ubuntu; elsewhere prints the one line to run. Throws when Belay cannot run without it. */
export function ensureSystemPackages(scope, machine = thisMachine) {
  if (machine.platform !== "linux") return;
  if (!machine.hasApt) {
    nameLibraries(machine);
    return;
  }
  if (missingPackages({ scope, ...machine }).length === 0) return;
  const failure = machine.isRoot ? attempt(() => machine.apt(["update", "-qq"])) : undefined;
  const missing = missingPackages({ scope, ...machine });
  const words = ["install", "-y", "--no-install-recommends", ...missing.map((entry) => entry.name)];
  if (machine.isRoot && failure === undefined) {
    machine.say(`Belay: installing system packages: ${words.slice(3).join(" ")}`);
    if (attempt(() => machine.apt(["-qq", ...words])) === undefined) return;
  }
  for (const entry of missing) machine.say(`Belay: ${entry.name} is missing (${entry.for}).`);
  machine.say(`Run: ${machine.isRoot ? "" : "sudo "}apt-get ${words.join(" ")}`);
  stopForRequired(missing, "run the line above");
}

/** Undefined when it worked. apt-get has said by itself what went wrong. */
function attempt(act) {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Other distributions have other names for the packages: the libraries' own names can be searched for everywhere. */
function nameLibraries({ libraries, say }) {
  const found = libraries();
  if (found === "") return;
  const missing = systemPackages.filter(
    (entry) => entry.file !== undefined && !found.includes(entry.file),
  );
  for (const entry of missing) say(`Belay: ${entry.file} is missing (${entry.for}).`);
  stopForRequired(missing, "install the packages that hold the libraries above");
}

function stopForRequired(missing, advice) {
  if (missing.some((entry) => entry.required))
    throw new Error(`System packages are missing: ${advice}, then start again.`);
}
