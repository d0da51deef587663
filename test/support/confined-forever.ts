import { createCommandRunner } from "../../src/main/shell/command-runner.ts";
import { realSandbox } from "./real-sandbox.ts";

/** Child of the kill test: runs sandboxed commands one after another, says when each begins, and lives on until it is killed. */
const [root = "", data = "", line = ""] = process.argv.slice(2);
const runner = createCommandRunner({ outputFolder: `${data}/outputs`, environment: process.env });
const sandbox = realSandbox()({ workspace: { root, id: "w" }, runner, dataFolder: data });
const { signal } = new AbortController();
for (;;) {
  const launcher = await sandbox.launcher({});
  process.stdout.write("b");
  const request = { command: line, cwd: root, signal, onOutput: () => undefined, launcher };
  await runner.run(request, 600_000);
}
