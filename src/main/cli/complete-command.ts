import { AppError } from "../../shared/errors.ts";
import { displayMoney } from "../../shared/money.ts";
import type { Core } from "../core.ts";
import { badArguments, exitCodes, oneOf, required, type ParsedArguments } from "./arguments.ts";
import { completionModes } from "../completion/completion-request.ts";
import { jsonLine, type CommandIo } from "./output.ts";
import { applyOptions } from "./run-command.ts";

/** `belay complete`: one completion at a position, the text alone or with its figures as JSON. */
export async function completeCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  applyOptions(core, parsed);
  const completion = await core.complete(
    {
      workspace: parsed.text("workspace") ?? ".",
      file: fileOf(parsed),
      line: wholeNumber(parsed, "line"),
      column: wholeNumber(parsed, "column"),
    },
    {
      model: parsed.text("model") ?? null,
      mode: oneOf(parsed, "mode", completionModes) ?? null,
    },
    io.signal,
  );
  if (parsed.flag("json")) {
    io.out(jsonLine(completion));
    return exitCodes.done;
  }
  io.out(completion.text);
  const { model, mode, cost, durationMs } = completion;
  const price = cost === null ? "price unknown" : displayMoney(cost);
  io.error(`\n${model} · ${mode} · ${durationMs} ms · ${price}\n`);
  return exitCodes.done;
}

function fileOf(parsed: ParsedArguments): string {
  const file = required(parsed, "file");
  if (file.includes("\0")) throw new AppError("invalid-input", "--file has a NUL in it.");
  return file;
}

function wholeNumber(parsed: ParsedArguments, option: string): number {
  const text = required(parsed, option);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw badArguments(parsed.command, `--${option} must be a whole number from 1, not "${text}"`);
  return value;
}
