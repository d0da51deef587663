import { createCommandRunner } from "../../src/main/shell/command-runner.ts";

/** Child of the guard test: runs one command of a folder, waits for it, and says its end; then lives on until it is killed. */
const [cwd = "", outputFolder = "", command = ""] = process.argv.slice(2);
const runner = createCommandRunner({ outputFolder, environment: process.env });
const { signal } = new AbortController();
const done = await runner.run({ command, cwd, signal, onOutput: () => undefined }, 600_000);
process.stdout.write(`${done.exitCode}`);
setInterval(() => undefined, 60_000);
