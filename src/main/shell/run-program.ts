import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { AppError } from "../../shared/errors.ts";
import { childEnvironment } from "./child-environment.ts";

export interface ProgramOptions {
  readonly cwd?: string;
  /** Default 30 seconds; then the program is killed and AppError("unavailable") thrown. */
  readonly timeoutMs?: number;
  /** Bytes of standard output kept; a program that prints more is killed and `cut` is true. Default 16 MB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Takes standard output as it comes, in place of `stdout` and `maxBytes`; the program waits while it is busy. */
  readonly onOutput?: (chunk: Buffer) => Promise<void>;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cut: boolean;
}

const stderrCap = 64 * 1024;
const textOf = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString("utf8");

/**
 * Runs a program of Belay's own choosing with an argument list: no shell, no input, the allow-listed environment.
 * AppError("unavailable") when it cannot be started or takes too long; "cancelled" by the signal.
 */
export function runProgram(
  program: string,
  values: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { timeoutMs = 30_000, maxBytes = 16 * 1024 * 1024, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new AppError("cancelled", "Stopped"));
    const child = spawn(program, [...values], {
      cwd: options.cwd,
      env: options.environment ?? childEnvironment(process.env),
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const reader = options.onOutput && createReader(child.stdout, options.onOutput);
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    let outBytes = 0;
    let errorBytes = 0;
    let cut = false;
    let problem: AppError | undefined;
    const stop = (reason: AppError): void => {
      problem ??= reason;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(
      () => stop(new AppError("unavailable", `${program} took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
    const cancel = (): void => stop(new AppError("cancelled", "Stopped"));
    signal?.addEventListener("abort", cancel, { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      if (reader !== undefined) return reader.take(chunk);
      if (cut) return;
      cut = outBytes + chunk.length > maxBytes;
      out.push(cut ? chunk.subarray(0, maxBytes - outBytes) : chunk);
      outBytes += chunk.length;
      if (cut) child.kill("SIGKILL");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errorBytes < stderrCap) errors.push(chunk);
      errorBytes += chunk.length;
    });
    child.on("error", (cause) => {
      problem ??= new AppError("unavailable", `${program} could not be started`, { cause });
    });
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      if (problem !== undefined) return reject(problem);
      const result = { exitCode, stdout: textOf(out), stderr: textOf(errors), cut };
      Promise.resolve(reader?.done()).then(() => resolve(result), reject);
    });
  });
}

/** Hands chunks on one after another, and holds the stream back meanwhile. */
function createReader(
  stream: Readable,
  take: (chunk: Buffer) => Promise<void>,
): { take(chunk: Buffer): void; done(): Promise<void> } {
  let work = Promise.resolve();
  return {
    take(chunk) {
      stream.pause();
      work = work.then(() => take(chunk)).finally(() => stream.resume());
      // Told by `done`; until then it must not count as unhandled.
      work.catch(() => undefined);
    },
    done: () => work,
  };
}

/** Standard output of a program that must succeed. AppError("unavailable") with its words when it fails. */
export async function programOutput(program: string, values: readonly string[]): Promise<string> {
  const result = await runProgram(program, values, { timeoutMs: 10_000 });
  if (result.exitCode === 0) return result.stdout;
  throw new AppError(
    "unavailable",
    `${program} failed: ${result.stderr.trim().slice(0, 500) || `exit code ${result.exitCode}`}`,
  );
}
