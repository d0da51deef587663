import { mkdirSync } from "node:fs";
import { open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../shared/errors.ts";
import { createId } from "../../shared/ids.ts";
import { outputPath } from "./output-sink.ts";
import { spawnCommand, type RunningCommand } from "./spawn-command.ts";

/** A command line to run in the workspace. */
export interface CommandRequest {
  readonly command: string;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Output as plain text, as it comes. */
  onOutput(text: string): void;
}

export interface CommandOutcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The person stopped it. */
  readonly cancelled: boolean;
  /** At most about 30,000 characters: the start and the end. */
  readonly output: string;
  /** Names the whole output for `openOutput`; null when `output` is all of it. */
  readonly outputId: string | null;
  /** Processes that were still there when the command itself had ended; they were ended too. */
  readonly leftBehind: number;
  readonly durationMs: number;
}

export interface StartedCommand {
  readonly outputId: string;
  /** What it printed at first. */
  readonly output: string;
  /** Set when it has ended already. */
  readonly ended: string | null;
  /** Resolves when its whole tree is gone. */
  readonly done: Promise<void>;
}

export interface CommandOutput {
  readonly file: FileHandle;
  /** "still running", "exited with code 1"; null when an earlier run of Belay made it. */
  readonly state: string | null;
}

/** Runs commands and keeps what they print. Every process it starts is its own to end. */
export interface CommandRunner {
  /** Waits for the end. The whole tree is ended by `signal` and by the time limit. */
  run(request: CommandRequest, timeoutMs: number): Promise<CommandOutcome>;
  /** Answers after a moment; the command lives until `killAll`. `owner` is the turn that started it. */
  start(request: CommandRequest, owner: string): Promise<StartedCommand>;
  /** The caller closes the file. AppError("not-found") for an id that is unknown or expired. */
  openOutput(id: string): Promise<CommandOutput>;
  /** Ends the background commands of an owner, or all. Resolves when they are gone. */
  killAll(owner?: string): Promise<void>;
}

export interface CommandRunnerOptions {
  /** Holds outputs for a week; made for this user only. */
  readonly outputFolder: string;
  /** What the allow-list is applied to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const keptMs = 7 * 24 * 60 * 60 * 1000;
const firstLookMs = 1000;

export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const background = new Map<string, RunningCommand & { readonly owner: string }>();
  mkdirSync(options.outputFolder, { recursive: true, mode: 0o700 });
  // What cannot be removed now is tried again at the next start.
  removeOld(options.outputFolder).catch(() => undefined);

  const begin = (request: CommandRequest): Promise<RunningCommand> =>
    spawnCommand({ ...request, ...options, id: createId("o") });

  return {
    run: async (request, timeoutMs) => runToEnd(await begin(request), request.signal, timeoutMs),
    async start(request, owner) {
      const running = await begin(request);
      background.set(running.id, { ...running, owner });
      // What a full disk did not take is lost; nobody waits for it here.
      running.ended.then(() => running.close(true)).catch(() => undefined);
      await Promise.race([running.ended, sleep(firstLookMs)]);
      const { output } = running.sofar();
      return {
        outputId: running.id,
        output,
        ended: running.state() === running.alive ? null : running.state(),
        done: running.ended.then(() => undefined),
      };
    },
    async openOutput(id) {
      if (!/^o-[a-z0-9]{1,60}$/.test(id)) throw noOutput(id);
      const file = await open(outputPath(options.outputFolder, id), "r").catch(() => undefined);
      if (file === undefined) throw noOutput(id);
      return { file, state: background.get(id)?.state() ?? null };
    },
    async killAll(owner) {
      const ours = [...background.values()].filter(
        (one) => owner === undefined || one.owner === owner,
      );
      await Promise.all(ours.map((one) => one.kill()));
    },
  };
}

async function runToEnd(
  running: RunningCommand,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<CommandOutcome> {
  let timedOut = false;
  const cancel = (): void => void running.kill();
  const timer = setTimeout(() => {
    timedOut = true;
    void running.kill();
  }, timeoutMs);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  const end = await running.ended;
  clearTimeout(timer);
  signal.removeEventListener("abort", cancel);
  const { output, truncated } = running.sofar();
  await running.close(truncated);
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    timedOut,
    cancelled: signal.aborted,
    output,
    outputId: truncated ? running.id : null,
    leftBehind: end.leftBehind,
    durationMs: end.durationMs,
  };
}

function noOutput(id: string): AppError {
  return new AppError(
    "not-found",
    `There is no command output "${id}". Outputs are kept for seven days.`,
  );
}

/** Outputs older than a week. Another process may be doing the same. */
async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^o-[a-z0-9]+\.txt$/.test(one))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > keptMs) await rm(path, { force: true });
  }
}
