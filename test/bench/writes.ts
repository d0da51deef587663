import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBaseline } from "../../src/main/checkpoints/baseline/open-baseline.ts";
import { defaultCapBytes } from "../../src/main/checkpoints/baseline/types.ts";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import { nodeFileOps } from "../../src/main/checkpoints/file-ops.ts";
import { createCallId, createSessionId, createTurnId } from "../../src/shared/ids.ts";
import { write } from "../support/checkpoint-fixture.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Prints what a durable write checkpoint takes, from the call to its end, in workspaces of these many files. */
const sizes = [500, 5000, 50_000, 200_000];
const rounds = 200;
const kilobytes = [1, 4, 16, 64, 256];

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
const shown = (values: readonly number[]): string =>
  `${quantile(values, 0.5).toFixed(1)} ms p50, ${quantile(values, 0.95).toFixed(1)} ms p95`;

function createFiles(root: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, `p${Math.floor(index / 200)}/d${Math.floor(index / 20) % 10}`);
    if (index % 20 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${index}.ts`), `export const value${index} = ${index};\n`);
  }
}

/** Lines that differ, so that they compress as source does. */
function contentOf(size: number, round: number): string {
  const lines: string[] = [];
  for (let length = 0; length < size * 1024;) {
    const line = `export const item${round}x${lines.length} = compute(${(lines.length * 7919 + round) % 99_991});\n`;
    lines.push(line);
    length += line.length;
  }
  return lines.join("").slice(0, size * 1024);
}

interface Figures {
  readonly durations: readonly number[];
  readonly beforeEffect: number;
  readonly inAll: number;
}

async function measure(files: number, whileBuilding: boolean): Promise<Figures> {
  using folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  const storeFolder = join(folder.path, "store");
  mkdirSync(root);
  mkdirSync(storeFolder);
  createFiles(root, files);
  let [syncs, syncsAtSwap] = [0, 0];
  const workspace = { root, id: "bench" };
  const baseline = await openBaseline({
    workspace,
    storeFolder,
    privateFolders: [],
    tracked: () => Promise.resolve(null),
    capBytes: defaultCapBytes,
  });
  const service = await createCheckpointService({
    workspace,
    storeFolder,
    lockFolder: join(folder.path, "locks"),
    baseline,
    ops: {
      ...nodeFileOps,
      fsync(handle) {
        syncs += 1;
        return nodeFileOps.fsync(handle);
      },
      syncFolder(path) {
        syncs += 1;
        return nodeFileOps.syncFolder(path);
      },
      exchange(names) {
        syncsAtSwap = syncs;
        nodeFileOps.exchange(names);
      },
    },
  });
  await service.recover();
  baseline.start();
  if (!whileBuilding) await baseline.settle(600_000);
  const sessionId = createSessionId();
  const durations: number[] = [];
  const known = new Map<string, string>();
  let [beforeEffect, inAll] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const size = kilobytes[round % kilobytes.length] ?? 1;
    const path = `src/file-${size}-${Math.floor(round / 5) % 8}.ts`;
    const content = contentOf(size, round);
    const scope = {
      sessionId,
      turnId: createTurnId(),
      callId: createCallId(),
      tool: "write_file",
      signal: new AbortController().signal,
      onCheckpoint: async () => {},
    };
    syncs = 0;
    const startedAt = performance.now();
    await service.apply(scope, [write(path, content, known.get(path) ?? null)]);
    durations.push(performance.now() - startedAt);
    // The first makes the folder, which is synced too.
    if (round > 0)
      [beforeEffect, inAll] = [Math.max(beforeEffect, syncsAtSwap), Math.max(inAll, syncs)];
    known.set(path, content);
  }
  await service.close();
  return { durations, beforeEffect, inAll };
}

const medians: number[] = [];
for (const files of sizes) {
  const quiet = await measure(files, false);
  const busy = await measure(files, true);
  medians.push(quantile(quiet.durations, 0.5));
  print(
    `${String(files).padStart(7)} files: durable write of 1–256 KB ${shown(quiet.durations)}; while the baseline is built ${shown(busy.durations)}; at most ${quiet.beforeEffect} fsyncs before the effect, ${quiet.inAll} in all`,
  );
}
print(
  `growth of p50, ${sizes.at(-1)} : ${sizes[0]} files = ${((medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN)).toFixed(2)}`,
);
