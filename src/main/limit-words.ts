import type { SandboxReport } from "../shared/sandbox.ts";

/** What bounds a command's processes, for the terminal. "" where that was not looked at. */
export function limitWords({ limits }: SandboxReport): string {
  if (limits === undefined) return "";
  if (!limits.together)
    return "Nothing bounds the memory or processor time of commands on this system.";
  const memory = (limits.memoryBytes / 1e9).toFixed(1);
  const minutes = Math.round(limits.cpuSeconds / 60);
  return `All processes of a command together may hold ${memory} GB and use ${minutes} minutes of processor time: Belay looks every second, without a control group, and ends what is over.`;
}
