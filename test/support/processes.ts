import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process is there and at work: a zombie is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/**
 * The process that runs exactly this command line, waited for: in a sandbox a command does not know its own id as others see it.
 * A program's name and distinct values, such as `sleep 300.00123`.
 */
export async function processOf(line: string): Promise<number> {
  for (;;) {
    const all = execFileSync("ps", ["-axo", "pid=,args="], { encoding: "utf8" });
    const found = all.split("\n").find((row) => row.trim().replace(/^\d+ /, "") === line);
    if (found !== undefined) return Number.parseInt(found, 10);
    await sleep(10);
  }
}

/** The process id that a command writes into a file, waited for. */
export async function pidIn(file: string): Promise<number> {
  for (;;) {
    try {
      const pid = Number(readFileSync(file, "utf8"));
      if (pid > 0) return pid;
    } catch {
      // not written yet
    }
    await sleep(10);
  }
}
