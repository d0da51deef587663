// Makes a fresh machine ready: packages, system libraries, Node 24. Plain Node ≥ 20, no dependencies.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "./npm.mjs";
import { run } from "./run.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";

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
  run(npm, [...words, "ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root });
  if (!existsSync(nodePath))
    throw new Error("The package `node` did not install its binary. Run: npm rebuild node");
  writeFileSync(stampFile, wanted);
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
