import { statSync } from "node:fs";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { setFlagsFromString } from "node:v8";
import {
  commandSpecs,
  exitCodes,
  isCommand,
  parseCommand,
  type CommandName,
  type ParsedArguments,
} from "./cli/arguments.ts";
import type { CommandIo } from "./cli/output.ts";
import { AppError, messageOf } from "../shared/errors.ts";
import { foldersOf } from "./app-files.ts";
import { beginHistory } from "./history/open-history.ts";
import type { Core } from "./core.ts";
import packageFile from "../../package.json" with { type: "json" };

const { version } = packageFile;

// Listing a large project would let the young generation of each of two threads grow to 32 MB, for no speed.
setFlagsFromString("--semi-space-growth-factor=1");

type Command = (core: Core, parsed: ParsedArguments, io: CommandIo) => Promise<number>;

/** Each command's code is loaded when it is asked for: what is not read does not slow the start. */
const commands: Readonly<Record<CommandName, () => Promise<Command>>> = {
  run: async () => (await import("./cli/run-command.ts")).runCommand,
  ask: async () => (await import("./cli/run-command.ts")).askCommand,
  complete: async () => (await import("./cli/complete-command.ts")).completeCommand,
  checkpoints: async () => (await import("./cli/undo-command.ts")).checkpointsCommand,
  undo: async () => (await import("./cli/undo-command.ts")).undoCommand,
  redo: async () => (await import("./cli/undo-command.ts")).redoCommand,
  usage: async () => (await import("./cli/report-commands.ts")).usageCommand,
  sessions: async () => (await import("./cli/report-commands.ts")).sessionsCommand,
  rules: async () => (await import("./cli/approval-commands.ts")).rulesCommand,
  audit: async () => (await import("./cli/approval-commands.ts")).auditCommand,
  probe: async () => (await import("./cli/report-commands.ts")).probeCommand,
  trust: async () => (await import("./cli/trust-command.ts")).trustCommand,
  doctor: async () => (await import("./cli/report-commands.ts")).doctorCommand,
};

function help(): string {
  const lines = Object.values(commandSpecs).map((spec) => `  ${spec.usage}\n      ${spec.summary}`);
  return `Belay ${version}: agentic coding inside one folder.\n\n  belay [DIR]\n      opens the desktop app on DIR (default: the current folder)\n${lines.join("\n")}\n`;
}

/** Exit code of one `belay` command. */
async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "--help" || name === "-h" || name === "help") {
    io.out(help());
    return exitCodes.done;
  }
  if (name === "--version" || name === "-v") {
    io.out(`${version}\n`);
    return exitCodes.done;
  }
  if (!isCommand(name)) return openDesktop(name, rest, io);
  if (rest.includes("--help")) {
    io.out(`${commandSpecs[name].usage}\n    ${commandSpecs[name].summary}\n`);
    return exitCodes.done;
  }
  const parsed = parseCommand(name, rest);
  const command = commands[name]();
  const home = process.env["BELAY_HOME"] ?? null;
  const options = { home, environment: process.env, variant: "belay", version } as const;
  const { database, backups } = foldersOf(options);
  // Its thread starts and opens the database while this one still reads the rest of the program.
  const history = beginHistory({ file: database, backups });
  const { createCore } = await import("./core.ts");
  const core = await createCore({ ...options, attended: false, history });
  try {
    for (const warning of core.warnings) io.error(`${warning}\n`);
    return await (
      await command
    )(core, parsed, io);
  } finally {
    await core.close();
  }
}

async function openDesktop(name: string, rest: readonly string[], io: CommandIo): Promise<number> {
  const folder = resolve(name);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (name.startsWith("-") || rest.length > 0 || !isFolder)
    throw new AppError(
      "invalid-input",
      `"${name}" is neither a command nor a folder. See: belay --help`,
    );
  const { launchDesktop } = await import("./shell/launch-desktop.ts");
  return launchDesktop(folder, (text) => io.error(text));
}

function processIo(): CommandIo {
  const abort = new AbortController();
  const stop = (): void => {
    // A second signal ends the process at once; the journal makes that safe.
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader that closes the pipe (head, a crashed parent) ends the turn like Ctrl+C, not with a stack trace.
  process.stdout.on("error", stop);
  // Nobody is left to tell.
  process.stderr.on("error", () => undefined);
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    signal: abort.signal,
    async readInput() {
      const chunks: Buffer[] = [];
      try {
        const input = addAbortSignal(abort.signal, process.stdin);
        for await (const chunk of input) chunks.push(Buffer.from(chunk));
      } catch (error) {
        throw abort.signal.aborted ? new AppError("cancelled", "Interrupted.") : error;
      }
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}

function exitCodeFor(error: unknown): number {
  if (!(error instanceof AppError)) return exitCodes.failed;
  switch (error.code) {
    case "invalid-input":
      return exitCodes.badArguments;
    case "needs-approval":
      return exitCodes.needsApproval;
    case "budget":
      return exitCodes.budget;
    case "cancelled":
      return exitCodes.interrupted;
    default:
      return exitCodes.failed;
  }
}

const io = processIo();
try {
  process.exitCode = await main(process.argv.slice(2), io);
} catch (error) {
  io.error(`belay: ${messageOf(error)}\n`);
  if (!(error instanceof AppError) && process.env["BELAY_DEBUG"] !== undefined)
    io.error(`${error instanceof Error ? (error.stack ?? "") : ""}\n`);
  process.exitCode = exitCodeFor(error);
}
