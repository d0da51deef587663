import type { UndoResult, UndoTarget } from "../../shared/checkpoint.ts";
import {
  callIdSchema,
  checkpointIdSchema,
  sessionIdSchema,
  turnIdSchema,
  undoIdSchema,
} from "../../shared/ids.ts";
import type { WorkspaceInfo } from "../../shared/app.ts";
import { waitingMessage } from "../../shared/waiting-message.ts";
import type { Patience } from "../checkpoints/types.ts";
import type { Core } from "../core.ts";
import type { OpenWorkspace } from "../core/workspace-hub.ts";
import {
  badArguments,
  checked,
  exitCodes,
  oneOf,
  required,
  type ParsedArguments,
} from "./arguments.ts";
import { openFolder, shellWord } from "./open-folder.ts";
import { storageAct } from "./storage-command.ts";
import { jsonLine, printable, table, type CommandIo } from "./output.ts";

/** `belay checkpoints`: newest first. */
export async function checkpointsCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const act = storageAct(parsed);
  const { undo, checkpoints: service, info } = await openKnown(core, parsed, io);
  if (act !== null)
    return act(service.storage, { parsed, io, workspace: info.path, own: core.privateFolders });
  const sessionId = checked(parsed, "session", sessionIdSchema);
  const checkpoints = await undo.list(sessionId === undefined ? {} : { sessionId });
  if (parsed.flag("json")) io.out(jsonLine(checkpoints));
  else if (checkpoints.length === 0) io.out("No checkpoints yet.\n");
  else {
    const rows = checkpoints.map((entry) => [
      entry.checkpointId,
      entry.at,
      entry.tool,
      entry.paths.join(", "),
    ]);
    io.out(table(["checkpoint", "at", "tool", "paths"], rows));
  }
  return exitCodes.done;
}

/** `belay undo`: exit 5 when conflicts were left, or would be (--dry-run). */
export async function undoCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const target = undoTarget(parsed);
  const conflicts = oneOf(parsed, "conflicts", ["keep", "overwrite", "merge"]) ?? "merge";
  const how = { conflicts, allowSteering: parsed.flag("allow-steering") };
  const { undo, checkpoints, info } = await openKnown(core, parsed, io);
  if (parsed.flag("patch")) return printPatch(undo, target, { parsed, io });
  if (parsed.flag("dry-run")) {
    const { uncoveredCommands, ...result } = await undo.dryRun(target, how);
    const preview = { ...result, dryRun: true, uncoveredCommands };
    io.out(parsed.flag("json") ? jsonLine(preview) : describe(result, { verb: "Would undo" }));
    if (!parsed.flag("json")) io.out(uncoveredLine(uncoveredCommands));
    return codeOf(result);
  }
  const uncovered = await checkpoints.uncovered(target);
  const result = await undo.undo(target, how, patienceOf(io));
  const code = report(result, { parsed, io, verb: "Undid", info });
  if (!parsed.flag("json")) io.error(uncoveredLine(uncovered));
  const isOther = result.conflicts.some(({ steers }) => steers === undefined);
  if (isOther && conflicts !== "overwrite" && !parsed.flag("json"))
    io.error("What is named as a conflict was kept. To take it back too: --conflicts overwrite\n");
  return code;
}

/** Who waits behind a command is told so, and can be interrupted. */
const patienceOf = (io: CommandIo): Patience => ({
  signal: io.signal,
  onWait: (holder) => io.error(printable(`${waitingMessage(holder)}\n`)),
});

/** Nothing where undo covers all of it. */
function uncoveredLine(commands: number): string {
  if (commands === 0) return "";
  return commands === 1
    ? "Undo does not cover all that a command changed: its card names the rest.\n"
    : `Undo does not cover all that ${commands} commands changed: their cards name the rest.\n`;
}

/** `belay redo`: the newest undo not redone, or the one named. */
export async function redoCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const sessionId = checked(parsed, "session", sessionIdSchema);
  const word = parsed.words[0];
  const undoId = word === undefined ? undefined : undoIdSchema.safeParse(word);
  if (undoId?.success === false)
    throw badArguments("redo", `"${word ?? ""}" is not an id of an undo`);
  const { undo, info } = await openKnown(core, parsed, io);
  const which = {
    allowSteering: parsed.flag("allow-steering"),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(undoId === undefined ? {} : { undoId: undoId.data }),
  };
  return report(await undo.redo(which, patienceOf(io)), { parsed, io, verb: "Redid", info });
}

