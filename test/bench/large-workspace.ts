import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, realpathSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import type { CheckpointService } from "../../src/main/checkpoints/types.ts";
import { baselineOf } from "../../src/main/core/baselines.ts";
import { coverageCaution } from "../../src/main/tools/coverage-caution.ts";
import { createCallId, createSessionId, createTurnId } from "../../src/shared/ids.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/**
 * Prints how a folder of 3 GB opens for the first time: node_modules, a file of 1.5 GB and 70,000 untracked files. A command is asked
 * for at once, when next to nothing has been read yet. Needs 3.2 GB in TMPDIR, which should be a real disk.
 */
const untracked = 70_000;
const packages = 1200;
const perPackage = 10;
const mega = 1024 * 1024;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function createProject(root: string): void {
  const git = (...values: string[]): void => void execFileSync("git", values, { cwd: root });
  git("init", "-q");
  writeFileSync(join(root, "readme.md"), "# Large\n");
  writeFileSync(join(root, ".gitignore"), "node_modules/\n");
  git("add", "-A");
  git("-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "first");
  const block = randomBytes(mega / 8);
  for (let one = 0; one < packages; one += 1) {
    const folder = join(root, "node_modules", `package-${one}`, "dist");
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < perPackage; file += 1)
      writeFileSync(join(folder, `part-${file}.js`), block);
  }
  const large = openSync(join(root, "recording.bin"), "w");
  const part = randomBytes(16 * mega);
  for (let written = 0; written < 1536 * mega; written += part.length) writeSync(large, part);
  closeSync(large);
  for (let index = 0; index < untracked; index += 1) {
    const folder = join(root, "data", `set-${Math.floor(index / 5000)}`, `${index % 50}`);
    if (index % 5000 < 50) mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `sample-${index}.json`),
      `{"index":${index},"values":[${`${index % 97},`.repeat(300)}0]}\n`,
    );
  }
}

/** From asking for a command to its start, and what was said of undo then. */
async function firstCommand(service: CheckpointService): Promise<void> {
  const askedAt = performance.now();
  const scope = {
    sessionId: createSessionId(),
    turnId: createTurnId(),
    callId: createCallId(),
    line: "true",
    signal: new AbortController().signal,
    onCheckpoint: async () => {},
  };
  const { value, notes } = await service.aroundCommand(scope, async () => ({
    startedAt: performance.now(),
    said: coverageCaution(service.coverage()),
  }));
  print(
    `  first command            starts after ${Math.round(value.startedAt - askedAt)} ms (at most 1,500)`,
  );
  print(`  said before it           ${value.said ?? "nothing"}`);
  print(`  said after it            ${notes.length === 0 ? "nothing" : notes.join(" ")}`);
}

using folder = createTemporaryFolder();
const root = join(realpathSync(folder.path), "project");
mkdirSync(root);
createProject(root);
const places = { storeFolder: join(folder.path, "store"), lockFolder: join(folder.path, "locks") };
const workspace = { root, id: "bench" };
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const openedAt = performance.now();
const service = await createCheckpointService({
  ...places,
  workspace,
  baseline: (privateFolders) =>
    baselineOf(workspace, { storeFolder: places.storeFolder, privateFolders }),
});
await service.recover();
service.start();
const opened = performance.now() - openedAt;
print(
  `3 GB: ${packages * perPackage} files of dependencies, one of 1.5 GB, ${untracked} untracked`,
);
print(`  opening                  ${Math.round(opened)} ms`);
await firstCommand(service);
const coverage = await service.settle(600_000);
const builtAt = performance.now();
delay.disable();
const { user, system } = process.cpuUsage(cpu);
print(
  `  all read                 after ${((builtAt - openedAt) / 1000).toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of the processor; ${coverage.covered} of ${coverage.files} files covered`,
);
print(
  `  main thread blocked      ${(delay.percentile(99) / 1e6).toFixed(1)} ms p99, ${(delay.max / 1e6).toFixed(1)} ms at most (at most 100)`,
);
await service.close();
