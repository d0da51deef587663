import { execFileSync } from "node:child_process";
import { closeSync, cpSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runBelay, testKey } from "../support/belay-cli.ts";
import { nodeFileOps } from "../../src/main/checkpoints/file-ops.ts";
import { createCheckpointFixture, write } from "../support/checkpoint-fixture.ts";
import { createExpressRepository, expressTask } from "../support/express-task.ts";
import { startModelStudio } from "../support/model-studio/server.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Prints the figures of the headless command against a simulated provider on this machine. Run after a build. */
const runs = 7;

interface Figures {
  readonly firstRequestBytes: number;
  readonly startToFirstRequestMs: number;
  readonly turnAroundMs: readonly number[];
  readonly peakMemoryMb: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A workspace of that many files: the sources of zod, over and over. */
function createFiles(folder: string, count: number): void {
  const source = dirname(createRequire(import.meta.url).resolve("zod/package.json"));
  const names = execFileSync("find", [source, "-name", "*.js", "-size", "-32k"], {
    encoding: "utf8",
  })
    .trim()
    .split("\n");
  for (let index = 0; index < count; index += 1) {
    const target = join(
      folder,
      `packages/p${Math.floor(index / 200)}/d${Math.floor(index / 20) % 10}`,
    );
    if (index % 20 === 0) mkdirSync(target, { recursive: true });
    cpSync(names[index % names.length] ?? "", join(target, `f${index}.js`));
  }
}

/** From the end of an answer with a write to the arrival of the next request, as the provider sees it. */
async function runTask(workspace: string, home: string): Promise<Figures> {
  const arrived: number[] = [];
  await using studio = await startModelStudio({
    keys: [testKey],
    script: (_request, index) => {
      arrived[index] = performance.now();
      return { ...expressTask[index], chunking: "whole" };
    },
  });
  const startedAt = performance.now();
  const result = await runBelay(
    [
      "run",
      "--json",
      "--mode",
      "edit",
      "--model",
      "qwen3-coder-flash",
      "--region",
      "singapore",
      "--base-url",
      studio.baseUrl,
      "--workspace",
      workspace,
      "--prompt",
      "go",
    ],
    { home, baseUrl: studio.baseUrl },
  );
  if (result.code !== 0)
    throw new Error(`belay run failed: ${result.stderr}${result.stdout.slice(-2000)}`);
  const writes = new Set(["write_file", "edit_file", "move_file", "delete_file"]);
  const turnAroundMs = expressTask.flatMap((answer, index) => {
    const next = arrived[index + 1];
    const own = arrived[index];
    return answer.toolCalls?.some((call) => writes.has(call.name)) === true &&
      next !== undefined &&
      own !== undefined
      ? [next - own]
      : [];
  });
  return {
    firstRequestBytes: studio.chats()[0]?.bytes ?? 0,
    startToFirstRequestMs: (arrived[0] ?? Number.NaN) - startedAt,
    turnAroundMs,
    peakMemoryMb: result.peakMemoryKb / 1024,
  };
}

function diskFsyncMs(folder: string): number {
  const times = Array.from({ length: 50 }, (_, index) => {
    const file = openSync(join(folder, `sync-${index}`), "w");
    writeSync(file, Buffer.alloc(4096));
    const from = performance.now();
    fsyncSync(file);
    closeSync(file);
    return performance.now() - from;
  });
  return median(times);
}

/** Counted at the one door, for a new file and then for a change of it. */
async function fsyncsPerWrite(): Promise<string> {
  let syncs = 0;
  await using fixture = await createCheckpointFixture({
    ...nodeFileOps,
    fsync: (handle) => {
      syncs += 1;
      return nodeFileOps.fsync(handle);
    },
  });
  const counts: number[] = [];
  for (const effect of [write("a", "1", null), write("a", "2", "1")]) {
    syncs = 0;
    await fixture.apply([effect]);
    counts.push(syncs);
  }
  return counts.join(" and ");
}

async function measure(files: number): Promise<number> {
  using folder = createTemporaryFolder();
  const base = join(folder.path, "template");
  createExpressRepository(base);
  if (files > 0) createFiles(base, files);
  const all: Figures[] = [];
  for (let index = 0; index < runs; index += 1) {
    const workspace = join(folder.path, "work");
    const home = join(folder.path, `home-${index}`);
    mkdirSync(home);
    execFileSync("cp", ["-a", base, workspace]);
    all.push(await runTask(workspace, home));
    rmSync(workspace, { recursive: true });
  }
  const turns = all.flatMap((figures) => figures.turnAroundMs);
  print(`${files} files, ${runs} runs of the 25-step task (13 writes each)`);
  print(`  first request            ${all[0]?.firstRequestBytes ?? 0} bytes of JSON`);
  print(
    `  start → first request    ${median(all.map((figures) => figures.startToFirstRequestMs)).toFixed(0)} ms (median)`,
  );
  print(
    `  write turn-around        ${median(turns).toFixed(1)} ms median, ${p95(turns).toFixed(1)} ms p95 (answer begun → next request)`,
  );
  print(
    `  peak memory              ${median(all.map((figures) => figures.peakMemoryMb)).toFixed(0)} MB (median)`,
  );
  return median(turns);
}

{
  using folder = createTemporaryFolder();
  print(
    `disk fsync p50: ${diskFsyncMs(folder.path).toFixed(2)} ms; fsyncs of a new file and of a change: ${await fsyncsPerWrite()}`,
  );
}
const few = await measure(500);
const many = await measure(50_000);
print(`write turn-around, 50,000 : 500 files = ${(many / few).toFixed(2)}`);
