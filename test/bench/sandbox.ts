import { noSandboxHere, createSandboxFixture } from "../support/sandbox-fixture.ts";

/** Prints what the sandbox adds to the start of a command: the goal is at most 60 ms over a bare spawn. */
const rounds = 30;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

if (noSandboxHere === null) await measure();
else print(`not measured: ${noSandboxHere}`);

async function measure(): Promise<void> {
  await using box = createSandboxFixture({ ".git/HEAD": "ref: refs/heads/main\n", "a.txt": "a" });
  const took = async (confined: boolean): Promise<number> => {
    const startedAt = performance.now();
    const { exitCode } = await box.runner.run(
      {
        command: "true",
        cwd: box.root,
        signal: new AbortController().signal,
        onOutput: () => undefined,
        ...(confined ? { launcher: box.launcher() } : {}),
      },
      60_000,
    );
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode}`);
    return performance.now() - startedAt;
  };
  const bare: number[] = [];
  const confined: number[] = [];
  // By turns, so that what else the machine does weighs on both.
  for (let round = -2; round < rounds; round += 1) {
    const pair = [await took(false), await took(true)];
    if (round >= 0) {
      bare.push(pair[0] ?? Number.NaN);
      confined.push(pair[1] ?? Number.NaN);
    }
  }
  const more = confined.map((time, index) => time - (bare[index] ?? 0));
  print(
    `a command that does nothing, start to end, median of ${rounds}: bare ${median(bare).toFixed(1)} ms, in the sandbox ${median(confined).toFixed(1)} ms`,
  );
  print(`the sandbox adds ${median(more).toFixed(1)} ms (goal <= 60 ms)`);
}
