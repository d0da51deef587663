import { mkdirSync } from "node:fs";
import { open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackgroundCommand } from "../../shared/background.ts";
import type { Blocked } from "../../shared/blocked.ts";
import { AppError } from "../../shared/errors.ts";
import { createId, type SessionId, type TurnId } from "../../shared/ids.ts";
import { plainLauncher, type Launcher } from "./launch.ts";
import { sweepOrphans } from "./orphans.ts";
import { outputPath } from "./output-sink.ts";
import { hasTerminal, terminalLine } from "./terminal-line.ts";
import { spawnCommand, type RunningCommand } from "./spawn-command.ts";
import type { UsageLimits } from "./watch-usage.ts";

/** A command line to run in the workspace. */
export interface CommandRequest {
  readonly command: string;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Confines it; without, it runs as the person does. */
  readonly launcher?: Launcher;
  /** In a terminal of its own, where this machine has one; in the background the person may write to it. */
  readonly terminal?: boolean;
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
  /** The limit of all its processes together that it was ended for, as a sentence; null where it was for none. */
  readonly overLimit: string | null;
  /** What the sandbox has to say: what was blocked or taken back. */
  readonly notes: readonly string[];
  /** What of that a person may open. */
  readonly blocked: readonly Blocked[];
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

/** For whom a background command runs. */
export interface CommandOwner {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
}

/** What runs in the background, for the person to see and to stop. */
export interface BackgroundDoor {
  /** Oldest first, only what has not ended. */
  list(): readonly BackgroundCommand[];
  /** The end of what a running one has printed, some thousand characters. AppError("not-found") once it has ended. */
  tail(id: string): string;
  /** Writes to one that takes input. AppError("not-found") once it has ended, AppError("invalid-input") for one that takes none. */
  write(id: string, text: string): void;
  /** Ends its whole tree; resolves when that is gone, also where it had ended by itself. */
  stop(id: string): Promise<void>;
}

/** Runs commands and keeps what they print. Every process it starts is its own to end. */
export interface CommandRunner {
  /** Waits for the end. The whole tree is ended by `signal` and by the time limit. */
  run(request: CommandRequest, timeoutMs: number): Promise<CommandOutcome>;
  /** Answers after a moment; the command lives until it is stopped. */
  start(request: CommandRequest, owner: CommandOwner): Promise<StartedCommand>;
  /** The caller closes the file. AppError("not-found") for an id that is unknown or expired. */
  openOutput(id: string): Promise<CommandOutput>;
  /** Ends the background commands that a turn started, or all. Resolves when they are gone. */
  killAll(turnId?: TurnId): Promise<void>;
}

/** With what of it runs in the background. */
export interface OwningRunner extends CommandRunner {
  readonly background: BackgroundDoor;
}

export interface CommandRunnerOptions {
  /** Holds outputs for a week; made for this user only. */
  readonly outputFolder: string;
  /** What the allow-list is applied to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the processes of one command may come to together, asked for each; without, nothing is watched. */
  readonly limits?: () => UsageLimits;
  /** A command is in the background from now on, or no longer. */
  readonly onBackground?: (now: readonly BackgroundCommand[]) => void;
}

interface Started extends RunningCommand {
  readonly owner: CommandOwner;
  readonly shown: BackgroundCommand;
}

const keptMs = 7 * 24 * 60 * 60 * 1000;
const firstLookMs = 1000;
/** Characters of output that the person's list shows. */
const shownTail = 8000;

export function createCommandRunner(options: CommandRunnerOptions): OwningRunner {
  const started = new Map<string, Started>();
  const background = createBackgroundDoor(started);
  const tell = (): void => options.onBackground?.(background.list());
  mkdirSync(options.outputFolder, { recursive: true, mode: 0o700 });
  // What cannot be removed now is tried again at the next start.
  removeOld(options.outputFolder).catch(() => undefined);
  sweepOrphans().catch(() => undefined);

  const begin = (request: CommandRequest, takesInput: boolean): Promise<RunningCommand> => {
    const line = request.terminal === true ? terminalLine(request.command) : null;
    return spawnCommand({
      launcher: plainLauncher(options.environment),
      ...request,
      outputFolder: options.outputFolder,
      environment: options.environment,
      ...(options.limits === undefined ? {} : { limits: options.limits() }),
      command: line ?? request.command,
      takesInput: takesInput && line !== null,
      id: createId("o"),
    });
  };

  return {
    run: async (request, timeoutMs) =>
      runToEnd(await begin(request, false), request.signal, timeoutMs),
    async start(request, owner) {
      const running = await begin(request, true);
      started.set(running.id, { ...running, owner, shown: shownAs(running.id, request, owner) });
      // What a full disk did not take is lost; nobody waits for it here.
      running.ended.then(() => running.close(true)).catch(() => undefined);
      await Promise.race([running.ended, sleep(firstLookMs)]);
      const { output } = running.sofar();
      const isAlive = running.state() === running.alive;
      if (isAlive) {
        tell();
        running.ended.then(tell).catch(() => undefined);
      }
      return {
        outputId: running.id,
        output,
        ended: isAlive ? null : running.state(),
        done: running.ended.then(() => undefined),
      };
    },
    async openOutput(id) {
      if (!/^o-[a-z0-9]{1,60}$/.test(id)) throw noOutput(id);
      const file = await open(outputPath(options.outputFolder, id), "r").catch(() => undefined);
      if (file === undefined) throw noOutput(id);
      return { file, state: started.get(id)?.state() ?? null };
    },
    async killAll(turnId) {
      const ours = [...started.values()].filter(
        (one) => turnId === undefined || one.owner.turnId === turnId,
      );
      await Promise.all(ours.map((one) => one.kill()));
    },
    background,
  };
}

const shownAs = (
  id: string,
  { command, cwd, terminal }: CommandRequest,
  { sessionId }: CommandOwner,
): BackgroundCommand => ({
  id,
  command,
  workspace: cwd,
  sessionId,
  startedAt: new Date().toISOString(),
  takesInput: terminal === true && hasTerminal(),
});

/** One that ended within its first moment was never in the background for the person: see `start`. */
function createBackgroundDoor(started: ReadonlyMap<string, Started>): BackgroundDoor {
  const isAlive = (one: Started): boolean => one.state() === one.alive;
  function alive(id: string): Started {
    const one = started.get(id);
    if (one === undefined || !isAlive(one))
      throw new AppError("not-found", "That command has ended.");
    return one;
  }
  return {
    list: () => [...started.values()].filter(isAlive).map(({ shown }) => shown),
    tail: (id) => alive(id).sofar().output.slice(-shownTail),
    write(id, text) {
      const one = alive(id);
      if (!one.shown.takesInput)
        throw new AppError(
          "invalid-input",
          "That command runs without a terminal: it takes no input.",
        );
      one.write(text);
    },
    async stop(id) {
      await started.get(id)?.kill();
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
    overLimit: end.overLimit,
    notes: end.notes,
    blocked: end.blocked,
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
