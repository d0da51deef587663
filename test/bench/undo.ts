import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCheckpointFixture, write } from "../support/checkpoint-fixture.ts";

/** Prints how long it takes to plan, undo and redo a prompt that changed many files, every fsync counted in, and what it held in memory. */
const sizes = [1000, 5000];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const before = (index: number): string => `file ${index}\n${"one line of it\n".repeat(40)}`;
const after = (index: number): string => `${before(index)}and one more\n`;
const pathOf = (index: number): string => `d${index % 50}/f${index}.txt`;

async function timed(name: string, act: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(cpu);
  print(
    `  ${name.padEnd(8)} ${Math.round(performance.now() - start)} ms, of the processor ${Math.round((user + system) / 1000)} ms`,
  );
}

for (const size of sizes) {
  await using fixture = await createCheckpointFixture();
  const indexes = Array.from({ length: size }, (_, index) => index);
  for (const folder of new Set(indexes.map((index) => `d${index % 50}`)))
    mkdirSync(join(fixture.root, folder));
  for (const index of indexes) writeFileSync(join(fixture.root, pathOf(index)), before(index));
  let turnId: Awaited<ReturnType<typeof fixture.apply>>["turnId"] | undefined;
  for (let index = 0; index < size; index += 500) {
    const effects = indexes
      .slice(index, index + 500)
      .map((one) => write(pathOf(one), after(one), before(one)));
    ({ turnId } = await fixture.apply(effects, turnId === undefined ? {} : { turnId }));
  }
  if (turnId === undefined) throw new Error("nothing was written");
  const target = { unit: "turn", turnId } as const;
  // What the writes left to be done behind the work is not the undo's.
  await fixture.service.list({});
  print(`${size} files of ${before(0).length} bytes`);
  await timed("plan", () => fixture.service.plan(target));
  const resting = process.memoryUsage().rss;
  await timed("undo", () => fixture.service.undo(target, { conflicts: "merge" }));
  await timed("redo", () => fixture.service.redo({}));
  const grown = process.resourceUsage().maxRSS * 1024 - resting;
  print(`  memory at most ${Math.round(grown / 1024 / 1024)} MB above the plan's`);
}
