import { impossibleEscapes, type ImpossibleEscapes } from "./code-syntax.ts";

/** So many line ends make a text one that was meant to have lines. */
const fewest = 3;

/** And so many of them where even a comment cannot explain them. */
const fewestCertain = 2;

const hasLines = (text: string): boolean => /[\r\n]/.test(text);
/** A quotation mark with an even number of backslashes before it. */
const hasBareQuote = (text: string): boolean => /(?:^|[^\\])(?:\\\\)*"/.test(text);

/**
 * The source that was meant by one whose line ends were escaped twice: it has no line of its own, but several escapes where code
 * of its kind cannot have any. Null for all that is not proven so, such as a long string, a regular expression or a path.
 */
export function meantSource(path: string, content: string): string | null {
  const body = content.trimEnd();
  if (hasLines(body)) return null;
  const found = impossibleEscapes(path, body);
  if (found === null) return null;
  const meant = isEscapedAsWhole(body) ? wholeSource(body, found) : lineSource(body, found);
  if (meant === null || meant.split("\n").length <= fewest) return null;
  return isPlausible(path, meant) ? meant + content.slice(body.length) : null;
}

/** Its quotation marks are escaped, without an exception: then all of it is, strings and all. */
const isEscapedAsWhole = (text: string): boolean => text.includes('"') && !hasBareQuote(text);

/** The first escape that cannot be proves that the text is no source as it stands. */
function wholeSource(text: string, { places, commentAt }: ImpossibleEscapes): string | null {
  return (places[0] ?? commentAt) < commentAt ? decoded(text) : null;
}

/** Only line ends were escaped: those within strings are the code's own. A backslash escaped where no quote tells stays unsure. */
function lineSource(text: string, found: ImpossibleEscapes): string | null {
  const certain = found.places.filter(
    (at) => at < found.commentAt && text.startsWith("\\n", at),
  ).length;
  if (!found.isComplete || certain < fewestCertain) return null;
  if (!text.includes('"') && text.includes("\\\\")) return null;
  return withLines(text, found.places);
}

/** As text of a JSON string: where quotes are escaped, everything is. */
function decoded(text: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${text.replaceAll("\\'", "'")}"`);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

/** Only the escapes between the strings are line ends; those within are the code's own. */
function withLines(text: string, places: readonly number[]): string | null {
  const signs: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  let meant = "";
  let from = 0;
  for (const at of places) {
    const sign = signs[text.charAt(at + 1)];
    if (sign === undefined) return null;
    meant += text.slice(from, at) + sign;
    from = at + 2;
  }
  return meant + text.slice(from);
}

/** JSON can be tried; in other code no string on one line is left open at its end. */
function isPlausible(path: string, meant: string): boolean {
  if (/\.json$/i.test(path)) {
    try {
      JSON.parse(meant);
      return true;
    } catch {
      return false;
    }
  }
  return meant.split("\n").every((line) => !/^[^"'`/#*]*(?:"[^"\\]*|'[^'\\]*)$/.test(line));
}

export interface TextPair {
  readonly oldText: string;
  readonly newText: string;
}

/**
 * The edit that was meant by one whose old text is not in the file, but is there exactly once when its escapes are taken for what
 * they stand for. The new text is read by the same rule. Null when the file proves nothing.
 */
export function meantEdit(path: string, text: string, edit: TextPair): TextPair | null {
  const { oldText, newText } = edit;
  if (!/\\[nrt"]/.test(oldText) || hasLines(oldText + newText) || text.includes(oldText))
    return null;
  const isWhole = isEscapedAsWhole(oldText + newText);
  const read = (part: string): string | null =>
    (isWhole ? decoded(part) : readLines(path, part))?.replaceAll("\r\n", "\n") ?? null;
  const old = read(oldText);
  const next = read(newText);
  if (old === null || next === null || old === "" || old === oldText) return null;
  return text.replaceAll("\r\n", "\n").split(old).length === 2
    ? { oldText: old, newText: next }
    : null;
}

function readLines(path: string, text: string): string | null {
  const found = impossibleEscapes(path, text);
  if (found !== null) return found.isComplete ? withLines(text, found.places) : null;
  // Of a kind without known strings: only where there is none.
  return /["'`]/.test(text) ? null : decoded(text);
}

/** One line with several escapes: perhaps meant as lines, but not proven. */
export function looksEscaped(content: string): boolean {
  return !hasLines(content.trimEnd()) && (content.match(/\\n/g)?.length ?? 0) >= fewest;
}

/** Tells the model what was taken for what it meant. */
export const escapesNote = (what: string): string =>
  `${what} had its line ends escaped twice; they were taken as real line ends. Escape them once.`;
