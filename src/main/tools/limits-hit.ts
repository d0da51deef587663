import { mostMemory, mostProcesses } from "../shell/sandbox/limits.ts";

const noProcess =
  /fork: (?:retry: )?Resource temporarily unavailable|can't start new thread|(?:fork|spawn|clone)\S* .*EAGAIN|Cannot fork/i;
const noMemory =
  /\bMemoryError\b|Cannot allocate memory|std::bad_alloc|memory allocation of \d+ bytes failed|\bENOMEM\b/;
/** By a signal that cannot be caught, as a shell tells it. */
const killed = 137;

/** Which limit a command that failed has met, as far as what it printed tells. Nothing is decided by it. */
export function limitLines(output: string, exitCode: number | null): readonly string[] {
  const gigabytes = (mostMemory() / 1e9).toFixed(1);
  return [
    ...(noProcess.test(output)
      ? [`Limit: commands may have ${mostProcesses.toLocaleString("en")} processes at a time.`]
      : []),
    ...(noMemory.test(output)
      ? [`Limit: one process of a command may hold ${gigabytes} GB of data. Take less at a time.`]
      : []),
    ...(exitCode === killed
      ? [
          "It was killed: by itself, or by the system because memory was short, which ends commands first.",
        ]
      : []),
  ];
}
