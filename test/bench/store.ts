import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import { nodeFileOps } from "../../src/main/checkpoints/file-ops.ts";
import { emptyManifest, type SegmentRef } from "../../src/main/checkpoints/journal/manifest.ts";
import { makeTail } from "../../src/main/checkpoints/journal/open-tail.ts";
import { writeSegment } from "../../src/main/checkpoints/packs/fold.ts";
import { createCheckpointFixture, write } from "../support/checkpoint-fixture.ts";
import { createFailingFileOps } from "../support/failing-file-ops.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Prints what checkpoints take on the disk, and how long a long history takes to open. Nothing waits for the disk here. */
const edits = Number(process.env["BELAY_BENCH_EDITS"] ?? 2000);
const checkpoints = 100_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** The same numbers at each run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const words =
  "const let return function await import export value index name path error result options string number if else for of new class this".split(
    " ",
  );

const lineOf = (random: (below: number) => number): string =>
  `${" ".repeat(2 * random(4))}${Array.from({ length: 3 + random(8) }, () => `${words[random(words.length)] ?? ""}${random(3) === 0 ? random(1000) : ""}`).join(" ")};`;

/** What of each write a person waits for, and what a session leaves on the disk. */
async function measureGrowth(): Promise<void> {
  const random = createRandom(7);
  await using fixture = await createCheckpointFixture(createFailingFileOps().ops);
  const files = Array.from({ length: 100 }, (_, index) => {
    const lines: string[] = [];
    const wanted = 1024 + random(199 * 1024);
    for (let size = 0; size < wanted;) {
      const line = lineOf(random);
      lines.push(line);
      size += line.length + 1;
    }
    return { path: `f${index}.ts`, lines };
  });
  for (const { path, lines } of files) writeFileSync(fixture.path(path), lines.join("\n"));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let edit = 0; edit < edits; edit += 1) {
    const file = files[random(files.length)];
    if (file === undefined) continue;
    const before = file.lines.join("\n");
    for (let change = 0; change <= random(5); change += 1)
      file.lines.splice(random(file.lines.length), random(2), lineOf(random));
    await fixture.apply([write(file.path, file.lines.join("\n"), before)]);
  }
  await fixture.service.storage.tidy();
  delay.disable();
  const size = await fixture.service.storage.size();
  print(`${edits} edits of files of 1–200 KB`);
  print(`  versions, each once      ${megabytes(size.changed)} compressed`);
  print(
    `  store                    ${megabytes(size.packs + size.records + size.tail)}: packs ${megabytes(size.packs)}, records ${megabytes(size.records)}, tail ${megabytes(size.tail)}`,
  );
  print(`  growth                   ${(size.growth ?? Number.NaN).toFixed(3)} (at most 1.2)`);
  print(
    `  main thread blocked      ${(delay.percentile(99) / 1e6).toFixed(1)} ms p99, ${(delay.max / 1e6).toFixed(1)} ms at most`,
  );
  print(`  git fsck --strict        ${fixture.fsck() === "" ? "clean" : "NOT clean"}`);
}

const idOf = (text: string): string => createHash("sha1").update(text).digest("hex");

/** An intent and its end, as a write leaves them. */
function recordsFor(index: number): readonly object[] {
  const id = `k-${(Date.now() - 1e9 + index).toString(36)}00${idOf(`${index}`).slice(0, 10)}`;
  const turn = Math.floor(index / 10);
  const path = `src/part-${index % 97}/file-${index % 997}.ts`;
  const image = (version: number) => ({
    type: "file",
    blob: idOf(`${path}${version}`),
    mode: 0o644,
    size: 4000 + (index % 1000),
  });
  return [
    {
      record: "intent",
      id,
      kind: "write",
      sessionId: `s-bench-${Math.floor(turn / 50)}`,
      turnId: `t-bench-${turn}`,
      callId: `c-bench-${index}`,
      tool: "edit_file",
      reverses: [],
      emptied: [],
      head: { branch: "main", commit: idOf("head") },
      left: [],
      at: new Date(Date.now() - 1e9 + index).toISOString(),
      entries: [
        {
          path,
          pre: image(index),
          post: image(index + 997),
          temporary: `.belay-tmp-${id}-0-new`,
          aside: `.belay-tmp-${id}-0-old`,
        },
      ],
      folders: [],
      commit: idOf(`commit ${index}`),
    },
    { record: "done", id, paths: [path], rescued: [], recovered: false },
  ];
}

async function* sealable(from: number, to: number) {
  for (let index = from; index < to; index += 1)
    for (const record of recordsFor(index))
      yield {
        json: Buffer.from(JSON.stringify(record)),
        links: Array.from({ length: 6 }, (_, part) => ({
          id: idOf(`${index} ${part}`),
          length: 300,
        })),
      };
}

async function measureOpening(): Promise<void> {
  using folder = createTemporaryFolder();
  const store = join(folder.path, "store");
  const root = join(folder.path, "project");
  for (const name of [store, root]) mkdirSync(name);
  const segments: SegmentRef[] = [];
  for (let from = 0; from < checkpoints; from += 2000)
    segments.push(
      await writeSegment({ folder: store, ops: nodeFileOps }, sealable(from, from + 2000)),
    );
  const made = await makeTail(
    join(store, "journal"),
    { ...emptyManifest, segments },
    { ops: nodeFileOps },
  );
  await made.retire();
  globalThis.gc?.();
  const memory = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  const service = await createCheckpointService({
    workspace: { root, id: "bench" },
    storeFolder: store,
    lockFolder: join(folder.path, "locks"),
  });
  await service.recover();
  const opened = performance.now() - startedAt;
  delay.disable();
  print(`a history of ${checkpoints} checkpoints`);
  print(
    `  records                  ${megabytes(segments.reduce((sum, { bytes }) => sum + bytes, 0))}`,
  );
  print(`  opening                  ${opened.toFixed(0)} ms`);
  print(
    `  main thread blocked      ${(delay.percentile(99) / 1e6).toFixed(1)} ms p99, ${(delay.max / 1e6).toFixed(1)} ms at most`,
  );
  print(`  memory                   ${megabytes(process.memoryUsage().rss - memory)} more`);
  await service.close();
}

await measureGrowth();
await measureOpening();
