import { parseArgs } from "node:util";
import { asyncProperty, check, type RunDetails } from "fast-check";
import { anyStreamCase, checkStream, type StreamCase } from "./check-stream.ts";
import { chaosProtocols } from "./protocols.ts";

/**
 * npm run chaos -- [--streams 10000] [--seed N] [--path P]: plays so many generated streams to the providers, half to each protocol,
 * and prints what became of them. A failure is printed with the seed and path that repeat it.
 */
const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    path: { type: "string" },
  },
});
const streams = Number(values.streams);
const seed = Number(values.seed);
if (!Number.isSafeInteger(streams) || streams < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write("--streams takes a count and --seed a whole number.\n");
  process.exit(2);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);

let unhandled = 0;
process.on("unhandledRejection", (reason) => {
  unhandled += 1;
  print(`unhandled rejection: ${String(reason)}`);
});

for (const protocol of chaosProtocols) {
  const outcomes = new Map<string, number>();
  let longestMs = 0;
  const startedAt = performance.now();
  const details: RunDetails<[StreamCase]> = await check(
    asyncProperty(anyStreamCase, async (streamCase) => {
      const from = performance.now();
      const outcome = `${streamCase.fate.kind} → ${await checkStream(protocol, streamCase)}`;
      longestMs = Math.max(longestMs, performance.now() - from);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
    {
      seed,
      numRuns: Math.ceil(streams / chaosProtocols.length),
      ...(values.path === undefined ? {} : { path: values.path }),
    },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  print(
    `${protocol.name}: ${details.numRuns} streams in ${seconds.toFixed(1)} s, seed ${seed}, the longest ${longestMs.toFixed(0)} ms, memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
  for (const [outcome, count] of [...outcomes].toSorted(([a], [b]) => a.localeCompare(b)))
    print(`  ${outcome}: ${count}`);
  if (!details.failed) continue;
  process.exitCode = 1;
  print(`FAILED: npm run chaos -- --seed ${seed} --path ${details.counterexamplePath ?? ""}`);
  print(JSON.stringify(details.counterexample, null, 1));
  print(String(details.errorInstance));
}
if (unhandled > 0) process.exitCode = 1;
print(`unhandled rejections: ${unhandled}`);
