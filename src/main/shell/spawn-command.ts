import { spawn, type ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Blocked } from "../../shared/blocked.ts";
import { AppError } from "../../shared/errors.ts";
import { startGuard, type CommandGuard } from "./command-guard.ts";
import type { Launch, Launcher } from "./launch.ts";
import { createLiveOutput } from "./live-output.ts";
import { ownerName, ownOwner } from "./orphans.ts";
import { createOutputSink, type OutputSink } from "./output-sink.ts";
import { createPlainText } from "./plain-text.ts";
import { killTree, markerName, type TreeRoot } from "./process-tree.ts";
import { watchUsage, type UsageLimits } from "./watch-usage.ts";

export interface SpawnRequest {
  readonly id: string;
  readonly command: string;
  readonly cwd: string;
  readonly outputFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly launcher: Launcher;
  /** Whether a person may write to it; else its input is at its end. */
  readonly takesInput?: boolean;
  /** For all of its processes together; none where it is missing. */
  readonly limits?: UsageLimits;
  onOutput(text: string): void;
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly leftBehind: number;
  readonly durationMs: number;
  /** The limit that it was ended for, as a sentence; null where it was for none. */
  readonly overLimit: string | null;
  /** What the sandbox has to say. */
  readonly notes: readonly string[];
  readonly blocked: readonly Blocked[];
}

/** A command at work. `ended` resolves, never rejects, when its whole tree is gone and all output is in. */
export interface RunningCommand {
  readonly id: string;
  readonly alive: "still running";
  readonly ended: Promise<CommandEnd>;
  /** "still running", "exited with code 1", "ended by SIGTERM". */
  state(): string;
  sofar(): { readonly output: string; readonly truncated: boolean };
  /** To its input, as typed; what it does not take any more is dropped. */
  write(text: string): void;
  kill(): Promise<void>;
  /** Removes the file of output unless it is to be kept. */
  close(keep: boolean): Promise<void>;
}

/** How long output may still come from a pipe that a child of the command holds open. */
const drainMs = 250;

/** Starts a command line in a process group of its own, without input unless it takes some. AppError("unavailable") when there is no shell. */
export async function spawnCommand(request: SpawnRequest): Promise<RunningCommand> {
  const sink = await createOutputSink(request.outputFolder, request.id);
  const guard = startGuard(request.id, request.environment);
  const startedAt = performance.now();
  const { child, launch, report } = await startChild(request, { sink, guard });
  const root: TreeRoot = { pid: child.pid ?? null, marker: request.id };
  if (root.pid !== null) guard.watch(root.pid);
  const limit = keepToLimits(root, request.limits);
  const live = createLiveOutput((text) => request.onOutput(text));
  const output = Promise.all(
    [child.stdout, child.stderr].map((stream) => pump(stream, sink, (text) => live.write(text))),
  );
  let end: CommandEnd | undefined;
  const ended = finish(child, root, output).then(async (result) => {
    live.end();
    limit.release();
    guard.release();
    const said = launch.ended();
    // A sandbox ends its processes itself; those that are still ending are no news.
    const leftBehind = launch.reports ? await report : result.leftBehind;
    const durationMs = Math.round(performance.now() - startedAt);
    end = { ...result, ...said, leftBehind, durationMs, overLimit: limit.met() };
    return end;
  });
  return {
    id: request.id,
    alive: "still running",
    ended,
    state: () => (end === undefined ? "still running" : describeEnd(end)),
    sofar() {
      const { text, truncated } = sink.collected();
      return { output: text, truncated };
    },
    write: (text) => void child.stdin?.write(text),
    async kill() {
      if (end === undefined) await killTree(root);
      await ended;
    },
    close: (keep) => sink.close(keep),
  };
}

interface KeptLimits {
  /** What it was ended for; null so far. */
  met(): string | null;
  release(): void;
}

/** Ends the tree once it is over a limit. */
function keepToLimits(root: TreeRoot, limits: UsageLimits | undefined): KeptLimits {
  let why: string | null = null;
  if (limits === undefined || root.pid === null)
    return { met: () => null, release: () => undefined };
  const release = watchUsage({
    pid: root.pid,
    limits,
    onOver(reason) {
      why = reason;
      void killTree(root);
    },
  });
  return { met: () => why, release };
}

export function describeEnd(
  end: Pick<CommandEnd, "exitCode" | "signal"> & Partial<Pick<CommandEnd, "overLimit">>,
): string {
  if (typeof end.overLimit === "string") return `ended. ${end.overLimit}`;
  return end.signal === null
    ? `exited with code ${end.exitCode ?? "unknown"}`
    : `ended by ${end.signal}`;
}

interface Started {
  readonly child: ChildProcess;
  readonly launch: Launch;
  /** How many processes were left in the sandbox; 0 without one. */
  readonly report: Promise<number>;
}

async function startChild(
  request: SpawnRequest,
  { sink, guard }: { readonly sink: OutputSink; readonly guard: CommandGuard },
): Promise<Started> {
  let launch: Launch | undefined;
  try {
    launch = request.launcher(request.command, {
      [markerName]: request.id,
      [ownerName]: ownOwner(),
    });
    const child = spawn(launch.program, [...launch.values], {
      cwd: request.cwd,
      env: { ...launch.environment },
      stdio: [
        request.takesInput === true ? "pipe" : "ignore",
        ...(["pipe", "pipe"] as const),
        ...(launch.reports ? (["pipe"] as const) : []),
        ...launch.descriptors,
      ],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    launch.started();
    child.stdin?.on("error", () => undefined);
    return { child, launch, report: launch.reports ? leftIn(child.stdio[3]) : Promise.resolve(0) };
  } catch (cause) {
    launch?.started();
    launch?.ended();
    guard.release();
    await sink.close(false);
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "unavailable",
      "The command could not be started. Is the project folder still there?",
      {
        cause,
      },
    );
  }
}

/** What the sandbox says at its end. A command that writes there itself lies about itself only. */
async function leftIn(stream: unknown): Promise<number> {
  if (!(stream instanceof Readable)) return 0;
  let text = "";
  try {
    for await (const chunk of stream) if (text.length < 1000) text += String(chunk);
  } catch {
    // Closed with what it held: what came until then counts.
  }
  return Math.max(0, Number(/^left (\d{1,6})$/m.exec(text)?.[1] ?? 0));
}

/** Waits for the shell, then for the last output, then ends what the command left running. */
async function finish(
  child: ChildProcess,
  root: TreeRoot,
  output: Promise<unknown>,
): Promise<Pick<CommandEnd, "exitCode" | "signal" | "leftBehind">> {
  const { exitCode, signal } = await new Promise<Pick<CommandEnd, "exitCode" | "signal">>(
    (resolve) => {
      child.once("exit", (code, name) => resolve({ exitCode: code, signal: name }));
    },
  );
  await Promise.race([output, sleep(drainMs)]);
  const leftBehind = await killTree(root);
  child.stdout?.destroy();
  child.stderr?.destroy();
  await output;
  return { exitCode, signal, leftBehind };
}

async function pump(
  stream: Readable | null,
  sink: OutputSink,
  show: (text: string) => void,
): Promise<void> {
  if (stream === null) return;
  const plain = createPlainText();
  const take = async (text: string): Promise<void> => {
    if (text === "") return;
    show(text);
    await sink.write(text);
  };
  try {
    for await (const chunk of stream)
      if (chunk instanceof Uint8Array) await take(plain.push(chunk));
  } catch {
    // The pipe was closed after the command had ended: what came until then is kept.
  }
  await take(plain.end());
}