/** A folder that has checkpoints was confirmed before the first of them. */
const openKnown = (core: Core, parsed: ParsedArguments, io: CommandIo): Promise<OpenWorkspace> =>
  openFolder(core, { path: required(parsed, "workspace"), confirmed: true, evenGone: true }, io);

interface ReportTo {
  readonly parsed: ParsedArguments;
  readonly io: CommandIo;
  readonly verb: string;
  readonly info: Pick<WorkspaceInfo, "path">;
}

function report(result: UndoResult, { parsed, io, verb, info }: ReportTo): number {
  io.out(parsed.flag("json") ? jsonLine(result) : describe(result, { verb, workspace: info.path }));
  for (const note of result.notes ?? []) io.error(`${note}\n`);
  if (!parsed.flag("json")) io.error(steeringLine(result));
  return codeOf(result);
}

/** What runs code or steers the agent asks in every mode, so also here: by a flag. */
function steeringLine({ conflicts }: UndoResult): string {
  if (conflicts.every(({ steers }) => steers === undefined)) return "";
  return "What can run code or steer the agent was kept. To change it too: --allow-steering\n";
}

const codeOf = ({ conflicts }: UndoResult): number =>
  conflicts.length > 0 ? exitCodes.conflicts : exitCodes.done;

function describe(
  result: UndoResult,
  { verb, workspace = "DIR" }: { readonly verb: string; readonly workspace?: string },
): string {
  const lines = [
    `${verb} ${result.undone.length} ${result.undone.length === 1 ? "file" : "files"}.`,
    ...result.undone.map((entry) => `  ${entry.action.padEnd(8)} ${entry.path}`),
    ...result.conflicts.map((entry) => `  conflict ${entry.path}: ${entry.reason}`),
    ...result.skipped.map((entry) => `  skipped  ${entry.path}: ${entry.reason}`),
    ...(result.redo === null
      ? []
      : [`Take this back: belay redo --workspace ${shellWord(workspace)} ${result.redo}`]),
  ];
  return `${printable(lines.join("\n"))}\n`;
}

function undoTarget(parsed: ParsedArguments): UndoTarget {
  const call = checked(parsed, "call", callIdSchema);
  const turn = checked(parsed, "turn", turnIdSchema);
  const session = checked(parsed, "session", sessionIdSchema);
  const to = checked(parsed, "to", checkpointIdSchema);
  const targets: UndoTarget[] = [];
  if (parsed.flag("last"))
    targets.push(session === undefined ? { unit: "last" } : { unit: "last", sessionId: session });
  if (call !== undefined) targets.push({ unit: "call", callId: call });
  if (turn !== undefined) targets.push({ unit: "turn", turnId: turn });
  if (session !== undefined && !parsed.flag("last"))
    targets.push({ unit: "session", sessionId: session });
  if (to !== undefined) targets.push({ unit: "to", checkpointId: to });
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw badArguments("undo", "Name exactly one of --last, --call, --turn, --session, --to");
  const path = parsed.text("file");
  return path === undefined ? target : oneFileOf(target, path);
}

/** What a target did to one file. */
function oneFileOf(target: UndoTarget, path: string): UndoTarget {
  switch (target.unit) {
    case "call":
      return { ...target, path };
    case "turn":
      return { unit: "file", turnId: target.turnId, path };
    case "session":
      return { unit: "file", sessionId: target.sessionId, path };
    default:
      throw badArguments("undo", "--file goes with --call, --turn or --session");
  }
}

/** The patch itself is on standard output, so that it can be piped on; what it lacks is on standard error. */
async function printPatch(
  undo: OpenWorkspace["undo"],
  target: UndoTarget,
  { parsed, io }: { readonly parsed: ParsedArguments; readonly io: CommandIo },
): Promise<number> {
  const made = await undo.patch(target);
  io.out(parsed.flag("json") ? jsonLine(made) : made.patch);
  if (made.leftOut.length > 0 && !parsed.flag("json"))
    io.error(`Not in the patch, because they are no text: ${printable(made.leftOut.join(", "))}\n`);
  return exitCodes.done;
}
