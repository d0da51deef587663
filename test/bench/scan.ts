import { execFile } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBaseline } from "../../src/main/checkpoints/baseline/open-baseline.ts";
import { defaultCapBytes } from "../../src/main/checkpoints/baseline/types.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Prints what the baseline costs: its build, its disk, a look without changes, its memory. BELAY_BENCH_FILES: not above so many files. */
const sizes = [500, 5000, 50_000, 200_000];
const mega = 1024 * 1024;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const rssMb = (): number => process.memoryUsage.rss() / mega;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Task {
  readonly kind: "build" | "look";
  readonly root: string;
  readonly storeFolder: string;
}

interface Figures {
  readonly buildMs: number;
  readonly diskMb: number;
  readonly lookMs: number;
  readonly memoryMb: number;
}

/** Source-like files of 3 KB on average, none the same, 20 to a folder. */
function createFiles(root: string, count: number): number {
  let bytes = 0;
  for (let index = 0; index < count; index += 1) {
    const folder = join(
      root,
      `packages/p${Math.floor(index / 200)}/d${Math.floor(index / 20) % 10}`,
    );
    if (index % 20 === 0) mkdirSync(folder, { recursive: true });
    const lines = Array.from(
      { length: 20 + ((index * 7919) % 80) },
      (_, line) =>
        `export const value${index}x${line} = compute(${(index * 31 + line * 17) % 9973});`,
    );
    const text = lines.join("\n");
    bytes += text.length;
    writeFileSync(join(folder, `file-${index}.ts`), text);
  }
  return bytes;
}

/** In a process of its own, and there in a thread as in the app: what the process grows by is the baseline's. */
async function run({ kind, root, storeFolder }: Task): Promise<Figures> {
  const before = rssMb();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, rssMb())), 10);
  const baseline = await openBaseline({
    workspace: { root, id: "bench" },
    storeFolder,
    privateFolders: [],
    tracked: () => Promise.resolve(null),
    capBytes: defaultCapBytes,
  });
  const startedAt = performance.now();
  if (kind === "build") {
    baseline.start();
    const { complete } = await baseline.settle(1_800_000);
    if (!complete) throw new Error("The baseline did not become complete");
  }
  const buildMs = performance.now() - startedAt;
  const lookMs: number[] = [];
  const looks = kind === "look" ? 8 : 0;
  for (let index = 0; index < looks; index += 1) {
    const from = performance.now();
    await baseline.look({ mark: String(index), durable: true });
    lookMs.push(performance.now() - from);
    await baseline.confirm();
  }
  clearInterval(sampler);
  const diskMb = (await baseline.size()) / mega;
  await baseline.close();
  return { buildMs, diskMb, lookMs: median(lookMs.slice(2)), memoryMb: peak - before };
}

/** As it is shipped: one file instead of sources, whose types would be stripped in memory. Beside the packages that it needs. */
const bundle = fileURLToPath(new URL("../../node_modules/.belay-bench/", import.meta.url));

async function bundleSources(): Promise<void> {
  // Not at the top: the processes that are measured would hold it too.
  const { build } = await import("vite");
  const worker = new URL("../../src/main/checkpoints/baseline/baseline-worker.ts", import.meta.url);
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { external: ["better-sqlite3"], noExternal: true },
    build: {
      ssr: true,
      outDir: bundle,
      emptyOutDir: true,
      rolldownOptions: {
        input: { scan: fileURLToPath(import.meta.url), "baseline-worker": fileURLToPath(worker) },
        external: ["vite"],
      },
    },
  });
}

function inProcess(task: Task): Promise<Figures> {
  const values = [join(bundle, "scan.js"), JSON.stringify(task)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, values, (error, output) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by this very file
      if (error === null) resolve(JSON.parse(output) as Figures);
      else reject(error);
    });
  });
}

async function measure(count: number): Promise<Figures> {
  using folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "work");
  const storeFolder = join(folder.path, "store");
  mkdirSync(root);
  const bytes = createFiles(root, count);
  const built = await inProcess({ kind: "build", root, storeFolder });
  const looked = await inProcess({ kind: "look", root, storeFolder });
  print(`${count} files, ${(bytes / mega).toFixed(0)} MB`);
  print(
    `  build                    ${(built.buildMs / 1000).toFixed(2)} s, ${built.diskMb.toFixed(1)} MB on disk`,
  );
  print(
    `  look without changes     ${looked.lookMs.toFixed(0)} ms (median of 6, opened again, synced)`,
  );
  print(
    `  memory                   ${built.memoryMb.toFixed(0)} MB at most while building, ${looked.memoryMb.toFixed(0)} MB while looking (growth of the process)`,
  );
  return { ...built, lookMs: looked.lookMs };
}

async function measureAll(): Promise<void> {
  await bundleSources();
  const most = Number(process.env["BELAY_BENCH_FILES"] ?? Number.POSITIVE_INFINITY);
  const measured = sizes.filter((size) => size <= most);
  const all: Figures[] = [];
  for (const size of measured) all.push(await measure(size));
  const ratio = (of: (figures: Figures) => number): string =>
    all.map((figures) => (of(figures) / of(all[0] ?? figures)).toFixed(1)).join(" : ");
  print(`growth over ${measured.map((size) => size / 500).join(" : ")} times the files`);
  print(
    `  build ${ratio((one) => one.buildMs)}; disk ${ratio((one) => one.diskMb)}; look ${ratio((one) => one.lookMs)}`,
  );
}

const given = process.argv[2];
if (given === undefined) await measureAll();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by this very file
else print(JSON.stringify(await run(JSON.parse(given) as Task)));
