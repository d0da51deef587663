import { codeOf } from "../../shared/bare-code.ts";
import { AppError } from "../../shared/errors.ts";
import { modeSchema, protocolSchema, type Mode, type SessionEvent } from "../../shared/events.ts";
import { callIdSchema, sessionIdSchema, type SessionId } from "../../shared/ids.ts";
import { parseMoney } from "../../shared/money.ts";
import type { Core } from "../core.ts";
import type { StartedTurn } from "../agent/session.ts";
import type { TurnOutcome } from "../agent/turn.ts";
import {
  badArguments,
  checked,
  exitCodes,
  oneOf,
  required,
  type ParsedArguments,
} from "./arguments.ts";
import { openFolder } from "./open-folder.ts";
import { jsonLine, type CommandIo } from "./output.ts";
import { tellSteering } from "./trust-command.ts";
import { createTranscript } from "./transcript.ts";

/** `belay run`: one turn in a workspace, its events as they come. */
export async function runCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const approve = checked(parsed, "approve", callIdSchema);
  const leaveOut = checked(parsed, "leave-out", callIdSchema);
  const session = checked(parsed, "session", sessionIdSchema);
  const goesOn = approve !== undefined || leaveOut !== undefined || parsed.flag("continue");
  assertGoesOn(parsed, goesOn);
  applyOptions(core, parsed);
  // A session's folder was confirmed when the session began.
  const confirmed = session !== undefined || parsed.flag("confirm-folder");
  const path = required(parsed, "workspace");
  const { info } = await openFolder(core, { path, confirmed }, io);
  const prompt = goesOn ? "" : await readPrompt(parsed, io);
  const stop = follow(core, { parsed, io, workspace: info.path });
  const sessionId =
    session === undefined
      ? await newSession(core, parsed, { workspace: info.path, kind: "chat" })
      : await existing(core, session, info.path);
  const mode = oneOf(parsed, "mode", modeSchema.options);
  const model = parsed.text("model");
  if (session !== undefined) await assertModeOf(core, sessionId, mode);
  if (session !== undefined && (mode !== undefined || model !== undefined)) {
    await core.sessions.change(sessionId, (open) =>
      open.update({
        ...(mode === undefined ? {} : { mode }),
        ...(model === undefined ? {} : { model }),
      }),
    );
  }
  const how = {
    ...(approve === undefined ? {} : { approve }),
    ...(leaveOut === undefined ? {} : { leaveOut }),
  };
  const turn = goesOn
    ? await core.sessions.resume(sessionId, how)
    : await core.sessions.send(sessionId, prompt);
  const code = await finish(core, { turn, sessionId, stop, io });
  await tellSteering(core, info.path, io);
  return code;
}

function assertGoesOn(parsed: ParsedArguments, goesOn: boolean): void {
  if (!goesOn) return;
  const named = (["approve", "leave-out"] as const).find((name) => parsed.text(name) !== undefined);
  const option = `--${named ?? "continue"}`;
  if (parsed.text("session") === undefined) throw badArguments("run", `${option} needs --session`);
  if (parsed.text("prompt") !== undefined)
    throw badArguments("run", `${option} goes on with a turn: leave --prompt out`);
}

/** `belay ask`: a quick question with reading tools only. With `--code` standard output gets the code and nothing else. */
export async function askCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  applyOptions(core, parsed);
  const path = parsed.text("workspace") ?? ".";
  const { info } = await openFolder(core, { path, confirmed: parsed.flag("confirm-folder") }, io);
  const codeOnly = parsed.flag("code");
  const isCode = codeOnly && !parsed.flag("json");
  const stop = follow(core, { parsed, io, workspace: info.path, mutesText: isCode });
  const sessionId = await newSession(core, parsed, { workspace: info.path, kind: "quick" });
  const turn = await core.sessions.send(sessionId, parsed.words.join(" "), { codeOnly });
  const code = await finish(core, { turn, sessionId, stop, io });
  if (isCode && code === exitCodes.done) await printCode(core, sessionId, io);
  return code;
}

async function printCode(core: Core, sessionId: SessionId, io: CommandIo): Promise<void> {
  const turn = (await core.sessions.open(sessionId)).log.state().turns.at(-1);
  if (turn !== undefined) io.out(`${codeOf(turn)}\n`);
}

