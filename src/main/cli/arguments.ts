import { parseArgs } from "node:util";
import { AppError, messageOf } from "../../shared/errors.ts";

/** Exit codes of the `belay` command; other programs depend on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badArguments: 2,
  needsApproval: 3,
  budget: 4,
  conflicts: 5,
  interrupted: 130,
} as const;

type OptionKind = "string" | "boolean";

/** One command: its options, how many words it takes, and a usage line. */
export interface CommandSpec {
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly words: { readonly min: number; readonly max: number };
}

const workspace = { workspace: "string", json: "boolean" } as const;

export const commandSpecs = {
  run: {
    usage:
      "belay run --workspace DIR (--prompt TEXT|- | --session ID (--continue | --approve CALL | --leave-out CALL)) [--session ID] [--model ID] [--protocol openai|dashscope] [--base-url URL] [--region ID] [--mode plan|ask|edit|auto] [--max-steps N] [--budget 1.50USD] [--confirm-folder] [--json]",
    summary: "one turn, headless",
    options: {
      ...workspace,
      prompt: "string",
      session: "string",
      model: "string",
      protocol: "string",
      "base-url": "string",
      region: "string",
      mode: "string",
      "max-steps": "string",
      budget: "string",
      approve: "string",
      "leave-out": "string",
      continue: "boolean",
      "confirm-folder": "boolean",
    },
    words: { min: 0, max: 0 },
  },
  checkpoints: {
    usage:
      "belay checkpoints --workspace DIR [--session ID | --size | --free-space [--older-than 7d] [--dry-run] | --clear-caches | --pin ID | --unpin ID] [--json]",
    summary:
      "checkpoints, newest first; what they and the commands' caches take on the disk; drops old ones; keeps one for ever",
    options: {
      ...workspace,
      session: "string",
      size: "boolean",
      "free-space": "boolean",
      "clear-caches": "boolean",
      "older-than": "string",
      "dry-run": "boolean",
      pin: "string",
      unpin: "string",
    },
    words: { min: 0, max: 0 },
  },
  undo: {
    usage:
      "belay undo --workspace DIR (--last | --call ID | --turn ID | --session ID | --to ID) [--file PATH] [--dry-run | --patch] [--conflicts keep|overwrite|merge] [--allow-steering] [--json]",
    summary:
      "takes changes back; what an agent made of files that steer, only with --allow-steering",
    options: {
      ...workspace,
      last: "boolean",
      call: "string",
      turn: "string",
      session: "string",
      to: "string",
      file: "string",
      "dry-run": "boolean",
      patch: "boolean",
      conflicts: "string",
      "allow-steering": "boolean",
    },
    words: { min: 0, max: 0 },
  },
  redo: {
    usage: "belay redo --workspace DIR [--session ID] [ID] [--allow-steering] [--json]",
    summary: "takes an undo back; what steers only with --allow-steering",
    options: { ...workspace, session: "string", "allow-steering": "boolean" },
    words: { min: 0, max: 1 },
  },
  usage: {
    usage:
      "belay usage [--workspace DIR] [--session ID] [--since T] [--until T] [--by day|model|session|workspace|call] [--json|--csv] | belay usage --cache [--session ID] … [--json] | belay usage --reconcile [--region ID] [--monitoring-url URL] [--threshold PERCENT] [--since T] [--until T] [--json] | belay usage --reconcile --csv FILE [--columns time=NAME,model=NAME,…] [--region ID] [--threshold PERCENT] [--json]",
    summary:
      "the ledger; with --cache what the provider's cache did, and what its misses cost; with --reconcile beside the provider's own figures, or a bill that its console exported",
    options: {
      ...workspace,
      session: "string",
      since: "string",
      until: "string",
      by: "string",
      csv: "boolean",
      cache: "boolean",
      reconcile: "boolean",
      region: "string",
      "monitoring-url": "string",
      threshold: "string",
      columns: "string",
    },
    words: { min: 0, max: 1 },
  },
  sessions: {
    usage: "belay sessions [--workspace DIR] [--json]",
    summary: "sessions, newest first",
    options: workspace,
    words: { min: 0, max: 0 },
  },
  ask: {
    usage:
      "belay ask TEXT [--code] [--workspace DIR] [--model ID] [--protocol openai|dashscope] [--base-url URL] [--region ID] [--budget 1.50USD] [--confirm-folder] [--json]",
    summary: "quick ask: read-only tools, one answer; with --code bare code and nothing else",
    options: {
      ...workspace,
      code: "boolean",
      "confirm-folder": "boolean",
      model: "string",
      protocol: "string",
      "base-url": "string",
      region: "string",
      budget: "string",
    },
    words: { min: 1, max: 100 },
  },
  complete: {
    usage:
      "belay complete --file PATH --line N --column N [--workspace DIR] [--mode partial|fim] [--model ID] [--protocol openai|dashscope] [--base-url URL] [--region ID] [--budget 1.50USD] [--json]",
    summary: "one completion at a position; line and column from 1",
    options: {
      ...workspace,
      file: "string",
      line: "string",
      column: "string",
      mode: "string",
      model: "string",
      protocol: "string",
      "base-url": "string",
      region: "string",
      budget: "string",
    },
    words: { min: 0, max: 0 },
  },
  probe: {
    usage: "belay probe --workspace DIR [--json]",
    summary: "runs the sandbox check: tries to get out, and says what stood against it",
    options: workspace,
    words: { min: 0, max: 0 },
  },
  trust: {
    usage: "belay trust --workspace DIR [--show PATH | --accept PATH | --withdraw PATH] [--json]",
    summary: "what in the folder could run code or steer the agent; all of it is off",
    options: { ...workspace, show: "string", accept: "string", withdraw: "string" },
    words: { min: 0, max: 0 },
  },
  rules: {
    usage: "belay rules [--workspace DIR] [--remove ID] [--json]",
    summary: "commands that are always allowed in a folder; takes one back",
    options: { ...workspace, remove: "string" },
    words: { min: 0, max: 0 },
  },
  audit: {
    usage: "belay audit [--workspace DIR] [--session ID] [--json]",
    summary: "every decision about what was written or run, oldest first",
    options: { ...workspace, session: "string" },
    words: { min: 0, max: 0 },
  },
  doctor: {
    usage: "belay doctor [--json]",
    summary: "what works here, why not, and the remedy",
    options: { json: "boolean" },
    words: { min: 0, max: 0 },
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commandSpecs;

export interface ParsedArguments {
  readonly command: CommandName;
  text(option: string): string | undefined;
  flag(option: string): boolean;
  readonly words: readonly string[];
}

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commandSpecs, name);

/** Throws AppError("invalid-input") that names the option and shows the command's usage. */
export function parseCommand(command: CommandName, argv: readonly string[]): ParsedArguments {
  const spec: CommandSpec = commandSpecs[command];
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, type]) => [name, { type }]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's advice on words that begin with a dash fits none of these commands.
    throw badArguments(command, messageOf(error).split(". To specify", 1)[0] ?? "");
  }
  const { values, positionals } = parsed;
  if (positionals.length > spec.words.max)
    throw badArguments(command, `Unexpected argument "${positionals[spec.words.max] ?? ""}"`);
  if (positionals.length < spec.words.min) throw badArguments(command, "An argument is missing");
  return {
    command,
    words: positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    flag: (option) => values[option] === true,
  };
}

/** The error for arguments that cannot be used. */
export function badArguments(command: CommandName, message: string): AppError {
  return new AppError("invalid-input", `${message}\nUsage: ${commandSpecs[command].usage}`);
}

/** The value of an option that must be one of a few words. */
export function oneOf<T extends string>(
  parsed: ParsedArguments,
  option: string,
  allowed: readonly T[],
): T | undefined {
  const value = parsed.text(option);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw badArguments(
      parsed.command,
      `--${option} must be one of ${allowed.join(", ")}, not "${value}"`,
    );
  return found;
}

/** The value of an option that a schema checks; AppError("invalid-input") naming the option otherwise. */
export function checked<T>(
  parsed: ParsedArguments,
  option: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): T | undefined {
  const value = parsed.text(option);
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success)
    throw badArguments(parsed.command, `--${option} "${value}" is not an id of Belay's`);
  return result.data;
}

/** A required option. */
export function required(parsed: ParsedArguments, option: string): string {
  const value = parsed.text(option);
  if (value === undefined || value === "")
    throw badArguments(parsed.command, `--${option} is missing`);
  return value;
}
