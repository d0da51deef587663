// Builds out/ when a source is newer than the last build.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodePath, root } from "./prepare.mjs";

const stampFile = join(root, "out/.belay-built");
const inputs = [
  "src",
  "resources",
  "electron.vite.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return path.endsWith(".tsbuildinfo") ? 0 : stats.mtimeMs;
  const entries = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(stats.mtimeMs, ...entries);
}

/** Builds when needed. Throws when the build fails. */
export function build() {
  const changedAt = Math.max(
    ...inputs.map((input) => (existsSync(join(root, input)) ? newest(join(root, input)) : 0)),
  );
  if (existsSync(stampFile) && statSync(stampFile).mtimeMs > changedAt) return;
  console.log("Belay: building …");
  const vite = join(root, "node_modules/electron-vite/bin/electron-vite.js");
  const result = spawnSync(nodePath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: "inherit",
  });
  if (result.status !== 0) throw new Error("The build failed: see above.");
  writeFileSync(stampFile, "");
}