/** Puts what the command line sets over the settings, for this run. Throws AppError("invalid-input") for a value that cannot be used. */
export function applyOptions(core: Core, parsed: ParsedArguments): void {
  const budgetText = parsed.text("budget");
  const budget = budgetText === undefined ? undefined : parseMoney(budgetText);
  if (budgetText !== undefined && budget === undefined)
    throw badArguments(
      parsed.command,
      `--budget "${budgetText}" is not an amount like 1.50USD or 10CNY`,
    );
  const stepsText = parsed.text("max-steps");
  const maxSteps = stepsText === undefined ? undefined : Number(stepsText);
  if (maxSteps !== undefined && (!Number.isInteger(maxSteps) || maxSteps < 1 || maxSteps > 1000)) {
    throw badArguments(
      parsed.command,
      `--max-steps must be a whole number from 1 to 1000, not "${stepsText ?? ""}"`,
    );
  }
  const baseUrl = parsed.text("base-url");
  const region = parsed.text("region");
  const protocol = oneOf(parsed, "protocol", protocolSchema.options);
  core.override({
    ...(budget === undefined ? {} : { budget }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(region === undefined ? {} : { region }),
    ...(protocol === undefined ? {} : { protocol }),
  });
}

async function readPrompt(parsed: ParsedArguments, io: CommandIo): Promise<string> {
  const text = required(parsed, "prompt");
  const prompt = text === "-" ? await io.readInput() : text;
  if (prompt.trim() === "") throw badArguments("run", "The prompt is empty");
  return prompt;
}

async function newSession(
  core: Core,
  parsed: ParsedArguments,
  where: { readonly workspace: string; readonly kind: "chat" | "quick" },
): Promise<SessionId> {
  const mode = oneOf({ ...parsed }, "mode", modeSchema.options) ?? "ask";
  const session = await core.createSession({
    ...where,
    mode,
    ...(parsed.text("model") === undefined ? {} : { model: parsed.text("model") }),
  });
  return session.log.state().sessionId;
}

/** Autopilot, chosen now or before, only where the sandbox holds; AppError("unavailable") with reason and remedy otherwise. */
async function assertModeOf(core: Core, sessionId: SessionId, chosen?: Mode): Promise<void> {
  const { mode, workspace: path } = (await core.sessions.open(sessionId)).log.state();
  const { workspace } = await core.workspaces.open(path, { confirmed: true });
  await core.modes.assert(chosen ?? mode, workspace);
}

async function existing(core: Core, sessionId: SessionId, workspace: string): Promise<SessionId> {
  const session = await core.sessions.open(sessionId);
  const own = session.log.state().workspace;
  if (own !== workspace)
    throw new AppError(
      "invalid-input",
      `Session ${sessionId} belongs to ${own}, not to ${workspace}`,
    );
  return sessionId;
}

interface FollowOptions {
  readonly parsed: ParsedArguments;
  readonly io: CommandIo;
  readonly workspace: string;
  /** The answer is printed otherwise. */
  readonly mutesText?: boolean;
}

/** Prints events until the returned function is called. A headless run has one session, so all of them are its own. */
function follow(
  core: Core,
  { parsed, io, workspace, mutesText = false }: FollowOptions,
): () => void {
  const print = parsed.flag("json")
    ? (event: SessionEvent) => io.out(jsonLine(event))
    : createTranscript(io, workspace);
  return core.subscribe((announcement) => {
    if (announcement.topic !== "session") return;
    if (!mutesText || announcement.event.type !== "text-delta") print(announcement.event);
  });
}

interface RunningTurn {
  readonly turn: StartedTurn;
  readonly sessionId: SessionId;
  readonly stop: () => void;
  readonly io: CommandIo;
}

async function finish(core: Core, { turn, sessionId, stop, io }: RunningTurn): Promise<number> {
  const session = await core.sessions.open(sessionId);
  const interrupt = (): void => void session.stop();
  io.signal.addEventListener("abort", interrupt, { once: true });
  if (io.signal.aborted) interrupt();
  const outcome = await turn.done;
  stop();
  return exitCodeOf(outcome, io.signal.aborted);
}

function exitCodeOf(outcome: TurnOutcome, interrupted: boolean): number {
  if (interrupted) return exitCodes.interrupted;
  switch (outcome.status) {
    case "completed":
      return exitCodes.done;
    case "needs-approval":
      return exitCodes.needsApproval;
    case "budget":
      return exitCodes.budget;
    case "cancelled":
      return exitCodes.interrupted;
    case "failed":
    case "interrupted":
      return exitCodes.failed;
  }
}
