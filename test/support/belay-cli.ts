import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SessionEvent } from "../../src/shared/events.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The largest resident memory in kilobytes, where /proc tells; else 0. */
  readonly peakMemoryKb: number;
  /** Standard output as JSON lines. */
  readonly events: readonly SessionEvent[];
}

export interface CliOptions {
  readonly home: string;
  readonly baseUrl?: string;
  readonly key?: string;
  /** Standard input; null leaves it open and empty. */
  readonly input?: string | null;
  readonly environment?: Readonly<Record<string, string>>;
  /** The program instead of this checkout's: its path. */
  readonly program?: string;
  /** A program with its first values that starts it, as `env` does. */
  readonly through?: readonly string[];
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with what was said on standard error, each time that there is more. */
  readonly onError?: (said: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The key the simulated Model Studio accepts; long and unmistakable, so that a test can look for it everywhere. */
export const testKey = "sk-belaytest0123456789abcdef0123456789";

/** The built command when `BELAY_TEST_BUILT` is set, else the sources: both are the same program. */
const entry = process.env["BELAY_TEST_BUILT"] === "1" ? "out/main/cli.js" : "src/main/cli.ts";

/** Runs `belay` as a process of its own, with nothing of this process's environment but what it needs. */
export function runBelay(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const node = join(root, "node_modules/.bin/node");
  const [program, ...first] = [
    ...(options.through ?? []),
    ...(options.program === undefined
      ? [existsSync(node) ? node : process.execPath, join(root, entry)]
      : [options.program]),
  ];
  const child = spawn(program ?? "", [...first, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: options.home,
      BELAY_HOME: options.home,
      NODE_NO_WARNINGS: "1",
      BELAY_DEBUG: "1",
      DASHSCOPE_API_KEY: options.key ?? testKey,
      ...(options.baseUrl === undefined ? {} : { BELAY_BASE_URL: options.baseUrl }),
      ...options.environment,
    },
  });
  if (options.input !== null) child.stdin.end(options.input ?? "");
  options.onStart?.((signal) => void child.kill(signal));
  const memory = watchMemory(child.pid);
  let stdout = "";
  let stderr = "";
  let line = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    const lines = (line + chunk).split("\n");
    line = lines.pop() ?? "";
    for (const whole of lines) options.onLine?.(whole, (signal) => void child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    options.onError?.(stderr, (signal) => void child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const events = stdout.split("\n").flatMap((text) => parseLine(text));
      resolve({ code, stdout, stderr, events, peakMemoryKb: memory() });
    });
  });
}

/** The kernel keeps the peak itself; it has to be read before the process is gone. */
function watchMemory(pid: number | undefined): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // Not Linux, or already gone.
    }
  }, 20);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function parseLine(text: string): SessionEvent[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command prints is what the test then checks
    return text.startsWith("{") ? [JSON.parse(text) as SessionEvent] : [];
  } catch {
    return [];
  }
}
