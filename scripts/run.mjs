// Programs that the scripts wait for.
import { spawnSync } from "node:child_process";

/** @param {{ cwd?: string, environment?: Record<string, string> }} options Runs a program to its end; throws an Error that names it when it cannot be started or fails. */
export function run(command, args, { cwd, environment = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
  if (result.error !== undefined)
    throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`"${[command, ...args].join(" ")}" failed with exit code ${result.status}.`);
}
