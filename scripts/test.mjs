// npm test [-- vitest arguments]: prepares, builds, then runs all tests, the end-to-end ones in a real Electron.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { resolveElectron, wantsRegistry } from "./electron-runtime.mjs";
import { nodePath, prepare, root } from "./prepare.mjs";

const hasProgram = (name) =>
  spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;

/** A session bus for the keychain and a display for the window, where this machine has none. */
function wrap(command, project) {
  const wrapped = [...command];
  if (project === "e2e" && process.platform === "linux" && !process.env["DISPLAY"])
    wrapped.unshift("xvfb-run", "-a", "--server-args=-screen 0 1600x1000x24");
  if (process.platform === "linux" && hasProgram("dbus-run-session"))
    wrapped.unshift("dbus-run-session", "--");
  return wrapped;
}

/** Runs one vitest project; answers its counts. */
function runProject(project, { args, environment }) {
  const folder = mkdtempSync(join(tmpdir(), "belay-results-"));
  const output = join(folder, "results.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const command = wrap(
    [
      nodePath,
      vitest,
      "run",
      "--config",
      "test/vitest.config.ts",
      "--project",
      project,
      "--passWithNoTests",
      ...reporters,
      ...args,
    ],
    project,
  );
  const result = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  const counts = existsSync(output)
    ? JSON.parse(readFileSync(output, "utf8"))
    : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
  rmSync(folder, { recursive: true, force: true });
  const failed = counts.numFailedTests === 0 && result.status !== 0 ? 1 : counts.numFailedTests;
  return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests ?? 0 };
}

async function electronFor(argv) {
  const environment = process.env["CI"]
    ? { ...process.env, BELAY_REGISTRY_ELECTRON: "1" }
    : process.env;
  try {
    const electron = await resolveElectron({ root, argv, environment });
    const registry = electron.kind === "registry" || wantsRegistry(argv, environment);
    return {
      ELECTRON_OVERRIDE_DIST_PATH: dirname(electron.path),
      ...(registry ? { BELAY_REGISTRY_ELECTRON: "1" } : {}),
    };
  } catch (error) {
    console.error(
      `Belay: no end-to-end tests without Electron.\n${error.message}\nOr: BELAY_REGISTRY_ELECTRON=1 npm test`,
    );
    return undefined;
  }
}

async function main(argv) {
  const args = argv.filter((word) => word !== "--registry-electron");
  prepare("test");
  build();
  const totals = [runProject("core", { args, environment: {} })];
  const environment = await electronFor(argv);
  totals.push(
    environment === undefined
      ? { passed: 0, failed: 1, skipped: 0 }
      : runProject("e2e", { args, environment }),
  );
  const sum = (key) => totals.reduce((total, counts) => total + counts[key], 0);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
  process.exitCode = sum("failed") > 0 ? 1 : 0;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`Belay: ${error.message}`);
  process.exitCode = 1;
}
