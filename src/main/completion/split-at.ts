import { AppError } from "../../shared/errors.ts";

/** A place in a text as editors show it: both from 1, a column counted in UTF-16 units, the cursor before that column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The text before and after a cursor. */
export interface AroundCursor {
  readonly prefix: string;
  readonly suffix: string;
}

/** Cuts a text at a position. AppError("invalid-input") that names the last line or column when it lies outside. */
export function splitAt(text: string, { line, column }: Position): AroundCursor {
  const lines = text.split("\n");
  const wanted = lines[line - 1];
  if (!Number.isInteger(line) || wanted === undefined)
    throw new AppError(
      "invalid-input",
      `There is no line ${line}: the file has lines 1 to ${lines.length}.`,
    );
  const width = wanted.endsWith("\r") ? wanted.length - 1 : wanted.length;
  if (!Number.isInteger(column) || column < 1 || column > width + 1)
    throw new AppError(
      "invalid-input",
      `There is no column ${column} in line ${line}: it has columns 1 to ${width + 1}.`,
    );
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const at = notInsidePair(text, before + column - 1);
  return { prefix: text.slice(0, at), suffix: text.slice(at) };
}

/** A cursor between the halves of a surrogate pair would send broken text. */
function notInsidePair(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** What is near enough to the cursor to help, in characters; whole lines but for the cursor's own. */
export function nearCursor(
  { prefix, suffix }: AroundCursor,
  limits: { readonly before: number; readonly after: number },
): AroundCursor {
  return { prefix: lastLines(prefix, limits.before), suffix: firstLines(suffix, limits.after) };
}

function lastLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.indexOf("\n", text.length - limit);
  return start === -1
    ? text.slice(notInsidePair(text, text.length - limit))
    : text.slice(start + 1);
}

function firstLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf("\n", limit - 1);
  return end === -1 ? text.slice(0, notInsidePair(text, limit)) : text.slice(0, end + 1);
}
