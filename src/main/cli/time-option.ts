import { badArguments, type ParsedArguments } from "./arguments.ts";

/** The value of an option that is a time, as ISO 8601; AppError("invalid-input") for what is none. */
export function timeOption(parsed: ParsedArguments, option: string): string | undefined {
  const text = parsed.text(option);
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw badArguments(
      parsed.command,
      `--${option} "${text}" is not a time like 2026-11-23 or 2026-11-23T10:00:00Z`,
    );
  return at.toISOString();
}
